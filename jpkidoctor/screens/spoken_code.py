"""The support code on the screen: as large as the room allows, never broken inside a group of four."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from jpkidoctor.screens.block_font import draw_small
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.view import View

_FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))
_LABEL_LINES = 1


class SpokenCode(TextLine):
    """Label and digits; not there at all while there is no code."""

    DEFAULT_CSS = "SpokenCode { height: auto; padding: 0 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: View | None = None

    def show(self, view: View) -> None:
        """Show the code of this moment."""
        self._view = view
        columns, rows = self._room(view)
        if columns <= 0:  # before the first layout; what fits is not known yet
            self.call_after_refresh(self.on_resize)
            return
        lines = "\n".join(spoken_lines(view.support_code, columns, rows))
        self.put(*((view.say("support_code.short"), "$status-quiet"), "\n", (lines, "bold")) if lines else ("",))
        self.display = bool(lines)

    def on_resize(self) -> None:
        """Another width has room for other digits."""
        if self._view is not None:
            self.show(self._view)

    def _room(self, view: View) -> tuple[int, int]:
        """Columns, and the lines that the steps above leave free."""
        frame = self.parent
        size = frame.content_region if isinstance(frame, Widget) else self.region
        return size.width - 2, size.height - len(view.flow.steps) - _LABEL_LINES


def spoken_lines(code: str, columns: int, rows: int = 0) -> tuple[str, ...]:
    """The code in drawn digits three lines tall where they fit, else in double-width ones where two groups fit
    beside each other, else in plain ones. An empty code has no lines."""
    groups = code.split()
    if not groups:
        return ()
    drawn = _drawn(groups, columns)
    if drawn and len(drawn) <= rows:
        return drawn
    wide = [group.translate(_FULL_WIDTH) for group in groups]
    if len(_beside(wide, columns, cells=8, gap=2)[0]) > 1:
        return tuple("  ".join(line) for line in _beside(wide, columns, cells=8, gap=2))
    return tuple(" ".join(line) for line in _beside(groups, columns, cells=4, gap=1))


def _drawn(groups: Sequence[str], columns: int) -> tuple[str, ...]:
    """Empty when not even one group fits."""
    cells = len(draw_small(groups[0])[0])
    if columns < cells:
        return ()
    lines: list[str] = []
    for line in _beside(groups, columns, cells=cells, gap=3):
        lines += ("   ".join(rows) for rows in zip(*(draw_small(group) for group in line), strict=True))
    return tuple(lines)


def _beside(groups: Sequence[str], columns: int, *, cells: int, gap: int) -> list[Sequence[str]]:
    """Groups line by line, at least one a line."""
    count = max((columns + gap) // (cells + gap), 1)
    return [groups[at : at + count] for at in range(0, len(groups), count)]
