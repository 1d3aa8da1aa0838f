"""A practice world: the computer, readers and cards of a scenario, and what happens to them in time.

Implements ``jpkidoctor.world.World``, so that the same examination runs here and on a real computer.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from jpkidoctor.card.winscard import LibraryMissingError, ResourceManager
from jpkidoctor.facts import HostFacts, ReaderKind
from jpkidoctor.look import Look
from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.card_models import pin_place
from jpkidoctor.simulator.practice_host import facts_now, load_host, observe_practice_host
from jpkidoctor.simulator.practice_keys import KeyStore, default_key_directory
from jpkidoctor.simulator.practice_pki import PracticePki
from jpkidoctor.simulator.practice_readers import PRACTICE_READERS
from jpkidoctor.simulator.practice_service import PracticeService
from jpkidoctor.simulator.reader_slot import OtherProgram, Position
from jpkidoctor.simulator.resource_manager import PracticeResourceManager
from jpkidoctor.simulator.scenario import Action, CardSpec, EventSpec, ReaderSpec, Scenario
from jpkidoctor.simulator.scenario_cards import build_card

FLAP_S = 0.35
"""How long a badly laid card is seen, and not seen, in turns (host-probes.md §2.4: present for under a second)."""

_POSITIONS = {"right": Position.RIGHT, "mute": Position.WRONG, "absent": Position.OUT, "flapping": Position.RIGHT}
_OTHER_PROGRAM = {
    "connect_other": OtherProgram.CONNECTED,
    "take_exclusive": OtherProgram.EXCLUSIVE,
    "hold_transaction": OtherProgram.TRANSACTION,
    "release": OtherProgram.NOTHING,
}


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass
class _Reader:
    spec: ReaderSpec
    slots: tuple[str, ...]
    """PC/SC names; empty when PC/SC does not show it."""
    kinds: tuple[ReaderKind, ...]
    plugged: bool = False


@dataclass
class _Card:
    card: PracticeCard
    reader: int
    slot: int
    position: Position
    """Where the person has it; the reader may be unplugged."""
    flapping: bool


class PracticeWorld:
    """The world of one scenario. Every method may be called from any thread and returns at once.

    Raises ScenarioError when the scenario's computer cannot be built. ``keys`` None uses the user's cache.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        clock: Callable[[], dt.datetime] = _utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        keys: KeyStore | None = None,
    ) -> None:
        self._scenario = scenario
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        now = clock()
        self._host = load_host(scenario.host, now)
        habits, stops = self._host.habits, scenario.pcsc.stops_with_last_reader
        if stops is not None:
            habits = replace(habits, stops_with_last_reader=stops)
        self._service = PracticeService(habits=habits, clock=monotonic, sleep=sleep)
        self._readers = self._name_readers()
        pki = PracticePki(keys or KeyStore(default_key_directory()))
        self._cards = [self._make_card(spec, pki, now, sleep) for spec in scenario.card]
        for reader in self._readers:
            if reader.spec.plugged:
                self._plug(reader)
        if scenario.pcsc.service == "stopped":
            self._service.stop_service(scenario.pcsc.code)
        else:
            self._service.sleep_without_readers()

    # -- World -----------------------------------------------------------------------------------------------

    def resource_manager(self) -> ResourceManager:
        """The practice PC/SC service. Raises LibraryMissingError when the scenario says so."""
        if self._scenario.pcsc.service == "library_missing":
            raise LibraryMissingError("practice")
        return PracticeResourceManager(self._service)

    def observe_host(self, look: Look | None = None) -> HostFacts:
        """What the practice computer shows now. Its slow facts come as late as the scenario says."""
        with self._lock:
            plugged = tuple(reader.spec for reader in self._readers if reader.plugged)
            facts = facts_now(self._host, plugged, running=self._service.running, now=self._clock(), clock=self.now())
        return observe_practice_host(facts, self._scenario.host.slow, self._sleep, look or Look())

    def ask_time(self, server: str) -> float | str:
        """How wrong the practice computer's clock is. Nothing is asked of any network."""
        return dt.timedelta(days=self._scenario.host.clock_offset_days).total_seconds()

    def now(self) -> dt.datetime:
        """The practice computer's clock, which may be wrong."""
        return self._clock() + dt.timedelta(days=self._scenario.host.clock_offset_days)

    # -- what happens ----------------------------------------------------------------------------------------

    def play(self, speed: float = 1.0) -> None:
        """Let the scenario's events happen at their times, ``speed`` times as fast, on a thread of their own."""
        self._start_flapping()
        self._start("events", partial(self._run_events, speed))

    def apply_all(self) -> None:
        """Let all events happen now, in their order."""
        self._start_flapping()
        for event in self._events():
            self.apply(event)

    def apply(self, event: EventSpec) -> None:
        """Let one event happen now. What cannot happen (a card into an unplugged reader) changes nothing."""
        with self._lock:
            if event.do == "stop_service":
                self._service.stop_service()
            elif event.do == "start_service":
                self._service.start_service()
            elif event.do in _OTHER_PROGRAM:
                self._other_program(self._reader_of(event), _OTHER_PROGRAM[event.do])
            elif event.do == "plug":
                self._plug(self._reader_of(event))
            elif event.do == "unplug":
                self._unplug(self._reader_of(event))
            elif event.do == "reset_card":
                self._reset(self._reader_of(event))
            else:
                self._apply_to_card(event, self._cards[event.card])

    def _apply_to_card(self, event: EventSpec, card: _Card) -> None:
        if event.do == "flap":
            card.flapping = True
            self._start_flapping()
            return
        if event.pin is not None:
            happens = card.card.enter_wrong_pin if event.do == "type_wrong_pin" else card.card.verify_elsewhere
            with contextlib.suppress(KeyError):  # the card has no such PIN
                happens(*pin_place(event.pin))
            return
        card.flapping = False
        if event.reader is not None:
            self._lay(card, Position.OUT)
            card.reader, card.slot = event.reader, 0
        if event.do == "turn_over":
            self._turn_over(card)
        else:
            positions = {"insert": Position.RIGHT, "insert_wrong": Position.WRONG, "remove": Position.OUT}
            self._lay(card, positions[event.do])

    # -- a person's hands --------------------------------------------------------------------------------------

    def insert(self, card: int = 0) -> None:
        """Put the card in, the right way round. A scenario without such a card changes nothing."""
        self._by_hand("insert", card)

    def remove(self, card: int = 0) -> None:
        """Take the card out."""
        self._by_hand("remove", card)

    def turn_over(self, card: int = 0) -> None:
        """Take the card out, turn it over, and put it back if it was in."""
        self._by_hand("turn_over", card)

    def _by_hand(self, do: Action, card: int) -> None:
        with self._lock:
            if card < len(self._cards):
                self._apply_to_card(EventSpec(at=0, do=do, card=card), self._cards[card])

    # -- looking back ------------------------------------------------------------------------------------------

    def commands_sent(self) -> tuple[bytes, ...]:
        """Every command APDU that any card was sent, oldest first: what was really on the wire."""
        return self._service.commands_sent()

    def card(self, index: int = 0) -> PracticeCard:
        """The card itself, for a bridge to another reader. Raises IndexError."""
        return self._cards[index].card

    def position(self, index: int = 0) -> Position:
        """How that card lies now. Raises IndexError."""
        return self._cards[index].position

    def stop(self) -> None:
        """End the world: its threads end, and whoever waits in the practice service is let go."""
        self._stop.set()
        with self._lock:
            for name in self._service.slots:
                self._service.other_program(name, OtherProgram.NOTHING)
            self._service.stop_service()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(1.0)

    # -- inside ------------------------------------------------------------------------------------------------

    def _name_readers(self) -> list[_Reader]:
        counts: dict[str, int] = {}
        readers = []
        for spec in self._scenario.reader:
            model = PRACTICE_READERS[spec.model]
            names = spec.names or model.names(self._host.family, counts.get(spec.model, 0))
            counts[spec.model] = counts.get(spec.model, 0) + 1
            shown = spec.driver == "ok" and spec.listed_by_pcsc
            readers.append(_Reader(spec, names if shown else (), model.slots))
        return readers

    def _make_card(self, spec: CardSpec, pki: PracticePki, now: dt.datetime, sleep: Callable[[float], object]) -> _Card:
        kind = self._readers[spec.reader].kinds[spec.slot]
        card = PracticeCard(build_card(spec, kind, pki, now), sleep=sleep)
        return _Card(card, spec.reader, spec.slot, _POSITIONS[spec.inserted], spec.inserted == "flapping")

    def _events(self) -> list[EventSpec]:
        return sorted(self._scenario.event, key=lambda event: event.at)

    def _start(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run_events(self, speed: float) -> None:
        passed = 0.0
        for event in self._events():
            if self._stop.wait(max(0.0, event.at - passed) / speed):
                return
            passed = event.at
            self.apply(event)

    def _start_flapping(self) -> None:
        with self._lock:
            runs = any(thread.name == "flapping" for thread in self._threads)
            if not runs and any(card.flapping for card in self._cards):
                self._start("flapping", self._flap)

    def _flap(self) -> None:
        seen = True
        while not self._stop.wait(FLAP_S):
            seen = not seen
            with self._lock:
                for card in self._cards:
                    if card.flapping:
                        self._show(card, card.position if seen else Position.OUT)

    def _reader_of(self, event: EventSpec) -> _Reader:
        index = event.reader if event.reader is not None else self._cards[event.card].reader
        return self._readers[index]

    def _slot_name(self, card: _Card) -> str | None:
        """PC/SC name of the slot the card belongs to, None while PC/SC does not show it."""
        names = self._readers[card.reader].slots
        name = names[card.slot] if card.slot < len(names) else None
        return name if name in self._service.slots else None

    def _show(self, card: _Card, position: Position) -> None:
        name = self._slot_name(card)
        if name is None:
            return
        if position is Position.OUT:
            self._service.take(name, card.card)
        else:
            self._service.put(name, card.card, position)

    def _lay(self, card: _Card, position: Position) -> None:
        if position is not Position.OUT:
            for other in self._cards:  # a slot holds one card
                if other is not card and (other.reader, other.slot) == (card.reader, card.slot):
                    other.position, other.flapping = Position.OUT, False
        card.position = position
        self._show(card, position)

    def _turn_over(self, card: _Card) -> None:
        was = card.position
        if was is Position.OUT:
            return
        self._lay(card, Position.OUT)
        contactless = self._readers[card.reader].kinds[card.slot] is ReaderKind.CONTACTLESS
        # Which face is up does not matter where a card is laid on the reader (host-probes.md §2.4).
        wrong = was is Position.RIGHT and not contactless
        self._lay(card, Position.WRONG if wrong else Position.RIGHT)

    def _plug(self, reader: _Reader) -> None:
        reader.plugged = True
        for name in reader.slots:
            self._service.plug(
                name, failing_connects=reader.spec.failing_connects, longest_answer=reader.spec.longest_answer
            )
            self._service.other_program(name, reader.spec.other_program)
        for card in self._cards:
            if self._readers[card.reader] is reader:
                self._show(card, card.position)

    def _unplug(self, reader: _Reader) -> None:
        reader.plugged = False
        for name in reader.slots:
            self._service.unplug(name)

    def _other_program(self, reader: _Reader, does: OtherProgram) -> None:
        for name in reader.slots:
            if name in self._service.slots:
                self._service.other_program(name, does)

    def _reset(self, reader: _Reader) -> None:
        for name in reader.slots:
            if name in self._service.slots:
                self._service.reset_by_other(name)
