"""The sentence of an entry that is shown under its title."""

from __future__ import annotations

from jpkidoctor.knowledge.types import Lang
from jpkidoctor.search.entry import Entry
from jpkidoctor.search.fold import fold, squash

_LONGEST = 400


def best_line(entry: Entry, written: str, lang: Lang) -> str:
    """The sentence that shares most with a query (folded, squashed), else the first; empty when there is none."""
    if not entry.lines:
        return ""
    typed = {written[at : at + 2] for at in range(min(len(written), _LONGEST) - 1)}
    lines = [line.get(lang) for line in entry.lines]
    if not typed or len(lines) == 1:
        return lines[0]
    return max(lines, key=lambda line: _shared(line, typed))  # of equals the first: it says what the entry means


def _shared(line: str, typed: set[str]) -> int:
    text = squash(fold(line))
    return len({text[at : at + 2] for at in range(len(text) - 1)} & typed)
