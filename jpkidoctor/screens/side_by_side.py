"""Two columns of a report: what is written, and what is left out of it."""

from __future__ import annotations

from itertools import zip_longest

from jpkidoctor.report.preview import PreviewRow
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.line_break import break_lines, fit
from jpkidoctor.screens.prose import Line, Prose

_BETWEEN = " | "


class SideBySide(Prose):
    """Rows of a preview. Values come from outside and are made harmless here."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[tuple[PreviewRow, ...], str, str, str] = ((), "", "", "")

    def put_rows(self, rows: tuple[PreviewRow, ...], sent: str, hidden: str, note: str) -> None:
        """Show these rows below a note and the two headings."""
        fresh = (rows, sent, hidden, note)
        if fresh != self._shown:
            self._shown = fresh
            self.refresh(layout=True)

    @property
    def plain(self) -> str:
        """The words shown: for tests."""
        return "\n".join(text for text, _ in self._lines(200))

    def _lines(self, width: int) -> tuple[Line, ...]:
        rows, sent, hidden, note = self._shown
        right = max((width - len(_BETWEEN)) // 3, 8)
        left = max(width - len(_BETWEEN) - right, 8)
        lines: list[Line] = [(text, "$status-quiet") for text in break_lines(note, width)]
        lines.append(("", ""))
        lines += _row(sent, hidden, left, right, "bold $heading")
        lines.append(("-" * left + "-+-" + "-" * right, "$status-quiet"))
        for row in rows:
            shown = f"{safe_text(row.label)}: {safe_text(row.sent)}"
            if row.note:
                shown += f"\n  {safe_text(row.note)}"
            lines += _row(shown, safe_text(row.here) if row.hidden else "", left, right, "")
        return tuple(lines)


def _row(left_text: str, right_text: str, left: int, right: int, style: str) -> list[Line]:
    pairs = zip_longest(break_lines(left_text, left), break_lines(right_text, right), fillvalue="")
    return [(fit(a, left) + _BETWEEN + fit(b, right), style) for a, b in pairs]
