"""From the DER of a certificate on the card to its facts, and whether one signed the other."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from typing import TYPE_CHECKING, TypedDict

from jpkidoctor.facts import AuthorityFacts, CertificateFacts
from jpkidoctor.safe_text import safe_text

if TYPE_CHECKING:
    from cryptography import x509


class NotACertificateError(Exception):
    """The bytes are DER but no X.509 certificate that can be read."""


_loading = threading.Lock()
"""cryptography's modules import each other in a circle, which two threads must not do at once."""


def warm_up() -> None:
    """Load what reading a certificate needs (30 ms), for a caller who waits for the card anyway."""
    with _loading:
        import cryptography.hazmat.primitives.asymmetric.ec
        import cryptography.hazmat.primitives.asymmetric.padding
        import cryptography.x509  # noqa: F401


def _load(der: bytes) -> x509.Certificate:
    warm_up()
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(der)
    except (ValueError, TypeError, x509.InvalidVersion) as error:
        raise NotACertificateError from error


def _key(certificate: x509.Certificate) -> tuple[str, int]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return "unknown", 0
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "EC", key.key_size
    return type(key).__name__.lstrip("_"), 0


def _policies(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.CertificatePolicies)
    except (x509.ExtensionNotFound, ValueError):
        return ()
    return tuple(policy.policy_identifier.dotted_string for policy in extension.value)


class _Fields(TypedDict):
    sha256: str
    serial: str
    subject: str
    issuer: str
    organization: str
    not_before: dt.datetime
    not_after: dt.datetime
    key_type: str
    key_bits: int
    policies: tuple[str, ...]
    size: int


def _fields(der: bytes) -> _Fields:
    certificate = _load(der)
    from cryptography.x509.oid import NameOID

    try:
        organization = certificate.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        key_type, key_bits = _key(certificate)
        return _Fields(
            sha256=hashlib.sha256(der).hexdigest().upper(),
            serial=f"{certificate.serial_number:X}",
            subject=safe_text(certificate.subject.rfc4514_string()),
            issuer=safe_text(certificate.issuer.rfc4514_string()),
            organization=safe_text(str(organization[0].value)) if organization else "",
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            key_type=key_type,
            key_bits=key_bits,
            policies=_policies(certificate),
            size=len(der),
        )
    except ValueError as error:
        raise NotACertificateError from error


def certificate_facts(der: bytes) -> CertificateFacts:
    """What a person's certificate says. Raises NotACertificateError; never looks at who signed it."""
    return CertificateFacts(**_fields(der))


def authority_facts(der: bytes, *, from_cache: bool) -> AuthorityFacts:
    """What a CA certificate says. Raises NotACertificateError."""
    return AuthorityFacts(**_fields(der), from_cache=from_cache)


def is_issued_by(der: bytes, ca_der: bytes) -> bool:
    """Whether the CA's key verifies the certificate's signature.

    By signature and not by name: all generations of a JPKI CA share one name (sign-verify.md §1.1).
    Raises NotACertificateError when either cannot be read.
    """
    certificate, authority = _load(der), _load(ca_der)
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    try:
        key = authority.public_key()
        algorithm = certificate.signature_hash_algorithm
        if not isinstance(key, rsa.RSAPublicKey) or algorithm is None:
            return False
        key.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotACertificateError from error
    return True
