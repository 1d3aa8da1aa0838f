"""The report as plain text, for Notepad, a ticket or a printer."""

from __future__ import annotations

from collections.abc import Iterator

from jpkidoctor.report.tables import Table
from jpkidoctor.report.view import FindingView, ReportView, StepView


def render_text(view: ReportView) -> str:
    """Text with line feeds."""
    return "\n".join(_lines(view)) + "\n"


def encode_text(text: str, *, windows: bool) -> bytes:
    """UTF-8; for Windows with byte order mark and CRLF, which every Notepad and Excel opens right
    (host-probes.md §5.1)."""
    if not windows:
        return text.encode("utf-8", "replace")
    return text.replace("\n", "\r\n").encode("utf-8-sig", "replace")


def _lines(view: ReportView) -> Iterator[str]:
    yield view.title
    yield view.taken
    yield ""
    yield view.answer
    if view.code_line:
        yield view.code_line
    for finding in ((view.lead,) if view.lead else ()) + view.others:
        yield ""
        yield from _finding(finding, view)
    yield from ("", _heading(view.headings.all_steps))
    for step in view.steps:
        yield from _step(step)
    for table in view.tables:
        yield from ("", _heading(table.title))
        yield from _table(table)
    yield from ("", _heading(view.headings.remarks))
    yield from (f"- {remark}" for remark in view.remarks)
    yield ""
    yield view.end
    yield view.footer


def _heading(text: str) -> str:
    return f"== {text} =="


def _finding(finding: FindingView, view: ReportView) -> Iterator[str]:
    names = view.headings
    yield _heading(f"{finding.id} {finding.title} ({finding.status_word})")
    if finding.seen:
        yield f"{names.seen}:"
        yield from (f"  - {text}" for text in finding.seen)
    if finding.meaning:
        yield from (f"{names.meaning}:", f"  {finding.meaning}")
    if finding.steps:
        yield f"{names.todo}:"
        yield from (f"  {number}. {text}" for number, text in enumerate(finding.steps, 1))
    if finding.who:
        yield f"{names.who}: {finding.who}"


def _step(step: StepView) -> Iterator[str]:
    ok = f" ({step.ok_text})" if step.ok_text else ""
    yield f"{step.id} {step.title}: {step.status_word}{ok}"
    for finding in step.noteworthy:
        yield f"   {finding.summary}"


def _table(table: Table) -> Iterator[str]:
    if not table.rows:
        yield table.empty
    for row in table.rows:
        # Columns are named in every row: full-width letters would never line up, and this reads aloud.
        cells = [f"{name} {cell}" for name, cell in zip(table.columns[1:], row[1:], strict=True) if cell]
        yield f"{row[0]}: {', '.join(cells)}" if len(cells) > 1 else f"{row[0]}: {row[1]}"
