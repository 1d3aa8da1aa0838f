"""A list to move through with arrows and Enter. Rows that did not change are not repainted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from jpkidoctor.screens.text_line import Piece


@dataclass(frozen=True, slots=True)
class Choice:
    """One row: an id and the pieces of its text."""

    id: str
    pieces: tuple[Piece, ...]


class ChoiceList(OptionList, inherit_bindings=False):
    """Only arrows and Enter are bound, so that Home, PgUp and PgDn stay with the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("enter", "select", show=False),
    ]

    DEFAULT_CSS = """
    ChoiceList, ChoiceList:focus {
        height: 1fr; padding: 0; border: none; background: transparent; background-tint: transparent;
        scrollbar-size-vertical: 1;
    }
    ChoiceList > .option-list--option { padding: 0; }
    """

    MARKED = ">"
    """Stands before the row that is chosen, so that the choice does not show by colour alone."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._rows: tuple[Choice, ...] = ()
        self._shown: list[tuple[Piece, ...]] = []

    def put(self, rows: Sequence[Choice], chosen: str | None = None) -> None:
        """Show these rows; ``chosen`` moves the mark there without telling anybody, None leaves it."""
        rows = tuple(rows)
        keep = chosen if chosen is not None else self.chosen
        fresh, before = [row.id for row in rows], [row.id for row in self._rows]
        self._rows = rows
        if fresh != before:
            # A list that only grows (the card traffic) keeps its place; any other is set anew.
            grown = fresh[: len(before)] == before
            added = rows[len(before) :] if grown else rows
            shown = [self._pieces(row, chosen=False) for row in added]
            self._shown = [*self._shown, *shown] if grown else shown
            options = [Option(_content(pieces), id=row.id) for row, pieces in zip(added, shown, strict=True)]
            with self.prevent(OptionList.OptionHighlighted):
                if grown:
                    self.add_options(options)
                else:
                    self.set_options(options)
        index = next((i for i, row in enumerate(rows) if row.id == keep), 0 if rows else None)
        if index != self.highlighted:
            with self.prevent(OptionList.OptionHighlighted):
                self.highlighted = index
        self._repaint()

    @property
    def chosen(self) -> str:
        """Id of the marked row, empty when there is none."""
        option = self.highlighted_option
        return (option.id or "") if option else ""

    @property
    def plain(self) -> str:
        """The words shown, a line a row: for tests."""
        return "\n".join("".join(p if isinstance(p, str) else p[0] for p in pieces) for pieces in self._shown)

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Move the mark along with the highlight."""
        super().watch_highlighted(highlighted)
        self._repaint()

    def _repaint(self) -> None:
        if len(self._shown) != len(self._rows):
            return
        for index, row in enumerate(self._rows):
            pieces = self._pieces(row, chosen=index == self.highlighted)
            if pieces != self._shown[index]:
                self._shown[index] = pieces
                self.replace_option_prompt_at_index(index, _content(pieces))

    def _pieces(self, row: Choice, *, chosen: bool) -> tuple[Piece, ...]:
        if not chosen:
            return (" ", *row.pieces)
        # On the cursor's ground only the theme's own pair of colours is sure to be readable.
        return (self.MARKED, *(piece if isinstance(piece, str) else piece[0] for piece in row.pieces))


def _content(pieces: tuple[Piece, ...]) -> Content:
    return Content.assemble(*pieces)
