"""The report as Markdown, for an issue tracker, a wiki or a chat."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jpkidoctor.report.view import FindingView, ReportView, StepView

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&!@])")
_LINE_START = re.compile(r"^([-+=]|[0-9]+(?=[.)]))")
_SCHEME = re.compile(r"://|\bwww\.", re.IGNORECASE)


def render_markdown(view: ReportView) -> str:
    """Markdown with GitHub's tables."""
    return "\n".join(_lines(view)) + "\n"


def markdown_text(text: str) -> str:
    """A string as Markdown that shows exactly that string: no emphasis, HTML, link or mention comes of it."""
    text = _SIGNS.sub(r"\\\1", text)
    # Bare addresses become links by themselves in some dialects; an entity in the middle prevents it.
    text = _SCHEME.sub(lambda found: found[0].replace(":", "&#58;").replace(".", "&#46;"), text)
    # "@name" calls a person on some sites even when escaped.
    text = text.replace("\\@", "&#64;")
    return _LINE_START.sub(lambda found: _unlisted(found[1]), text)


def _unlisted(start: str) -> str:
    return f"\\{start}" if not start.isdigit() else f"&#{ord(start[0])};{start[1:]}"


def _lines(view: ReportView) -> Iterator[str]:
    md = markdown_text
    names = view.headings
    yield f"# {md(view.title)}"
    yield f"\n{md(view.taken)}\n"
    yield f"**{md(view.answer)}**"
    if view.code_line:
        yield f"\n{md(view.code_line)}"
    for finding in ((view.lead,) if view.lead else ()) + view.others:
        yield from _finding(finding, view)
    yield f"\n## {md(names.all_steps)}\n"
    yield from _table(
        (names.step, names.status, names.details),
        ((f"{step.id} {step.title}", step.status_word, _details(step)) for step in view.steps),
    )
    for table in view.tables:
        yield f"\n## {md(table.title)}\n"
        yield from _table(table.columns, iter(table.rows)) if table.rows else (md(table.empty),)
    yield f"\n## {md(names.remarks)}\n"
    yield from (f"- {md(remark)}" for remark in view.remarks)
    yield f"\n---\n\n{md(view.end)}\n\n{md(view.footer)}"


def _finding(finding: FindingView, view: ReportView) -> Iterator[str]:
    md = markdown_text
    names = view.headings
    yield f"\n## {md(finding.id)} {md(finding.title)} ({md(finding.status_word)})"
    if finding.seen:
        yield f"\n### {md(names.seen)}\n"
        yield from (f"- {md(text)}" for text in finding.seen)
    if finding.meaning:
        yield f"\n### {md(names.meaning)}\n\n{md(finding.meaning)}"
    if finding.steps:
        yield f"\n### {md(names.todo)}\n"
        yield from (f"{number}. {md(text)}" for number, text in enumerate(finding.steps, 1))
    if finding.who:
        yield f"\n### {md(names.who)}\n\n{md(finding.who)}"


def _details(step: StepView) -> str:
    parts = [finding.summary for finding in step.noteworthy]
    return " / ".join([*parts, step.ok_text] if step.ok_text else parts)


def _table(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield _row(columns)
    yield "|" + " --- |" * len(columns)
    yield from (_row(row) for row in rows)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(markdown_text(cell) for cell in cells) + " |"
