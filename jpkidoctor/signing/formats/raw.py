"""RSASSA-PKCS1-v1_5 over the SHA-256 of a file, with the certificate beside it."""

from __future__ import annotations

import hashlib

from jpkidoctor.signing.formats.result import SignedDocument
from jpkidoctor.signing.key import SigningKey


def sign_raw(content: bytes, key: SigningKey) -> SignedDocument:
    """256 bytes, and ``.cer`` (DER) beside them. Raises what the key raises."""
    return SignedDocument(key.sign_digest(hashlib.sha256(content).digest()), ((".cer", key.certificate),))
