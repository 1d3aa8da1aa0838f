"""One slot of a practice reader: the card in it, how it lies, and who else uses it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from jpkidoctor.card.winscard import State

if TYPE_CHECKING:  # naming a scenario must not pay for cryptography
    from jpkidoctor.simulator.card import PracticeCard


class Position(StrEnum):
    """How the card is in the reader."""

    RIGHT = "right"
    WRONG = "wrong"
    """Upside down or back to front: the switch sees it, the chip is not touched."""
    OUT = "out"


class OtherProgram(StrEnum):
    """What another program does with the reader."""

    NOTHING = "nothing"
    CONNECTED = "connected"
    """It is connected in shared mode."""
    EXCLUSIVE = "exclusive"
    """It keeps the reader for itself."""
    TRANSACTION = "transaction"
    """It holds a transaction: SCardConnect waits for ever."""


@dataclass
class Slot:
    """A reader as PC/SC lists it. Only the practice service touches it, under its lock."""

    name: str
    card: PracticeCard | None = None
    position: Position = Position.OUT
    other: OtherProgram = OtherProgram.NOTHING
    failing_connects: int = 0
    """So many connects after each insertion fail: a loose contact, a weak supply."""
    connect_attempts: int = 0
    longest_answer: int = 0
    """The reader breaks on a longer answer; 0 is no limit."""
    event_count: int = 0
    insertions: int = 0
    """Counts cards put in; a connection belongs to one insertion."""
    resets: int = 0
    """Counts resets by others; a connection from before one is told so."""
    connections: int = 0
    held_by: object = None
    """The connection that holds our own program's transaction."""
    torn_until: float | None = None
    """The card left inside a command; the service notices at this time (its poll)."""

    @property
    def present(self) -> bool:
        return self.card is not None and self.position is not Position.OUT

    @property
    def mute(self) -> bool:
        return self.card is not None and self.present and (self.position is Position.WRONG or self.card.mute)

    @property
    def atr(self) -> bytes:
        return self.card.atr if self.card is not None and self.present and not self.mute else b""

    @property
    def flags(self) -> int:
        """SCARD_STATE_* (host-probes.md §2.3)."""
        if not self.present:
            return int(State.EMPTY)
        flags = State.PRESENT
        if self.mute:
            return int(flags | State.MUTE)
        if self.other is OtherProgram.EXCLUSIVE:
            flags |= State.EXCLUSIVE
        elif self.connections or self.other is not OtherProgram.NOTHING:
            flags |= State.INUSE
        return int(flags)

    def put(self, card: PracticeCard | None, position: Position) -> None:
        """The card comes, goes or is turned: one event, one new insertion, and no power any more."""
        before = (self.card, self.position)
        if (card, position) == before:
            return
        if self.card is not None:
            self.card.power_off()
        self.card, self.position = card, position
        self.torn_until = None
        self.held_by = None
        self.connections = 0
        self.connect_attempts = 0
        self.event_count = self.event_count + 1 & 0xFFFF
        self.insertions += 1
