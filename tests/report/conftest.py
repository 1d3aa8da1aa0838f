"""A rich examination with canary values in it, and words that need no flow tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from jpkidoctor.diagnosis import Diagnosis, Evidence, Finding, Status
from jpkidoctor.facts import (
    ApplicationProbe,
    AuthorityFacts,
    Availability,
    CardFacts,
    CardKind,
    CertificateFacts,
    Certificates,
    ConnectFacts,
    DriverBundle,
    Fact,
    Facts,
    FactStatus,
    HostFacts,
    OsFacts,
    OsFamily,
    PcscFacts,
    PinFacts,
    PinId,
    PinState,
    ReaderDevice,
    ReaderFacts,
    ReaderKind,
    ServiceFacts,
    ServiceState,
    SessionKind,
    UsbDevice,
)
from jpkidoctor.knowledge.types import Lang, PinModel, Text, Who, WordsFile
from jpkidoctor.report.envelope import Report, build_report, redacted_report

WORDS_FILE = Path(__file__).parents[2] / "knowledge" / "words" / "report.toml"

READER_NAME = "Canary Reader 9 (20070818000000042) 00 00"
CANARIES = (
    READER_NAME,
    "20070818000000042",
    "CANARY-PRODUCT",
    "CANARY-MAKER",
    "CANARY-INSTANCE",
    "CANARY-DESCRIPTION",
    "CANARY-SERIAL-1234567",
    "CANARY-SUBJECT",
    "CANARYFINGERPRINT",
)


def found(value):
    return Fact(status=FactStatus.OK, value=value, source="test")


def certificate(
    name: str, organization: str = "JPKI", kind: type[CertificateFacts] = CertificateFacts
) -> CertificateFacts:
    return kind(
        sha256=f"{name}FINGERPRINT",
        serial=f"{name}-SERIAL-1234567",
        subject=f"CN={name}-SUBJECT",
        issuer="OU=JPKI for user authentication,O=JPKI,C=JP",
        organization=organization,
        not_before=dt.datetime(2022, 5, 1, tzinfo=dt.UTC),
        not_after=dt.datetime(2027, 5, 17, 14, 59, 59, tzinfo=dt.UTC),
        key_type="RSA",
        key_bits=2048,
        policies=("1.2.392.200149.8.5.1.3.30",),
        size=1500,
    )


@pytest.fixture(name="facts")
def rich_facts() -> Facts:
    host = HostFacts(
        os=found(OsFacts(family=OsFamily.WINDOWS, name="Windows 11", version="24H2", build=26100, arch="AMD64")),
        session=found((SessionKind.LOCAL,)),
        default_browser=found("edge"),
        usb_devices=found((UsbDevice(vid=0x04E6, pid=0x5116, product="CANARY-PRODUCT", manufacturer="CANARY-MAKER"),)),
        reader_devices=found((ReaderDevice(instance="USB\\CANARY-INSTANCE", description="CANARY-DESCRIPTION"),)),
        driver_bundles=found((DriverBundle(name="ifd-ccid.bundle", version="1.6.2", reader_count=600),)),
        kernel_modules=found(("pn533_usb",)),
        service=found(ServiceFacts(name="SCardSvr", state=ServiceState.RUNNING)),
    )
    reader = ReaderFacts(
        name=READER_NAME,
        model="sony-rc-s300-p",
        kind=ReaderKind.CONTACT,
        flags=0x20,
        atr="3BE000FF8131FE4514",
        connect=found(ConnectFacts(code=0, protocol="T=1")),
    )
    card = CardFacts(
        kind=CardKind.MY_NUMBER,
        atr="3BE000FF8131FE4514",
        probes=(ApplicationProbe(application="jpki", aid="D392F000260100000001", sw=0x9000),),
        token_label=found("JPKIAPICCTOKEN2"),
        availability=found(Availability(signature=True, authentication=True)),
        certificates=Certificates(
            authentication=found(certificate("CANARY")), authentication_ca=found(certificate("CA", kind=AuthorityFacts))
        ),
        pins=(
            PinFacts(id=PinId.SIGNATURE, state=PinState.BLOCKED, tries_left=0, sw=0x63C0),
            PinFacts(id=PinId.AUTHENTICATION, state=PinState.TRIES, tries_left=3, sw=0x63C3),
            PinFacts(id=PinId.NUMBER_A_FACE, state=PinState.TRIES, tries_left=10, sw=0x63CA),
        ),
        expires_on=found(dt.date(2032, 5, 17)),
        municipality=found("13999"),
    )
    other = ReaderFacts(name="Virtual Reader 01", kind=ReaderKind.VIRTUAL, flags=0x10)
    return Facts(
        taken_at=dt.datetime(2026, 11, 23, 1, 42, tzinfo=dt.UTC),
        tool_version="0.1.0",
        host=host,
        pcsc=PcscFacts(context=found(0), readers=found((reader, other)), examined=0),
        card=found(card),
    )


def judge(facts: Facts) -> Diagnosis:
    """A small stand-in for the flow that puts everything private it can reach into its evidence."""
    reader = facts.pcsc.examined_reader
    card = facts.card.value
    assert reader is not None
    certificate = card.certificates.authentication.value if card else None
    seen = {"reader": reader.name, "serial": certificate.serial if certificate else ""}
    return Diagnosis(
        findings=(
            Finding(id="B-01", status=Status.OK),
            Finding(id="C-03", status=Status.ATTENTION, evidence=(Evidence("old_driver", {"year": 2009}),)),
            Finding(id="D-01", status=Status.NOT_APPLICABLE),
            Finding(id="G-01", status=Status.FAILED, evidence=(Evidence("locked", seen),), variant="signature"),
            Finding(id="G-02", status=Status.UNKNOWN, evidence=(Evidence("not_asked"),)),
            Finding(id="J-01", status=Status.FAILED, because="G-01"),
        ),
        first_cause="G-01",
    )


class FakeWords:
    """The real report words, and flow words made of ids."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._texts = msgspec.toml.decode(WORDS_FILE.read_bytes(), type=WordsFile).text

    def text(self, key, /, **params):
        if key.startswith("status."):
            return {"ok": "正常", "attention": "注意", "failed": "異常", "unknown": "未確認"}.get(key[7:], "対象外")
        return self._texts[key].get(self.lang).format(**params)

    def evidence(self, evidence, /):
        return f"見えた {evidence.key} {' '.join(str(value) for value in evidence.params.values())}"

    def title(self, finding, /):
        return f"題 {finding.id}"

    def meaning(self, finding, /):
        return f"意味 {finding.id} {finding.variant}"

    def ok(self, node, /):
        return f"良い {node}"

    def steps(self, node, variant, os, /):
        return (f"{os} で <b>一</b> をします。", "二をします。")

    def who(self, node, variant, /) -> tuple[Who, ...]:
        return ("user", "city_office")

    def who_text(self, who, /):
        return "、".join({"user": "ご本人", "city_office": "市区町村の窓口"}[person] for person in who)

    def step_title(self, step, /):
        return f"段 {step}"


class FakePins:
    def pin(self, pin, /):
        title = Text(ja=f"番号 {pin}", en=f"PIN {pin}")
        return PinModel(
            id=pin,
            title=title,
            short=title,
            form=title,
            shortest=4,
            longest=4,
            alphabet="digits",
            tries=5,
            used_for=title,
            reset=title,
            board=pin is not PinId.NUMBER_A_FACE,
            checked=dt.date(2026, 11, 1),
            confidence="A",
        )


@pytest.fixture(name="words", params=["ja", "en"])
def words_in_both_languages(request) -> FakeWords:
    return FakeWords(request.param)


@pytest.fixture
def report(facts, words) -> Report:
    """The report with personal values in it."""
    return build_report(facts, judge(facts), words)


@pytest.fixture
def public_report(facts, words) -> Report:
    return redacted_report(facts, judge, words)
