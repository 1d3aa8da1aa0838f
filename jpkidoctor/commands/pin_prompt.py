"""Asks for a PIN on the terminal without showing it, and for a yes. No option and no variable takes a PIN.

Bytes come one at a time into one buffer: ``getpass`` and ``input`` would leave a ``str`` behind.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from jpkidoctor.card.pin_rules import PinRule, Slip, fold_typed
from jpkidoctor.card.typed_pin import TypedPin, wipe
from jpkidoctor.knowledge.known import Known
from jpkidoctor.knowledge.words import Words
from jpkidoctor.report.plain import cp932_safe

LONGEST_LINE = 256


class NoTerminalError(Exception):
    """There is nobody to ask."""


class PinSlipError(Exception):
    """What was typed cannot be this PIN; nothing was sent."""

    def __init__(self, slip: Slip) -> None:
        super().__init__(slip.value)
        self.slip = slip


class NotConfirmedError(Exception):
    """The person said no, or nobody was there to say yes."""


class Asker:
    """Asks at the terminal; with ``from_stdin`` each PIN is one line of standard input."""

    def __init__(self, words: Words, known: Known, *, from_stdin: bool, yes: bool = False) -> None:
        self._words = words
        self._known = known
        self._from_stdin = from_stdin
        self._yes = yes

    def pin(self, rule: PinRule, prompt: str = "pin.prompt") -> TypedPin:
        """One PIN, folded to what the card wants. Raises PinSlipError and NoTerminalError."""
        if self._from_stdin:
            line = _line(_stdin(), LONGEST_LINE)
        else:
            model = self._known.pin(rule.pin)
            form = model.form.get(self._words.lang) if model is not None else ""
            question = cp932_safe(self._words.text(prompt, pin=rule.pin.value, form=form))
            line = _typed_hidden(question)
        folded = fold_typed(rule, line)
        if folded.was_full_width:
            self.say("pin.folded.width")
        if folded.was_lower_case:
            self.say("pin.folded.case")
        if folded.slip is not None:
            folded.pin.wipe()
            raise PinSlipError(folded.slip)
        return folded.pin

    def confirm(self, question: str, *, never_by_option: bool = False) -> None:
        """Ask yes or no; ``--yes`` answers all but those marked. Raises NotConfirmedError."""
        if self._yes and not never_by_option:
            return
        if self._from_stdin:
            raise NotConfirmedError
        with _terminal() as (source, target):
            os.write(target, self._words.text("sign.yes_or_no", question=question).encode())
            answer = bytes(_line(source, LONGEST_LINE))
        if answer.strip().lower() not in (b"y", b"yes", "はい".encode(), "はい".encode("cp932")):
            raise NotConfirmedError

    def say(self, key: str, **params: str | int) -> None:
        """One sentence on stderr."""
        print(cp932_safe(self._words.text(key, **params)), file=sys.stderr)  # noqa: T201


def _stdin() -> int:
    try:
        return sys.stdin.fileno()
    except (OSError, ValueError, AttributeError) as error:
        raise NoTerminalError from error


def _line(descriptor: int, longest: int) -> bytearray:
    """One line without its end, in a buffer of its own size. What is longer is cut, and then too long."""
    room = bytearray(longest)
    length = 0
    while length < longest and (one := os.read(descriptor, 1)) not in (b"", b"\n"):
        room[length] = one[0]
        length += 1
    if length and room[length - 1] == 0x0D:
        length -= 1
    line = bytearray(length)
    line[:] = memoryview(room)[:length]
    wipe(room)
    return line


@contextlib.contextmanager
def _terminal() -> Iterator[tuple[int, int]]:
    """Descriptors of the terminal to read from and to write to."""
    if sys.platform == "win32":
        if not sys.stdin.isatty():
            raise NoTerminalError
        yield sys.stdin.fileno(), sys.stderr.fileno()
        return
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR | getattr(os, "O_NOCTTY", 0))
    except OSError as error:
        raise NoTerminalError from error
    try:
        yield descriptor, descriptor
    finally:
        os.close(descriptor)


def _typed_hidden(question: str) -> bytearray:
    if sys.platform == "win32":
        return _typed_on_windows(question)
    import termios

    with _terminal() as (source, target):
        before = termios.tcgetattr(source)
        hidden = [*before]
        hidden[3] &= ~termios.ECHO
        try:
            termios.tcsetattr(source, termios.TCSAFLUSH, hidden)
            os.write(target, question.encode())
            return _line(source, LONGEST_LINE)
        finally:
            termios.tcsetattr(source, termios.TCSAFLUSH, before)
            os.write(target, b"\n")


def _typed_on_windows(question: str) -> bytearray:
    import msvcrt

    if not sys.stdin.isatty():
        raise NoTerminalError
    room = bytearray(LONGEST_LINE)
    length = 0
    for character in question:
        msvcrt.putwch(character)  # type: ignore[attr-defined,unused-ignore]
    while (character := msvcrt.getwch()) not in ("\r", "\n"):  # type: ignore[attr-defined,unused-ignore]
        if character == "\x03":
            raise KeyboardInterrupt
        if character == "\b":
            while length and room[length - 1] & 0xC0 == 0x80:  # all bytes of a full-width character
                length -= 1
            length = max(0, length - 1)
            continue
        encoded = character.encode("utf-8", "replace")
        if length + len(encoded) < LONGEST_LINE:
            room[length : length + len(encoded)] = encoded
            length += len(encoded)
    msvcrt.putwch("\n")  # type: ignore[attr-defined,unused-ignore]
    line = bytearray(length)
    line[:] = memoryview(room)[:length]
    wipe(room)
    return line
