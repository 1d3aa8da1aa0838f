"""Breaks Japanese and English text into lines of a width in terminal cells.

Textual breaks at spaces only and may end a line with 「 or begin one with 。 (anchors C6). These are the plain
rules of 禁則処理: some characters may not begin a line, some may not end one, and Latin words stay whole.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len

NOT_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー」』）］｝〕〉》】’”ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ)]},.:;?!%"
)
NOT_LAST = frozenset("「『（［｛〔〈《【‘“([{#")

_PULL_BACK = 4
"""How many units a break may move back to obey the rules; beyond that the line is broken anyway."""


@lru_cache(maxsize=2048)
def break_lines(text: str, width: int) -> tuple[str, ...]:
    """Break ``text`` into lines of at most ``width`` cells. Line feeds are kept as breaks.

    An empty text gives one empty line. A width below 2 is taken as 2, the width of one full-width character.
    """
    width = max(width, 2)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_break_paragraph(_units(paragraph), width))
    return tuple(lines)


def fit(text: str, cells: int) -> str:
    """Cut or pad a text to exactly ``cells`` terminal cells. What is cut ends in ``..`` (never in an ellipsis,
    whose width differs between terminals)."""
    if cell_len(text) <= cells:
        return text + " " * (cells - cell_len(text))
    kept, used = "", 0
    limit = max(cells - 2, 0)
    for unit in _characters(text):
        size = cell_len(unit)
        if used + size > limit:
            break
        kept, used = kept + unit, used + size
    return kept + "." * min(2, cells) + " " * (limit - used)


def _characters(text: str) -> list[str]:
    """The text as characters, each with the combining marks that follow it."""
    units: list[str] = []
    for ch in text:
        if units and (unicodedata.combining(ch) or cell_len(ch) == 0):
            units[-1] += ch
        else:
            units.append(ch)
    return units


def _units(text: str) -> list[str]:
    """Pieces that are never broken: a Latin word, a blank, or one Japanese character."""
    units: list[str] = []
    for ch in _characters(text):
        narrow = cell_len(ch) < 2 and not ch.isspace()
        joins = bool(units) and narrow and cell_len(units[-1][-1]) < 2 and not units[-1][-1].isspace()
        if joins:
            units[-1] += ch
        else:
            units.append(ch)
    return units


def _break_paragraph(units: list[str], width: int) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for unit in _cut_long(units, width):
        size = cell_len(unit)
        if used + size <= width:
            line.append(unit)
            used += size
            continue
        carried: list[str] = []
        if not unit.isspace():
            carried = _pull_back(line, unit, width)
        lines.append("".join(line[: len(line) - len(carried)]).rstrip())
        line = [*carried, unit] if not unit.isspace() else []
        while line and line[0].isspace():
            line.pop(0)
        used = sum(map(cell_len, line))
    lines.append("".join(line).rstrip())
    return lines


def _pull_back(line: list[str], following: str, width: int) -> list[str]:
    """The units at the end of a full line that must go down with the unit that follows."""
    for count in range(min(_PULL_BACK, len(line) - 1) + 1):
        kept, carried = line[: len(line) - count], line[len(line) - count :]
        if sum(map(cell_len, carried)) + cell_len(following) > width:
            break
        first = carried[0] if carried else following
        if kept and kept[-1][-1] not in NOT_LAST and first[0] not in NOT_FIRST:
            return carried
    return []


def _cut_long(units: list[str], width: int) -> list[str]:
    """Cut words that are wider than a whole line (an ATR, a path)."""
    cut: list[str] = []
    for unit in units:
        if cell_len(unit) <= width:
            cut.append(unit)
            continue
        piece = ""
        for ch in _characters(unit):
            if cell_len(piece + ch) > width:
                cut.append(piece)
                piece = ""
            piece += ch
        cut.append(piece)
    return cut
