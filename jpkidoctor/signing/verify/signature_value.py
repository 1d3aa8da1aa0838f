"""Whether a public key verifies a signature value over a digest. Padding is the library's business, never ours.

An own look at the padding is how forged signatures pass (Bleichenbacher's and BERserk's kind): cryptography
compares the whole padded block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from jpkidoctor.card.certificates import warm_up
from jpkidoctor.signing.chain import Mark

if TYPE_CHECKING:
    from cryptography import x509

Scheme = Literal["pkcs1", "pss", "ecdsa"]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """How a signature value was made. ``salt`` (bytes) and ``mask`` are PSS's; no ``mask`` means the hash itself."""

    scheme: Scheme
    hash: str
    salt: int = 0
    mask: str = ""


def verify_value(key: object, value: bytes, digest: bytes, algorithm: Algorithm) -> tuple[Mark, str]:
    """OK ``verified``, NG ``differs``, or UNCONFIRMED ``other_key`` for a key this does not know."""
    warm_up()
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    known: dict[str, type[hashes.HashAlgorithm]] = {
        "md5": hashes.MD5,
        "sha1": hashes.SHA1,
        "sha224": hashes.SHA224,
        "sha256": hashes.SHA256,
        "sha384": hashes.SHA384,
        "sha512": hashes.SHA512,
    }
    chosen = known[algorithm.hash]()
    mask = known[algorithm.mask or algorithm.hash]()
    if len(digest) != chosen.digest_size:
        return Mark.NG, "differs"
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm.scheme == "pkcs1":
            key.verify(value, digest, padding.PKCS1v15(), Prehashed(chosen))
        elif isinstance(key, rsa.RSAPublicKey) and algorithm.scheme == "pss":
            key.verify(value, digest, padding.PSS(padding.MGF1(mask), algorithm.salt), Prehashed(chosen))
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm.scheme == "ecdsa":
            key.verify(value, digest, ec.ECDSA(Prehashed(chosen)))
        else:
            return Mark.UNCONFIRMED, "other_key"
    except InvalidSignature:
        return Mark.NG, "differs"
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return Mark.UNCONFIRMED, "other_key"
    return Mark.OK, "verified"


def public_key(certificate: x509.Certificate) -> object | None:
    """The key, or None for a kind that the library does not know."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return None


def key_words(key: object) -> tuple[str, int]:
    """``RSA`` or ``EC`` and the size in bits, for showing."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "EC", key.key_size
    return "?", 0
