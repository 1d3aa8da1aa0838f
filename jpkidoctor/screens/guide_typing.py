"""The line at the bottom of the telephone page in which a code, a note or a file name is typed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.view import View

Asks = Literal["", "code", "report", "note", "path"]
"""What is typed; empty while the line is closed."""

_PROMPTS: Mapping[Asks, str] = MappingProxyType(
    {
        "code": "phone.start.field",
        "report": "phone.report.field",
        "note": "phone.note",
        "path": "phone.save.path",
    }
)


class TypingLine(Horizontal):
    """Closed it takes no room. It stays open after Enter: the page closes it when the text was good."""

    DEFAULT_CSS = """
    TypingLine { height: 1; background: $panel; padding: 0 1; display: none; }
    TypingLine #prompt { width: auto; text-style: bold; }
    TypingLine #typed { width: 1fr; }
    """

    class Given(Message):
        """Enter was pressed. ``text`` has no blanks at its ends."""

        def __init__(self, asks: Asks, text: str) -> None:
            super().__init__()
            self.asks = asks
            self.text = text

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._asks: Asks = ""

    @property
    def asks(self) -> Asks:
        """What is being typed."""
        return self._asks

    def compose(self) -> ComposeResult:
        """Prompt and field."""
        yield TextLine(id="prompt")
        yield PlainField(id="typed")

    def show(self, view: View) -> None:
        """The prompt in the person's language."""
        if self._asks:
            self.query_one("#prompt", TextLine).put(view.say(_PROMPTS[self._asks]))

    def open(self, view: View, asks: Asks, value: str = "") -> None:
        """Ask for something; ``value`` stands there already."""
        self._asks = asks
        self.display = True
        field = self.query_one("#typed", PlainField)
        field.value = value
        field.cursor_position = len(value)
        self.show(view)
        field.focus()

    def close(self) -> None:
        """Ask for nothing. The focus is left to the page."""
        self._asks = ""
        self.display = False
        self.query_one("#typed", PlainField).value = ""

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Given(self._asks, event.value.strip()))
