"""The names of algorithms in XML signatures (RFC 9231), and how each writes its value."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.verify.signature_value import Algorithm, verify_value

if TYPE_CHECKING:
    from lxml import etree

DS = "{http://www.w3.org/2000/09/xmldsig#}"
_OLD = "http://www.w3.org/2000/09/xmldsig#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_NEWER = "http://www.w3.org/2007/05/xmldsig-more#"
_ENC = "http://www.w3.org/2001/04/xmlenc#"
_HASHES = {
    f"{_OLD}sha1": "sha1",
    f"{_MORE}sha224": "sha224",
    f"{_ENC}sha256": "sha256",
    f"{_MORE}sha384": "sha384",
    f"{_ENC}sha512": "sha512",
}
_SIZES = {"sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
METHODS = {
    f"{_OLD}rsa-sha1": Algorithm("pkcs1", "sha1"),
    **{f"{_MORE}rsa-{name}": Algorithm("pkcs1", name) for name in _SIZES if name != "sha1"},
    **{f"{_MORE}ecdsa-{name}": Algorithm("ecdsa", name) for name in _SIZES},
    # RFC 9231 §2.3.10: the salt is as long as the hash, and the mask uses the same hash
    **{f"{_NEWER}{name}-rsa-MGF1": Algorithm("pss", name, size) for name, size in _SIZES.items()},
}


def hash_of(parent: etree._Element) -> str | None:
    """hashlib's name of the DigestMethod below ``parent``; None for one that this does not know."""
    method = parent.find(f"{DS}DigestMethod")
    return _HASHES.get(method.get("Algorithm", "")) if method is not None else None


def verify_xml_value(key: object, value: bytes, digest: bytes, algorithm: Algorithm) -> tuple[Mark, str]:
    """As ``verify_value``, with ECDSA's two numbers side by side (RFC 9231 §2.3.6) instead of in DER."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    if algorithm.scheme == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
        half = (key.key_size + 7) // 8
        if len(value) != 2 * half:
            return Mark.NG, "differs"
        value = encode_dss_signature(int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))
    return verify_value(key, value, digest, algorithm)


def unbase64(text: str | None) -> bytes:
    """Base64 with any white space; empty for garbage."""
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
