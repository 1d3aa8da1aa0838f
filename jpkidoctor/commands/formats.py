"""The formats a report can be saved in, chosen by the end of the file's name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from jpkidoctor.knowledge.known import Known
from jpkidoctor.knowledge.words import Words
from jpkidoctor.report.envelope import Report, encode_json

ReportFormat = Literal["json", "html", "md", "txt"]


class UnknownFormatError(Exception):
    """A report's file name ends in something that is no format."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


_BY_SUFFIX: dict[str, ReportFormat] = {
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".md": "md",
    ".txt": "txt",
}


def format_of(path: Path) -> ReportFormat:
    """The format a file name asks for. Raises UnknownFormatError."""
    try:
        return _BY_SUFFIX[path.suffix.lower()]
    except KeyError:
        raise UnknownFormatError(str(path)) from None


def encode(report: Report, form: ReportFormat, words: Words, known: Known, *, platform: str = sys.platform) -> bytes:
    """The report's bytes in one format. Text gets a byte order mark and CRLF on Windows."""
    if form == "json":
        return encode_json(report)
    from jpkidoctor.report.view import build_view

    view = build_view(report, words, known)
    if form == "html":
        from jpkidoctor.report.html import render_html

        return render_html(view).encode()
    if form == "md":
        from jpkidoctor.report.markdown import render_markdown

        return render_markdown(view).encode()
    from jpkidoctor.report.text import encode_text, render_text

    return encode_text(render_text(view), windows=platform == "win32")
