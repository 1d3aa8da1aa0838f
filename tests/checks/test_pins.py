"""G: locks send the caller to the city office; few tries left are a warning; nothing is ever tried."""

from __future__ import annotations

import pytest

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import Availability, FactStatus, PinId, PinState
from jpkidoctor.knowledge.words import load_words

from . import faults
from .worlds import (
    NOT_SEEN,
    assert_first_cause,
    assert_says,
    evidence_keys,
    finding,
    judge,
    windows,
    with_card,
    with_pin,
    without_card_facts,
)

STEP = ("G-01", "G-02", "G-04", "G-05", "G-06")
CERTIFICATE_PINS = [PinId.SIGNATURE, PinId.AUTHENTICATION]
OTHER_PINS = [
    (PinId.CARD_FACE_INPUT, "card_face_input"),
    (PinId.RESIDENT_COMMON, "resident"),
    (PinId.RESIDENT_JUKI, "resident"),
]


@pytest.mark.parametrize("node", STEP)
def test_full_counters_are_ok(node: str) -> None:
    assert_says(windows(), node, Status.OK)


@pytest.mark.parametrize("status", NOT_SEEN)
@pytest.mark.parametrize("node", STEP)
def test_without_counters_nothing_is_said(node: str, status: FactStatus) -> None:
    assert_says(without_card_facts(windows(), status), node, Status.UNKNOWN)
    assert_says(with_card(windows(), pins=()), node, Status.UNKNOWN)


def test_board_shows_every_pin_with_its_own_counter() -> None:
    said = finding(with_pin(windows(), PinId.NUMBER_A_FACE, PinState.ABSENT), "G-01")
    shown = {e.params["pin"]: e.params["tries"] for e in said.evidence}
    assert shown == {
        "signature": 5, "authentication": 3, "card_face_input": 3, "resident_common": 3, "resident_juki": 3
    }  # fmt: skip


# --- G-02 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pin", CERTIFICATE_PINS)
@pytest.mark.parametrize(("tries", "variant"), [(1, "one_left"), (2, "two_left")])
def test_few_tries_left_are_a_warning_and_no_fault(pin: PinId, tries: int, variant: str) -> None:
    world = with_pin(windows(), pin, PinState.TRIES, tries)
    said = assert_says(world, "G-02", Status.ATTENTION, variant)
    assert said.evidence[0].params == {"pin": pin.value, "tries": tries}
    assert judge(world).first_cause is None


def test_three_tries_left_are_enough() -> None:
    assert_says(with_pin(windows(), PinId.SIGNATURE, PinState.TRIES, 3), "G-02", Status.OK)


def test_the_pin_with_fewest_tries_is_warned_of() -> None:
    world = with_pin(windows(), PinId.SIGNATURE, PinState.TRIES, 2)
    world = with_pin(world, PinId.AUTHENTICATION, PinState.TRIES, 1)
    said = assert_says(world, "G-02", Status.ATTENTION, "one_left")
    assert [e.params["pin"] for e in said.evidence] == ["authentication", "signature"]


def test_few_tries_of_the_card_face_pin_do_not_concern_the_certificates() -> None:
    assert_says(with_pin(windows(), PinId.CARD_FACE_INPUT, PinState.TRIES, 1), "G-02", Status.OK)


def test_counter_that_the_card_did_not_give_is_unknown() -> None:
    assert_says(with_pin(windows(), PinId.SIGNATURE, PinState.UNKNOWN, sw=0x6300), "G-02", Status.UNKNOWN)


def test_pin_that_another_program_entered_is_open() -> None:
    world = with_pin(windows(), PinId.AUTHENTICATION, PinState.VERIFIED, sw=0x9000)
    for node in ("G-02", "G-05"):
        assert_says(world, node, Status.OK)
    assert "pin_verified" in evidence_keys(finding(world, "G-01"))


# --- G-04, G-05 ---------------------------------------------------------------------------------------


def test_pin_locked_sends_caller_to_city_office() -> None:
    for fault, node in ((faults.signature_locked, "G-04"), (faults.authentication_locked, "G-05")):
        diagnosis = assert_first_cause(fault(windows()), node)
        assert evidence_keys(diagnosis.finding(node)) == ["pin_blocked", "sw"]
        assert "city_office" in load_words("ja").who(node)


@pytest.mark.parametrize(("pin", "node"), [(PinId.SIGNATURE, "G-04"), (PinId.AUTHENTICATION, "G-05")])
def test_lock_is_unknown_or_without_meaning(pin: PinId, node: str) -> None:
    assert_says(with_pin(windows(), pin, PinState.UNKNOWN), node, Status.UNKNOWN)
    assert_says(with_pin(windows(), pin, PinState.ABSENT), node, Status.NOT_APPLICABLE)
    only = Availability(signature=pin is not PinId.SIGNATURE, authentication=pin is not PinId.AUTHENTICATION)
    assert_says(with_card(windows(), availability=only), node, Status.NOT_APPLICABLE)


def test_one_lock_does_not_accuse_the_other_pin() -> None:
    assert_says(faults.signature_locked(windows()), "G-05", Status.OK)
    assert_says(faults.authentication_locked(windows()), "G-04", Status.OK)


# --- G-06 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pin", "variant"), OTHER_PINS)
def test_locked_face_or_resident_pin_leaves_login_and_signature_working(pin: PinId, variant: str) -> None:
    world = with_pin(windows(), pin, PinState.BLOCKED, 0, 0x63C0)
    assert_says(world, "G-06", Status.ATTENTION, variant)
    assert judge(world).first_cause is None
    assert_says(world, "L-01", Status.OK)


def test_other_pins_unknown_or_not_on_this_card() -> None:
    assert_says(with_pin(windows(), PinId.CARD_FACE_INPUT, PinState.UNKNOWN), "G-06", Status.UNKNOWN)
    world = windows()
    for pin, _ in OTHER_PINS:
        world = with_pin(world, pin, PinState.ABSENT)
    assert_says(world, "G-06", Status.NOT_APPLICABLE)
