"""The live examination over the real pcscd: nothing is restarted, nobody presses a key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from jpkidoctor.computer import Computer
from jpkidoctor.coordinator import LiveExamination
from jpkidoctor.judge import Judge
from jpkidoctor.live import Update
from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.reader_slot import Position

from .conftest import CONTACT
from .lab import Lab

MakeCard = Callable[..., PracticeCard]


class Listening:
    """Collects updates, and waits for one that fits."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.last: Update | None = None
        self.events: list[str] = []

    def __call__(self, update: Update) -> None:
        with self._changed:
            self.last = update
            self.events += [event.key for event in update.events]
            self._changed.notify_all()

    def wait_for(self, fits: Callable[[Update], bool], limit_s: float = 8) -> Update:
        end = time.monotonic() + limit_s
        with self._changed:
            while self.last is None or not fits(self.last):
                if not self._changed.wait(end - time.monotonic()):
                    last = self.last.diagnosis.first_cause if self.last else "nothing"
                    raise AssertionError(f"did not happen; last cause {last}, events {self.events}")
            return self.last

    def wait_for_cause(self, cause: str | None) -> Update:
        return self.wait_for(lambda update: not update.busy and update.diagnosis.first_cause == cause)

    def wait_for_all_well(self) -> Update:
        return self.wait_for(lambda u: not u.busy and u.diagnosis.finding("L-01").status.value == "ok")


@pytest.fixture
def live(lab: Lab, judge: Judge) -> Iterator[LiveExamination]:
    examination = LiveExamination(Computer(judge.known), judge)
    yield examination
    start = time.monotonic()
    examination.stop()
    assert time.monotonic() - start < 1.5


def test_card_in_and_out_changes_the_verdict_by_itself(lab: Lab, make_card: MakeCard, live: LiveExamination):
    listening = Listening()
    live.start(listening)
    listening.wait_for_cause("D-01")
    with lab.card(make_card(), CONTACT) as held:
        update = listening.wait_for_all_well()
        assert update.facts.card.value.certificates.authentication.known
        assert live.trace()
        held.position = Position.OUT
        listening.wait_for_cause("D-01")
        held.position = Position.RIGHT
        listening.wait_for_all_well()
    listening.wait_for_cause("D-01")
    assert listening.events.count("event.card_inserted") == 2
    assert "event.all_well" in listening.events


def test_a_card_turned_over_is_seen_within_a_second(lab: Lab, make_card: MakeCard, live: LiveExamination):
    listening = Listening()
    with lab.card(make_card(), CONTACT, position=Position.WRONG) as held:
        live.start(listening)
        listening.wait_for_cause("D-03")
        held.position = Position.OUT
        listening.wait_for_cause("D-01")
        held.position = Position.RIGHT
        listening.wait_for_all_well()
    assert "event.card_mute" in listening.events
    assert "event.solved" in listening.events


def test_service_killed_and_back_without_restart(lab: Lab, make_card: MakeCard, live: LiveExamination):
    listening = Listening()
    live.start(listening)
    listening.wait_for_cause("D-01")
    lab.kill()
    listening.wait_for(lambda update: update.diagnosis.finding("B-01").status.value == "failed")
    lab.start(CONTACT)
    listening.wait_for_cause("D-01")
    with lab.card(make_card(), CONTACT):
        update = listening.wait_for_all_well()
    assert update.facts.pcsc.contexts_rebuilt >= 1
    assert "event.service_stopped" in listening.events
    assert "event.service_started" in listening.events


def test_reader_gone_and_back(lab: Lab, live: LiveExamination):
    listening = Listening()
    live.start(listening)
    listening.wait_for_cause("D-01")
    lab.start()  # the virtual reader cannot be pulled out of a running pcscd: a new one without it
    listening.wait_for(lambda update: update.facts.pcsc.readers.value == ())
    lab.start(CONTACT)
    listening.wait_for_cause("D-01")
    assert "event.reader_removed" in listening.events or "event.service_stopped" in listening.events


def test_a_card_torn_out_while_it_is_read_is_said_and_then_forgotten(
    lab: Lab, make_card: MakeCard, live: LiveExamination
):
    listening = Listening()
    live.start(listening)
    listening.wait_for_cause("D-01")
    card = make_card("faults = { command_delay_ms = 40 }")
    with lab.card(card, CONTACT) as held:
        listening.wait_for(lambda update: update.busy == "busy.certificate")
        held.position = Position.OUT
        listening.wait_for_cause("D-01")


def test_another_program_lets_the_card_go_and_it_is_examined_by_itself(
    lab: Lab, make_card: MakeCard, live: LiveExamination
):
    from smartcard.scard import scard

    listening = Listening()
    with lab.card(make_card(), CONTACT):
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _, handle, _ = scard.SCardConnect(
            context, f"{CONTACT} 00 00", scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_ANY
        )
        live.start(listening)
        listening.wait_for_cause("F-03")
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(context)
        listening.wait_for_all_well()


def test_cancel_while_a_slow_card_is_read_is_at_once(lab: Lab, make_card: MakeCard, live: LiveExamination):
    listening = Listening()
    live.start(listening)
    with lab.card(make_card("faults = { command_delay_ms = 300 }"), CONTACT):
        listening.wait_for(lambda update: update.busy == "busy.certificate")
        start = time.monotonic()
        live.cancel()
        listening.wait_for(lambda update: not update.busy, 2)
        assert time.monotonic() - start < 0.5
        assert "event.cancelled" in listening.events


def test_cancel_behind_another_programs_transaction_is_at_once_and_the_next_try_works(
    lab: Lab, make_card: MakeCard, live: LiveExamination
):
    from smartcard.scard import scard

    listening = Listening()
    with lab.card(make_card(), CONTACT):
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _, handle, _ = scard.SCardConnect(
            context, f"{CONTACT} 00 00", scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_ANY
        )
        assert scard.SCardBeginTransaction(handle) == 0
        live.start(listening)
        listening.wait_for(lambda update: update.busy == "busy.connect")
        start = time.monotonic()
        live.cancel()
        listening.wait_for(lambda update: not update.busy, 2)
        assert time.monotonic() - start < 0.5
        scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(context)
        live.refresh()
        listening.wait_for_all_well()
