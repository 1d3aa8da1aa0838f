"""A signing key in memory, for the formats' tests: the practice person's, counted."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed


class SoftKey:
    """Implements jpkidoctor.signing.key.SigningKey; ``used`` counts signatures."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: bytes) -> None:
        self._key = key
        self.certificate = certificate
        self.used = 0

    def sign_digest(self, digest: bytes) -> bytes:
        self.used += 1
        return self._key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
