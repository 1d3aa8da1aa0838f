"""What a person asks to be signed, as one frozen value: a command, the screens' desk and a test make the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jpkidoctor.signing.key import SignatureFormat

PDF_FORMATS = frozenset({SignatureFormat.PDF_TOUKI, SignatureFormat.PADES})
XML_FORMATS = frozenset({SignatureFormat.XML, SignatureFormat.XADES})
WITHOUT_TIMESTAMP = XML_FORMATS | {SignatureFormat.RAW}
"""Formats that have no place for an RFC 3161 token here."""


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """Files and how they are to be signed. There is no field for a PIN."""

    files: tuple[Path, ...]
    form: SignatureFormat
    out: Path | None = None
    """Directory of the outputs; None: each beside its input."""
    timestamp_url: str = ""
    """RFC 3161 server that gets the hash of each signature; empty: nothing goes to the network."""
    stamp: bool = False
    """Draw a visible stamp on the first page. PDF only."""
