"""What a PDF carries, told before it is signed: a signature covers scripts and forms that nobody sees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
    """Look into a PDF; None when it cannot be read as one. Loads pyHanko."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        with path.open("rb") as stream:
            reader = PdfFileReader(stream, strict=False)
            if reader.encrypted:
                return PdfContents(0, 0, 0, scripts=False, attachments=False, encrypted=True, locked=False)
            return _contents(reader)
    except Exception:  # a PDF may be broken in every way, and the parser's errors are of many kinds
        return None


def _contents(reader: Any) -> PdfContents:  # noqa: ANN401 - pyHanko ships no types that mypy can follow here
    root = reader.root
    names = root.get("/Names", {})
    fields = root.get("/AcroForm", {}).get("/Fields", ())
    leaves = [leaf for field in fields for leaf in _leaves(field.get_object(), 0)]
    signed = [leaf for leaf in leaves if leaf.get("/FT") == "/Sig" and leaf.get("/V") is not None]
    return PdfContents(
        pages=int(root["/Pages"]["/Count"]),
        signatures=len(signed),
        form_fields=sum(leaf.get("/FT") != "/Sig" for leaf in leaves),
        scripts=any(key in names for key in ("/JavaScript",)) or "/OpenAction" in root or "/AA" in root,
        attachments="/EmbeddedFiles" in names,
        encrypted=False,
        locked=_locked(root),
    )


def _leaves(field: Any, depth: int) -> list[Any]:  # noqa: ANN401
    kids = field.get("/Kids", ())
    named = [kid.get_object() for kid in kids if "/T" in kid.get_object()] if depth < 16 else []
    return [leaf for kid in named for leaf in _leaves(kid, depth + 1)] if named else [field]


def _locked(root: Any) -> bool:  # noqa: ANN401
    perms = root.get("/Perms", {})
    if "/DocMDP" not in perms:
        return False
    for reference in perms["/DocMDP"].get("/Reference", ()):
        if reference.get_object().get("/TransformMethod") == "/DocMDP":
            return int(reference.get_object().get("/TransformParams", {}).get("/P", 2)) == 1
    return False
