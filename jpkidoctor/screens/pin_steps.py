"""Asks for one code after the other, holds them until all are there, and gives them away once.

What is held is wiped when the field loses the focus, after a time, and when the page says so. No code becomes a
string, and none is kept after it was given away.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import DescendantBlur
from textual.message import Message
from textual.timer import Timer

from jpkidoctor.card.pin_rules import PinRule
from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.facts import PinId
from jpkidoctor.screens.pin_entry import FORGET_AFTER_S, PinEntry
from jpkidoctor.screens.pin_errand import Ask
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.view import View


class PinSteps(Vertical):
    """A line that says which code, and the field. Shown by the page only while codes are typed."""

    DEFAULT_CSS = """
    PinSteps { height: auto; margin: 1 1 0 1; }
    """

    class Complete(Message):
        """All codes are typed. ``take`` gives them, once."""

    class Next(Message):
        """The next code is asked for."""

    class GivenUp(Message):
        """What was typed was wiped; ``key`` is the message id that says why."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str, forget_after_s: float = FORGET_AFTER_S) -> None:
        super().__init__(id=id)
        self._asks: tuple[Ask, ...] = ()
        self._held: list[TypedPin] = []
        self._rule: Callable[[PinId], PinRule] | None = None
        self._forget_after_s = forget_after_s
        self._timer: Timer | None = None
        self._complete = False

    def compose(self) -> ComposeResult:
        """Which code, and the field."""
        yield TextLine(id="which")
        yield PinEntry(id="pin", forget_after_s=self._forget_after_s)

    # -- what the page does with it ------------------------------------------------------------------------

    def begin(self, asks: tuple[Ask, ...], rule: Callable[[PinId], PinRule]) -> None:
        """Ask for these codes, from the first one on. The page shows this widget before it calls."""
        self.forget()
        self._asks, self._rule = asks, rule
        self._ask()

    def take(self) -> tuple[TypedPin, ...]:
        """The codes, for the caller to use and wipe; empty when they were forgotten meanwhile."""
        held, self._held = (tuple(self._held), []) if self._complete else ((), self._held)
        self._end()
        return held

    def forget(self) -> None:
        """Wipe everything that was typed."""
        for typed in self._held:
            typed.wipe()
        self._held = []
        self._end()
        for entry in self.query(PinEntry):
            entry.forget()

    def show(self, view: View) -> None:
        """Say which code is asked for now."""
        if not self.asking:
            return
        ask = self._asks[len(self._held)]
        model = view.known.pin(ask.pin)
        lang = view.words.lang
        title, form = (model.title.get(lang), model.form.get(lang)) if model is not None else (ask.pin.value, "")
        number = f"{len(self._held) + 1}/{len(self._asks)} "
        self.query_one("#which", TextLine).put((number, "bold"), (view.say(ask.prompt, what=title, form=form), "bold"))

    @property
    def pins(self) -> tuple[PinId, ...]:
        """The code that is asked for now, alone; empty when none is."""
        return (self._asks[len(self._held)].pin,) if self.asking else ()

    @property
    def asking(self) -> bool:
        """Codes are still to be typed."""
        return self._rule is not None and len(self._held) < len(self._asks)

    # -- inside ----------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        assert self._rule is not None  # noqa: S101 - begin sets it
        entry = self.query_one(PinEntry)
        entry.ask(self._rule(self._asks[len(self._held)].pin))
        entry.focus()

    def _end(self) -> None:
        self._asks, self._rule, self._complete = (), None, False
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _give_up(self, key: str) -> None:
        self.forget()
        self.post_message(self.GivenUp(key))

    def on_pin_entry_given(self, message: PinEntry.Given) -> None:
        """One more is typed: the next, or all are there."""
        message.stop()
        typed = message.entry.take()
        if typed is None:
            return
        if not self.asking:
            typed.wipe()
            return
        self._held.append(typed)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(self._forget_after_s, self._time_is_up)
        if self.asking:
            self._ask()
        else:
            self._complete = True
        self.post_message(self.Complete() if self._complete else self.Next())

    def on_pin_entry_noticed(self, message: PinEntry.Noticed) -> None:
        """The field forgot its code: then the ones before it go as well. Everything else is the page's."""
        if message.key == "pin.entry.forgotten":
            message.stop()
            self._give_up(message.key)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Whoever looks elsewhere types all of them again."""
        if self.asking and isinstance(event.widget, PinEntry):
            self._give_up("pin_page.looked_away")

    def on_unmount(self) -> None:
        """The page closed."""
        self.forget()

    def _time_is_up(self) -> None:
        self._give_up("pin.entry.forgotten")
