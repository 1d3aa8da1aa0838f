"""The line mode: one finding a line, for a screen reader, a telephone, a pipe or a console of 1998.

No boxes, no colours, no symbols; the order never changes, so the third line is always the same step
(anchors.md C7). A redirected Windows console may only know cp932, so nothing outside it is written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from jpkidoctor.diagnosis import Status
from jpkidoctor.report.view import FindingView, ReportView

_ALIKE = str.maketrans({"\u2014": "-", "\u2013": "-", "\u2212": "-", "\u301c": "\uff5e", "\u00a5": "\\", "\u00a0": " "})


def plain_lines(view: ReportView) -> Iterator[str]:
    """The answer, what to do about it (numbered), then every finding on a line of its own."""
    for line in _lines(view):
        yield cp932_safe(line)


def cp932_safe(text: str) -> str:
    """The same text in characters that a Japanese Windows console can show: look-alikes, else ``?``."""
    text = text.translate(_ALIKE)
    return "".join(ch if _encodable(ch) else _look_alike(ch) for ch in text)


def _look_alike(ch: str) -> str:
    folded = unicodedata.normalize("NFKD", ch)
    kept = "".join(part for part in folded if _encodable(part) and not unicodedata.combining(part))
    return kept or "?"


def _encodable(ch: str) -> bool:
    try:
        ch.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def _lines(view: ReportView) -> Iterator[str]:
    yield view.answer
    if view.lead is not None:
        yield from _instructions(view.lead, view)
    for step in view.steps:
        yield from (finding.summary for finding in step.findings if finding.status is not Status.NOT_APPLICABLE)
    for table in view.tables:
        if table.id == "pins":
            yield from (f"{row[0]}: {row[1]}" for row in table.rows)
    yield from view.remarks
    yield view.end
    if view.code_line:
        yield view.code_line


def _instructions(finding: FindingView, view: ReportView) -> Iterator[str]:
    names = view.headings
    yield from (f"{names.seen}: {text}" for text in finding.seen)
    if finding.meaning:
        yield f"{names.meaning}: {finding.meaning}"
    if finding.who:
        yield f"{names.who}: {finding.who}"
    yield from (f"{number}. {text}" for number, text in enumerate(finding.steps, 1))
