"""L-01: "card, reader and software are in order" is said only when they were looked at."""

from __future__ import annotations

import pytest

from jpkidoctor.checks.closing import NEEDED, all_is_well
from jpkidoctor.diagnosis import Finding, Status
from jpkidoctor.facts import Fact, Facts, PinId, PinState
from jpkidoctor.knowledge.words import load_words

from .cases import CASES, Case
from .worlds import (
    HEALTHY,
    NOW,
    assert_says,
    finding,
    linux,
    windows,
    with_certificates,
    with_host,
    with_pcsc,
    with_pin,
    without_card_facts,
)


def findings(status: Status, *nodes: str) -> dict[str, Finding]:
    """Everything needed is ok but the given nodes."""
    return {node: Finding(id=node, status=status if node in nodes else Status.OK) for node in (*NEEDED, *nodes)}


@pytest.mark.parametrize("world", HEALTHY.values(), ids=HEALTHY)
def test_healthy_world_is_well(world: Facts) -> None:
    assert_says(world, "L-01", Status.OK)


def test_attention_is_repeated_beside_the_good_word() -> None:
    world = with_pin(linux(), PinId.SIGNATURE, PinState.TRIES, 2)
    assert [e.params["node"] for e in finding(world, "L-01").evidence] == ["G-02", "H-03"]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_nothing_is_well_while_something_failed(case: Case) -> None:
    assert_says(case.facts, "L-01", Status.NOT_APPLICABLE)


@pytest.mark.parametrize("node", NEEDED)
def test_every_needed_layer_must_have_been_judged(node: str) -> None:
    said = all_is_well(findings(Status.UNKNOWN, node))
    assert said.status is Status.UNKNOWN
    assert [e.params for e in said.evidence] == [{"node": node}]
    missing = {id_: f for id_, f in findings(Status.OK).items() if id_ != node}
    assert all_is_well(missing).status is Status.UNKNOWN


@pytest.mark.parametrize("node", NEEDED)
def test_a_layer_without_meaning_here_does_not_hold_it_up(node: str) -> None:
    assert all_is_well(findings(Status.NOT_APPLICABLE, node)).status is Status.OK


def test_unknown_beside_the_way_does_not_hold_it_up() -> None:
    assert all_is_well(findings(Status.UNKNOWN, "C-09", "H-04")).status is Status.OK


def test_a_failure_that_follows_from_another_is_a_failure_too() -> None:
    hidden = Finding(id="C-01", status=Status.FAILED, because="B-01")
    assert all_is_well({**findings(Status.OK), "C-01": hidden}).status is Status.NOT_APPLICABLE


def test_unread_card_is_not_called_well() -> None:
    said = assert_says(without_card_facts(windows()), "L-01", Status.UNKNOWN)
    assert [e.params["node"] for e in said.evidence] == ["E-01", "E-03", "G-04", "G-05", "J-01", "J-02"]


def test_unread_certificate_or_signature_pin_is_not_called_well() -> None:
    assert_says(with_certificates(windows(), authentication=Fact()), "L-01", Status.UNKNOWN)
    assert_says(with_pin(windows(), PinId.SIGNATURE, PinState.UNKNOWN), "L-01", Status.UNKNOWN)


def test_nothing_observed_is_neither_well_nor_broken() -> None:
    blank = Facts(taken_at=NOW, tool_version="0.1.0")
    assert_says(blank, "L-01", Status.UNKNOWN)
    assert_says(with_pcsc(blank, context=0, readers=()), "L-01", Status.NOT_APPLICABLE)


def test_the_good_word_speaks_of_the_kind_of_attention_and_not_of_the_node_in_general() -> None:
    said = finding(with_host(windows(), ie_mode=True), "L-01")
    assert [evidence.params for evidence in said.evidence] == [{"node": "H-04", "variant": "ie_mode"}]
    line = load_words("ja").evidence(said.evidence[0])
    assert "IEモード" in line
    assert "Internet Explorer" not in line
