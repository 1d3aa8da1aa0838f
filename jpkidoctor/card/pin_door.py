"""The two ways to a card once a person typed a PIN, stacked as ``channel.py`` stacks the free one.

Ordinary commands go by ``Chaining(AfterVerify(TimeLimit(Traced(Exchange))))``: what a diagnosis may send, and
signatures once a PIN was verified. A PIN goes by ``PinDoor`` alone, past Chaining, so that nothing can repeat
it: one VERIFY with data for one entry, and one CHANGE REFERENCE DATA after it.
"""

from __future__ import annotations

import time

from jpkidoctor.card.apdu import CommandApdu, ResponseApdu
from jpkidoctor.card.channel import (
    BadAnswerError,
    CardLostError,
    Chaining,
    Channel,
    Clock,
    Deadline,
    Exchange,
    FreeStepsOnly,
    NotFreeError,
    TimeLimit,
    Traced,
)
from jpkidoctor.card.pin_errors import PinAlreadySentError
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.card.winscard import Connection

_VERIFY = bytes((0x00, 0x20, 0x00, 0x80))
_CHANGE = bytes((0x00, 0x24, 0x01, 0x80))


class AfterVerify:
    """The gate of a session with a PIN: free commands, and PSO: COMPUTE DIGITAL SIGNATURE once it is open."""

    def __init__(self, inner: Channel) -> None:
        self._inner = inner
        self._free = FreeStepsOnly(inner)
        self.open = False
        """Set when a PIN was verified in this session."""

    def send(self, command: CommandApdu) -> ResponseApdu:
        """As Channel. Raises NotFreeError for anything else, which is a programming error."""
        is_signature = (command.cla, command.ins, command.p1, command.p2) == (0x80, 0x2A, 0x00, 0x80)
        if is_signature and self.open:
            return self._inner.send(command)
        return self._free.send(command)


class PinDoor:
    """Sends one typed PIN, once. The bytes go from the typed buffer to one wire buffer that is wiped at once."""

    def __init__(
        self, connection: Connection, trace: Trace, deadline: Deadline, gate: AfterVerify, *, clock: Clock
    ) -> None:
        self._connection = connection
        self._trace = trace
        self._deadline = deadline
        self._gate = gate
        self._clock = clock
        self._begin = clock()
        self._verified_once = False
        self._changed_once = False

    def verify(self, pin: TypedPin) -> int:
        """VERIFY the current PIN EF and return the status word.

        Raises PinAlreadySentError the second time, TimeUpError before anything is sent, and CardLostError or
        BadAnswerError when no proper answer came: the card may have counted.
        """
        self._deadline.check()
        if self._verified_once:
            raise PinAlreadySentError
        self._verified_once = True
        sw = self._send(_VERIFY, pin)
        self._gate.open = sw == 0x9000
        return sw

    def change(self, new: TypedPin) -> int:
        """CHANGE REFERENCE DATA of the current PIN EF, after a VERIFY that was right; as ``verify``."""
        self._deadline.check()
        if not self._gate.open:
            raise NotFreeError("CHANGE REFERENCE DATA")
        if self._changed_once:
            raise PinAlreadySentError
        self._changed_once = True
        return self._send(_CHANGE, new)

    def _send(self, header: bytes, pin: TypedPin) -> int:
        # The trace sees a command of the same length, never these bytes.
        cla, ins, p1, p2 = header
        shown = CommandApdu(cla, ins, p1, p2, bytes(len(pin)))
        start = self._clock()
        at_ms = (start - self._begin) * 1000
        with pin.behind(header) as wire:
            try:
                response = Exchange(self._connection).send_raw(wire)
            except (CardLostError, BadAnswerError) as error:
                code = error.code if isinstance(error, CardLostError) else 0
                self._trace.add(shown, b"", None, at_ms=at_ms, ms=(self._clock() - start) * 1000, error=code)
                raise
        self._trace.add(shown, b"", response.sw, at_ms=at_ms, ms=(self._clock() - start) * 1000)
        return response.sw


def open_pin_channel(
    connection: Connection, trace: Trace, deadline: Deadline, *, clock: Clock = time.monotonic
) -> tuple[Channel, PinDoor]:
    """The ordinary way and the PIN's way over one connection, for one entry of a person."""
    gate = AfterVerify(TimeLimit(Traced(Exchange(connection), trace, clock=clock), deadline))
    return Chaining(gate), PinDoor(connection, trace, deadline, gate, clock=clock)
