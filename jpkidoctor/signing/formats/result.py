"""What a format gives back, and how it says no."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """The signed file. ``beside`` are further files by the suffix that follows the output's name
    (``.cer`` for the certificate of a raw signature)."""

    data: bytes
    beside: tuple[tuple[str, bytes], ...] = ()


class FormatRefusedError(Exception):
    """This format cannot sign this file, or not with this key. ``reason`` has a sentence ``sign.format.<reason>``.

    Raised before the key is used, except by ``timestamp_*`` reasons.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Timestamps(Protocol):
    """Gives RFC 3161 tokens: ``timestamp.TimestampServer``."""

    def token(self, digest: bytes) -> bytes:
        """DER of the token (a CMS ContentInfo) over a SHA-256 digest. Raises FormatRefusedError."""


@dataclass(frozen=True, slots=True)
class SigningDetails:
    """What a signature says beside the signature itself."""

    signing_time: dt.datetime
    """The signer's own claim, with tzinfo."""
    reason: str = ""
    """PDF only."""
    stamp: bool = False
    """PDF only: a visible stamp on the first page."""
    timestamps: Timestamps | None = None
