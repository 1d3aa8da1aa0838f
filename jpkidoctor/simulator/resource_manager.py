"""A practice PC/SC service: the face of card/winscard.py over practice cards.

What each failure looks like was measured on pcsc-lite (pcsc-lab.md §5). A card's own work runs outside the
service's lock, so that one thread can take a card out while another waits for its answer.
"""

from __future__ import annotations

from jpkidoctor.card.winscard import (
    E_CANCELLED,
    E_COMM_DATA_LOST,
    E_INVALID_HANDLE,
    E_NO_SMARTCARD,
    E_NOT_READY,
    E_NOT_TRANSACTED,
    E_PROTO_MISMATCH,
    E_SHARING_VIOLATION,
    E_TIMEOUT,
    E_UNKNOWN_READER,
    PNP_READER,
    W_REMOVED_CARD,
    W_RESET_CARD,
    PcscError,
    ReaderState,
    State,
)
from jpkidoctor.simulator.card import Link, PracticeCard
from jpkidoctor.simulator.practice_service import PracticeService
from jpkidoctor.simulator.reader_slot import OtherProgram, Slot


class PracticeResourceManager:
    """The door to a practice service. Implements ResourceManager."""

    def __init__(self, service: PracticeService) -> None:
        self._service = service

    @property
    def version(self) -> str:
        return "practice"

    def establish(self) -> PracticeContext:
        """SCardEstablishContext."""
        service = self._service
        with service.changed:
            if service.code:
                raise PcscError(service.code, "SCardEstablishContext")
            return PracticeContext(service, service.epoch)


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
            slot.connect_attempts += 1
            if slot.connect_attempts <= slot.failing_connects:
                raise PcscError(E_NOT_READY, call)
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

    def transmit(self, command: bytes | bytearray) -> bytes:
        call = "SCardTransmit"
        service, slot = self._service, self._slot
        with service.changed:
            card = self._wait_for_turn(call)
            service.record(bytes(command))
        answer = card.transmit(bytes(command))
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
            if slot.longest_answer and len(answer) > slot.longest_answer:
                raise PcscError(E_COMM_DATA_LOST, call)
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

    def close_unpowered(self) -> None:
        with self._service.changed:
            slot = self._slot
            reaches = not self._closed and slot.insertions == self._insertion and self._service.alive(self._epoch)
            if reaches and slot.card is not None:
                slot.card.power_off()
                slot.card.power_on()  # the service wakes it again, as pcscd does
                slot.resets += 1
        self.close()
