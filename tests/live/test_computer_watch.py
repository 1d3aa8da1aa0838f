"""The computer is looked at again and again; what is slow to see comes late, and an older verdict stays meanwhile."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable

from jpkidoctor.computer_watch import ComputerWatch
from jpkidoctor.facts import Fact, FactStatus, HostFacts
from jpkidoctor.look import PENDING, Look

QUICK, LATE = "default_browser", "rosetta"
LIMIT_S = 5.0


class HandWorld:
    """A computer whose looks wait until the test lets them see."""

    def __init__(self) -> None:
        self.looks: queue.SimpleQueue[Look] = queue.SimpleQueue()

    def observe_host(self, look: Look | None = None) -> HostFacts:
        assert look is not None
        self.looks.put(look)
        return HostFacts()

    def next(self) -> Look:
        return self.looks.get(timeout=LIMIT_S)

    def resource_manager(self):
        raise NotImplementedError

    def now(self):
        raise NotImplementedError


class Watching:
    """A watch with its own little queue, as the coordinator has."""

    def __init__(self) -> None:
        self.world = HandWorld()
        self.calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.changes: list[bool] = []
        self.watch = ComputerWatch(self.world, self.calls.put, self.changes.append)

    def hear(self, look: Look, **facts: Fact[object]) -> None:
        look.tell(facts)
        self.calls.get(timeout=LIMIT_S)()


def yes(value: object) -> Fact[object]:
    return Fact(FactStatus.OK, value)


def test_quick_facts_are_there_while_the_slow_one_is_still_looked_at():
    here = Watching()
    here.watch.look()
    look = here.world.next()
    here.hear(look, **{QUICK: yes("edge"), LATE: PENDING})
    assert here.watch.facts.default_browser.value == "edge"
    assert here.watch.facts.rosetta.note == "pending"
    assert here.watch.looking == (LATE,)
    here.hear(look, **{LATE: yes(True)})
    assert here.watch.facts.rosetta.value is True
    assert here.watch.looking == ()
    assert here.changes == [True, False]


def test_a_second_look_keeps_the_old_answer_until_the_new_one_comes():
    here = Watching()
    here.watch.look()
    first = here.world.next()
    here.hear(first, **{LATE: PENDING})
    here.hear(first, **{LATE: yes(True)})
    here.watch.look()
    second = here.world.next()
    here.hear(second, **{LATE: PENDING})
    assert here.watch.facts.rosetta.value is True
    assert here.watch.looking == (LATE,)
    here.hear(second, **{LATE: yes(False)})
    assert here.watch.facts.rosetta.value is False


def test_giving_up_says_so_and_late_answers_no_longer_count():
    here = Watching()
    assert not here.watch.give_up()
    here.watch.look()
    look = here.world.next()
    here.hear(look, **{LATE: PENDING})
    assert here.watch.give_up()
    assert look.given_up.is_set()
    assert here.watch.facts.rosetta.note == "cancelled"
    here.hear(look, **{LATE: yes(True)})
    assert here.watch.facts.rosetta.note == "cancelled"
    assert not here.watch.give_up()


def test_a_quick_look_runs_beside_the_slow_facts():
    here = Watching()
    here.watch.look()
    whole = here.world.next()
    here.hear(whole, **{QUICK: yes("edge"), LATE: PENDING})
    here.watch.look(late=False)
    quick = here.world.next()
    assert not quick.late
    here.hear(quick, **{QUICK: yes("chrome")})
    here.hear(whole, **{LATE: yes(True)})
    assert (here.watch.facts.default_browser.value, here.watch.facts.rosetta.value) == ("chrome", True)


def test_a_whole_look_takes_the_place_of_slow_facts_that_are_still_coming():
    here = Watching()
    here.watch.look()
    old = here.world.next()
    here.hear(old, **{LATE: PENDING})
    here.watch.look()
    new = here.world.next()
    assert old.given_up.is_set()
    here.hear(old, **{LATE: yes(False)})
    here.hear(new, **{LATE: PENDING})
    assert here.watch.facts.rosetta.note == "pending"
    here.hear(new, **{LATE: yes(True)})
    assert here.watch.facts.rosetta.value is True


def test_what_is_asked_during_a_first_pass_is_done_after_it():
    here = Watching()
    here.watch.look()
    first = here.world.next()
    here.watch.look(late=False)
    here.watch.look()
    here.watch.look(late=False)
    time.sleep(0.05)
    assert here.world.looks.empty()
    here.hear(first, **{QUICK: yes("edge")})
    assert here.world.next().late
    assert here.world.looks.empty()


OTHER = "s_mode"


def test_one_slow_fact_is_given_up_and_the_other_still_counts():
    here = Watching()
    here.watch.look()
    look = here.world.next()
    here.hear(look, **{LATE: PENDING, OTHER: PENDING})
    assert here.watch.looking == (LATE, OTHER)
    assert here.watch.give_up_one(LATE)
    assert not here.watch.give_up_one(LATE)
    assert not here.watch.give_up_one(QUICK)
    assert here.watch.looking == (OTHER,)
    assert not look.awaits(LATE)
    assert look.awaits(OTHER)
    assert not look.given_up.is_set()
    here.hear(look, **{LATE: yes(True)})  # it comes after all
    here.hear(look, **{OTHER: yes(False)})
    assert (here.watch.facts.rosetta.note, here.watch.facts.s_mode.value) == ("cancelled", False)
    assert here.watch.looking == ()


def test_what_was_seen_before_stays_when_its_new_look_is_given_up():
    here = Watching()
    here.watch.look()
    first = here.world.next()
    here.hear(first, **{LATE: PENDING})
    here.hear(first, **{LATE: yes(True)})
    here.watch.look()
    second = here.world.next()
    here.hear(second, **{LATE: PENDING})
    assert here.watch.give_up_one(LATE)
    here.hear(second, **{LATE: Fact(FactStatus.UNKNOWN, note="cancelled")})
    assert here.watch.facts.rosetta.value is True
