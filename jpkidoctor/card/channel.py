"""The way from a command APDU to its answer, in small stacked pieces.

``open_free_channel`` stacks them: Chaining(FreeStepsOnly(TimeLimit(Traced(Exchange(connection))))).
Each piece has one method, ``send``, and one reason to exist. What can go wrong is told by three errors that
carry data.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from jpkidoctor.card.apdu import CommandApdu, ResponseApdu, get_response
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.winscard import CARD_LOST, DEAD_CONTEXT, Connection, PcscError

MAX_ANSWER = 256 + 2
"""A short APDU never answers more; a longer answer is a fault of card or reader."""
MAX_CHAINED = 64 * 256
MAX_ROUNDS = 64

Clock = Callable[[], float]
"""Monotonic seconds."""


class CardLostError(Exception):
    """The card, or the way to it, went away in the middle. ``code`` 0 is the success with no bytes."""

    def __init__(self, code: int) -> None:
        super().__init__(f"card lost: 0x{code:08X}")
        self.code = code

    @property
    def service_gone(self) -> bool:
        """True when the PC/SC service died, not the card."""
        return self.code in DEAD_CONTEXT


class BadAnswerError(Exception):
    """The answer breaks ISO 7816: over-long, endless, or shorter than promised."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TimeUpError(Exception):
    """The time limit passed, or the work was cancelled, before the next command was sent."""

    def __init__(self, *, cancelled: bool) -> None:
        super().__init__("cancelled" if cancelled else "time limit")
        self.cancelled = cancelled


class Deadline:
    """A time limit and a cancel flag that a piece of card work looks at between commands."""

    def __init__(self, seconds: float, *, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop before its next command. Callable from any thread."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """True once ``cancel`` was called."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise TimeUpError when the time is up or the work was cancelled."""
        if self._cancelled.is_set():
            raise TimeUpError(cancelled=True)
        if self._clock() >= self._end:
            raise TimeUpError(cancelled=False)


class Channel(Protocol):
    """The thing with one method: a command goes in, an answer comes out.

    ``send`` raises CardLostError, BadAnswerError or TimeUpError.
    """

    def send(self, command: CommandApdu) -> ResponseApdu: ...


class Exchange:
    """Bytes to and from the reader.

    A card torn out during SCardTransmit is reported as success with no bytes (pcsc-lab.md §5), so fewer
    than two bytes are a lost card whatever the result code says.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, command: CommandApdu) -> ResponseApdu:
        return self.send_raw(bytes(command))

    def send_raw(self, command: bytes | bytearray) -> ResponseApdu:
        """As ``send``, for bytes that are already as they go over the wire."""
        try:
            raw = self._connection.transmit(command)
        except PcscError as error:
            if error.code in CARD_LOST or error.code in DEAD_CONTEXT:
                raise CardLostError(error.code) from error
            raise BadAnswerError(f"pcsc=0x{error.code:08X}") from error
        if len(raw) < 2:
            raise CardLostError(0)
        if len(raw) > MAX_ANSWER:
            raise BadAnswerError("too_long")
        if raw[-2] >> 4 not in (0x6, 0x9):  # ISO/IEC 7816-3: SW1 is 6X or 9X
            raise BadAnswerError("status_word")
        return ResponseApdu.parse(raw)


class Traced:
    """Writes every exchange into the trace, which hides what must not be kept."""

    def __init__(self, inner: Channel, trace: Trace, *, clock: Clock = time.monotonic) -> None:
        self._inner = inner
        self._trace = trace
        self._clock = clock
        self._begin = clock()

    def send(self, command: CommandApdu) -> ResponseApdu:
        start = self._clock()
        try:
            response = self._inner.send(command)
        except CardLostError as error:
            self._add(command, start, b"", None, error.code)
            raise
        except BadAnswerError:
            self._add(command, start, b"", None, 0)
            raise
        self._add(command, start, response.data, response.sw, 0)
        return response

    def _add(self, command: CommandApdu, start: float, answer: bytes, sw: int | None, error: int) -> None:
        end = self._clock()
        at_ms, ms = (start - self._begin) * 1000, (end - start) * 1000
        self._trace.add(command, answer, sw, at_ms=at_ms, ms=ms, error=error)


class TimeLimit:
    """Sends nothing more once the deadline has passed or the work was cancelled."""

    def __init__(self, inner: Channel, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def send(self, command: CommandApdu) -> ResponseApdu:
        self._deadline.check()
        return self._inner.send(command)


class Chaining:
    """Follows 61xx (fetch the rest) and 6Cxx (ask again with this length), with an end to both.

    6Cxx repeats a command, which must never happen to one that costs a try: only reading commands are
    repeated, VERIFY never (card-protocol.md §6.1).
    """

    _REPEATABLE = frozenset({0xA4, 0xB0, 0xB2, 0xCA, 0xC0, 0x84})

    def __init__(self, inner: Channel) -> None:
        self._inner = inner

    def send(self, command: CommandApdu) -> ResponseApdu:
        response = self._inner.send(command)
        if response.sw >> 8 == 0x6C and command.ins in self._REPEATABLE:
            exact = CommandApdu(
                command.cla, command.ins, command.p1, command.p2, command.data, (response.sw & 0xFF) or 256
            )
            response = self._inner.send(exact)
        data = response.data
        rounds = 0
        while response.sw >> 8 == 0x61:
            rounds += 1
            if rounds > MAX_ROUNDS or len(data) > MAX_CHAINED:
                raise BadAnswerError("endless_61xx")
            response = self._inner.send(get_response((response.sw & 0xFF) or 256))
            data += response.data
        return ResponseApdu(data, response.sw)


class NotFreeError(Exception):
    """A diagnosis tried to send a command that could cost something. A programming error, never sent."""


class FreeStepsOnly:
    """The last gate of a diagnosis: only commands that can cost nothing pass.

    VERIFY passes without data alone, and nothing that changes, signs or authenticates passes at all
    (design rule 1).
    """

    _FREE = frozenset({0xA4, 0xB0, 0xB2, 0xC0})

    def __init__(self, inner: Channel) -> None:
        self._inner = inner

    def send(self, command: CommandApdu) -> ResponseApdu:
        is_query = command.ins == 0x20 and not command.data and command.le is None
        if not is_query and command.ins not in self._FREE:
            raise NotFreeError(f"INS {command.ins:02X}")
        return self._inner.send(command)


def open_free_channel(
    connection: Connection, trace: Trace, deadline: Deadline, *, clock: Clock = time.monotonic
) -> Channel:
    """The whole stack over one connection, for a diagnosis."""
    return Chaining(FreeStepsOnly(TimeLimit(Traced(Exchange(connection), trace, clock=clock), deadline)))
