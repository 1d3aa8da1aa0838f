"""The JPKI-TEST hierarchy: CA certificates and leaf certificates in the shape of the real ones, made in code.

Profiles: sign-verify.md §1.1, §1.2 and §1.4, corrected by official-updates.md §4 (the CA's subjectAltName has
four parts). Three generations of a CA share one DN, so an issuer can be found by signature only. Everything
says JPKI-TEST and the person is made up; nothing here can be taken for a real certificate.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

from jpkidoctor.simulator.practice_keys import KeyStore

TEST_ORGANIZATION = "JPKI-TEST"
FOREIGN_ORGANIZATION = "RENSHU-FOREIGN"
GENERATIONS = (1, 2, 3)
SIGNATURE_POLICY_TEST = ObjectIdentifier("1.2.392.200149.8.5.1.0.20")
AUTHENTICATION_POLICY = ObjectIdentifier("1.2.392.200149.8.5.1.3.30")
OTHER_NAME_ARC = "1.2.392.200149.8.5.5"

_END_OF_DAY = dt.time(14, 59, 59)  # 23:59:59 in Japan


class Purpose(StrEnum):
    """What a certificate is for: 署名用 or 利用者証明用."""

    SIGNATURE = "signature"
    AUTHENTICATION = "authentication"


_UNIT = {
    Purpose.SIGNATURE: "JPKI for digital signature",
    Purpose.AUTHENTICATION: "JPKI for user authentication",
}
_UNIT_JA = {
    Purpose.SIGNATURE: "公的個人認証サービス署名用",
    Purpose.AUTHENTICATION: "公的個人認証サービス利用者証明用",
}
_VALID = {
    1: (dt.datetime(2015, 10, 20, 2, 40, 28, tzinfo=dt.UTC), dt.datetime(2025, 10, 19, 14, 59, 59, tzinfo=dt.UTC)),
    2: (dt.datetime(2019, 9, 14, 23, 41, 56, tzinfo=dt.UTC), dt.datetime(2029, 9, 14, 14, 59, 59, tzinfo=dt.UTC)),
    3: (dt.datetime(2023, 7, 16, 0, 50, 27, tzinfo=dt.UTC), dt.datetime(2033, 7, 15, 14, 59, 59, tzinfo=dt.UTC)),
}
"""Validity of the three generations, as the real signature CAs have it (UTC)."""


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up holder. ``birth`` is era digit and Gregorian YYYYMMDD, ``sex`` 1, 2 or 3 (not known)."""

    name: str = "練習　花子"
    name_substitutes: str = "00000"
    sex: str = "3"
    birth: str = "420000101"
    address: str = "練習県見本市架空町一丁目２番３号"
    address_substitutes: str = "0000000000000000"


@dataclass(frozen=True, slots=True)
class Authority:
    """One practice CA. ``foreign`` is a CA of another organisation that no list knows."""

    purpose: Purpose
    generation: int = 3
    foreign: bool = False

    def __post_init__(self) -> None:
        if self.generation not in GENERATIONS:
            raise ValueError(f"CA generation is 1, 2 or 3, not {self.generation}")

    @property
    def organization(self) -> str:
        return FOREIGN_ORGANIZATION if self.foreign else TEST_ORGANIZATION

    @property
    def key_name(self) -> str:
        return f"{'foreign' if self.foreign else 'ca'}-{self.purpose.value}-{self.generation}"


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when, in UTC with tzinfo."""

    not_before: dt.datetime
    not_after: dt.datetime

    @classmethod
    def ending(cls, not_after: dt.datetime, years: int = 5) -> Validity:
        """The usual life of a certificate: it ends at 23:59:59 in Japan on the day of ``not_after``."""
        end = dt.datetime.combine(not_after.astimezone(dt.UTC).date(), _END_OF_DAY, dt.UTC)
        return cls(end - dt.timedelta(days=365 * years + years // 4), end)


def _text(oid: ObjectIdentifier, value: str) -> x509.NameAttribute[str]:
    return x509.NameAttribute(oid, value)  # UTF8String, as on real cards; C alone is a PrintableString


def _directory_name(*attributes: x509.NameAttribute[str]) -> x509.DirectoryName:
    return x509.DirectoryName(x509.Name([_COUNTRY, *attributes]))


_COUNTRY = x509.NameAttribute(NameOID.COUNTRY_NAME, "JP")


def authority_name(authority: Authority) -> x509.Name:
    """The DN of a CA: the same for all generations, and without a CN."""
    return x509.Name(
        [
            _COUNTRY,
            _text(NameOID.ORGANIZATION_NAME, authority.organization),
            _text(NameOID.ORGANIZATIONAL_UNIT_NAME, _UNIT[authority.purpose]),
            _text(NameOID.ORGANIZATIONAL_UNIT_NAME, "Japan Agency for Local Authority Information Systems"),
        ]
    )


def _serial(*parts: bytes) -> int:
    """A positive serial of at most 31 bits that depends on the key, so a new key gives a new first block."""
    return int.from_bytes(hashlib.sha256(b"\0".join(parts)).digest()[:4], "big") >> 1 | 1


def _spki(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _key_usage(*, sign: bool = False, non_repudiation: bool = False, authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=non_repudiation,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _utf8_string(text: str) -> bytes:
    """DER of a UTF8String of any length below 64 KB."""
    body = text.encode()
    if len(body) < 0x80:
        return b"\x0c" + bytes((len(body),)) + body
    size = 1 if len(body) < 0x100 else 2
    return b"\x0c" + bytes((0x80 | size,)) + len(body).to_bytes(size, "big") + body


def _holder(person: Person) -> x509.SubjectAlternativeName:
    """The six otherNames, in the order in which real certificates carry them."""
    values = (
        (1, person.name),
        (4, person.birth),
        (3, person.sex),
        (5, person.address),
        (2, person.name_substitutes),
        (6, person.address_substitutes),
    )
    return x509.SubjectAlternativeName(
        [x509.OtherName(ObjectIdentifier(f"{OTHER_NAME_ARC}.{tail}"), _utf8_string(value)) for tail, value in values]
    )


def _crl_point(name: x509.GeneralName) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints(
        [x509.DistributionPoint(full_name=[name], relative_name=None, reasons=None, crl_issuer=None)]
    )


class PracticePki:
    """Makes certificates on demand; only the keys that are needed are made."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    @cached_property
    def signature_key(self) -> rsa.RSAPrivateKey:
        """The card's 署名用 private key."""
        return self._keys.rsa_key("leaf-signature")

    @cached_property
    def authentication_key(self) -> rsa.RSAPrivateKey:
        """The card's 利用者証明用 private key."""
        return self._keys.rsa_key("leaf-authentication")

    @cached_property
    def elliptic_key(self) -> ec.EllipticCurvePrivateKey:
        """The key of a practice card of the next kind."""
        return self._keys.ec_key("leaf-elliptic")

    def ca_certificate(self, authority: Authority) -> bytes:
        """DER of a self-signed CA certificate, about 1330 bytes, the same bytes every time for one key."""
        key = self._keys.rsa_key(authority.key_name)
        name = authority_name(authority)
        not_before, not_after = _VALID[authority.generation]
        alternative = _directory_name(
            _text(NameOID.ORGANIZATION_NAME, "公的個人認証サービス"),
            _text(NameOID.ORGANIZATIONAL_UNIT_NAME, _UNIT_JA[authority.purpose]),
            _text(NameOID.ORGANIZATIONAL_UNIT_NAME, "地方公共団体情報システム機構"),
        )
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(_serial(_spki(key.public_key())))
            .not_valid_before(not_before)
            .not_valid_after(not_after)
            .add_extension(_key_usage(authority=True), critical=True)
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_crl_point(x509.DirectoryName(name)), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.DER)

    def signature_certificate(self, issuer: Authority, validity: Validity, person: Person | None = None) -> bytes:
        """DER of a 署名用 certificate with the six otherNames of a made-up person, about 1650 bytes."""
        subject = x509.Name(
            [
                _COUNTRY,
                _text(NameOID.LOCALITY_NAME, "Renshu-ken"),
                _text(NameOID.LOCALITY_NAME, "Mihon-shi"),
                _text(NameOID.COMMON_NAME, "20240101000000000000099999A"),
            ]
        )
        return self._leaf(
            issuer,
            subject,
            self.signature_key.public_key(),
            validity,
            _key_usage(sign=True, non_repudiation=True),
            SIGNATURE_POLICY_TEST,
            _holder(person or Person()),
        )

    def authentication_certificate(self, issuer: Authority, validity: Validity, *, elliptic: bool = False) -> bytes:
        """DER of a 利用者証明用 certificate: no personal data, an opaque CN, about 1400 bytes."""
        subject = x509.Name([_COUNTRY, _text(NameOID.COMMON_NAME, "RENSHU0000TEST99999000A")])
        key = self.elliptic_key.public_key() if elliptic else self.authentication_key.public_key()
        return self._leaf(issuer, subject, key, validity, _key_usage(sign=True), AUTHENTICATION_POLICY, None)

    def _leaf(
        self,
        issuer: Authority,
        subject: x509.Name,
        public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
        validity: Validity,
        usage: x509.KeyUsage,
        policy: ObjectIdentifier,
        holder: x509.SubjectAlternativeName | None,
    ) -> bytes:
        issuer_key = self._keys.rsa_key(issuer.key_name)
        information = x509.PolicyInformation(policy, ["http://www.jpki.go.jp/cps.html"])
        end = validity.not_after.isoformat().encode()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority_name(issuer))
            .public_key(public_key)
            .serial_number(_serial(_spki(public_key), issuer.key_name.encode(), end))
            .not_valid_before(validity.not_before)
            .not_valid_after(validity.not_after)
            .add_extension(usage, critical=True)
            .add_extension(x509.CertificatePolicies([information]), critical=True)
        )
        if holder is not None:
            builder = builder.add_extension(holder, critical=False)
        certificate = (
            builder.add_extension(
                x509.IssuerAlternativeName([_directory_name(_text(NameOID.ORGANIZATION_NAME, "公的個人認証サービス"))]),
                critical=False,
            )
            .add_extension(
                _crl_point(
                    _directory_name(
                        _text(NameOID.ORGANIZATION_NAME, issuer.organization),
                        _text(NameOID.ORGANIZATIONAL_UNIT_NAME, _UNIT[issuer.purpose]),
                        _text(NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
                        _text(NameOID.ORGANIZATIONAL_UNIT_NAME, "Renshu-ken"),
                        _text(NameOID.COMMON_NAME, "Mihon-shi CRLDP"),
                    )
                ),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier(
                    x509.SubjectKeyIdentifier.from_public_key(issuer_key.public_key()).digest,
                    [x509.DirectoryName(authority_name(issuer))],
                    _serial(_spki(issuer_key.public_key())),
                ),
                critical=False,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.DER)
