"""Paragraphs for people: headings, sentences, numbered steps, laid out by our own line breaker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from jpkidoctor.screens.line_break import break_lines


@dataclass(frozen=True, slots=True)
class Para:
    """One paragraph. ``lead`` stands before the first line (``1 ``), the rest hangs below the text."""

    text: str
    style: str = ""
    lead: str = ""
    indent: int = 0
    gap: bool = False
    """A blank line before it, where there is room."""
    literal: bool = False
    """A drawing: never broken, never rewrapped."""


Line = tuple[str, str]
"""Text and style of one laid out line."""


def lay_out(paragraphs: Iterable[Para], width: int, *, spaced: bool = False, dense: bool = False) -> tuple[Line, ...]:
    """Lines of at most ``width`` cells. ``spaced`` puts a blank line after everything but drawings, ``dense`` none."""
    lines: list[Line] = []
    for para in paragraphs:
        wants_gap = (para.gap or spaced) and not dense
        if wants_gap and lines and lines[-1][0] and not (para.literal and not para.gap):
            lines.append(("", ""))
        if para.literal:
            lines.append((" " * para.indent + para.text, para.style))
            continue
        before = " " * para.indent + para.lead
        hang = " " * cell_len(before)
        for number, text in enumerate(break_lines(para.text, width - cell_len(before))):
            lines.append(((hang if number else before) + text, para.style))
    return tuple(lines)


class Prose(Widget):
    """Shows paragraphs at its own width. ``put`` repaints only when something changed."""

    DEFAULT_CSS = """
    Prose { width: 1fr; height: auto; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._paragraphs: tuple[Para, ...] = ()
        self._spaced = False
        self._dense = False

    def put(self, paragraphs: Iterable[Para], *, spaced: bool = False, dense: bool = False) -> bool:
        """Show these paragraphs. True when they differ from what was shown."""
        fresh = tuple(paragraphs)
        if (fresh, spaced, dense) == (self._paragraphs, self._spaced, self._dense):
            return False
        self._paragraphs, self._spaced, self._dense = fresh, spaced, dense
        self.refresh(layout=True)
        return True

    @property
    def plain(self) -> str:
        """The words shown, unbroken: for tests."""
        return "\n".join(p.lead + p.text for p in self._paragraphs)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Height in lines at this width."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """The laid out lines, as plain content: nothing in them is read as markup."""
        lines = self._lines(self.content_size.width or 1)
        return Content("\n").join(Content.styled(text or " ", style) for text, style in lines)

    def _lines(self, width: int) -> tuple[Line, ...]:
        return lay_out(self._paragraphs, width, spaced=self._spaced, dense=self._dense)
