from __future__ import annotations

import base64
import datetime as dt
import hashlib
import shutil
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from jpkidoctor.signing.certificate_view import Period, PolicyKind, view_certificate
from jpkidoctor.signing.der import Refusal, UnreadableCertificateError
from jpkidoctor.signing.holder import ARC, decode_holder
from jpkidoctor.signing.masked import MASK, Masked
from jpkidoctor.simulator.practice_pki import Authority, Person, PracticePki, Purpose
from tests.signing.conftest import NOW, VALIDITY

SIGN = Authority(Purpose.SIGNATURE, 3)
CANARY = Person("鯨井　鸚鵡", "01000", "2", "419951231", "見本県鯨町１", "000001")


def _pem(der: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


def _utf8(text: str) -> bytes:
    body = text.encode()
    return bytes((0x0C, len(body))) + body


def test_one_certificate_in_every_wrapping_is_the_same(pki: PracticePki) -> None:
    der = pki.signature_certificate(SIGN, VALIDITY)
    views = [view_certificate(data, NOW) for data in (der, der + b"\0" * 300, _pem(der), b"text\n" + _pem(der))]
    assert {view.der for view in views} == {der}


def test_dates_are_japanese(pki: PracticePki) -> None:
    validity = view_certificate(pki.signature_certificate(SIGN, VALIDITY), NOW).validity
    assert (validity.last_day, validity.era_last) == (dt.date(2028, 1, 1), "令和10年1月1日")
    assert (validity.period, validity.days_left) == (Period.VALID, 405)
    last_second = VALIDITY.not_after
    assert view_certificate(pki.signature_certificate(SIGN, VALIDITY), last_second).validity.days_left == 0


def test_the_four_attributes(pki: PracticePki) -> None:
    view = view_certificate(pki.signature_certificate(SIGN, VALIDITY, CANARY), NOW)
    holder = view.holder
    assert holder is not None and holder.name and holder.address and holder.birth and holder.sex
    assert (holder.name.text.reveal(), holder.name.positions) == ("鯨井　鸚鵡", (2,))
    assert (holder.address.text.reveal(), holder.address.positions) == ("見本県鯨町１", (6,))
    assert holder.birth.text.reveal() == "平成7年12月31日 (1995-12-31)"
    assert holder.sex.reveal() == "2"
    assert [policy.kind for policy in view.policies] == [PolicyKind.TEST_SIGNATURE]
    assert view.key_usage == ("digital_signature", "content_commitment")


def test_nothing_personal_slips_out_unasked(pki: PracticePki) -> None:
    view = view_certificate(pki.signature_certificate(SIGN, VALIDITY, CANARY), NOW)
    told = f"{view!r} {view} {view.holder!r} {view.subject} {view.serial_hex!r} {view.sha256}"
    for canary in ("鯨", "鸚鵡", "1995", "99999A", view.serial_hex.reveal(), view.sha256.reveal()):
        assert canary not in told
    assert f"{Masked('x')} {Masked('x')!r}" == f"{MASK} Masked('{MASK}')"


@pytest.mark.parametrize(
    ("raw", "fits", "shown"),
    [
        ("119120730", True, "明治45年7月30日 (1912-07-30)"),
        ("219120730", True, "大正元年7月30日 (1912-07-30)"),
        ("119120731", False, "1912-07-31 (119120731)"),
        ("219261225", True, "大正15年12月25日 (1926-12-25)"),
        ("319261225", True, "昭和元年12月25日 (1926-12-25)"),
        ("319890107", True, "昭和64年1月7日 (1989-01-07)"),
        ("319890108", False, "1989-01-08 (319890108)"),
        ("419890108", True, "平成元年1月8日 (1989-01-08)"),
        ("420190430", True, "平成31年4月30日 (2019-04-30)"),
        ("519890108", False, "1989-01-08 (519890108)"),
        ("520190501", True, "令和元年5月1日 (2019-05-01)"),
        ("319500000", None, "319500000"),
        ("000000000", None, "000000000"),
        ("9abc", None, "9abc"),
    ],
)
def test_birth_dates_and_era_borders(raw: str, fits: bool | None, shown: str) -> None:
    birth = decode_holder([(f"{ARC}4", _utf8(raw))]).birth
    assert birth is not None
    assert (birth.era_fits, birth.text.reveal()) == (fits, shown)


def test_unknown_entries_are_kept() -> None:
    holder = decode_holder([(f"{ARC}9", _utf8("れんしゅう")), (f"{ARC}1", b"\x04\x01\xff"), (f"{ARC}3", _utf8("1"))])
    assert [(e.oid, e.text.reveal()) for e in holder.others] == [(f"{ARC}9", "れんしゅう"), (f"{ARC}1", "0401FF")]
    assert holder.name is None


def test_escape_codes_in_names_are_dropped() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    evil = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A\x1b]0;owned\x07\x1b[31mB\u202e")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(evil)
        .issuer_name(evil)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.OtherName(x509.ObjectIdentifier(f"{ARC}1"), _utf8("\x1b[2J練習"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    view = view_certificate(certificate.public_bytes(serialization.Encoding.DER), NOW)
    assert view.holder is not None and view.holder.name is not None
    texts = (view.issuer, view.subject.reveal(), view.organization, view.holder.name.text.reveal())
    assert not any(ch in text for text in texts for ch in "\x1b\x07\u202e")
    assert view.holder.name.text.reveal() == "練習"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Refusal.EMPTY),
        (b"\0" * 2000, Refusal.EMPTY),
        (b"hello", Refusal.NOT_DER),
        (b"\x30\x82\xff\xff" + b"\0" * 10, Refusal.TOO_LARGE),
        (b"\x30" + b"a" * 100_000, Refusal.TOO_LARGE),
        (b"\x30\x20abc", Refusal.CUT_SHORT),
        (b"\x30\x03\x02\x01\x05", Refusal.NOT_A_CERTIFICATE),
        (b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----", Refusal.BAD_PEM),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", Refusal.BAD_PEM),
    ],
)
def test_hostile_bytes_are_refused_with_the_reason(data: bytes, reason: Refusal) -> None:
    with pytest.raises(UnreadableCertificateError) as caught:
        view_certificate(data, NOW)
    assert caught.value.reason is reason


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_changed_bytes_raise_nothing_else(pki: PracticePki, data: st.DataObject) -> None:
    der = bytearray(pki.signature_certificate(SIGN, VALIDITY))
    for _ in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    try:
        view_certificate(bytes(der), NOW)
    except UnreadableCertificateError as error:
        assert error.reason in Refusal


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_openssl_reads_the_same(pki: PracticePki) -> None:
    view = view_certificate(pki.signature_certificate(SIGN, VALIDITY), NOW)
    done = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-noout", "-serial", "-enddate", "-fingerprint", "-sha256"],
        input=view.der,
        capture_output=True,
        check=True,
    )
    told = done.stdout.decode()
    assert f"serial={view.serial_hex.reveal()}\n" in told
    assert "notAfter=Jan  1 14:59:59 2028 GMT" in told
    assert view.sha256.reveal().replace(" ", "") in told.replace(":", "")
    assert hashlib.sha256(view.der).hexdigest().upper() == view.sha256.reveal().replace(" ", "")


def test_a_version_that_does_not_exist_is_refused(pki: PracticePki) -> None:
    der = pki.signature_certificate(SIGN, VALIDITY)
    with pytest.raises(UnreadableCertificateError):
        view_certificate(der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x55", 1), NOW)
