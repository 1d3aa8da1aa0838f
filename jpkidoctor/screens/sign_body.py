"""What is between the top line and the strip while files are signed: a question, one field, a text, and the keys."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from textual.app import ComposeResult
from textual.containers import Vertical

from jpkidoctor.screens.path_entry import PathEntry
from jpkidoctor.screens.pin_entry import PinEntry
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.sign_steps import LAST, Step
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.view import View


class Field(Enum):
    """What is typed now."""

    NOTHING = auto()
    PLACE = auto()
    """The text stands above the field as a hint: the list of the folder takes the room below."""
    SERVER = auto()
    PIN = auto()


@dataclass(frozen=True, slots=True)
class Shown:
    """One moment of one step."""

    step: Step
    ask: str
    field: Field
    paragraphs: tuple[Para, ...]
    keys: str = ""
    """The digits that do something, below a text that may be long."""


class SignBody(Vertical):
    """Shows a step. The fields keep what was typed until the page says otherwise."""

    DEFAULT_CSS = """
    SignBody { height: 1fr; }
    SignBody #ask, SignBody #keys { margin: 0 2; }
    SignBody #hint, SignBody #url, SignBody #pin, SignBody #entry { margin: 1 2 0 2; }
    SignBody #body { height: 1fr; margin: 1 0 0 0; padding: 0 2; border-bottom: blank; }
    """

    def compose(self) -> ComposeResult:
        """A line that asks, a hint, the fields, the text, the keys."""
        yield TextLine(id="ask")
        yield Prose(id="hint")
        yield PathEntry(id="entry")
        yield PlainField(id="url")
        yield PinEntry(id="pin")
        with TextScroll(id="body", can_focus=True):
            yield Prose(id="text")
        yield Prose(id="keys")

    def show(self, view: View, shown: Shown) -> None:
        """Show this moment."""
        place = shown.field is Field.PLACE
        entry, hint = self.query_one(PathEntry), self.query_one("#hint", Prose)
        entry.display = hint.display = place
        self.query_one("#body").display = not place
        self.query_one("#url").display = shown.field is Field.SERVER
        self.query_one("#pin").display = shown.field is Field.PIN
        number = f"{int(shown.step)}/{int(LAST)} "
        self.query_one("#ask", TextLine).put((number, "bold"), (shown.ask, "bold"))
        (hint if place else self.query_one("#text", Prose)).put(shown.paragraphs)
        if place:
            entry.show(view)
        self.query_one("#keys").display = bool(shown.keys)
        self.query_one("#keys", Prose).put((Para(shown.keys, style="bold"),))
        self.query_one("#body", TextScroll).show(view)
