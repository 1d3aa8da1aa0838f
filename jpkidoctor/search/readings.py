"""How kanji are read: ``knowledge/readings.toml``, applied by longest match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from jpkidoctor.knowledge.load import data_directory, read_table
from jpkidoctor.search.fold import fold, squash
from jpkidoctor.search.romaji import kana_to_latin, one_spelling


class ReadingsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``readings.toml``: a word as it is written, and its reading in hiragana."""

    reading: dict[str, str]


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of words, by their first character, the longest word first."""

    words: Mapping[str, tuple[tuple[str, str], ...]]

    def segments(self, folded: str) -> list[tuple[str, str]]:
        """A folded text in pieces: a known word with its reading, or one character with itself."""
        found: list[tuple[str, str]] = []
        at, end = 0, len(folded)
        while at < end:
            first = folded[at]
            for word, reading in self.words.get(first, ()):
                if folded.startswith(word, at):
                    found.append((word, reading))
                    at += len(word)
                    break
            else:
                found.append((first, first))
                at += 1
        return found

    def sound(self, folded: str) -> str:
        """How a folded text sounds, in the one spelling of ``romaji``, without spaces and signs."""
        text = squash(folded)
        return one_spelling(text) if text.isascii() else sound_of(self.segments(text))


def sound_of(segments: list[tuple[str, str]]) -> str:
    """How pieces with their readings sound together."""
    return one_spelling(kana_to_latin("".join(reading for _, reading in segments)))


def load_readings(directory: Path | None = None) -> Readings:
    """The readings in ``directory``, else those that come with the program; none where the table is missing.

    Raises KnowledgeError when the table has another shape.
    """
    path = (directory or data_directory()) / "readings.toml"
    if not path.is_file():  # an organisation's own directory need not have one
        return Readings(MappingProxyType({}))
    by_first: dict[str, list[tuple[str, str]]] = {}
    for word, reading in read_table(path, ReadingsFile).reading.items():
        key = fold(word)
        by_first.setdefault(key[0], []).append((key, fold(reading)))
    return Readings(
        MappingProxyType(
            {first: tuple(sorted(words, key=lambda pair: -len(pair[0]))) for first, words in by_first.items()}
        )
    )
