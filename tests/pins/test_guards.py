"""PIN guards, asserted on the wire."""

from __future__ import annotations

import pytest

from jpkidoctor.card.channel import NotFreeError
from jpkidoctor.card.pin_errors import (
    PinAlreadySentError,
    PinOutcomeUnknownError,
    PinRefusedError,
    Refusal,
    VerifiedNoMoreError,
    WrongPinError,
)
from jpkidoctor.card.pin_session import LinkError, LinkProblem, PinSession
from jpkidoctor.facts import PinId, PinState
from jpkidoctor.signing.card_desk import pin_rule

from .conftest import typed

PASSWORD = "ABC123"


def read(bench, password: str = PASSWORD, *, second_confirmation: bool = False) -> bytes:
    pin = typed(password)
    try:
        return bench.desk.read_signature_certificate(pin, second_confirmation=second_confirmation)
    finally:
        assert pin.wiped


def test_a_right_password_is_sent_once_and_the_certificate_comes(bench):
    here = bench()
    assert read(here)[:1] == b"\x30"
    assert len(here.verifies) == 1


def test_the_card_is_without_power_afterwards(bench):
    here = bench()
    read(here)
    with PinSession(here.manager, here.reader) as session:
        assert session.tries(PinId.SIGNATURE).state is PinState.TRIES


def test_a_wrong_password_says_how_many_are_left_and_is_not_sent_again(bench):
    here = bench()
    with pytest.raises(WrongPinError) as caught:
        read(here, "WRONG1")
    assert caught.value.tries_left == 4
    assert len(here.verifies) == 1


@pytest.mark.parametrize(
    ("card", "refusal"),
    [
        ("pins = { signature = 1 }", Refusal.ONE_LEFT),
        ("pins = { signature = 'locked' }", Refusal.BLOCKED),
        ("pins = { signature = 'locked' }\nblocked_form = '6984'", Refusal.BLOCKED),
        ("pins = { signature = 2 }", Refusal.TWO_LEFT),
        ("model = 'unknown_jpki'", Refusal.UNKNOWN_CARD),
        ("model = 'juki'", Refusal.OTHER_CARD),
        ("model = 'android'", Refusal.OTHER_CARD),
        ("elliptic = true", Refusal.KEY_NOT_RSA),
        ("over_long_header = true", Refusal.KEY_UNKNOWN),
    ],
)
def test_nothing_is_sent_where_a_guard_stands(bench, card, refusal):
    here = bench(card)
    with pytest.raises(PinRefusedError) as caught:
        read(here)
    assert caught.value.refusal is refusal
    assert here.verifies == []


def test_one_left_has_no_override(bench):
    here = bench("pins = { signature = 1 }")
    with pytest.raises(PinRefusedError):
        read(here, second_confirmation=True)
    assert here.verifies == []


def test_two_left_pass_with_a_second_confirmation(bench):
    here = bench("pins = { signature = 2 }")
    read(here, second_confirmation=True)
    assert len(here.verifies) == 1


@pytest.mark.parametrize("text", ["", "ABC12", "ABCDEF", "123456", "abc123", "ABC12!", "ABCDEFGHIJKLMNOP1"])
def test_a_wrong_form_is_refused_before_the_card_sees_it(bench, text):
    here = bench()
    with pytest.raises(PinRefusedError) as caught:
        read(here, text)
    assert caught.value.refusal is Refusal.BAD_FORM
    assert here.verifies == []


def test_a_password_that_another_program_verified_is_asked_for_anew_after_power_off(bench):
    here = bench("pins = { signature = 'verified' }")
    read(here)
    assert len(here.verifies) == 1


@pytest.mark.parametrize(("kind", "left"), [("torn", 5), ("answer_lost", 5), ("silent", 5)])
def test_a_link_lost_in_verify_leaves_the_outcome_open_and_nothing_is_sent_again(bench, kind, left):
    here = bench(f"faults = {{ kind = '{kind}', counts = 'verify', once = true }}")
    pin = typed("WRONG1")
    session = PinSession(here.manager, here.reader, command_limit_s=0.2)
    with pytest.raises(PinOutcomeUnknownError) as caught, pin, session:
        session.enter(pin_rule(here.known, PinId.SIGNATURE), pin)
    assert caught.value.tries_before == left
    here.world.remove()
    here.world.insert()
    facts = here.desk.ask_again(PinId.SIGNATURE, wait_s=1)
    assert facts.tries_left == (4 if kind == "answer_lost" else 5)
    assert len(here.verifies) == 1


def test_asking_again_gives_up_when_the_card_is_not_back(bench):
    here = bench()
    here.world.remove()
    assert here.desk.ask_again(PinId.SIGNATURE, wait_s=0).state is PinState.UNKNOWN


def test_one_session_sends_one_pin_whatever_its_caller_does(bench):
    here = bench()
    rule = pin_rule(here.known, PinId.SIGNATURE)
    with PinSession(here.manager, here.reader) as session:
        with pytest.raises(WrongPinError):
            session.enter(rule, typed("WRONG1"))
        with pytest.raises(PinAlreadySentError):
            session.enter(rule, typed(PASSWORD))
    assert len(here.verifies) == 1


def test_no_signature_command_passes_before_a_pin(bench):
    here = bench()
    with PinSession(here.manager, here.reader) as session, pytest.raises(NotFreeError):
        session.sign(0x001A, bytes(51))
    assert here.signatures == []


def test_6982_at_a_signature_stops_and_the_password_is_not_sent_again(bench):
    here = bench("faults = { kind = 'forgets_pin', counts = 'signatures', after = 2 }")
    pin = typed(PASSWORD)
    with here.desk.signature_key(pin, second_confirmation=False) as key:
        key.sign_digest(bytes(32))
        key.sign_digest(bytes(32))
        with pytest.raises(VerifiedNoMoreError):
            key.sign_digest(bytes(32))
    assert len(here.verifies) == 1


def test_each_signature_costs_one_command_after_the_first(bench):
    here = bench()
    with here.desk.signature_key(typed(PASSWORD), second_confirmation=False) as key:
        before = len(here.world.commands_sent())
        for _ in range(10):
            key.sign_digest(bytes(32))
        assert len(here.world.commands_sent()) - before == 11


def test_no_other_program_comes_between(bench):
    here = bench(events="[[event]]\nat = 0\ndo = 'hold_transaction'")
    session = PinSession(here.manager, here.reader, connect_limit_s=0.1)
    with pytest.raises(LinkError) as caught, session:
        pass
    assert caught.value.problem is LinkProblem.BUSY
    here = bench(events="[[event]]\nat = 0\ndo = 'take_exclusive'")
    with pytest.raises(LinkError) as caught:
        read(here)
    assert caught.value.problem is LinkProblem.BUSY


def test_the_trace_holds_nothing_secret(bench):
    here = bench()
    with here.desk.signature_key(typed(PASSWORD), second_confirmation=False) as key:
        signature = key.sign_digest(bytes(32))
        certificate = key.certificate
    kept = repr(here.desk.trace.entries())
    for secret in (PASSWORD.encode(), signature[:16], certificate[:16]):
        assert secret.hex(" ").upper() not in kept
    assert PASSWORD not in kept
    assert "VERIFY" in kept
