"""D: a contact slot fails by direction, a contactless one by position, a SAM slot or virtual reader by neither."""

from __future__ import annotations

import pytest

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import Fact, FactStatus, ReaderFacts, ReaderKind

from . import faults
from .worlds import (
    EMPTY,
    MUTE,
    NOT_SEEN,
    PRESENT,
    assert_first_cause,
    assert_hidden,
    assert_says,
    connected,
    contact_reader,
    contactless_reader,
    evidence_keys,
    finding,
    judge,
    lost,
    sam_slot,
    windows,
    windows_contactless,
    windows_hello,
    with_pcsc,
    with_reader,
    with_readers,
    without_card_facts,
)

STEP = ("D-01", "D-02", "D-03", "D-04")
UNAVAILABLE = 0x8


@pytest.mark.parametrize("status", NOT_SEEN)
def test_without_readers_everything_waits_for_the_reader(status: FactStatus) -> None:
    blind = with_pcsc(windows(), readers=lost(status), examined=None)
    for node in STEP:
        assert assert_says(blind, node, Status.UNKNOWN).evidence[0].params == {"step": "C"}
    assert_says(blind, "D-05", Status.NOT_APPLICABLE)


def test_an_answering_card_is_ok_in_either_slot() -> None:
    for node in ("D-01", "D-03", "D-04"):
        assert_says(windows(), node, Status.OK)
    assert_says(windows(), "D-02", Status.NOT_APPLICABLE)
    assert_says(windows_contactless(), "D-01", Status.OK)
    assert_says(windows_contactless(), "D-02", Status.OK)
    for node in ("D-03", "D-04"):
        assert_says(windows_contactless(), node, Status.NOT_APPLICABLE)


def test_a_slot_whose_state_cannot_be_read_is_unknown() -> None:
    assert_says(with_reader(without_card_facts(windows()), flags=UNAVAILABLE), "D-01", Status.UNKNOWN)
    assert_says(with_reader(without_card_facts(windows_contactless()), flags=UNAVAILABLE), "D-02", Status.UNKNOWN)


# --- contact ------------------------------------------------------------------------------------------


def test_card_put_in_the_wrong_way_round_is_the_orientation_finding() -> None:
    diagnosis = assert_first_cause(faults.wrong_way_round(windows()), "D-03")
    assert evidence_keys(diagnosis.finding("D-03")) == ["card_state", "connect"]
    assert diagnosis.finding("D-03").evidence[1].params == {"code": "0x80100067"}
    assert diagnosis.finding("D-04").status is Status.UNKNOWN
    assert diagnosis.finding("D-01").status is Status.OK
    assert diagnosis.finding("E-01").status is Status.UNKNOWN


@pytest.mark.parametrize("code", [0x80100066, 0x80100067])
def test_windows_and_pcsclite_codes_of_a_silent_card_mean_the_same(code: int) -> None:
    world = without_card_facts(with_reader(windows(), connect=connected(code)))
    assert_first_cause(world, "D-03")


def test_empty_contact_slot_waits_with_the_direction() -> None:
    world = faults.no_card(windows())
    for node in ("D-03", "D-04"):
        assert_says(world, node, Status.UNKNOWN)


def test_a_card_that_never_answers_is_more_than_a_wrong_direction() -> None:
    assert_hidden(faults.silent_again_and_again(windows()), "D-03", "D-04")
    assert_hidden(faults.silent_in_two_readers(windows()), "D-03", "D-04")
    assert_first_cause(with_reader(faults.wrong_way_round(windows()), mute_insertions=2), "D-03")


# --- contactless --------------------------------------------------------------------------------------


def test_empty_contactless_slot_is_the_position_finding_and_not_a_missing_card() -> None:
    assert_says(faults.no_card(windows_contactless()), "D-01", Status.NOT_APPLICABLE)
    assert_first_cause(faults.no_card(windows_contactless()), "D-02", "empty")


def test_flapping_card_shows_how_often_it_came_and_went() -> None:
    said = finding(faults.comes_and_goes(windows_contactless()), "D-02")
    assert (said.variant, said.evidence[1].params) == ("flapping", {"count": 4})


def test_a_card_that_was_put_down_twice_does_not_flap() -> None:
    twice = with_reader(windows_contactless(), samples=faults.samples(EMPTY, PRESENT, EMPTY)[:3])
    assert_says(with_reader(twice, flags=PRESENT), "D-02", Status.OK)


def test_flapping_card_that_was_read_all_the_same_is_only_told() -> None:
    shaky = with_reader(windows_contactless(), samples=faults.samples(EMPTY, PRESENT, EMPTY, PRESENT))
    assert_says(shaky, "D-02", Status.ATTENTION, "flapping")
    assert_says(without_card_facts(shaky), "D-02", Status.ATTENTION, "flapping")
    refused = with_reader(without_card_facts(shaky), connect=connected(0x80100016))
    assert_hidden(refused, "F-02", "D-02")


def test_flapping_explains_a_card_that_was_lost() -> None:
    shaky = with_reader(windows_contactless(), samples=faults.samples(EMPTY, PRESENT, EMPTY, PRESENT))
    assert_hidden(faults.torn_out(0x80100069)(shaky), "F-02", "D-02")


def test_silent_contactless_card_is_position_and_never_direction() -> None:
    world = with_reader(faults.no_card(windows_contactless()), flags=PRESENT | MUTE, mute_insertions=5)
    diagnosis = assert_first_cause(world, "D-02", "flapping")
    assert evidence_keys(diagnosis.finding("D-02")) == ["card_state"]
    assert diagnosis.finding("D-03").status is Status.NOT_APPLICABLE


# --- neither ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", [sam_slot(), windows_hello(), sam_slot(flags=EMPTY)], ids=["sam", "hello", "empty"])
def test_sam_slot_and_virtual_reader_are_neither_direction_nor_position(slot: ReaderFacts) -> None:
    chosen_by_hand = without_card_facts(with_readers(windows(), slot, examined=0))
    for node in STEP:
        assert_says(chosen_by_hand, node, Status.UNKNOWN)


def test_mute_sam_slot_is_no_second_reader() -> None:
    mute = contact_reader(flags=PRESENT | MUTE, atr="", connect=Fact())
    world = without_card_facts(with_readers(windows(), mute, sam_slot()))
    assert_first_cause(world, "D-03")


def test_badly_placed_contactless_card_is_no_second_silent_reader() -> None:
    mute = contact_reader(flags=PRESENT | MUTE, atr="", connect=Fact())
    world = without_card_facts(with_readers(windows(), mute, contactless_reader(flags=PRESENT | MUTE, atr="")))
    assert_first_cause(world, "D-03")


# --- several ------------------------------------------------------------------------------------------


def test_one_reader_reads_and_the_other_does_not() -> None:
    silent = contact_reader(name="Other Reader 0", flags=PRESENT | MUTE)
    world = with_readers(windows(), contact_reader(), silent)
    said = assert_says(world, "D-05", Status.ATTENTION)
    assert evidence_keys(said) == ["examined_reader", "card_state"]
    assert judge(world).first_cause is None


def test_readers_that_agree_are_ok() -> None:
    assert_says(with_readers(windows(), contact_reader(), contactless_reader(flags=EMPTY)), "D-05", Status.OK)
    assert_says(windows(), "D-05", Status.NOT_APPLICABLE)


def test_slot_of_unknown_kind_is_treated_as_one_to_push_into() -> None:
    world = with_reader(faults.no_card(windows()), kind=ReaderKind.UNKNOWN)
    assert_first_cause(world, "D-01", "unknown")
