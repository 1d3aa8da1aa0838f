"""The field in which a PIN is typed. It is no Input: nothing that is typed here becomes a string.

No copy, cut, paste, undo or history; what is drawn is one dot a character. The bytes are wiped when the field
loses the focus, after a time, when the page says so (the card went), and when they were given away.
"""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.events import Blur, Focus, Key, Paste
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from jpkidoctor.card.pin_rules import PinRule, Slip, check_pin, fold_key
from jpkidoctor.card.typed_pin import TypedPin, wipe

FORGET_AFTER_S = 60.0
"""A PIN that nobody finishes typing is forgotten."""


class PinEntry(Widget, can_focus=True):
    """Enter gives the PIN away, once, by ``Given``; the receiver wipes it."""

    DEFAULT_CSS = """
    PinEntry { height: 1; width: 1fr; background: $panel; padding: 0 1; }
    PinEntry:focus { text-style: bold; }
    """

    class Given(Message):
        """Enter was pressed on a PIN of the right form. Take ``pin`` with ``take``, once."""

        def __init__(self, entry: PinEntry) -> None:
            super().__init__()
            self.entry = entry

    class Noticed(Message):
        """Something to tell the person; ``key`` is a message id. It says nothing about the characters."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str, forget_after_s: float = FORGET_AFTER_S) -> None:
        super().__init__(id=id, markup=False)
        self._typed = bytearray()
        self._given: TypedPin | None = None
        self._rule: PinRule | None = None
        self._forget_after_s = forget_after_s
        self._timer: Timer | None = None

    # -- what the page does with it ------------------------------------------------------------------------

    def ask(self, rule: PinRule) -> None:
        """Take PINs of this rule from now on; what was typed before is forgotten."""
        self.forget()
        self._rule = rule

    def forget(self) -> None:
        """Wipe what is typed, and what was given and not yet taken."""
        wipe(self._typed)
        if self._given is not None:
            self._given.wipe()
            self._given = None
        self._stop_timer()
        self.refresh()

    def take(self) -> TypedPin | None:
        """The PIN that was given, for the caller to use and wipe; None when it was forgotten meanwhile."""
        given, self._given = self._given, None
        return given

    @property
    def count(self) -> int:
        """How many characters are typed."""
        return len(self._typed)

    # -- keys ------------------------------------------------------------------------------------------------

    def on_key(self, event: Key) -> None:
        """Every key but Escape and the function keys ends here: nothing typed reaches another handler."""
        if self._rule is None or event.key == "escape" or (event.key.startswith("f") and event.key[1:].isdigit()):
            return
        event.stop()
        event.prevent_default()
        self._restart_timer()
        if event.key == "enter":
            self._give(self._rule)
        elif event.key == "backspace":
            if self._typed:
                self._typed[-1] = 0
                del self._typed[-1]
        elif event.key in ("ctrl+u", "delete", "ctrl+x"):
            wipe(self._typed)
        elif event.character is not None and len(event.character) == 1:
            self._add(self._rule, ord(event.character))
        self.refresh()

    def _add(self, rule: PinRule, code_point: int) -> None:
        key = fold_key(rule, code_point)
        if key.byte is None:
            self.post_message(self.Noticed("pin.slip.character"))
        elif len(self._typed) >= rule.longest:
            self.post_message(self.Noticed("pin.slip.too_long"))
        else:
            self._typed.append(key.byte)
            if key.was_full_width:
                self.post_message(self.Noticed("pin.folded.width"))
            elif key.was_lower_case:
                self.post_message(self.Noticed("pin.folded.case"))

    def _give(self, rule: PinRule) -> None:
        pin = TypedPin(self._typed)
        slip: Slip | None = check_pin(rule, pin)
        if slip is not None:
            self.post_message(self.Noticed(f"pin.slip.{slip.value}"))
            return
        self._typed = bytearray()  # the bytes belong to ``pin`` now; nothing was copied
        self._given = pin
        self._stop_timer()
        self.post_message(self.Given(self))

    def on_paste(self, event: Paste) -> None:
        """A PIN in a clipboard is read by others; it is not taken from there."""
        event.stop()
        event.prevent_default()
        self.post_message(self.Noticed("pin.entry.no_paste"))

    def on_blur(self, event: Blur) -> None:
        """Whoever looks elsewhere types it again."""
        wipe(self._typed)
        self._stop_timer()
        self.refresh()

    def on_focus(self, event: Focus) -> None:
        """The time begins with the first key."""
        self.refresh()

    def on_unmount(self) -> None:
        """The page closed."""
        self.forget()

    def _restart_timer(self) -> None:
        self._stop_timer()
        self._timer = self.set_timer(self._forget_after_s, self._time_is_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _time_is_up(self) -> None:
        if self._typed:
            self.forget()
            self.post_message(self.Noticed("pin.entry.forgotten"))

    # -- looks -----------------------------------------------------------------------------------------------

    def render(self) -> RenderResult:
        """Dots, and where the next one comes."""
        dots = "*" * len(self._typed)
        cursor = "_" if self.has_focus else ""
        text = f"{dots}{cursor}"
        return Content.styled(text + " " * max(self.content_size.width - cell_len(text), 0), "bold")
