"""One line (or a few) of text that is repainted only when it changes."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

Piece = str | tuple[str, str]
"""Plain text, or text and style."""


class TextLine(Static):
    """A Static without markup. Giving it what it already shows costs nothing and cannot flicker."""

    DEFAULT_CSS = """
    TextLine { height: 1; width: 1fr; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", markup=False, id=id, classes=classes)
        self._pieces: tuple[Piece, ...] = ()

    def put(self, *pieces: Piece) -> None:
        """Show these pieces one after the other."""
        if pieces == self._pieces:
            return
        relayout = len(self.plain.split("\n")) != len(_plain(pieces).split("\n"))
        self._pieces = pieces
        self.update(Content.assemble(*pieces), layout=relayout or self.styles.auto_dimensions)

    @property
    def plain(self) -> str:
        """The words shown: for tests."""
        return _plain(self._pieces)


def _plain(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece if isinstance(piece, str) else piece[0] for piece in pieces)
