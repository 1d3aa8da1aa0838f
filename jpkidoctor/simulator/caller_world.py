"""What somebody in front of a practice computer can see, read or remember, when all events have happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from jpkidoctor.facts import HostFacts, OsFamily, PinId, ReaderKind, SessionKind
from jpkidoctor.simulator.card_data import FaultKind
from jpkidoctor.simulator.practice_readers import PRACTICE_READERS, PracticeReader
from jpkidoctor.simulator.reader_slot import OtherProgram
from jpkidoctor.simulator.scenario import CardSpec, EventSpec, ReaderSpec, Scenario

_JPKI = frozenset({"my_number", "unknown_jpki"})


@dataclass(frozen=True)
class Surroundings:
    """A case when all its events have happened, as far as a caller can see, read or remember it."""

    scenario: Scenario
    host: HostFacts
    now: dt.datetime

    # --- the computer -----------------------------------------------------------------------------

    @property
    def family(self) -> OsFamily:
        return self.host.os.value.family if self.host.os.value else OsFamily.OTHER

    @property
    def sessions(self) -> frozenset[SessionKind]:
        return frozenset(self.host.session.value or ())

    @cached_property
    def service_runs(self) -> bool:
        runs = self.scenario.pcsc.service == "running"
        for event in self._events:
            runs = {"stop_service": False, "start_service": True}.get(event.do, runs)
        return runs

    # --- readers ----------------------------------------------------------------------------------

    @cached_property
    def plugged(self) -> tuple[ReaderSpec, ...]:
        """Real readers that are plugged into this computer now."""
        state = {index: reader.plugged for index, reader in enumerate(self.scenario.reader)}
        for event in self._events:
            if event.do in ("plug", "unplug"):
                index = event.reader if event.reader is not None else self.scenario.card[event.card].reader
                state[index] = event.do == "plug"
        return tuple(r for i, r in enumerate(self.scenario.reader) if state[i] and _model(r).usb)

    @property
    def reader(self) -> ReaderSpec | None:
        """The reader that the caller means: the one with the card, else the first real one."""
        if self.card is not None and (mine := self.scenario.reader[self.card.reader]) in self.plugged:
            return mine
        return next(iter(self.plugged), None)

    @property
    def reader_works(self) -> bool:
        """Programs on this computer can see the caller's reader."""
        mine = self.reader
        if mine is None or not self.service_runs:
            return False
        return mine.driver == "ok" and mine.listed_by_pcsc and bool(_model(mine).names(self.family, 0))

    @property
    def lays_flat(self) -> bool:
        """A reader to lay the card on."""
        mine = self.reader
        if mine is None:
            return False
        slot = self.card.slot if self.card else 0
        return _model(mine).slots[slot] is ReaderKind.CONTACTLESS

    # --- the card ---------------------------------------------------------------------------------

    @cached_property
    def positions(self) -> tuple[str, ...]:
        """Where each card is in the end: right, mute, absent or flapping."""
        where: list[str] = [card.inserted for card in self.scenario.card]
        moves = {"insert": "right", "insert_wrong": "mute", "remove": "absent", "flap": "flapping"}
        for event in self._events:
            if event.do in moves:
                where[event.card] = moves[event.do]
            elif event.do == "turn_over":
                where[event.card] = "right" if where[event.card] == "mute" else "mute"
        return tuple(where)

    @cached_property
    def card(self) -> CardSpec | None:
        """The card that the caller means: one that answers, else one that is in, else any."""
        pairs = list(zip(self.scenario.card, self.positions, strict=True))
        order = {"right": 0, "flapping": 1, "mute": 2, "absent": 3}
        pairs.sort(key=lambda pair: order[pair[1]] + pair[0].faults.mute)
        return pairs[0][0] if pairs else None

    @property
    def position(self) -> str:
        return self.positions[self.scenario.card.index(self.card)] if self.card else "absent"

    @property
    def answers(self) -> bool:
        """The card answers when the reader asks it."""
        return self.card is not None and self.position == "right" and not self.card.faults.mute

    @property
    def right_card(self) -> bool:
        return self.card is None or self.card.model in _JPKI

    @property
    def too_new(self) -> bool:
        """A kind of card that today's programs do not know."""
        return self.card is not None and (self.card.elliptic or self.card.model == "unknown_jpki")

    @property
    def breaks_off(self) -> bool:
        """Reading begins and does not come to its end."""
        if self.card is None or not self.reader_works:
            return False
        faults, mine = self.card.faults, self.reader
        lasting = faults.kind not in (FaultKind.NONE, FaultKind.RESET) and not faults.once
        broken = lasting or self.card.over_long_header or self.card.atr is not None
        unsteady = mine is not None and (bool(mine.longest_answer or mine.failing_connects))
        return self.position == "flapping" or (self.answers and (broken or unsteady))

    @property
    def in_use(self) -> bool:
        """Another program keeps the card and does not let go."""
        keeps = {"take_exclusive": True, "hold_transaction": True, "release": False}
        mine = self.reader
        kept = mine is not None and mine.other_program in (OtherProgram.EXCLUSIVE, OtherProgram.TRANSACTION)
        for event in self._events:
            kept = keeps.get(event.do, kept)
        return kept

    @property
    def readable(self) -> bool:
        """The card is read to its end."""
        fits = self.answers and self.right_card and not self.too_new and not self.breaks_off and not self.in_use
        return self.reader_works and fits and not self.sessions & {SessionKind.CONTAINER, SessionKind.WSL}

    def pin(self, pin: PinId) -> int | str | None:
        """What is left of a PIN: ``locked``, or the tries when some are used, else None."""
        if self.card is None:
            return None
        wrong = sum(event.do == "type_wrong_pin" and event.pin is pin for event in self._events)
        if pin is PinId.SIGNATURE and not self.card.signature_certificate:
            return None  # nothing to unlock: there is no certificate behind it
        left = self.card.pins.get(pin)
        most = 5 if pin is PinId.SIGNATURE else 3
        if wrong:
            left = max(0, (left if isinstance(left, int) else most) - wrong)
        return "locked" if left == 0 else left

    def locked(self, *pins: PinId) -> bool:
        return any(self.pin(pin) == "locked" for pin in pins)

    @property
    def mistyped(self) -> bool:
        """Some tries of a PIN are used, and some are left."""
        return any(isinstance(self.pin(pin), int) for pin in PinId)

    @property
    def _events(self) -> list[EventSpec]:
        return sorted(self.scenario.event, key=lambda event: event.at)


def _model(reader: ReaderSpec) -> PracticeReader:
    return PRACTICE_READERS[reader.model]
