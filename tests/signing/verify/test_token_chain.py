"""The path from a timestamp's certificate to an authority: every step has to be allowed to make the next one."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from jpkidoctor.signing.trust import Anchor, sha256_of
from jpkidoctor.signing.verify.token_chain import is_for_timestamps, leads_to_anchor

WHEN = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
_KEYS = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("root", "one", "two", "leaf")}
_STAMPS = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING])
_CA = x509.BasicConstraints(ca=True, path_length=None)


def issue(
    name: str, by: str, *extensions: tuple[x509.ExtensionType, bool], end: dt.datetime = WHEN + dt.timedelta(days=9)
) -> x509.Certificate:
    def names(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, common)])

    builder = x509.CertificateBuilder(names(by), names(name), _KEYS[name].public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(WHEN - dt.timedelta(days=9)).not_valid_after(end)
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    return builder.sign(_KEYS[by], hashes.SHA256())


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


ROOT = issue("root", "root", (_CA, True))
ONE = issue("one", "root", (_CA, True))
TWO = issue("two", "one", (_CA, True))
LEAF = issue("leaf", "two", (_STAMPS, True))


def counts(*between: x509.Certificate, leaf: x509.Certificate = LEAF, root: x509.Certificate = ROOT) -> bool:
    anchors = (Anchor(der(root), sha256_of(der(root)), "timestamp", None),)
    return leads_to_anchor(leaf, [der(one) for one in between], anchors, WHEN)


def test_two_authorities_between_are_followed_in_any_order():
    assert counts(ONE, TWO) and counts(TWO, ONE) and counts(LEAF, TWO, ROOT, ONE)
    assert not counts(ONE) and not counts(TWO) and not counts()


def _usage(sign: bool) -> x509.KeyUsage:
    others = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=sign, crl_sign=False, encipher_only=False, decipher_only=False, **others
    )


@pytest.mark.parametrize(
    ("extensions", "allowed"),
    [
        (((_CA, True), (_usage(True), True)), True),
        (((_CA, True), (_usage(False), True)), False),
        ((), False),
        (((x509.BasicConstraints(ca=False, path_length=None), True),), False),
        (((_CA, True), (_STAMPS, False)), True),
        (((_CA, True), (x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), False)), False),
        (((_CA, True), (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\5\0"), True)), False),
    ],
    ids=["signs", "may not sign", "nothing", "no authority", "stamps", "servers", "unknown critical"],
)
def test_an_authority_between_must_be_one(extensions, allowed):
    assert counts(issue("one", "root", *extensions), TWO) is allowed


def test_length_and_time_of_every_step_count():
    assert not counts(issue("one", "root", (x509.BasicConstraints(ca=True, path_length=0), True)), TWO)
    assert counts(issue("one", "root", (x509.BasicConstraints(ca=True, path_length=1), True)), TWO)
    before = WHEN - dt.timedelta(days=1)
    assert not counts(issue("one", "root", (_CA, True), end=before), TWO)
    assert not counts(ONE, TWO, leaf=issue("leaf", "two", (_STAMPS, True), end=before))
    assert not counts(ONE, TWO, root=issue("root", "root", (_CA, True), end=before))
    assert not counts(ONE, TWO, root=issue("root", "root"))  # added by hand, and no authority all the same


def test_certificates_that_issue_each_other_end_soon():
    """Every path through thirty of them would be 30^5."""
    began = time.perf_counter()
    ring = [issue("one", "two", (_CA, True)), issue("two", "one", (_CA, True))]
    assert not counts(*ring, *[issue("one", "two", (_CA, True)) for _ in range(28)])
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize(
    ("extensions", "stamps"),
    [
        (((_STAMPS, True),), True),
        (((_STAMPS, False),), False),
        ((), False),
        (((x509.ExtendedKeyUsage([*_STAMPS, x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), True),), False),
    ],
    ids=["critical", "not critical", "none", "more"],
)
def test_a_timestamps_certificate_is_for_nothing_else(extensions, stamps):
    assert is_for_timestamps(issue("leaf", "two", *extensions)) is stamps
