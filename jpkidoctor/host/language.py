"""Locale names, spelt one way on all systems: ``ja-JP``."""

from __future__ import annotations

import re

from jpkidoctor.safe_text import safe_text

_LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?(?:[.@].*)?")


def locale_tag(name: str) -> str:
    """``ja_JP.UTF-8`` to ``ja-JP``, ``C.UTF-8`` to ``C``; an unknown form stays, made harmless."""
    name = safe_text(name, 40)
    plain = re.split(r"[.@]", name, maxsplit=1)[0]
    if plain in {"C", "POSIX"}:
        return "C"
    match = _LOCALE.fullmatch(name)
    if match is None:
        return plain
    language, script, region = match.groups()
    parts = [language.lower(), (script or "").title(), (region or "").upper()]
    return "-".join(part for part in parts if part)
