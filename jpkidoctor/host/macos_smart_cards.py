"""Parser for ``system_profiler -json SPSmartCardsDataType``: readers a driver took, drivers, tokens (host-probes §1.2).

The same output may hold the text of certificates, which name a person, and cards' ATRs. Only three sections are
looked at, only the part of a line before its bracket is kept, and a line that looks like anything else is dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jpkidoctor.host.macos_registry import parse_json
from jpkidoctor.safe_text import safe_text

_NUMBER = re.compile(r"#[0-9]{1,3}")
_CARD_STATE = re.compile(r"\s*\((?:ATR\b|no card\b|card\b).*$", re.IGNORECASE | re.DOTALL)
_DRIVER = re.compile(r"\s*([^\s()/:]{1,100}|\(null\)):([^\s()/:]{1,40}|\(null\))(?:\s|$)")
_LONGEST = 300
_MOST = 64


@dataclass(frozen=True, slots=True)
class MacDriver:
    """A reader driver or token extension: bundle id (``fr.apdu.ccid.smartcardccid``) and version."""

    id: str
    version: str


@dataclass(frozen=True, slots=True)
class MacSmartCards:
    """What macOS' own smart card system says."""

    readers: tuple[str, ...] | None
    """Names of the readers some driver took; None when the section is missing, which is not "no reader"."""
    drivers: tuple[MacDriver, ...] = ()
    tokens: tuple[MacDriver, ...] = ()


def parse_smart_cards(data: bytes) -> MacSmartCards | None:
    """The three sections, or None when this is no such output. Never raises."""
    content = parse_json(data)
    sections = content.get("SPSmartCardsDataType") if isinstance(content, dict) else None
    if not isinstance(sections, list):
        return None
    readers = _lines(sections, "READERS")
    return MacSmartCards(
        readers=None if readers is None else tuple(name for line in readers if (name := reader_name(line))),
        drivers=_drivers(_lines(sections, "READERS_DRIVERS")),
        tokens=_drivers(_lines(sections, "TOKEN_DRIVERS")) + _drivers(_lines(sections, "SMARTCARDS_DRIVERS")),
    )


def reader_name(line: str) -> str:
    """``Contoso 3310`` of ``Contoso 3310 (ATR:{length = 15, bytes = 0x3bda...})``; empty for what is no name."""
    if len(line) > _LONGEST or "-----" in line:
        return ""
    return safe_text(_CARD_STATE.sub("", line), 100)


def _lines(sections: list[object], name: str) -> list[str] | None:
    """The numbered lines of a section; None when there is no such section."""
    for section in sections[:_MOST]:
        if isinstance(section, dict) and section.get("_name") == name:
            lines = [value for key, value in section.items() if _NUMBER.fullmatch(key) and isinstance(value, str)]
            return lines[:_MOST]
    return None


def _drivers(lines: list[str] | None) -> tuple[MacDriver, ...]:
    """``id:version (path)``; a path is not kept. ``(null):(null)`` also stands on systems that work: dropped."""
    matches = (_DRIVER.match(line[:_LONGEST]) for line in lines or ())
    return tuple(
        MacDriver(safe_text(match[1], 100), safe_text(match[2], 40))
        for match in matches
        if match is not None and match[1] != "(null)"
    )
