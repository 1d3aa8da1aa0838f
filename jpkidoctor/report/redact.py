"""Hiding what names a person or a machine, by the mark in the type and not by guessing at the text.

A hidden machine name becomes a pseudonym that is the same wherever it stands in one report, so two lines
about ``reader-A`` can still be matched (anchors.md part D).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

import msgspec
from msgspec import Struct

from jpkidoctor.facts import Facts
from jpkidoctor.privacy import Privacy
from jpkidoctor.report.walk import map_struct

HIDDEN_MARK = "(hidden)"
"""What stands in place of a personal string. An empty string stays empty: there was nothing to hide."""

_PSEUDONYM = re.compile(r"(?:reader|device)-[A-Z]+")


class Hidden(Struct, frozen=True):
    """One string that was hidden: where it stood, how private it was, and what stands there now."""

    place: str
    """As in the JSON of the facts: ``pcsc.readers.value[0].name``."""
    privacy: Privacy
    pseudonym: str


class Redaction(Struct, frozen=True):
    """Facts that a stranger may read, and the list of what was taken out of them (never the values)."""

    facts: Facts
    hidden: tuple[Hidden, ...]


def redact(facts: Facts) -> Redaction:
    """Hide every personal and device string. Redacting twice changes nothing and hides nothing more.

    ``facts.redacted`` is not believed on the way in: it may come from a stranger's file.
    """
    names = _Pseudonyms(facts)
    hidden: list[Hidden] = []

    def hide(place: str, mark: Privacy | None, text: str) -> str:
        privacy = Privacy.PERSONAL if mark is None else mark
        if privacy is Privacy.PUBLIC or not text:
            return text
        replacement = HIDDEN_MARK if privacy is Privacy.PERSONAL else names.of(text)
        if replacement != text:
            hidden.append(Hidden(place, privacy, replacement))
        return replacement

    public = map_struct(facts, hide)
    return Redaction(facts=msgspec.structs.replace(public, redacted=True), hidden=tuple(hidden))


class _Pseudonyms:
    """Gives every device string of one report its own name, in order of appearance."""

    def __init__(self, facts: Facts) -> None:
        found = _device_strings(facts)
        self._readers = frozenset(text for place, text in found if place.startswith("pcsc.readers"))
        # A pseudonym that is already there keeps its meaning, so nobody else may get it.
        self._given = {text: text for _, text in found if _PSEUDONYM.fullmatch(text)}

    def of(self, text: str) -> str:
        if text not in self._given:
            kind = "reader" if text in self._readers else "device"
            taken = set(self._given.values())
            self._given[text] = next(name for name in _names(kind) if name not in taken)
        return self._given[text]


def _device_strings(facts: Facts) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def note(place: str, mark: Privacy | None, text: str) -> str:
        if mark is Privacy.DEVICE and text:
            found.append((place, text))
        return text

    map_struct(facts, note)
    return found


def _names(kind: str) -> Iterable[str]:
    return (f"{kind}-{_letters(number)}" for number in count())


def _letters(number: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
