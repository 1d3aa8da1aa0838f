"""The live examination as its listeners see it: what it tells, and what it can be asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from jpkidoctor.card.trace import TraceEntry
from jpkidoctor.diagnosis import Diagnosis
from jpkidoctor.facts import Facts


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the event strip. ``key`` is a message id of ``screen.toml`` (``event.card_inserted``)."""

    at: dt.datetime
    key: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Update:
    """The state of the examination after something changed. Arrives on a worker thread."""

    facts: Facts
    diagnosis: Diagnosis
    busy: str
    """Message id of what is being done now (``busy.certificate``), empty when at rest."""
    events: tuple[Event, ...]
    """New events since the last update."""
    looking: tuple[str, ...] = ()
    """Fields of HostFacts that are slow to see and still being looked at."""


LENT = "busy.lent"
"""``Update.busy`` while a session of our own holds the card, and nothing is examined that could be given up."""

Listener = Callable[[Update], None]


class Examination(Protocol):
    """A running examination, as the screens see it. Every method returns at once."""

    def start(self, listener: Listener) -> None:
        """Begin; the listener is called on a worker thread for every change."""

    def refresh(self) -> None:
        """Examine everything again now."""

    def choose_reader(self, name: str | None) -> None:
        """Examine the card in this reader; None lets the program choose."""

    def cancel(self) -> None:
        """Give up what is being done now, the card's reading first; what was seen so far stays."""

    def give_up_one(self, name: str) -> None:
        """Wait no longer for one fact of the computer that is slow to see (a name of ``Update.looking``)."""

    def ask_time(self) -> None:
        """Hold the clock against a time server, once. The only use of the network; only because a person asked."""

    def lend_card(self) -> AbstractContextManager[None]:
        """A lease on the card for an exclusive session of our own: while the block runs the card is not inspected,
        and what was seen of it stays; it is inspected again after. May be entered on any thread, several at once.
        """

    def trace(self) -> tuple[TraceEntry, ...]:
        """The APDU exchanges of the current card."""

    def stop(self) -> None:
        """End all threads; returns within a second even when a card hangs."""
