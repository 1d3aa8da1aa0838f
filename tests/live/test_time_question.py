"""The clock against a time server: only on a key press, one question at a time, kept until the next examination."""

from __future__ import annotations

import queue
import threading

import pytest

from jpkidoctor.commands.examinations import SavedExamination
from jpkidoctor.coordinator import LiveExamination
from jpkidoctor.diagnosis import Status
from jpkidoctor.host.time_server import Problem
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.scenario import find_scenario
from jpkidoctor.simulator.world import PracticeWorld
from jpkidoctor.time_question import how_far
from tests.live.test_slow_computer import Told


class AskedWorld(PracticeWorld):
    """A practice computer whose time server answers what the test gives."""

    def __init__(self) -> None:
        super().__init__(find_scenario("healthy-contact"), keys=KeyStore(None))
        self.asked: list[str] = []
        self.answers: queue.SimpleQueue[float | str] = queue.SimpleQueue()

    def ask_time(self, server: str) -> float | str:
        self.asked.append(server)
        return self.answers.get(timeout=8)


@pytest.fixture
def here():
    world = AskedWorld()
    examination, told = LiveExamination(world, load_judge()), Told()
    examination.start(told)
    told.wait_for(lambda u: not u.busy and u.facts.card.known and u.facts.host.clock.known)
    yield world, examination, told
    examination.stop()
    world.stop()


def test_nothing_is_asked_until_a_person_asks(here):
    world, examination, told = here
    assert world.asked == []
    assert told.updates[-1].facts.host.clock.value.server_offset_s is None
    examination.ask_time()
    examination.ask_time()
    told.wait_for(lambda u: "event.time_asked" in told.events)
    world.answers.put(7300.0)
    update = told.wait_for(lambda u: u.facts.host.clock.value.server_offset_s is not None)
    assert world.asked == ["ntp.nict.jp"]
    assert update.facts.host.clock.value.server_offset_s == 7300.0
    assert update.diagnosis.finding("H-08").status is Status.FAILED
    assert told.events.count("event.time_asked") == 1
    assert "event.time_ahead.hours" in told.events


def test_a_new_examination_forgets_what_the_server_said(here):
    world, examination, told = here
    examination.ask_time()
    world.answers.put(7300.0)
    told.wait_for(lambda u: u.facts.host.clock.value.server_offset_s is not None)
    examination.refresh()
    update = told.wait_for(lambda u: u.facts.host.clock.known and u.facts.host.clock.value.server_offset_s is None)
    assert update.diagnosis.finding("H-08").status is Status.OK


def test_a_server_that_is_silent_changes_no_verdict(here):
    world, examination, told = here
    before = told.updates[-1].diagnosis.finding("H-08").status
    examination.ask_time()
    world.answers.put("no_answer")
    update = told.wait_for(lambda u: "event.time_failed.no_answer" in told.events)
    assert update.facts.host.clock.value.server_offset_s is None
    assert update.diagnosis.finding("H-08").status is before
    examination.ask_time()  # and it may be asked again
    world.answers.put(0.2)
    told.wait_for(lambda u: "event.time_even" in told.events)


@pytest.mark.parametrize(
    ("ahead", "key", "number"),
    [(0.9, "event.time_even", 0), (-1.4, "event.time_behind.seconds", 1), (119.0, "event.time_ahead.seconds", 119),
     (120.0, "event.time_ahead.minutes", 2), (-7200.0, "event.time_behind.hours", 2),
     (172_800_000.0, "event.time_ahead.days", 2000)],
)  # fmt: skip
def test_how_far_in_words(ahead, key, number):
    assert how_far(ahead) == (key, number)


def test_every_event_and_problem_has_words():
    problems = [f"event.time_failed.{problem}" for problem in Problem.__args__]
    far = [how_far(sign * size)[0] for sign in (1, -1) for size in (0, 5, 500, 9000, 900_000)]
    for lang in ("ja", "en"):
        words = load_words(lang)
        for key in [*problems, *far]:
            assert "[" not in words.text(key, number=3), key


def test_a_saved_examination_asks_nobody():
    world = AskedWorld()
    try:
        examination, told = LiveExamination(world, load_judge()), Told()
        examination.start(told)
        facts = told.wait_for(lambda u: u.facts.host.clock.known).facts
        saved = SavedExamination(facts, load_judge())
        saved.start(Told())
        saved.ask_time()
        assert world.asked == []
    finally:
        examination.stop()
        world.stop()
        assert threading.active_count() < 200
