"""A list whose rows are made for the width it has, and made anew when that changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.line_break import break_lines

NARROWEST = 20
Make = Callable[[int], Sequence[Choice]]
"""From the cells of a row to the rows."""


class WidthList(ChoiceList):
    """The width comes some time after a list was shown: then its rows are laid out once more."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._make: Make | None = None

    def put_made(self, make: Make) -> None:
        """Show what ``make`` makes for the width, now and whenever it changes."""
        self._make = make
        self._lay_out()

    def on_resize(self) -> None:
        """Another width."""
        self._lay_out()

    def _lay_out(self) -> None:
        if self._make is not None:
            self.put(self._make(max(self.size.width - 2, NARROWEST)))  # the mark, and the scroll bar


def hanging(text: str, room: int) -> str:
    """The whole text; what does not fit on the first line hangs below it."""
    first, *rest = break_lines(text, room - 2)
    return "\n".join((first, *(f"   {line}" for line in rest)))
