"""The signer's certificate as the formats need it, and the refusal of one that must not sign documents."""

from __future__ import annotations

from jpkidoctor.signing.formats.result import FormatRefusedError
from jpkidoctor.signing.holder import ARC

_NAME = f"{ARC}1"


def require_document_key(certificate: bytes) -> None:
    """Refuse a certificate without nonRepudiation, or of another key than RSA: the authentication key never signs
    documents (sign-verify.md §7.1 item 7). Raises FormatRefusedError."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

    try:
        parsed = x509.load_der_x509_certificate(certificate)
        usage = parsed.extensions.get_extension_for_class(x509.KeyUsage).value
        key = parsed.public_key()
    except Exception as error:  # whatever is wrong with it, it signs no document
        raise FormatRefusedError("certificate_unreadable") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise FormatRefusedError("key_not_rsa")
    if not usage.content_commitment:
        raise FormatRefusedError("not_a_document_key")


def signer_name(certificate: bytes) -> str:
    """氏名 as it stands in the certificate (full-width, U+3000 between the parts), else the subject's CN."""
    from asn1crypto import x509

    parsed = x509.Certificate.load(certificate)
    for name in parsed.subject_alt_name_value or ():
        if name.name == "other_name" and name.chosen["type_id"].dotted == _NAME:
            return str(name.chosen["value"].native)
    common = parsed.subject.native.get("common_name", "")
    return str(common[0] if isinstance(common, list) else common)
