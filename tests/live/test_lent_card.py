"""A card that our own session holds for long: the examination rests, says so, and looks again after."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from jpkidoctor.card.inspector import CardInspector
from jpkidoctor.card.pin_session import PinSession
from jpkidoctor.coordinator import LiveExamination
from jpkidoctor.diagnosis import Status
from jpkidoctor.judge import load_judge
from jpkidoctor.live import LENT, Update
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.scenario import find_scenario
from jpkidoctor.simulator.world import PracticeWorld
from tests.live.told import Told


@pytest.fixture(scope="module")
def keys() -> KeyStore:
    return KeyStore(None)


@pytest.fixture
def world(keys: KeyStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[PracticeWorld]:
    # A held card is told after this time instead of four seconds.
    monkeypatch.setitem(CardInspector.__init__.__kwdefaults__, "connect_limit_s", 0.3)
    world = PracticeWorld(find_scenario("healthy-contact"), keys=keys)
    world.apply_all()
    yield world
    world.stop()


@pytest.fixture
def live(world: PracticeWorld) -> Iterator[tuple[LiveExamination, Told]]:
    examination, told = LiveExamination(world, load_judge()), Told()
    examination.start(told)
    told.wait_for(at_rest)
    yield examination, told
    examination.stop()


def at_rest(update: Update) -> bool:
    return not update.busy and update.facts.card.known


def held(update: Update) -> bool:
    return any(finding.id == "F-03" and finding.status is Status.FAILED for finding in update.diagnosis.findings)


@contextmanager
def session_of_ours(world: PracticeWorld) -> Iterator[PinSession]:
    manager = world.resource_manager()
    context = manager.establish()
    (reader, *_) = context.list_readers()
    context.close()
    with PinSession(manager, reader) as session:
        yield session


def test_without_a_lease_our_own_session_looks_like_another_program(world, live):
    examination, told = live
    with session_of_ours(world):
        examination.refresh()
        told.wait_for(held)


def test_a_lent_card_is_not_inspected_and_nobody_is_said_to_hold_it(world, live):
    examination, told = live
    with examination.lend_card(), session_of_ours(world):
        assert told.updates[-1].busy == LENT and "event.card_lent" in told.events
        sent = len(world.commands_sent())
        examination.refresh()
        examination.cancel()  # nothing runs that could be given up
        told.wait_for(lambda update: "event.again" in told.events)
        time.sleep(0.6)  # twice the time after which a held card is told
        assert len(world.commands_sent()) == sent
        update = told.updates[-1]
        assert update.busy == LENT and update.facts.card.known
        assert update.diagnosis.finding("F-03").status is Status.OK
    told.wait_for(lambda update: at_rest(update) and "event.card_back" in told.events)
    assert len(world.commands_sent()) > sent
    assert not any(held(update) for update in told.updates)


def test_a_card_that_goes_while_it_is_lent_is_gone(world, live):
    examination, told = live
    with examination.lend_card():
        world.remove()
        told.wait_for(lambda update: not update.facts.card.known and "event.card_removed" in told.events)
    told.wait_for(lambda update: not update.busy)
    assert told.updates[-1].diagnosis.first_cause == "D-01"


def test_an_inspection_in_progress_makes_way(world, live):
    examination, told = live
    examination.refresh()
    with examination.lend_card(), examination.lend_card():
        assert told.updates[-1].busy == LENT
    told.wait_for(at_rest)
    assert told.events.count("event.card_back") == 1


def test_a_stopped_examination_keeps_nobody_waiting(world):
    examination = LiveExamination(world, load_judge())
    begin = time.monotonic()
    with examination.lend_card():
        pass
    assert time.monotonic() - begin < 1
