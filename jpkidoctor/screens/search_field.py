"""A one-line field that takes whatever is pasted into it and keeps only harmless text."""

from __future__ import annotations

import unicodedata

from textual.events import Paste
from textual.widgets import Input

from jpkidoctor.safe_text import safe_text

LONGEST = 400
"""Characters that a field keeps; a pasted error message is shorter."""
_NEVER_TYPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


class PlainField(Input):
    """An Input without blinking, frame or memory of escape sequences. Up, down and Escape stay with the page."""

    DEFAULT_CSS = """
    PlainField, PlainField:focus {
        border: none; height: 1; padding: 0; background: $panel; background-tint: transparent; color: $foreground;
    }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, select_on_focus=False, max_length=LONGEST)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """What a key or an input method sends may hide something as well. Blanks at the ends are kept."""
        return "".join(ch for ch in value if unicodedata.category(ch) not in _NEVER_TYPED)[:LONGEST]

    def _on_paste(self, event: Paste) -> None:
        """Paste as one line: a message of several lines is one message."""
        start, end = sorted(self.selection)
        room = LONGEST - len(self.value) + end - start  # a value that would be too long is refused as a whole
        pasted = safe_text(event.text, LONGEST).removesuffix("…")[:room]
        if pasted:
            self.replace(pasted, start, end)
        event.stop()
        event.prevent_default()  # Input's own handler would put in what the clipboard really held
