"""E: which card is it? Told by what it answers."""

from __future__ import annotations

import pytest

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import Availability, CardKind, Fact, FactStatus

from . import faults
from .worlds import (
    NOT_SEEN,
    assert_first_cause,
    assert_hidden,
    assert_says,
    evidence_keys,
    finding,
    judge,
    lost,
    windows,
    with_card,
    with_certificates,
    without_card_facts,
)

STEP = ("E-01", "E-02", "E-03", "E-04", "E-05")


@pytest.mark.parametrize("status", NOT_SEEN)
@pytest.mark.parametrize("node", STEP)
def test_without_an_answering_card_its_kind_is_unknown(node: str, status: FactStatus) -> None:
    said = assert_says(without_card_facts(windows(), status), node, Status.UNKNOWN)
    assert said.evidence[0].params == {"step": "D"}


@pytest.mark.parametrize("node", STEP)
def test_a_card_lost_before_its_first_answer_has_no_kind(node: str) -> None:
    assert_says(with_card(windows(), kind=CardKind.OTHER, probes=()), node, Status.UNKNOWN)


@pytest.mark.parametrize("node", STEP)
def test_my_number_card_is_ok(node: str) -> None:
    assert_says(windows(), node, Status.OK)


def test_transit_card_is_named() -> None:
    said = finding(faults.transit_card(windows()), "E-01")
    assert said.evidence[0].params == {"card": "felica"}
    assert evidence_keys(said) == ["looks_like", "select", "atr"]
    for node in STEP[1:]:
        assert_says(faults.transit_card(windows()), node, Status.NOT_APPLICABLE)


def test_a_card_that_nobody_knows_is_still_not_a_my_number_card() -> None:
    assert evidence_keys(finding(faults.strange_card(windows()), "E-01")) == ["select", "atr"]


def test_juki_card_is_told_by_its_label_and_explains_the_rest() -> None:
    world = faults.juki_card(windows())
    assert finding(world, "E-02").evidence[0].params == {"label": "JPKIAPICCTOKEN"}
    assert_says(world, "E-01", Status.OK)
    assert_says(world, "E-03", Status.NOT_APPLICABLE)
    assert_says(world, "E-04", Status.NOT_APPLICABLE)
    assert_hidden(faults.signature_locked(world), "G-04", "E-02")


@pytest.mark.parametrize("kind", [CardKind.ANDROID, CardKind.IPHONE])
def test_a_phone_is_told_and_is_no_fault(kind: CardKind) -> None:
    world = with_card(windows(), kind=kind, token_label="JPKIAPGPSETOKEN")
    assert_says(world, "E-03", Status.ATTENTION)
    assert_says(world, "E-02", Status.NOT_APPLICABLE)
    assert_says(world, "J-08", Status.NOT_APPLICABLE)
    assert judge(world).first_cause is None


# --- E-04 ---------------------------------------------------------------------------------------------


def test_child_card_without_signature_certificate_is_no_fault() -> None:
    child = with_card(windows(), availability=Availability(signature=False, authentication=True))
    assert_says(child, "E-04", Status.ATTENTION, "no_signature")
    assert_says(child, "G-04", Status.NOT_APPLICABLE)
    assert judge(child).first_cause is None


def test_locked_look_of_a_child_card_is_no_lock() -> None:
    child = with_card(windows(), availability=Availability(signature=False, authentication=True))
    assert judge(faults.signature_locked(child)).first_cause is None


def test_card_without_any_certificate_needs_them_issued() -> None:
    world = faults.no_certificates(windows())
    assert_says(world, "E-04", Status.ATTENTION, "no_certificates")
    assert_first_cause(world, "J-01", "absent")


@pytest.mark.parametrize("status", NOT_SEEN)
def test_unread_availability_is_unknown(status: FactStatus) -> None:
    said = assert_says(with_card(windows(), availability=lost(status, "sw=6A82")), "E-04", Status.UNKNOWN)
    assert said.evidence[0].params == {"fact": "card.availability", "status": status, "note": "sw=6A82"}


# --- E-05 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", NOT_SEEN)
def test_unread_label_is_unknown_and_not_a_new_card(status: FactStatus) -> None:
    world = with_card(windows(), kind=CardKind.UNKNOWN_JPKI, token_label=lost(status))
    assert_says(world, "E-05", Status.UNKNOWN)
    assert_says(world, "E-03", Status.NOT_APPLICABLE)
    assert judge(world).first_cause is None
    assert_says(world, "L-01", Status.UNKNOWN)


def test_newer_card_is_told_by_label_or_key() -> None:
    assert finding(faults.newer_card(windows()), "E-05").evidence[0].params == {"label": "JPKIAPICCTOKEN3"}
    assert finding(faults.newer_key(windows()), "E-05").evidence[0].params == {"type": "EC", "bits": 384}


def test_unread_certificate_says_nothing_of_the_key() -> None:
    assert_says(with_certificates(windows(), authentication=Fact()), "E-05", Status.OK)
