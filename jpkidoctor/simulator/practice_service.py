"""The practice PC/SC service behind its API: readers, cards, other programs, and whether it runs.

Where services differ, ``Habits`` says how. All state is behind one condition variable, ``changed``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from jpkidoctor.card.winscard import E_NO_SERVICE, F_COMM_ERROR, W_UNPOWERED_CARD
from jpkidoctor.simulator.card import PracticeCard
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
    def code(self) -> int:
        """What SCardEstablishContext answers: 0 while the service runs."""
        return self._code

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

    def plug(self, name: str, *, failing_connects: int = 0, longest_answer: int = 0) -> None:
        """A reader appears, empty. The rest says how it misbehaves, see Slot."""
        with self.changed:
            if name not in self.slots:
                self.slots[name] = Slot(name, failing_connects=failing_connects, longest_answer=longest_answer)
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

    # -- what contexts and connections need --------------------------------------------------------------

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
