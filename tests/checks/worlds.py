"""Healthy computers with a healthy card, and small ways to change one thing in them."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import (
    ApplicationProbe,
    AuthorityFacts,
    Availability,
    CardFacts,
    CardKind,
    CertificateFacts,
    Certificates,
    Clock,
    ConnectFacts,
    DriverBundle,
    Extension,
    Fact,
    Facts,
    FactStatus,
    HostFacts,
    LinkFacts,
    LocaleFacts,
    NativeHost,
    OsFacts,
    OsFamily,
    PcscAccess,
    PcscFacts,
    PinFacts,
    PinId,
    PinState,
    Product,
    Proxy,
    ReaderDevice,
    ReaderFacts,
    ReaderKind,
    ServiceFacts,
    ServiceState,
    SessionKind,
    UsbDevice,
)
from jpkidoctor.judge import load_judge

T = TypeVar("T")
S = TypeVar("S", bound=Struct)

NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
CCID, VENDOR = 0x0B, 0xFF
EMPTY, PRESENT, EXCLUSIVE, MUTE = 0x10, 0x20, 0x80, 0x200
ATR = "3BE000FF8131FE4514"
SIGN_CA_3 = "D227F6CDE11D35C5252178F106F843D24651944975413B539FA2FB68DBFA365F"
AUTH_CA_3 = "64114F29620C24ED2631D46476A040E7EE740D956089C00B036A6A8118C322B5"

NOT_SEEN = tuple(status for status in FactStatus if status not in (FactStatus.OK, FactStatus.NOT_APPLICABLE))
"""Every way in which a fact that has a meaning here could not be observed."""


def found(value: T) -> Fact[T]:
    return Fact(FactStatus.OK, value, "test")


def lost(status: FactStatus, note: str = "") -> Fact[Any]:
    return Fact(status, note=note)


NOT_HERE: Fact[Any] = lost(FactStatus.NOT_APPLICABLE)


# --- changing one thing ---------------------------------------------------------------------------


def _changed(group: S, changes: dict[str, Any]) -> S:
    """Facts given as plain values are wrapped, so a test says ``default_browser="edge"``."""
    wrapped = {
        name: found(value) if isinstance(getattr(group, name), Fact) and not isinstance(value, Fact) else value
        for name, value in changes.items()
    }
    return replace(group, **wrapped)


def with_host(facts: Facts, **changes: Any) -> Facts:
    return replace(facts, host=_changed(facts.host, changes))


def with_os(facts: Facts, **changes: Any) -> Facts:
    system = facts.host.os.value
    assert system is not None
    return with_host(facts, os=replace(system, **changes))


def with_pcsc(facts: Facts, **changes: Any) -> Facts:
    return replace(facts, pcsc=_changed(facts.pcsc, changes))


def with_readers(facts: Facts, *readers: ReaderFacts, examined: int | None = 0) -> Facts:
    return with_pcsc(facts, readers=readers, examined=examined if readers else None)


def with_reader(facts: Facts, **changes: Any) -> Facts:
    """Change the examined reader."""
    readers, examined = facts.pcsc.readers.value, facts.pcsc.examined
    assert readers is not None and examined is not None
    changed = _changed(readers[examined], changes)
    return with_pcsc(facts, readers=(*readers[:examined], changed, *readers[examined + 1 :]))


def with_card(facts: Facts, **changes: Any) -> Facts:
    card = facts.card.value
    assert card is not None
    return replace(facts, card=found(_changed(card, changes)))


def without_card_facts(facts: Facts, status: FactStatus = FactStatus.UNKNOWN) -> Facts:
    return replace(facts, card=lost(status))


def with_certificates(facts: Facts, **changes: Any) -> Facts:
    assert facts.card.value is not None
    return with_card(facts, certificates=_changed(facts.card.value.certificates, changes))


def with_certificate(facts: Facts, **changes: Any) -> Facts:
    """Change the authentication certificate."""
    assert facts.card.value is not None
    own = facts.card.value.certificates.authentication.value
    assert own is not None
    return with_certificates(facts, authentication=replace(own, **changes))


def with_authority(facts: Facts, **changes: Any) -> Facts:
    """Change the CA certificate on the card."""
    assert facts.card.value is not None
    authority = facts.card.value.certificates.authentication_ca.value
    assert authority is not None
    return with_certificates(facts, authentication_ca=replace(authority, **changes))


def with_pin(facts: Facts, pin: PinId, state: PinState, tries: int | None = None, sw: int = 0) -> Facts:
    assert facts.card.value is not None
    pins = {known.id: known for known in facts.card.value.pins}
    pins[pin] = PinFacts(id=pin, state=state, tries_left=tries, sw=sw)
    return with_card(facts, pins=tuple(pins.values()))


def with_link(facts: Facts, **changes: Any) -> Facts:
    assert facts.card.value is not None
    return with_card(facts, link=replace(facts.card.value.link, **changes))


def connected(code: int = 0, **more: Any) -> ConnectFacts:
    return ConnectFacts(code=code, protocol="" if code else "T=1", **more)


# --- healthy worlds -------------------------------------------------------------------------------

SCR3310 = UsbDevice(vid=0x04E6, pid=0x5116, interface_classes=(CCID,), listed_by_driver=True)
RC_S300 = UsbDevice(vid=0x054C, pid=0x0DC9, interface_classes=(CCID, VENDOR), listed_by_driver=True)
RC_S380 = UsbDevice(vid=0x054C, pid=0x06C3, interface_classes=(VENDOR,), listed_by_driver=False)
RC_S330 = UsbDevice(vid=0x054C, pid=0x02E1, interface_classes=(VENDOR,), listed_by_driver=False)
ACR1281 = UsbDevice(vid=0x072F, pid=0x2224, interface_classes=(CCID,), listed_by_driver=True)
ACR122U = UsbDevice(vid=0x072F, pid=0x2200, interface_classes=(CCID,), listed_by_driver=True)


def device_of(usb: UsbDevice, **changes: Any) -> ReaderDevice:
    """The device manager's entry of a USB reader that runs with Windows' own driver."""
    plain = ReaderDevice(
        instance=f"USB\\VID_{usb.vid:04X}&PID_{usb.pid:04X}\\5&1",
        vid=usb.vid,
        pid=usb.pid,
        description="Smartcard reader",
        device_class="SmartCardReader",
        problem_code=0,
        driver_provider="Microsoft",
        driver_version="10.0.26100.1",
        driver_date=dt.date(2006, 6, 21),
    )
    return replace(plain, **changes)


def contact_reader(**changes: Any) -> ReaderFacts:
    """SCR3310 with an answering card in it."""
    plain = ReaderFacts(
        name="SCM Microsystems Inc. SCR33x USB Smart Card Reader 0",
        model="identiv-scr3310v2",
        kind=ReaderKind.CONTACT,
        flags=PRESENT,
        atr=ATR,
        connect=found(connected()),
    )
    return _changed(plain, changes)


def contactless_reader(**changes: Any) -> ReaderFacts:
    """RC-S300 with a card that lies well."""
    plain = ReaderFacts(
        name="Sony FeliCa Port/PaSoRi 4.0 0",
        model="sony-rc-s300-p",
        kind=ReaderKind.CONTACTLESS,
        flags=PRESENT,
        atr="3B8180018080",
        connect=found(connected()),
    )
    return _changed(plain, changes)


def windows_hello() -> ReaderFacts:
    return ReaderFacts(name="Windows Hello for Business 1", kind=ReaderKind.VIRTUAL, flags=PRESENT)


def tpm_card() -> ReaderFacts:
    return ReaderFacts(
        name="Microsoft Virtual Smart Card 0", model="tpm-virtual-card", kind=ReaderKind.VIRTUAL, flags=PRESENT
    )


def sam_slot(**changes: Any) -> ReaderFacts:
    """An inner slot: always mute, never the caller's card."""
    return replace(ReaderFacts(name="ACS ACR1252 SAM 0", kind=ReaderKind.SAM, flags=PRESENT | MUTE), **changes)


def my_number_card() -> CardFacts:
    """Both certificates, the third generation's CA, all tries left."""
    own = CertificateFacts(
        sha256="AB" * 32,
        serial="123456",
        subject="CN=PRACTICE",
        issuer="OU=JPKI for user authentication,O=JPKI,C=JP",
        organization="JPKI",
        not_before=dt.datetime(2024, 5, 1, tzinfo=dt.UTC),
        not_after=dt.datetime(2029, 5, 1, 14, 59, 59, tzinfo=dt.UTC),
        key_type="RSA",
        key_bits=2048,
    )
    authority = AuthorityFacts(
        sha256=AUTH_CA_3,
        serial="06D18006",
        subject="OU=JPKI for user authentication,O=JPKI,C=JP",
        issuer="OU=JPKI for user authentication,O=JPKI,C=JP",
        organization="JPKI",
        not_before=dt.datetime(2023, 7, 16, 1, 1, 4, tzinfo=dt.UTC),
        not_after=dt.datetime(2033, 7, 15, 14, 59, 59, tzinfo=dt.UTC),
        key_type="RSA",
        key_bits=2048,
    )
    signing = replace(
        authority,
        sha256=SIGN_CA_3,
        serial="067C6A21",
        subject="OU=JPKI for digital signature,O=JPKI,C=JP",
        issuer="OU=JPKI for digital signature,O=JPKI,C=JP",
    )
    tries = {
        PinId.SIGNATURE: 5,
        PinId.AUTHENTICATION: 3,
        PinId.CARD_FACE_INPUT: 3,
        PinId.RESIDENT_COMMON: 3,
        PinId.RESIDENT_JUKI: 3,
    }
    return CardFacts(
        kind=CardKind.MY_NUMBER,
        atr=ATR,
        probes=(ApplicationProbe(application="jpki", aid="D392F000260100000001", sw=0x9000),),
        token_label=found("JPKIAPICCTOKEN2"),
        availability=found(Availability(signature=True, authentication=True)),
        certificates=Certificates(
            authentication=found(own),
            authentication_ca=found(authority),
            signature_ca=found(signing),
            issued_by_card_ca=found(True),
        ),
        pins=tuple(PinFacts(id=pin, state=PinState.TRIES, tries_left=n, sw=0x63C0 + n) for pin, n in tries.items()),
        expires_on=found(dt.date(2032, 5, 17)),
        municipality=found("13999"),
        link=LinkFacts(commands=40, bytes_sent=300, bytes_received=6000, slowest_ms=90.0),
    )


CLOCK = found(Clock(utc=NOW, zone="Asia/Tokyo", built_at=NOW - dt.timedelta(days=30)))
EXTENSION = Extension(browser="chrome", id="ddhaancdmkmeigppopkakhpbboccibla", product="jpki", enabled=True)
NATIVE_HOST = NativeHost(
    browser="chrome", name="jp.go.jpki", scope="system", manifest_readable=True, program_exists=True,
    allowed=(EXTENSION.id,),
)  # fmt: skip
CLIENT = Product(id="jpki", version="3.9", found_by="registry", modules=("JPKIPKCS11Sign64.dll",))
PROGRAMS: dict[str, Any] = {
    "clock": CLOCK,
    "proxy": found(Proxy(configured=False)),
    "products": found((CLIENT,)),
    "extensions": found((EXTENSION,)),
    "native_hosts": found((NATIVE_HOST,)),
}


def _world(host: HostFacts, reader: ReaderFacts) -> Facts:
    return Facts(
        taken_at=NOW,
        tool_version="0.1.0",
        host=host,
        pcsc=PcscFacts(library=found("2.3.1"), context=found(0), readers=found((reader,)), examined=0),
        card=found(my_number_card()),
    )


def windows(usb: UsbDevice = SCR3310, reader: ReaderFacts | None = None) -> Facts:
    """Windows 11 with a contact reader: nothing to say about it."""
    host = HostFacts(
        os=found(OsFacts(
            family=OsFamily.WINDOWS, name="Windows 11", version="25H2", build=26200, edition="Core", arch="x86_64",
            installed_at=dt.datetime(2025, 10, 20, tzinfo=dt.UTC),
        )),
        session=found((SessionKind.LOCAL,)),
        locale=found(LocaleFacts(system_locale="ja-JP", ansi_codepage=932)),
        default_browser=found("edge"),
        **PROGRAMS,
        rosetta=NOT_HERE,
        usb_devices=found((usb,)),
        reader_devices=found((device_of(usb),)),
        driver_bundles=NOT_HERE,
        kernel_modules=NOT_HERE,
        service=found(ServiceFacts(name="SCardSvr", state=ServiceState.RUNNING, start_type="manual")),
        pcsc_access=NOT_HERE,
        apple_ccid_driver=NOT_HERE,
        card_users=found(()),
    )  # fmt: skip
    return _world(host, reader or contact_reader())


def windows_contactless() -> Facts:
    """Windows 11 with a PaSoRi."""
    return windows(RC_S300, contactless_reader())


def linux(usb: UsbDevice = SCR3310, reader: ReaderFacts | None = None) -> Facts:
    """Debian with a contact reader: works, and is not officially supported."""
    host = HostFacts(
        os=found(OsFacts(family=OsFamily.LINUX, name="Debian GNU/Linux 12", version="12", arch="x86_64")),
        session=found((SessionKind.LOCAL,)),
        locale=found(LocaleFacts(system_locale="ja-JP")),
        default_browser=found("firefox"),
        clock=CLOCK,
        rosetta=NOT_HERE,
        usb_devices=found((usb,)),
        reader_devices=NOT_HERE,
        driver_bundles=found((DriverBundle(name="ifd-ccid.bundle", version="1.5.2", reader_count=600),)),
        kernel_modules=found(()),
        service=found(ServiceFacts(name="pcscd", state=ServiceState.RUNNING, start_type="socket")),
        pcsc_access=found(PcscAccess.ALLOWED),
        apple_ccid_driver=NOT_HERE,
        card_users=found(()),
    )
    return _world(host, reader or contact_reader(name="SCM Microsystems Inc. SCR 3310 00 00"))


def macos(usb: UsbDevice = SCR3310) -> Facts:
    """A Mac with Apple silicon and Rosetta 2."""
    host = HostFacts(
        os=found(OsFacts(family=OsFamily.MACOS, name="macOS 26", version="26.1", arch="arm64")),
        session=found((SessionKind.LOCAL,)),
        locale=found(LocaleFacts(system_locale="ja-JP")),
        default_browser=found("safari"),
        **PROGRAMS,
        rosetta=found(True),
        usb_devices=found((usb,)),
        reader_devices=NOT_HERE,
        driver_bundles=found(()),
        kernel_modules=NOT_HERE,
        service=NOT_HERE,
        pcsc_access=NOT_HERE,
        apple_ccid_driver=found(True),
        card_users=found(()),
    )
    return _world(host, contact_reader())


HEALTHY = {
    "windows": windows(),
    "windows_contactless": windows_contactless(),
    "linux": linux(),
    "macos": macos(),
}


# --- what the judge says ----------------------------------------------------------------------------


def judge(facts: Facts) -> Diagnosis:
    return load_judge()(facts)


def finding(facts: Facts, node: str) -> Finding:
    return judge(facts).finding(node)


def assert_says(facts: Facts, node: str, status: Status, variant: str = "") -> Finding:
    """The node's status and variant; nothing that did not fail is explained by another."""
    said = finding(facts, node)
    assert (said.id, said.status, said.variant) == (node, status, variant)
    assert said.status is Status.FAILED or not said.because
    return said


def assert_first_cause(facts: Facts, node: str, variant: str = "") -> Diagnosis:
    """The node failed, nothing deeper explains it, and it is what the caller is told first."""
    diagnosis = judge(facts)
    said = diagnosis.finding(node)
    assert (said.status, said.variant, said.because) == (Status.FAILED, variant, "")
    assert diagnosis.first_cause == node
    return diagnosis


def assert_hidden(facts: Facts, node: str, because: str) -> None:
    """The node failed, and only because of a deeper one that is told first."""
    diagnosis = judge(facts)
    said = diagnosis.finding(node)
    assert (said.status, said.because, diagnosis.first_cause) == (Status.FAILED, because, because)


def evidence_keys(said: Finding) -> list[str]:
    return [evidence.key for evidence in said.evidence]
