"""The fleet as text, CSV and JSON. All three hold the same rows in the same order."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Iterator, Sequence

from jpkidoctor import __version__
from jpkidoctor.fleet.folder import Fleet, Share
from jpkidoctor.fleet.row import Row, Verdict
from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.words import Words
from jpkidoctor.report.times import local_time

FLEET_SCHEMA = "jpkidoctor.fleet/1"
NAME_CELLS = 34
"""No column of the text table is wider; the last one, the cause, is never cut."""

_CSV_COLUMNS = (
    "verdict", "cause", "variant", "title", "also", "attention",
    "file", "system", "reader", "taken_at", "changed", "problem",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a spreadsheet tells a formula: a Japanese Excel takes the full-width signs too."""


def text_lines(fleet: Fleet, words: Words) -> Iterator[str]:
    """The table, then what the computers have in common: at the end, where a terminal stops."""
    heads = ("verdict", "cause", "file", "system", "reader", "title")
    table = [tuple(words.text(f"fleet.column.{head}") for head in heads)]
    table += [_cells(row, words) for row in fleet.rows]
    yield from _columns(table)
    for heading, shares in (("causes", fleet.causes), ("readers", fleet.readers), ("systems", fleet.systems)):
        yield ""
        yield f"== {words.text(f'fleet.heading.{heading}')} =="
        if not shares:
            yield words.text("fleet.none")
        titles = _titles(fleet) if heading == "causes" else {}
        yield from (_share(share, titles, words) for share in shares)
    yield ""
    yield words.text("fleet.total", count=len(fleet.rows), **{v.value: n for v, n in fleet.verdicts.items()})
    if fleet.skipped:
        yield words.text("fleet.skipped", count=fleet.skipped)
    if fleet.closed:
        yield words.text("fleet.closed", count=fleet.closed)


def csv_text(fleet: Fleet, words: Words) -> str:
    """One line a computer. No cell can be taken for a formula by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([words.text(f"fleet.column.{head}") for head in _CSV_COLUMNS])
    for row in fleet.rows:
        cells = (
            words.text(f"fleet.verdict.{row.verdict.value}"),
            row.cause,
            row.variant,
            row.title,
            " ".join(row.also),
            " ".join(row.attention),
            row.file,
            row.system,
            row.reader,
            local_time(row.taken_at) if row.taken_at else "",
            words.text("fleet.changed") if row.changed else "",
            _problem(row, words),
        )
        writer.writerow([no_formula(cell) for cell in cells])
    return out.getvalue()


def no_formula(cell: str) -> str:
    """The cell with an apostrophe before it when a spreadsheet would calculate it.

    White space before the sign does not help a spreadsheet's user, so it does not help an attacker here.
    """
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell


def json_bytes(fleet: Fleet, words: Words, now: dt.datetime) -> bytes:
    """One envelope ``jpkidoctor.fleet/1``, indented, with a line feed at the end."""
    titles = _titles(fleet)
    envelope = {
        "schema": FLEET_SCHEMA,
        "tool": {"name": "jpkidoctor", "version": __version__},
        "judged_at": now,
        "lang": words.lang,
        "counts": {
            "computers": len(fleet.rows),
            "verdicts": fleet.verdicts,
            "causes": [_cause(share, titles) for share in fleet.causes],
            "readers": [{"reader": s.name or None, "count": s.count, "failed": s.failed} for s in fleet.readers],
            "systems": [{"system": s.name or None, "count": s.count, "failed": s.failed} for s in fleet.systems],
            "files_skipped": fleet.skipped,
            "folders_closed": fleet.closed,
        },
        "computers": fleet.rows,
    }
    return indented(envelope)


def _titles(fleet: Fleet) -> dict[str, str]:
    return {row.cause_name: row.title for row in reversed(fleet.rows) if row.cause}


def _cause(share: Share, titles: dict[str, str]) -> dict[str, str | int]:
    node, _, variant = share.name.partition("/")
    return {"id": node, "variant": variant, "title": titles[share.name], "count": share.count}


def _cells(row: Row, words: Words) -> tuple[str, ...]:
    title = row.title or _problem(row, words)
    if row.also:
        title = f"{title} {words.text('fleet.also', nodes=' '.join(row.also))}"
    if row.changed:
        title = f"{title} {words.text('fleet.changed')}".strip()
    return (words.text(f"fleet.verdict.{row.verdict.value}"), row.cause, row.file, row.system, row.reader, title)


def _problem(row: Row, words: Words) -> str:
    if row.verdict is not Verdict.UNREADABLE:
        return ""
    return words.text(f"report.read.{row.problem}", path=row.file, at=row.at)


def _share(share: Share, titles: dict[str, str], words: Words) -> str:
    if share.name in titles:
        return words.text("fleet.cause", count=share.count, node=share.name.partition("/")[0], title=titles[share.name])
    name = share.name or words.text("fleet.not_told")
    return words.text("fleet.share", count=share.count, failed=share.failed, name=name)


def _columns(table: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [min(NAME_CELLS, max(_cells_of(row[column]) for row in table)) for column in range(len(table[0]) - 1)]
    for row in table:
        fitted = (_fit(cell, width) for cell, width in zip(row[:-1], widths, strict=True))
        yield "  ".join((*fitted, row[-1])).rstrip()


def _cells_of(text: str) -> int:
    """Width in terminal cells. Ambiguous characters count as wide, as Japanese consoles draw them."""
    return sum(2 if unicodedata.east_asian_width(ch) in "WFA" else 1 for ch in text)


def _fit(text: str, width: int) -> str:
    """Pad to a width; what is too long loses its middle, because file names differ at both ends."""
    if _cells_of(text) > width:
        half = (width - 2) // 2
        text = f"{_take(text, half)}..{_take(text[::-1], width - 2 - half)[::-1]}"
    return text + " " * (width - _cells_of(text))


def _take(text: str, width: int) -> str:
    kept = ""
    for ch in text:
        if _cells_of(kept + ch) > width:
            break
        kept += ch
    return kept
