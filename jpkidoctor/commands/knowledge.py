"""``jpkidoctor knowledge status``: which entries of the base are old or unsure, and what points nowhere."""

from __future__ import annotations

import datetime as dt
import sys

import msgspec

from jpkidoctor.commands.exits import Exit
from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.freshness import Listed, Status, status
from jpkidoctor.knowledge.library import all_entries, load_library
from jpkidoctor.knowledge.references import broken_references
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.report.plain import cp932_safe


def knowledge_status(*, as_json: bool, lang: Lang, today: dt.date) -> Exit:
    """Print the state of the base on ``today``.

    Exit code 1 when an entry is stale or points nowhere; low confidence alone is no fault. Raises KnowledgeError.
    """
    library = load_library()
    state = status(all_entries(library), today)
    broken = broken_references(library)
    if as_json:
        body = {"schema": "jpkidoctor.knowledge/1", **msgspec.to_builtins(state), "broken": broken}
        sys.stdout.buffer.write(indented(body))
    else:
        for line in _lines(state, broken, load_words(lang)):
            print(cp932_safe(line))  # noqa: T201
    return Exit.SOMETHING_FAILED if state.stale or broken else Exit.NOTHING_FAILED


def _lines(state: Status, broken: tuple[str, ...], words: Words) -> list[str]:
    sure = " ".join(f"{name}={number}" for name, number in state.by_confidence.items())
    lines = [
        words.text("knowledge.status.head", date=state.today.isoformat(), entries=state.entries, sure=sure),
        words.text("knowledge.status.own", number=state.organisation),
        words.text("knowledge.status.stale", number=len(state.stale)),
        *(_line(row, words) for row in state.stale),
        words.text("knowledge.status.low", number=len(state.low_confidence)),
        *(_line(row, words) for row in state.low_confidence),
    ]
    if broken:
        lines += [words.text("knowledge.status.broken", number=len(broken)), *(f"  {line}" for line in broken)]
    return lines


def _line(row: Listed, words: Words) -> str:
    return "  " + words.text(
        "knowledge.status.row",
        entry=row.entry,
        date=row.checked.isoformat(),
        confidence=row.confidence,
        sources=", ".join(row.sources) or "-",
    )
