"""The one operation every signature format asks for, whoever holds the key: a card, or a test."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class SignatureFormat(StrEnum):
    """What a signature looks like; the person chooses by purpose (sign-verify.md §3, §7.1)."""

    PDF_TOUKI = "pdf-touki"
    """PDF, adbe.pkcs7.detached with Name and M: the entries 登記ねっと asks for."""
    PADES = "pades"
    """PDF, ETSI.CAdES.detached (PAdES B-B)."""
    CMS = "cms"
    """CAdES-BES with the content inside."""
    CMS_DETACHED = "cms-detached"
    RAW = "raw"
    """RSASSA-PKCS1-v1_5 over SHA-256, with the certificate beside it."""
    XML = "xml"
    """XML-DSig, enveloped."""
    XADES = "xades"
    """XAdES-BES, enveloped."""


class SigningKey(Protocol):
    """An RSA-2048 key that signs digests and cannot be read."""

    @property
    def certificate(self) -> bytes:
        """The certificate of the key, DER."""

    def sign_digest(self, digest: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 over a SHA-256 digest of 32 bytes; 256 bytes. Blocks while the card calculates.

        Raises ValueError for a digest of another length, and what the way to the key raises: the card was lost,
        or asks for the password anew. It is never tried again by itself.
        """
