"""What a PDF carries, told before it is signed: a signature covers scripts and forms that nobody sees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jpkidoctor.signing.limits import LimitReachedError, within_limits
from jpkidoctor.signing.pdf_objects import allows_no_change, entry, form_fields


@dataclass(frozen=True, slots=True)
class PdfContents:
    """Seen without running anything."""

    pages: int
    signatures: int
    """Filled signature fields, of whatever kind."""
    form_fields: int
    scripts: bool
    """JavaScript, or an action that starts by itself."""
    attachments: bool
    encrypted: bool
    locked: bool
    """Its certification signature allows no further change (DocMDP 1)."""


def read_pdf_contents(path: Path) -> PdfContents | None:
    """Look into a PDF; None when it cannot be read as one within the limits of size, time and memory."""
    try:
        return within_limits(lambda: _read(path.read_bytes()))
    except LimitReachedError:
        return None
    except Exception:  # a PDF may be broken in every way, and the parser's errors are of many kinds
        return None


def _read(data: bytes) -> PdfContents:
    from jpkidoctor.signing.pdf_reading import pdf_reader

    reader = pdf_reader(data)
    if reader.encrypted:
        return PdfContents(0, 0, 0, scripts=False, attachments=False, encrypted=True, locked=False)
    return _contents(reader.root)


def _contents(root: Any) -> PdfContents:  # noqa: ANN401 - pyHanko ships no types that mypy can follow here
    names = entry(root, "/Names", {})
    leaves = [field for field in form_fields(root) if not field.has_fields and "/T" in field.dictionary]
    signed = [field for field in leaves if field.kind == "/Sig" and "/V" in field.dictionary]
    return PdfContents(
        pages=int(root["/Pages"]["/Count"]),
        signatures=len(signed),
        form_fields=sum(field.kind != "/Sig" for field in leaves),
        scripts="/JavaScript" in names or "/OpenAction" in root or "/AA" in root,
        attachments="/EmbeddedFiles" in names,
        encrypted=False,
        locked=allows_no_change(root),
    )
