"""Runs a practice case without waiting for anything: once, or watched while its events happen."""

from __future__ import annotations

import datetime as dt
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from jpkidoctor import examination
from jpkidoctor.card.inspector import CardInspector
from jpkidoctor.coordinator import LiveExamination
from jpkidoctor.diagnosis import Diagnosis, Status
from jpkidoctor.examination import examine_once
from jpkidoctor.facts import Facts
from jpkidoctor.judge import load_judge
from jpkidoctor.live import Update
from jpkidoctor.simulator.card_data import FaultKind, PinData
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.reader_slot import OtherProgram
from jpkidoctor.simulator.scenario import Expect, Scenario
from jpkidoctor.simulator.world import PracticeWorld

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
"""The day of every run: the end of support of a Windows must not turn a case over."""
PATIENCE_S = 5.0
_NOTICED = frozenset(
    {"insert", "insert_wrong", "remove", "turn_over", "plug", "unplug", "stop_service", "start_service"}
)
"""Events that PC/SC itself tells of."""

Tries = tuple[tuple[int, str, int, int], ...]


@dataclass(frozen=True)
class Run:
    """What came of one case."""

    name: str
    scenario: Scenario
    facts: Facts
    diagnosis: Diagnosis
    commands: tuple[bytes, ...]
    tries_before: Tries
    tries_after: Tries


class PracticeTime:
    """Monotonic seconds that pass only while somebody sleeps, so that nobody really does."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds


class UnsteadyHand:
    """Lays the card down and takes it away while the program watches; in the end the card is away.

    The practice world moves a flapping card by the real clock, which does not run here.
    """

    def __init__(self, world: PracticeWorld, sleep: Callable[[float], None]) -> None:
        self._world = world
        self._sleep = sleep
        self._pauses = 0
        world.remove()

    def pause(self, seconds: float) -> None:
        self._sleep(seconds)
        self._pauses += 1
        if self._pauses in (3, 9):
            self._world.insert()
        elif self._pauses in (6, 12):
            self._world.remove()


def tries_of(scenario: Scenario, world: PracticeWorld) -> Tries:
    """All PIN counters of all cards."""
    return tuple(
        (index, application.aid.hex(), file_id, world.card(index).tries_left(application.aid, file_id))
        for index in range(len(scenario.card))
        for application in world.card(index).data.applications
        for file_id, entry in application.files.items()
        if isinstance(entry, PinData)
    )


def _hangs(scenario: Scenario) -> bool:
    """A call of this case does not come back, so the time limits decide, which are real."""
    held = any(reader.other_program is OtherProgram.TRANSACTION for reader in scenario.reader)
    return held or any(card.faults.kind is FaultKind.SILENT for card in scenario.card)


def _never_still(scenario: Scenario) -> bool:
    moved = {event.card for event in scenario.event}
    return any(card.inserted == "flapping" and i not in moved for i, card in enumerate(scenario.card))


def run_once(name: str, scenario: Scenario, keys: KeyStore) -> Run:
    """All events happen, then the computer, the readers and the card are examined once."""
    clock = PracticeTime()
    world = PracticeWorld(scenario, clock=lambda: NOW, monotonic=clock, sleep=clock.sleep, keys=keys)
    judge = load_judge()
    sleep = UnsteadyHand(world, clock.sleep).pause if _never_still(scenario) else clock.sleep
    with pytest.MonkeyPatch.context() as patch:
        if _hangs(scenario):
            impatient = partial(CardInspector, connect_limit_s=0.5, command_limit_s=0.5)
            patch.setattr(examination, "CardInspector", impatient)
        try:
            world.apply_all()
            before = tries_of(scenario, world)
            facts = examine_once(world, judge.known, clock=clock, sleep=sleep)
            commands = world.commands_sent()
            after = tries_of(scenario, world)
        finally:
            world.stop()
    return Run(name, scenario, facts, judge(facts), commands, before, after)


def as_expected(expect: Expect, diagnosis: Diagnosis) -> bool:
    """The first cause and everything that failed or needs attention are those of the scenario."""
    loud = (Status.FAILED, Status.ATTENTION)
    found = {finding.id: finding.status for finding in diagnosis.findings if finding.status in loud}
    wanted = {node: s for node in expect.findings if (s := expect.finding(node).status) in loud}
    return diagnosis.first_cause == expect.first_cause and found == wanted


def _readers_seen(update: Update) -> object:
    """Changes when a card or a reader comes or goes, or the service."""
    readers = update.facts.pcsc.readers.value or ()
    return update.facts.pcsc.context.value, tuple((reader.name, reader.event_count) for reader in readers)


class _Listener:
    def __init__(self) -> None:
        self._updates: queue.SimpleQueue[Update] = queue.SimpleQueue()
        self.put = self._updates.put
        self._newest: Update | None = None

    def wait(self, fits: Callable[[Update], bool]) -> Update:
        """The first update at rest that fits, else the newest one when the patience is at its end."""
        end = time.monotonic() + PATIENCE_S
        while (left := end - time.monotonic()) > 0:
            try:
                update = self._updates.get(timeout=left)
            except queue.Empty:
                break
            self._newest = update
            if not update.busy and fits(update):
                break
        assert self._newest is not None, "the examination told nothing"
        return self._newest


def run_watched(name: str, scenario: Scenario, keys: KeyStore) -> Run:
    """The live examination watches while the events happen, each one as soon as the last was noticed."""
    world = PracticeWorld(scenario, clock=lambda: NOW, sleep=lambda seconds: None, keys=keys)
    judge = load_judge()
    live = LiveExamination(world, judge)
    listener = _Listener()
    before = tries_of(scenario, world)
    try:
        live.start(listener.put)
        update = listener.wait(lambda u: u.facts.host.os.known and u.facts.pcsc.context.known)
        for event in sorted(scenario.event, key=lambda event: event.at):
            seen = _readers_seen(update)
            world.apply(event)
            if event.do in _NOTICED:
                update = listener.wait(lambda u, seen=seen: _readers_seen(u) != seen)  # type: ignore[misc]
        if not as_expected(scenario.expect, update.diagnosis):
            update = listener.wait(lambda u: as_expected(scenario.expect, u.diagnosis))
        commands = world.commands_sent()
        after = tries_of(scenario, world)
    finally:
        live.stop()
        world.stop()
    return Run(name, scenario, update.facts, update.diagnosis, commands, before, after)
