"""What all pages share: top line, bottom strip, line of keys, and being a function of the View."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.events import Key
from textual.screen import Screen

from jpkidoctor.live import LENT
from jpkidoctor.screens.event_strip import EventStrip
from jpkidoctor.screens.header import Header
from jpkidoctor.screens.key_bar import KeyBar, KeyLabel
from jpkidoctor.screens.view import View

FUNCTION_KEYS: tuple[KeyLabel, ...] = (
    KeyLabel("F1", "f1", "key.help"),
    KeyLabel("F2", "f2", "key.again"),
    KeyLabel("F3", "f3", "key.guide"),
    KeyLabel("F4", "f4", "key.search"),
    KeyLabel("F5", "f5", "key.card"),
    KeyLabel("F6", "f6", "key.rooms"),
    KeyLabel("F7", "f7", "key.language"),
    KeyLabel("F8", "f8", "key.report"),
    KeyLabel("F9", "f9", "key.menu"),
)
QUIT_KEY = KeyLabel("F10", "f10", "key.quit")
BACK_KEY = KeyLabel("Esc", "escape", "key.back")
CHOOSE_KEY = KeyLabel("Enter", "enter", "key.choose")

PHONE_PAGE = "phone.page"
"""Name of the telephone page. A call that goes on stays below the pages that are opened from it."""


class Page(Screen[None]):
    """One page of the program. Subclasses give a body and say how it shows a View."""

    PAGE: ClassVar[str] = ""
    """Message id of the page's name."""
    CHOOSES: ClassVar[bool] = False
    """Enter does something here."""
    ESC_GIVES_UP: ClassVar[bool] = False
    """Esc gives up what is slow to see of the computer; on the other pages it leads back."""
    SHOWS_TRACE: ClassVar[bool] = False
    """The exchanges with the card are shown here."""

    HELD: ClassVar[str] = "notice.held_open"
    """Message id of what is said to a key that would take the page away while it ``stays``."""

    @property
    def stays(self) -> bool:
        """Something runs here whose end must be seen: no other page takes this one's place."""
        return False

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (78, "-normal"), (100, "-wide"), (126, "-very-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (28, "-tall")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view
        self._ready = False

    @property
    def view(self) -> View:
        """What is shown now."""
        return self._view

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        yield Header(self.PAGE)
        yield from self.compose_body()
        yield EventStrip()
        yield KeyBar(self.keys(self._view))

    def compose_body(self) -> ComposeResult:
        """The widgets between top line and strip."""
        yield from ()

    def keys(self, view: View) -> tuple[KeyLabel, ...]:
        """The keys to print at the bottom of a page that was opened from the diagnosis."""
        choose = (CHOOSE_KEY,) if self.CHOOSES else ()
        return (BACK_KEY, *choose, *FUNCTION_KEYS, QUIT_KEY)

    def on_mount(self) -> None:
        """Show what was known when the page was opened."""
        self._ready = True
        self.show(self._view)

    def show(self, view: View) -> None:
        """Show this moment. Widgets that would show the same are not repainted."""
        self._view = view
        if not self._ready:
            return
        # A page that is being taken down loses its widgets one by one; then there is nothing left to show.
        with suppress(NoMatches):
            self._show_all(view)

    def _show_all(self, view: View) -> None:
        self.set_class(view.ascii, "-ascii")
        self.set_class(view.large, "-large")
        self.query_one(Header).show(view)
        self.show_body(view)
        self.query_one(EventStrip).show(view, esc_gives_up=self.ESC_GIVES_UP)
        bar = self.query_one(KeyBar)
        bar.use(self.keys(view))
        bar.show(view)

    def show_body(self, view: View) -> None:
        """Show this moment in the body."""

    def on_key(self, event: Key) -> None:
        """Letters and digits, also those an input method sends in full width."""
        typed = fold_key(event.character)
        if typed and self.typed(typed):
            event.stop()

    def typed(self, character: str) -> bool:
        """A letter (upper case) or digit was typed. True when it meant something here."""
        practice = {"P": "insert", "R": "remove", "T": "turn_over"}
        if self._view.practice and character in practice:
            self.app.call_later(self.app.run_action, f"app.practice('{practice[character]}')")
            return True
        return False

    async def action_leave(self) -> None:
        """Esc: stop what is going on; if that was asked already, or nothing goes on, go back."""
        if self._view.busy not in ("", LENT) and not self._view.cancelled:
            await self.app.run_action("app.cancel")
        else:
            self.go_back()

    def go_back(self) -> None:
        """Leave the page."""
        self.dismiss(None)

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp."""


def is_call(screen: object) -> bool:
    """True for the telephone page."""
    return isinstance(screen, Page) and screen.PAGE == PHONE_PAGE


def fold_key(character: str | None) -> str:
    """The ASCII letter (upper case) or digit of a key, also when typed in full width; empty for any other key."""
    if not character:
        return ""
    folded = unicodedata.normalize("NFKC", character).upper()
    return folded if len(folded) == 1 and folded.isascii() and folded.isalnum() else ""
