"""A practice PC/SC service: the face of card/winscard.py over practice cards.

What each failure looks like was measured on pcsc-lite (pcsc-lab.md §5); where Windows differs, ``Habits`` says
how. All state is behind one condition variable; a card's own work runs outside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from jpkidoctor.card.winscard import (
    E_CANCELLED,
    E_INVALID_HANDLE,
    E_NO_SERVICE,
    E_NO_SMARTCARD,
    E_NOT_TRANSACTED,
    E_PROTO_MISMATCH,
    E_SHARING_VIOLATION,
    E_TIMEOUT,
    E_UNKNOWN_READER,
    F_COMM_ERROR,
    PNP_READER,
    W_REMOVED_CARD,
    W_RESET_CARD,
    W_UNPOWERED_CARD,
    PcscError,
    ReaderState,
    State,
)
from jpkidoctor.simulator.card import Link, PracticeCard
from jpkidoctor.simulator.reader_slot import OtherProgram, Position, Slot

MUTE_WAIT_S = 0.4
"""How long pcscd tries to power a mute card (pcsc-lab.md §5)."""
POLL_S = 0.4
"""How long pcscd takes to see that a card left inside a command."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Where services differ. The default is pcsc-lite 1.9."""

    mute_code: int = W_UNPOWERED_CARD
    """Connecting to a mute card; Windows says W_UNRESPONSIVE_CARD (host-probes.md §2.2)."""
    stops_with_last_reader: bool = False
    """Windows ends the service with the last reader, and starts it with the first."""
    dead_code: int = E_NO_SERVICE
    """What a context says whose service ended; Windows says E_SERVICE_STOPPED."""
    blocked_code: int = F_COMM_ERROR
    """How a wait ends when the service dies under it."""
    mute_wait_s: float = MUTE_WAIT_S
    poll_s: float = POLL_S


class PracticeService:
    """The service and its readers. The methods of the first half are what a person or another program does.

    ``commands_sent`` are all command APDUs that went over the wire, in order.
    """

    def __init__(
        self,
        *,
        habits: Habits | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.habits = habits or Habits()
        self.clock = clock
        self.sleep = sleep
        self.changed = threading.Condition(threading.RLock())
        self.slots: dict[str, Slot] = {}
        self.plug_events = 0
        self.epoch = 0
        self._code = 0
        self._asleep = False
        """Stopped by itself for want of readers, not by somebody."""
        self._sent: list[bytes] = []

    # -- what people and other programs do -----------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self._code == 0

    @property
    def version(self) -> str:
        return "practice"

    def commands_sent(self) -> tuple[bytes, ...]:
        """Every command APDU that was sent to any card, oldest first."""
        with self.changed:
            return tuple(self._sent)

    def stop_service(self, code: int = E_NO_SERVICE) -> None:
        """End the service: contexts and connections of now are dead for good. ``code`` answers new ones."""
        with self.changed:
            self._code = code
            self._asleep = False
            self.epoch += 1
            for slot in self.slots.values():
                slot.connections, slot.held_by = 0, None
                if slot.card is not None:
                    slot.card.power_off()
            self.changed.notify_all()

    def start_service(self) -> None:
        """Start it again; old contexts stay dead."""
        with self.changed:
            self._code = 0
            self._asleep = False
            self.changed.notify_all()

    def plug(self, name: str) -> None:
        """A reader appears, empty."""
        with self.changed:
            if name not in self.slots:
                self.slots[name] = Slot(name)
                self.plug_events += 1
            if self._asleep:
                self.start_service()
            self.changed.notify_all()

    def unplug(self, name: str) -> None:
        """A reader goes, with the card in it."""
        with self.changed:
            slot = self.slots.pop(name, None)
            if slot is None:
                return
            slot.put(None, Position.OUT)
            self.plug_events += 1
            self.sleep_without_readers()
            self.changed.notify_all()

    def sleep_without_readers(self) -> None:
        """Where the service ends with the last reader, let it; the next reader starts it again."""
        with self.changed:
            if self.habits.stops_with_last_reader and self.running and not self.slots:
                self.stop_service()
                self._asleep = True

    def put(self, name: str, card: PracticeCard, position: Position = Position.RIGHT) -> None:
        """Put a card into a reader or turn it there. Raises KeyError for an unknown reader."""
        with self.changed:
            self.slots[name].put(card, position)
            self.changed.notify_all()

    def take(self, name: str, card: PracticeCard) -> None:
        """Take this card out of a reader, if it is the one in it. Raises KeyError for an unknown reader."""
        with self.changed:
            slot = self.slots[name]
            if slot.card is card:
                slot.put(None, Position.OUT)
                self.changed.notify_all()

    def other_program(self, name: str, does: OtherProgram) -> None:
        """Another program takes or leaves the reader. Raises KeyError for an unknown reader."""
        with self.changed:
            self.slots[name].other = does
            self.changed.notify_all()

    def reset_by_other(self, name: str) -> None:
        """Another program resets the card in this reader. Raises KeyError for an unknown reader."""
        with self.changed:
            slot = self.slots[name]
            slot.resets += 1
            if slot.card is not None:
                slot.card.reset()

    # -- PC/SC -----------------------------------------------------------------------------------------------

    def establish(self) -> PracticeContext:
        """SCardEstablishContext."""
        with self.changed:
            if self._code:
                raise PcscError(self._code, "SCardEstablishContext")
            return PracticeContext(self, self.epoch)

    def record(self, command: bytes) -> None:
        """Remember a command that goes over the wire."""
        with self.changed:
            self._sent.append(bytes(command))

    def alive(self, epoch: int) -> bool:
        """Whether contexts of this epoch still work."""
        return self.running and epoch == self.epoch

    def notice(self) -> float | None:
        """Let the poll see cards that left inside a command. Seconds until it must look again, or None."""
        now, wait = self.clock(), None
        for slot in self.slots.values():
            if slot.torn_until is None:
                continue
            if now >= slot.torn_until:
                slot.put(None, Position.OUT)
                self.changed.notify_all()
            else:
                wait = min(wait or slot.torn_until - now, slot.torn_until - now)
        return wait


class PracticeContext:
    """A context of the practice service."""

    def __init__(self, service: PracticeService, epoch: int) -> None:
        self._service = service
        self._epoch = epoch
        self._closed = False
        self._waiting = 0
        self._cancelled = False

    def _check(self, call: str) -> None:
        if self._closed:
            raise PcscError(E_INVALID_HANDLE, call)
        if not self._service.alive(self._epoch):
            raise PcscError(self._service.habits.dead_code, call)

    def list_readers(self) -> tuple[str, ...]:
        with self._service.changed:
            self._check("SCardListReaders")
            return tuple(self._service.slots)

    def status_change(
        self, known: dict[str, ReaderState], names: tuple[str, ...], timeout_ms: int
    ) -> tuple[ReaderState, ...]:
        call = "SCardGetStatusChange"
        service = self._service
        with service.changed:
            self._check(call)
            service.notice()
            if any(name not in service.slots and name != PNP_READER for name in names):
                raise PcscError(E_UNKNOWN_READER, call)
            plugs = service.plug_events
            end = service.clock() + timeout_ms / 1000
            self._waiting += 1
            try:
                while True:
                    states = tuple(self._state(name, known, plugs) for name in names)
                    if any(self._differs(state, known.get(state.name), plugs) for state in states):
                        return states
                    self._wait(end, call)
            finally:
                self._waiting -= 1
                if not self._waiting:
                    self._cancelled = False

    def _wait(self, end: float, call: str) -> None:
        """Sleep until something may be different. Raises PcscError at the end of the time, by cancel or death."""
        service = self._service
        left = end - service.clock()
        if left <= 0:
            raise PcscError(E_TIMEOUT, call)
        poll = service.notice()
        service.changed.wait(left if poll is None else min(left, poll))
        service.notice()
        if self._cancelled:
            raise PcscError(E_CANCELLED, call)
        if self._closed or not service.alive(self._epoch):
            raise PcscError(service.habits.blocked_code, call)  # a blocked call, as pcscd's end shows it

    def _state(self, name: str, known: dict[str, ReaderState], plugs: int) -> ReaderState:
        if name == PNP_READER:
            return ReaderState(name, 0, self._service.plug_events & 0xFFFF, b"")
        slot = self._service.slots.get(name)
        if slot is None:  # unplugged while we waited
            return ReaderState(name, int(State.UNKNOWN | State.UNAVAILABLE), 0, b"")
        return ReaderState(name, slot.flags, slot.event_count, slot.atr)

    @staticmethod
    def _differs(state: ReaderState, known: ReaderState | None, plugs: int) -> bool:
        if state.name == PNP_READER:
            # Not seen before: only what happens from now on counts.
            return state.event_count != (plugs & 0xFFFF if known is None else known.event_count)
        return known is None or (known.flags, known.event_count) != (state.flags, state.event_count)

    def connect(self, reader: str) -> PracticeConnection:
        call = "SCardConnect"
        service = self._service
        with service.changed:
            self._check(call)
            service.notice()
            slot = self._slot(reader, call)
            while slot.other is OtherProgram.TRANSACTION:  # no time limit, as measured
                service.changed.wait()
                self._check(call)
                slot = self._slot(reader, call)
            if slot.other is OtherProgram.EXCLUSIVE:
                raise PcscError(E_SHARING_VIOLATION, call)
            if slot.card is None or not slot.present:
                raise PcscError(E_NO_SMARTCARD, call)
            mute = slot.mute
        if mute:
            service.sleep(service.habits.mute_wait_s)
            raise PcscError(service.habits.mute_code, call)
        with service.changed:
            self._check(call)
            if slot.card is None or not slot.present:  # it left meanwhile
                raise PcscError(E_NO_SMARTCARD, call)
            if not slot.atr or slot.atr[0] not in (0x3B, 0x3F):
                raise PcscError(E_PROTO_MISMATCH, call)
            slot.card.power_on()
            slot.connections += 1
            service.changed.notify_all()
            return PracticeConnection(service, self._epoch, slot)

    def _slot(self, reader: str, call: str) -> Slot:
        slot = self._service.slots.get(reader)
        if slot is None:
            raise PcscError(E_UNKNOWN_READER, call)
        return slot

    def cancel(self) -> None:
        with self._service.changed:
            if self._waiting:
                self._cancelled = True
                self._service.changed.notify_all()

    def close(self) -> None:
        with self._service.changed:
            self._closed = True
            self._service.changed.notify_all()


class PracticeConnection:
    """A card in a slot, connected in shared mode."""

    def __init__(self, service: PracticeService, epoch: int, slot: Slot) -> None:
        self._service = service
        self._epoch = epoch
        self._slot = slot
        self._insertion = slot.insertions
        self._resets = slot.resets
        self._card = slot.card
        self._closed = False

    @property
    def protocol(self) -> str:
        return self._card.data.protocol if self._card is not None else "RAW"

    def _check(self, call: str) -> PracticeCard:
        """The card, if this connection still reaches it."""
        service, slot = self._service, self._slot
        if self._closed:
            raise PcscError(E_INVALID_HANDLE, call)
        if not service.alive(self._epoch):
            raise PcscError(service.habits.dead_code, call)
        service.notice()
        if slot.torn_until is not None and slot.insertions == self._insertion:
            raise PcscError(E_NOT_TRANSACTED, call)
        if slot.insertions != self._insertion or self._card is None:
            raise PcscError(W_REMOVED_CARD, call)
        if slot.resets != self._resets:
            raise PcscError(W_RESET_CARD, call)
        return self._card

    def _wait_for_turn(self, call: str) -> PracticeCard:
        slot = self._slot
        while True:
            card = self._check(call)
            if slot.other is not OtherProgram.TRANSACTION and slot.held_by in (None, self):
                return card
            self._service.changed.wait()

    def transmit(self, command: bytes) -> bytes:
        call = "SCardTransmit"
        service, slot = self._service, self._slot
        with service.changed:
            card = self._wait_for_turn(call)
            service.record(command)
        answer = card.transmit(command)
        with service.changed:
            if not service.alive(self._epoch):
                raise PcscError(service.habits.dead_code, call)
            if slot.insertions != self._insertion:
                return b""  # torn out inside the call: success with no bytes
            if card.link is Link.RESET:
                card.reset()
                slot.resets += 1
                raise PcscError(W_RESET_CARD, call)
            if card.link is Link.TORN and slot.torn_until is None:
                slot.torn_until = service.clock() + service.habits.poll_s
                service.changed.notify_all()
            return answer

    def begin(self) -> None:
        with self._service.changed:
            self._wait_for_turn("SCardBeginTransaction")
            self._slot.held_by = self

    def end(self) -> None:
        with self._service.changed:
            if self._slot.held_by is self:
                self._slot.held_by = None
                self._service.changed.notify_all()

    def close(self) -> None:
        with self._service.changed:
            if self._closed:
                return
            self._closed = True
            slot = self._slot
            if slot.held_by is self:
                slot.held_by = None
            if slot.insertions == self._insertion and self._service.alive(self._epoch):
                slot.connections = max(0, slot.connections - 1)
            self._service.changed.notify_all()
