"""A certificate as a person reads it: frozen, typed, every string harmless, the personal ones masked."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from jpkidoctor.card.certificates import NotACertificateError, certificate_facts, warm_up
from jpkidoctor.privacy import Privacy
from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.der import Refusal, UnreadableCertificateError, certificate_der
from jpkidoctor.signing.holder import Holder, decode_holder
from jpkidoctor.signing.japanese_date import era_date, japanese_day
from jpkidoctor.signing.masked import Masked

if TYPE_CHECKING:
    from cryptography import x509

Purpose = Literal["signature", "authentication"]

POLICIES: dict[str, tuple[str, Purpose]] = {
    "1.2.392.200149.8.5.1.1.20": ("production", "signature"),
    "1.2.392.200149.8.5.1.3.30": ("production", "authentication"),
    "1.2.392.200149.8.5.1.0.20": ("test", "signature"),
}
"""Policy OIDs and what they say (sign-verify.md §1.2). The test OID for authentication is not known."""


class PolicyKind(StrEnum):
    PRODUCTION_SIGNATURE = "production_signature"
    PRODUCTION_AUTHENTICATION = "production_authentication"
    TEST_SIGNATURE = "test_signature"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PolicyView:
    """One certificate policy. Being named is no proof: anybody can write an OID into a certificate."""

    oid: str
    kind: PolicyKind


class Period(StrEnum):
    NOT_YET = "not_yet"
    VALID = "valid"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ValidityView:
    """From when to when (UTC), and as days in Japan, where notAfter 14:59:59Z is the end of that day."""

    not_before: dt.datetime
    not_after: dt.datetime
    first_day: dt.date
    last_day: dt.date
    era_first: str
    era_last: str
    period: Period
    days_left: int
    """Days from today in Japan to the last day; negative after it."""


@dataclass(frozen=True, slots=True)
class CertificateView:
    """Everything shown of one certificate. Serial, names and fingerprints of a person's are personal."""

    der: bytes
    subject: Masked
    issuer: str
    organization: str
    """O of the issuer. A claim: who signed is ``chain.py``'s to say."""
    serial_hex: Masked
    serial_decimal: Masked
    validity: ValidityView
    key_type: str
    key_bits: int
    is_ca: bool
    key_usage: tuple[str, ...]
    """Names of RFC 5280, such as ``digital_signature``; empty when the certificate has no key usage."""
    policies: tuple[PolicyView, ...]
    sha256: Masked
    """Upper-case hex in groups of four."""
    sha1: Masked
    """For comparing with older lists only: SHA-1 proves nothing."""
    subject_key_id: Masked
    holder: Holder | None

    def __repr__(self) -> str:
        return f"CertificateView({self.issuer!r}, is_ca={self.is_ca})"  # the DER holds a person's name


def grouped(hex_digits: str) -> str:
    """Hex digits in groups of four, as they are compared by eye."""
    return " ".join(hex_digits[i : i + 4] for i in range(0, len(hex_digits), 4))


def view_certificate(data: bytes, now: dt.datetime) -> CertificateView:
    """The view of the certificate in ``data`` (DER or PEM) at ``now`` (with tzinfo).

    Raises UnreadableCertificateError; hostile bytes raise nothing else.
    """
    der = certificate_der(data)
    warm_up()
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        facts = certificate_facts(der)
        certificate = x509.load_der_x509_certificate(der)
        extensions = {extension.oid.dotted_string: extension.value for extension in certificate.extensions}
    except (
        NotACertificateError,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
        x509.InvalidVersion,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ) as e:
        raise UnreadableCertificateError(Refusal.NOT_A_CERTIFICATE) from e
    constraints = extensions.get("2.5.29.19")
    is_ca = isinstance(constraints, x509.BasicConstraints) and constraints.ca
    holder = _holder(extensions.get("2.5.29.17"))
    privacy = Privacy.PUBLIC if is_ca and holder is None else Privacy.PERSONAL
    key_id = extensions.get("2.5.29.14")
    serial = facts.serial if len(facts.serial) % 2 == 0 else f"0{facts.serial}"
    return CertificateView(
        der=der,
        subject=Masked(facts.subject, privacy),
        issuer=facts.issuer,
        organization=facts.organization,
        serial_hex=Masked(serial, privacy),
        serial_decimal=Masked(str(certificate.serial_number), privacy),
        validity=_validity(facts.not_before, facts.not_after, now),
        key_type=facts.key_type,
        key_bits=facts.key_bits,
        is_ca=is_ca,
        key_usage=_usage(extensions.get("2.5.29.15")),
        policies=tuple(PolicyView(oid, policy_kind(oid)) for oid in facts.policies),
        sha256=Masked(grouped(facts.sha256), privacy),
        sha1=Masked(grouped(hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()), privacy),
        subject_key_id=Masked(
            grouped(key_id.digest.hex().upper()) if isinstance(key_id, x509.SubjectKeyIdentifier) else "", privacy
        ),
        holder=holder,
    )


def policy_kind(oid: str) -> PolicyKind:
    """What a policy OID says."""
    found = POLICIES.get(oid)
    return PolicyKind.UNKNOWN if found is None else PolicyKind(f"{found[0]}_{found[1]}")


def stated_purpose(view: CertificateView) -> Purpose:
    """What a certificate says it is for; which CA must have signed it."""
    kinds = {policy.kind for policy in view.policies}
    if kinds & {PolicyKind.PRODUCTION_SIGNATURE, PolicyKind.TEST_SIGNATURE}:
        return "signature"
    if PolicyKind.PRODUCTION_AUTHENTICATION in kinds:
        return "authentication"
    if view.is_ca:
        return "signature" if "digital signature" in view.issuer else "authentication"
    return "signature" if "content_commitment" in view.key_usage else "authentication"


def _validity(not_before: dt.datetime, not_after: dt.datetime, now: dt.datetime) -> ValidityView:
    first, last = japanese_day(not_before), japanese_day(not_after)
    period = Period.NOT_YET if now < not_before else Period.EXPIRED if now > not_after else Period.VALID
    days_left = (last - japanese_day(now)).days
    return ValidityView(not_before, not_after, first, last, era_date(first), era_date(last), period, days_left)


_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


def _usage(extension: x509.ExtensionType | None) -> tuple[str, ...]:
    from cryptography import x509

    if not isinstance(extension, x509.KeyUsage):
        return ()
    return tuple(name for name in _USES if getattr(extension, name))


def _holder(extension: x509.ExtensionType | None) -> Holder | None:
    from cryptography import x509

    if not isinstance(extension, x509.SubjectAlternativeName):
        return None
    entries = [
        (safe_text(name.type_id.dotted_string), name.value) for name in extension if isinstance(name, x509.OtherName)
    ]
    return decode_holder(entries) if entries else None
