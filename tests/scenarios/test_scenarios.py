"""Every practice case: it is diagnosed as its file says, and the examination costs the card nothing."""

from __future__ import annotations

import msgspec
import pytest

from jpkidoctor.checks.closing import NEEDED
from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import CardKind, Facts
from jpkidoctor.judge import load_judge
from jpkidoctor.report.redact import redact
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.scenario import find_scenario, scenario_names
from tests.scenarios.practice_run import Run, run_once, run_watched

WATCHED = {"chip-worn": "several insertions in a row are seen only by watching"}
"""Cases that a single examination cannot judge, and why."""

LOUD = (Status.FAILED, Status.ATTENTION)
QUERY_LENGTH = 4
VERIFY = 0x20
COSTLY = {
    0x24: "CHANGE REFERENCE DATA",
    0x2A: "PERFORM SECURITY OPERATION",
    0x2C: "RESET RETRY COUNTER",
    0x32: "change of a key",
    0x82: "EXTERNAL AUTHENTICATE",
    0x88: "INTERNAL AUTHENTICATE",
    0xA2: "signature of the other kind",
    0xD6: "UPDATE BINARY",
}
"""Instructions that a diagnosis never sends (card-protocol.md §3.2 and §4)."""


@pytest.fixture(scope="session", params=scenario_names())
def run(request: pytest.FixtureRequest, keys: KeyStore) -> Run:
    """One case, run once for all tests of this file."""
    name: str = request.param
    way = run_watched if name in WATCHED else run_once
    return way(name, find_scenario(name), keys)


def test_first_cause_and_findings_are_as_written(run: Run) -> None:
    expect = run.scenario.expect
    problems = []
    if run.diagnosis.first_cause != expect.first_cause:
        problems.append(f"first cause is {run.diagnosis.first_cause}, not {expect.first_cause}")
    for node in expect.findings:
        want, found = expect.finding(node), run.diagnosis.finding(node)
        if found.status is not want.status or want.variant not in ("", found.variant):
            problems.append(f"{node} is {found.status} {found.variant}, not {want.status} {want.variant}")
    problems += [
        f"{finding.id} is {finding.status} {finding.variant}, and nobody expected it"
        for finding in run.diagnosis.findings
        if finding.status in LOUD and finding.id not in expect.findings
    ]
    assert problems == []


def test_every_other_failure_has_its_reason(run: Run) -> None:
    """The first cause explains itself; a later failure follows from another or stands after it in the flow."""
    order = [finding.id for finding in run.diagnosis.findings]
    failed = {finding.id: finding for finding in run.diagnosis.failed}
    first = run.diagnosis.first_cause
    assert (first is None) == (not failed)
    for node, finding in failed.items():
        if finding.because:
            assert finding.because in failed
        elif first is not None:
            assert order.index(first) <= order.index(node)
    if first is not None:
        assert failed[first].because == ""


def test_all_is_well_is_said_only_when_it_was_seen(run: Run) -> None:
    closing = run.diagnosis.finding("L-01").status
    if run.diagnosis.failed:
        assert closing is Status.NOT_APPLICABLE
    elif any(run.diagnosis.finding(node).status is Status.UNKNOWN for node in NEEDED):
        assert closing is Status.UNKNOWN
    else:
        assert closing is Status.OK


def test_no_pin_and_nothing_costly_goes_to_the_card(run: Run) -> None:
    for command in run.commands:
        assert command[1] not in COSTLY, f"{COSTLY[command[1]]}: {command.hex()}"
        assert command[1] != VERIFY or len(command) == QUERY_LENGTH, command.hex()


def test_unknown_cards_are_not_even_asked_for_tries(run: Run) -> None:
    card = run.facts.card.value
    if card is None:
        return
    certificate = card.certificates.authentication.value
    foreign_key = certificate is not None and certificate.key_type != "RSA"
    if card.kind in (CardKind.UNKNOWN_JPKI, CardKind.OTHER) or foreign_key:
        # What was in the reader before may have been a card that we know.
        assert len(run.scenario.card) > 1 or not any(command[1] == VERIFY for command in run.commands)


def test_pin_counters_stay_as_they_were(run: Run) -> None:
    assert run.tries_after == run.tries_before


def test_saved_facts_give_the_same_diagnosis(run: Run) -> None:
    saved = msgspec.json.encode(run.facts)
    facts = msgspec.json.decode(saved, type=Facts, strict=True)
    assert facts == run.facts
    assert load_judge()(facts) == run.diagnosis


def test_redacted_facts_give_the_same_statuses(run: Run) -> None:
    again = load_judge()(redact(run.facts).facts)
    assert again.first_cause == run.diagnosis.first_cause
    assert {f.id: f.status for f in again.findings} == {f.id: f.status for f in run.diagnosis.findings}
