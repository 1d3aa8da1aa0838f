"""The file formats of a report behind one door."""

from __future__ import annotations

from enum import StrEnum

from jpkidoctor.report.envelope import Report, encode_json
from jpkidoctor.report.html import render_html
from jpkidoctor.report.markdown import render_markdown
from jpkidoctor.report.text import encode_text, render_text
from jpkidoctor.report.view import build_view
from jpkidoctor.report.words import PinTable, ReportWords


class ReportFormat(StrEnum):
    """A kind of report file; the value is its file name extension."""

    JSON = "json"
    HTML = "html"
    MARKDOWN = "md"
    TEXT = "txt"


def render(report: Report, form: ReportFormat, words: ReportWords, pins: PinTable, *, windows: bool) -> bytes:
    """The bytes of a report file. ``windows`` says that the text is to be opened there."""
    if form is ReportFormat.JSON:
        return encode_json(report)
    view = build_view(report, words, pins)
    match form:
        case ReportFormat.HTML:
            return render_html(view).encode()
        case ReportFormat.MARKDOWN:
            return render_markdown(view).encode()
        case ReportFormat.TEXT:
            return encode_text(render_text(view), windows=windows)
