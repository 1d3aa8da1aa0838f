"""The same code that reads a real card, over the real pcscd and libpcsclite."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from jpkidoctor.card.pcsc import PyscardResourceManager
from jpkidoctor.card.winscard import E_NO_SERVICE, W_UNPOWERED_CARD, W_UNRESPONSIVE_CARD, PcscError, State
from jpkidoctor.computer import Computer
from jpkidoctor.examination import examine_once
from jpkidoctor.facts import CardKind, Facts, PinId, PinState
from jpkidoctor.judge import Judge
from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.reader_slot import Position

from .conftest import CONTACT, CONTACTLESS
from .lab import Lab

MakeCard = Callable[..., PracticeCard]


@pytest.fixture
def examine(judge: Judge) -> Callable[[], Facts]:
    return lambda: examine_once(Computer(judge.known), judge.known)


def test_a_healthy_card_is_read_in_full(lab: Lab, make_card: MakeCard, examine, judge: Judge):
    with lab.card(make_card(), CONTACT):
        facts = examine()
    card = facts.card.value
    assert card is not None
    assert card.kind is CardKind.MY_NUMBER
    assert card.token_label.value == "JPKIAPICCTOKEN2"
    assert card.certificates.authentication.known
    assert card.certificates.issued_by_card_ca.value is True
    assert card.certificates.signature_ca.known
    assert card.pin(PinId.SIGNATURE).tries_left == 5
    assert card.pin(PinId.AUTHENTICATION).tries_left == 3
    assert card.expires_on.known
    assert not card.link.lost
    diagnosis = judge(facts)
    assert diagnosis.first_cause is None
    assert diagnosis.finding("L-01").status.value == "ok"


@pytest.mark.parametrize("form", ["63C0", "6983", "6984"])
def test_a_locked_pin_in_every_form(lab: Lab, make_card: MakeCard, examine, judge: Judge, form: str):
    with lab.card(make_card(f'pins = {{ signature = "locked" }}\nblocked_form = "{form}"'), CONTACT):
        facts = examine()
    assert facts.card.value.pin(PinId.SIGNATURE).state is PinState.BLOCKED
    assert judge(facts).first_cause == "G-04"


def test_few_tries_are_attention_and_cost_nothing(lab: Lab, make_card: MakeCard, examine, judge: Judge):
    card = make_card("pins = { signature = 2, authentication = 1 }")
    with lab.card(card, CONTACT):
        first, second = examine(), examine()
    assert judge(first).first_cause is None
    assert judge(first).finding("G-02").variant == "one_left"
    assert second.card.value.pins == first.card.value.pins


def test_a_juki_card_is_told_by_its_label(lab: Lab, make_card: MakeCard, examine, judge: Judge):
    with lab.card(make_card('model = "juki"'), CONTACT):
        facts = examine()
    assert facts.card.value.kind is CardKind.JUKI
    assert judge(facts).first_cause == "E-02"


def test_a_driving_licence_is_named_with_its_proof(lab: Lab, make_card: MakeCard, examine, judge: Judge):
    with lab.card(make_card('model = "driving_licence"'), CONTACT):
        facts = examine()
    assert facts.card.value.kind is CardKind.OTHER
    assert facts.card.value.other_card == "driving_licence"
    assert judge(facts).first_cause == "E-01"


def test_a_mute_card_is_the_orientation_finding(lab: Lab, make_card: MakeCard, examine, judge: Judge):
    with lab.card(make_card(), CONTACT, position=Position.WRONG):
        facts = examine()
    reader = facts.pcsc.examined_reader
    assert reader is not None
    assert reader.flags == State.PRESENT | State.MUTE
    assert reader.connect.value.code in (W_UNPOWERED_CARD, W_UNRESPONSIVE_CARD)
    assert judge(facts).first_cause == "D-03"


def test_no_card_is_d01_and_an_empty_contactless_slot_is_d02(lab: Lab, examine, judge: Judge):
    assert judge(examine()).first_cause == "D-01"
    lab.start(CONTACTLESS)
    assert judge(examine()).first_cause == "D-02"


def test_a_card_torn_out_in_mid_read_is_f02(lab: Lab, make_card: MakeCard, examine, judge: Judge):
    card = make_card('faults = { kind = "torn", after = 8 }')
    with lab.card(card, CONTACT):
        facts = examine()
    link = facts.card.value.link
    assert link.lost
    assert link.lost_in == "certificate"
    assert judge(facts).finding("F-02").status.value == "failed"


def test_garbage_from_a_card_is_a_finding_and_no_crash(lab: Lab, make_card: MakeCard, examine, judge: Judge):
    with lab.card(make_card('faults = { kind = "garbage", after = 3 }'), CONTACT):
        facts = examine()
    assert all(evidence.key != "check_crashed" for f in judge(facts).findings for evidence in f.evidence)
    assert judge(facts).first_cause is not None


def test_another_program_with_exclusive_access_is_f03(lab: Lab, make_card: MakeCard, examine, judge: Judge):
    from smartcard.scard import scard

    with lab.card(make_card(), CONTACT):
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        result, handle, _ = scard.SCardConnect(
            context, f"{CONTACT} 00 00", scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_ANY
        )
        assert result == 0
        try:
            facts = examine()
        finally:
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
            scard.SCardReleaseContext(context)
        diagnosis = judge(facts)
        assert diagnosis.first_cause == "F-03"
        assert diagnosis.finding("F-03").variant == "exclusive"
        assert judge(examine()).first_cause is None


def test_a_connect_that_blocks_behind_a_transaction_ends_in_time(lab: Lab, make_card: MakeCard, judge: Judge):
    from smartcard.scard import scard

    from jpkidoctor.card.inspector import CardInspector
    from jpkidoctor.examination import surroundings

    with lab.card(make_card(), CONTACT) as _:
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _, handle, _ = scard.SCardConnect(
            context, f"{CONTACT} 00 00", scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_ANY
        )
        assert scard.SCardBeginTransaction(handle) == 0
        inspector = CardInspector(PyscardResourceManager(), surroundings(judge.known), connect_limit_s=0.5)
        try:
            inspection = inspector.inspect(f"{CONTACT} 00 00", b"")
            assert inspection.connect.value.blocked
        finally:
            scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
            scard.SCardReleaseContext(context)
            inspector.stop()


def test_a_stopped_service_is_b01(lab: Lab, examine, judge: Judge):
    lab.kill()
    facts = examine()
    assert facts.pcsc.context.value == E_NO_SERVICE
    assert judge(facts).finding("B-01").status.value == "failed"


def test_a_dead_context_says_so_and_a_new_one_works(lab: Lab):
    manager = PyscardResourceManager()
    context = manager.establish()
    lab.kill()
    with pytest.raises(PcscError):
        context.status_change({}, (f"{CONTACT} 00 00",), 0)
    context.close()
    lab.start(CONTACT)
    again = manager.establish()
    assert again.list_readers() == (f"{CONTACT} 00 00", f"{CONTACT} 00 01")
    again.close()


def test_no_reader_is_an_empty_list_and_no_error(lab: Lab):
    lab.start()
    context = PyscardResourceManager().establish()
    assert context.list_readers() == ()
    context.close()


def test_other_threads_run_while_pcsc_waits(lab: Lab):
    """The screen must answer while SCardGetStatusChange waits: the binding lets go of the interpreter."""
    context = PyscardResourceManager().establish()
    name = f"{CONTACT} 00 00"
    (state,) = context.status_change({}, (name,), 0)
    counted = 0

    def wait() -> None:
        with pytest.raises(PcscError):
            context.status_change({name: state}, (name,), 300)

    thread = threading.Thread(target=wait)
    thread.start()
    while thread.is_alive():
        counted += 1
    thread.join()
    context.close()
    assert counted > 1000
