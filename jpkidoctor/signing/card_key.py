"""The card's two keys, kept apart by type: one signs documents, the other only answers a challenge.

``SignatureCardKey`` is a ``SigningKey`` and goes to every format. ``AuthenticationCardKey`` has no ``sign_digest``
and cannot be passed to one (sign-verify.md §7.1 item 7).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol, final

from jpkidoctor.card import applications as app

SHA256_DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")
"""DER of DigestInfo for SHA-256 up to the hash itself (RFC 8017 §9.2, note 1)."""
DIGEST_LENGTH = 32


class SignatureMismatchError(Exception):
    """The card's signature does not verify with the certificate's public key: card or certificate is at fault."""


class KeyCard(Protocol):
    """What a key needs of the card: ``card.pin_session.PinSession`` after its PIN was entered."""

    def read_certificate(self, file_id: int) -> bytes: ...

    def sign(self, key_file: int, digest_info: bytes) -> bytes: ...


def verify_digest(certificate: bytes, digest: bytes, signature: bytes) -> None:
    """RSASSA-PKCS1-v1_5 over a SHA-256 digest, by the key in a DER certificate.

    Raises SignatureMismatchError; ValueError when the certificate cannot be read or its key is not RSA.
    """
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("the certificate's key is not RSA")
    try:
        key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    except InvalidSignature as error:
        raise SignatureMismatchError from error


def _sign(card: KeyCard, key_file: int, certificate: bytes, digest: bytes) -> bytes:
    if len(digest) != DIGEST_LENGTH:
        raise ValueError(f"a SHA-256 digest has {DIGEST_LENGTH} bytes, not {len(digest)}")
    signature = card.sign(key_file, SHA256_DIGEST_INFO + digest)
    verify_digest(certificate, digest, signature)
    return signature


@final
class SignatureCardKey:
    """The key of the signature certificate; its password was entered in ``card``. Implements SigningKey."""

    def __init__(self, card: KeyCard) -> None:
        self._card = card
        self._certificate = card.read_certificate(app.EF_SIGNATURE_CERTIFICATE)
        self.signatures = 0
        """How many were made so far."""

    @property
    def certificate(self) -> bytes:
        return self._certificate

    def sign_digest(self, digest: bytes) -> bytes:
        """As SigningKey; each signature is verified with the certificate's key before it is given away.

        Raises also VerifiedNoMoreError, CardRefusedError, LinkError and SignatureMismatchError.
        """
        signature = _sign(self._card, app.EF_SIGNATURE_KEY, self._certificate, digest)
        self.signatures += 1
        return signature

    def sign_test_sentence(self, sentence: str) -> None:
        """カード動作確認: sign a sentence that says it is a test, verify, and throw the signature away."""
        self.sign_digest(hashlib.sha256(sentence.encode()).digest())


@final
class AuthenticationCardKey:
    """The key of the authentication certificate; its PIN was entered in ``card``. It signs no documents."""

    def __init__(self, card: KeyCard) -> None:
        self._card = card
        self._certificate = card.read_certificate(app.EF_AUTHENTICATION_CERTIFICATE)

    @property
    def certificate(self) -> bytes:
        """DER."""
        return self._certificate

    def answers_challenge(self, random_bytes: Callable[[int], bytes]) -> None:
        """Prove that the key is the certificate's: a random challenge of 32 bytes, signed and verified here.

        The signature is thrown away. Raises SignatureMismatchError and what the card raises.
        """
        digest = hashlib.sha256(random_bytes(DIGEST_LENGTH)).digest()
        _sign(self._card, app.EF_AUTHENTICATION_KEY, self._certificate, digest)
