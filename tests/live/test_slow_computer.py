"""A practice computer that is slow to look at: the first picture is there at once, the rest comes as it is ready."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from jpkidoctor.commands.examinations import SavedExamination
from jpkidoctor.coordinator import LiveExamination
from jpkidoctor.diagnosis import Status
from jpkidoctor.examination import HostObservation, examine_once
from jpkidoctor.judge import load_judge
from jpkidoctor.screens.flow_state import step_state
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.scenario import find_scenario
from jpkidoctor.simulator.world import PracticeWorld
from tests.live.told import Told

FIRST_SCREEN_S = 3.0


class SlowComputer:
    """The practice case, whose slow facts wait for the test instead of for seconds."""

    def __init__(self, keys: KeyStore) -> None:
        self.ready = threading.Event()
        self.scenario = find_scenario("slow-computer")
        # Its seconds are from 2 to 6; a card's own pauses are shorter.
        self.world = PracticeWorld(self.scenario, sleep=lambda s: s >= 2 and self.ready.wait(20), keys=keys)


@pytest.fixture(scope="module")
def keys() -> KeyStore:
    return KeyStore(None)


@pytest.fixture
def slow(keys: KeyStore) -> Iterator[SlowComputer]:
    computer = SlowComputer(keys)
    yield computer
    computer.ready.set()
    computer.world.stop()


@pytest.fixture
def live(slow: SlowComputer) -> Iterator[LiveExamination]:
    examination = LiveExamination(slow.world, load_judge())
    yield examination
    examination.stop()


def test_the_first_screen_does_not_wait_for_what_is_slow(slow: SlowComputer, live: LiveExamination):
    told, begin = Told(), time.monotonic()
    live.start(told)
    update = told.wait_for(lambda u: not u.busy and u.facts.host.os.known and u.facts.card.known)
    assert time.monotonic() - begin < FIRST_SCREEN_S
    assert update.diagnosis.finding("E-01").status is Status.OK
    assert set(update.looking) == slow.scenario.host.slow.keys()
    assert step_state(update.diagnosis, "H") == "looking"
    assert step_state(update.diagnosis, "C") == "ok"
    slow.ready.set()
    update = told.wait_for(lambda u: not u.looking)
    assert update.diagnosis.finding("H-04").status is Status.OK
    assert step_state(update.diagnosis, "H") != "looking"


def test_escape_gives_up_what_is_slow_and_keeps_what_was_seen(slow: SlowComputer, live: LiveExamination):
    told = Told()
    live.start(told)
    told.wait_for(lambda u: not u.busy and bool(u.looking) and u.facts.card.known)
    live.cancel()
    update = told.wait_for(lambda u: not u.looking)
    assert "event.cancelled" in told.events
    assert update.facts.host.default_browser.note == "cancelled"
    assert update.facts.card.known
    assert step_state(update.diagnosis, "H") == "unknown"
    slow.ready.set()
    live.refresh()
    told.wait_for(lambda u: u.facts.host.default_browser.known)


def test_slow_facts_are_given_up_one_by_one(slow: SlowComputer, live: LiveExamination):
    told = Told()
    live.start(told)
    first = told.wait_for(lambda u: not u.busy and len(u.looking) == 4 and u.facts.card.known).looking[0]
    live.give_up_one(first)
    update = told.wait_for(lambda u: first not in u.looking)
    assert len(update.looking) == 3
    assert getattr(update.facts.host, first).note == "cancelled"
    assert "event.given_up" in told.events
    slow.ready.set()
    update = told.wait_for(lambda u: not u.looking)
    assert getattr(update.facts.host, first).note == "cancelled"
    assert {name for name in slow.scenario.host.slow if getattr(update.facts.host, name).known} == (
        slow.scenario.host.slow.keys() - {first}
    )


def test_check_waits_for_everything(slow: SlowComputer):
    threading.Timer(0.2, slow.ready.set).start()
    facts = examine_once(slow.world, load_judge().known)
    assert facts.host.default_browser.known
    assert facts.host.locale.known


def test_check_does_not_wait_for_ever(slow: SlowComputer):
    observation = HostObservation(slow.world)
    while not observation.result(0.05).os.known:
        pass
    host = observation.result(0.05)
    assert host.default_browser.status.value == "timeout"


def test_a_report_saved_meanwhile_does_not_look_for_ever(slow: SlowComputer, live: LiveExamination):
    told = Told()
    live.start(told)
    facts = told.wait_for(lambda u: bool(u.looking)).facts
    saved = Told()
    SavedExamination(msgspec.json.decode(msgspec.json.encode(facts), type=type(facts)), load_judge()).start(saved)
    assert step_state(saved.updates[-1].diagnosis, "H") == "unknown"
