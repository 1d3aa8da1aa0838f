"""The bridge from a practice card into a real, running pcscd: a client of vpcd's virtual reader.

vpcd listens on TCP and treats a connection as a card that was put in. Each message has a two-byte big-endian
length; one byte is a control (0 power off, 1 power on, 2 reset, 4 tell the ATR), anything longer is a command
APDU. Measured behaviour and the traps: pcsc-lab.md §2, §4 and §7.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from enum import IntEnum, StrEnum

from jpkidoctor.simulator.card import Link, PracticeCard
from jpkidoctor.simulator.card_data import FaultKind
from jpkidoctor.simulator.reader_slot import Position

PORT = 0x8C7B
"""35963, where the driver's first reader listens; the second is on the next port."""
MUTE_ATR = bytes(64)
"""Longer than any ATR may be, so powering up fails and the reader shows a card that does not answer."""
_MAX_MESSAGE = 0xFFFF
_POLL_S = 0.1
_BACK_OFF_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)
_AWAY_S = 1.0
_QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Control(IntEnum):
    """One-byte messages of vpcd."""

    POWER_OFF = 0
    POWER_ON = 1
    RESET = 2
    ATR = 4


class BridgeState(StrEnum):
    """What the bridge is doing."""

    WAITING = "waiting"
    """Nothing listens: pcscd does not run or has no virtual reader."""
    CONNECTED = "connected"
    OUT = "out"
    """The card is out of the reader."""
    TORN = "torn"
    """The card left inside a command."""
    ENDED = "ended"


class NobodyListensError(Exception):
    """No virtual reader answered in time; ``reason`` is the system's."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"{host}:{port}: {reason}")
        self.host = host
        self.port = port
        self.reason = reason


class _LineEndedError(Exception):
    """vpcd closed the connection, or sent something that is no message."""


def serve_vpcd(
    card: PracticeCard,
    host: str = "127.0.0.1",
    port: int = PORT,
    *,
    stop: threading.Event,
    on_state: Callable[[BridgeState], None] = lambda state: None,
    position: Callable[[], Position] = lambda: Position.RIGHT,
    patience_s: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Keep the card in the virtual reader until ``stop`` is set. Blocks; give it a thread.

    ``position`` is asked about ten times a second: OUT takes the card away, WRONG makes it mute. When pcscd
    goes away the bridge tries again, more and more slowly up to once a second. With ``patience_s`` it raises
    NobodyListensError when no reader was ever reached in that time; without, it waits for ever. A card torn by
    its own fault comes back after a second.
    """
    bridge = _Bridge(card, stop, on_state, position)
    ended = threading.Event()
    if card.data.faults.kind is FaultKind.SILENT:
        # A silent card blocks the line's thread, so somebody else has to see that it is over.
        threading.Thread(target=_wake, args=(card, stop, position, ended), name="vpcd-wake", daemon=True).start()
    give_up = None if patience_s is None else clock() + patience_s
    try:
        attempt = 0
        while not stop.is_set():
            lies = position()
            if lies is Position.OUT:
                bridge.tell(BridgeState.OUT)
                stop.wait(_POLL_S)
                continue
            try:
                line = socket.create_connection((host, port), timeout=1.0)
            except OSError as error:
                if give_up is not None and clock() >= give_up:
                    raise NobodyListensError(host, port, error.strerror or type(error).__name__) from error
                bridge.tell(BridgeState.WAITING)
                stop.wait(_BACK_OFF_S[min(attempt, len(_BACK_OFF_S) - 1)])
                attempt += 1
                continue
            with line:
                served = bridge.serve(line, lies)
            card.power_off()
            # A reader that takes the connection and drops it at once must not be asked in a tight loop.
            attempt = 0 if served else attempt + 1
            give_up = None if served else give_up
            if bridge.state is BridgeState.TORN:
                stop.wait(_AWAY_S)
            elif not served:
                stop.wait(_BACK_OFF_S[min(attempt, len(_BACK_OFF_S) - 1)])
    finally:
        ended.set()
        card.power_off()
        bridge.tell(BridgeState.ENDED)


def _wake(card: PracticeCard, stop: threading.Event, position: Callable[[], Position], ended: threading.Event) -> None:
    """Take the power away from a card that was taken out or whose bridge is to end."""
    while not ended.wait(_POLL_S):
        if stop.is_set() or position() is Position.OUT:
            card.power_off()


class _Bridge:
    def __init__(
        self,
        card: PracticeCard,
        stop: threading.Event,
        on_state: Callable[[BridgeState], None],
        position: Callable[[], Position],
    ) -> None:
        self._card = card
        self._stop = stop
        self._on_state = on_state
        self._position = position
        self.state: BridgeState | None = None

    def tell(self, state: BridgeState) -> None:
        if state is not self.state:
            self.state = state
            self._on_state(state)

    def serve(self, line: socket.socket, lies: Position) -> bool:
        """Answer until the line ends, the card moves or ``stop`` is set. True when there was any message."""
        line.settimeout(_POLL_S)
        with contextlib.suppress(OSError):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        served = False
        try:
            while (message := self._receive_message(line, lies)) is not None:
                if not served:
                    served = True
                    self.tell(BridgeState.CONNECTED)
                reply = self._answer(message, lies)
                if self._card.link is Link.TORN:
                    self.tell(BridgeState.TORN)
                    return True
                if reply is not None:
                    line.sendall(len(reply).to_bytes(2, "big") + reply)
        except (_LineEndedError, OSError):
            pass
        return served

    def _answer(self, message: bytes, lies: Position) -> bytes | None:
        """The reply to one message; None where vpcd expects none."""
        if len(message) > 1:
            return self._card.transmit(message)[:_MAX_MESSAGE]
        mute = lies is Position.WRONG or self._card.mute
        if message[0] == Control.ATR:
            return MUTE_ATR if mute else self._card.atr
        if message[0] == Control.POWER_ON:
            self._card.power_on()
        elif message[0] == Control.POWER_OFF:
            self._card.power_off()
        elif message[0] == Control.RESET:
            self._card.reset()
        return None

    def _receive_message(self, line: socket.socket, lies: Position) -> bytes | None:
        """The next message; None when the card moved or the bridge ends."""
        head = self._receive(line, 2, lies)
        if head is None:
            return None
        length = int.from_bytes(head, "big")
        if length == 0:
            raise _LineEndedError
        return self._receive(line, length, lies)

    def _receive(self, line: socket.socket, length: int, lies: Position) -> bytes | None:
        data = b""
        while len(data) < length:
            if self._stop.is_set() or self._position() is not lies:
                return None
            if _QUICK_ACK is not None:
                # Not sticky. Without it each APDU takes 44 ms: vpcd sends length and payload apart, and the
                # delayed ACK holds back the second part.
                line.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
            try:
                part = line.recv(length - len(data))
            except TimeoutError:
                continue
            if not part:
                raise _LineEndedError
            data += part
        return data
