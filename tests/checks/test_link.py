"""F: the talk between computer and card."""

from __future__ import annotations

import pytest

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import CardUser, Fact, FactStatus

from . import faults
from .worlds import (
    EXCLUSIVE,
    NOT_SEEN,
    PRESENT,
    assert_first_cause,
    assert_hidden,
    assert_says,
    connected,
    evidence_keys,
    finding,
    judge,
    lost,
    windows,
    with_card,
    with_certificates,
    with_host,
    with_link,
    with_reader,
    without_card_facts,
)

STEP = ("F-01", "F-02", "F-03", "F-04")


@pytest.mark.parametrize("node", STEP)
def test_a_good_link_is_ok(node: str) -> None:
    assert_says(windows(), node, Status.OK)


@pytest.mark.parametrize("status", NOT_SEEN)
def test_what_was_not_observed_is_unknown(status: FactStatus) -> None:
    for node in ("F-01", "F-03"):
        assert_says(with_reader(windows(), connect=lost(status)), node, Status.UNKNOWN)
    for node in ("F-02", "F-04"):
        assert_says(without_card_facts(windows(), status), node, Status.UNKNOWN)
    assert_says(with_certificates(windows(), authentication=lost(status)), "F-04", Status.UNKNOWN)


@pytest.mark.parametrize("node", STEP)
def test_without_a_card_the_link_waits(node: str) -> None:
    assert_says(faults.no_card(windows()), node, Status.UNKNOWN)


@pytest.mark.parametrize(("failures", "status"), [(0, Status.OK), (1, Status.ATTENTION), (2, Status.FAILED)])
def test_one_failed_connect_is_told_and_two_are_a_fault(failures: int, status: Status) -> None:
    world = with_reader(windows(), connect=connected(attempts=failures + 1, failures=failures))
    said = assert_says(world, "F-01", status)
    assert said.evidence[0].params == {"attempts": failures + 1, "failures": failures}


def test_turned_card_is_no_bad_link() -> None:
    for node in ("F-01", "F-02", "F-03"):
        assert_says(faults.wrong_way_round(windows()), node, Status.UNKNOWN)


# --- F-02 ---------------------------------------------------------------------------------------------


def test_lost_card_tells_where_and_leaves_the_rest_unknown() -> None:
    diagnosis = judge(faults.torn_out(0)(windows()))
    assert diagnosis.finding("F-02").evidence[0].params == {"code": "0x00000000", "stage": "certificate"}
    assert diagnosis.finding("J-01").status is Status.UNKNOWN
    assert diagnosis.finding("G-04").status is Status.UNKNOWN
    assert [said.id for said in diagnosis.failed] == ["F-02"]


@pytest.mark.parametrize("code", [0x8010001D, 0x8010001E, 0x80100003, 0x6D, 0x06])
def test_service_that_died_in_the_middle_is_not_the_callers_fault(code: int) -> None:
    said = assert_says(faults.torn_out(code)(windows()), "F-02", Status.UNKNOWN)
    assert evidence_keys(said) == ["service_went_away"]
    assert judge(faults.torn_out(code)(windows())).first_cause is None


def test_slow_card_is_unknown_and_no_fault() -> None:
    said = assert_says(with_link(windows(), timed_out=True), "F-02", Status.UNKNOWN)
    assert evidence_keys(said) == ["link", "timed_out"]


@pytest.mark.parametrize(
    ("code", "variant"), [(0x8010000F, "garbage"), (0x80100016, "garbage"), (0x8010000C, "removed")]
)
def test_a_card_that_could_not_be_connected_to(code: int, variant: str) -> None:
    world = without_card_facts(with_reader(windows(), connect=connected(code, attempts=5, failures=5)))
    assert_first_cause(world, "F-02", variant)
    assert_says(world, "F-01", Status.UNKNOWN)


# --- F-03 ---------------------------------------------------------------------------------------------


def test_card_held_by_another_program_names_those_that_could() -> None:
    world = with_host(faults.held_by_another_program(windows()), card_users=(CardUser(name="etax.exe", pid=4),))
    told = finding(world, "F-03").evidence[1]
    assert told.key == "holder_uses_card"
    assert told.params == {"program": "etax", "close": "etax", "name": "etax.exe"}


def test_exclusive_use_is_told_by_the_state() -> None:
    world = with_reader(faults.held_by_another_program(windows()), flags=PRESENT | EXCLUSIVE)
    assert_first_cause(world, "F-03", "exclusive")


def test_connect_that_never_ends_waits_for_another_program() -> None:
    blocked = connected(0x8010000A, blocked=True, ms=4000.0)
    world = without_card_facts(with_reader(windows(), connect=blocked))
    diagnosis = assert_first_cause(world, "F-03", "blocked")
    assert diagnosis.finding("F-03").evidence[0].params == {"seconds": 4}


# --- F-04 ---------------------------------------------------------------------------------------------


def test_reader_that_breaks_on_long_answers() -> None:
    assert finding(faults.long_answers_fail(windows()), "F-04").evidence[0].params == {"code": "0x80100016"}
    assert_says(faults.long_answers_fail(windows()), "J-01", Status.UNKNOWN)
    garbled = with_link(faults.long_answers_fail(windows()), protocol_errors=1)
    assert_first_cause(garbled, "F-04")


def test_short_answers_that_fail_too_are_not_about_length() -> None:
    world = with_card(faults.long_answers_fail(windows()), token_label=Fact())
    assert_says(world, "F-04", Status.UNKNOWN)


def test_a_lost_card_explains_a_certificate_that_was_not_read() -> None:
    assert_hidden(faults.torn_out(0)(faults.no_certificates(windows())), "J-01", "F-02")
