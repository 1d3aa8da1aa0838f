"""The bottom line: keys with labels in the person's language. A label can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.events import Click

from jpkidoctor.screens.text_line import Piece, TextLine
from jpkidoctor.screens.view import View


@dataclass(frozen=True, slots=True)
class KeyLabel:
    """A key as printed on the keyboard, Textual's name of it, and the message id of what it does."""

    shown: str
    key: str
    label: str


class KeyBar(TextLine):
    """Keys that do not fit are left out from the right; F1 lists all of them."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; background: $panel; color: $foreground; }
    """

    def __init__(self, keys: Sequence[KeyLabel]) -> None:
        super().__init__()
        self._keys = tuple(keys)
        self._spots: list[tuple[int, int, str]] = []
        self._view: View | None = None

    def use(self, keys: Sequence[KeyLabel]) -> None:
        """Show other keys from the next ``show`` on."""
        self._keys = tuple(keys)

    def show(self, view: View) -> None:
        """Label the keys."""
        self._view = view
        width = self.size.width or 80
        pieces: list[Piece] = []
        self._spots = []
        at = 0
        for item in self._keys:
            label = view.say(item.label)
            size = cell_len(item.shown) + cell_len(label) + (1 if at else 0)
            if at + size > width:
                break
            if at:
                pieces.append(" ")
            self._spots.append((at, at + size, item.key))
            pieces += [(item.shown, "bold reverse"), label]
            at += size
        self.put(*pieces)

    def on_resize(self) -> None:
        """Another width has room for other keys."""
        if self._view is not None:
            self.show(self._view)

    def on_click(self, event: Click) -> None:
        """A click on a label is the key."""
        for start, end, key in self._spots:
            if start <= event.x < end:
                self.app.simulate_key(key)
