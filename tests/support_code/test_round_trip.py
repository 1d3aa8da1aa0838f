"""What is packed comes out again, short enough to be read aloud."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.checks.closing import NEEDED
from jpkidoctor.diagnosis import Diagnosis, Evidence, Finding, Status
from jpkidoctor.judge import load_judge
from jpkidoctor.report.redact import redact
from jpkidoctor.simulator.scenario import find_scenario, scenario_names
from jpkidoctor.support_code.context import CONTEXTS, context_number, context_of, numbered_context
from jpkidoctor.support_code.decode import decode
from jpkidoctor.support_code.encode import MAX_FINDINGS, encode
from tests.scenarios.practice_run import run_once
from tests.support_code import making


@given(making.facts(), making.diagnoses())
def test_up_to_four_findings_come_back_with_status_variant_and_first_cause(facts, diagnosis):
    decoded = decode(encode(facts, diagnosis).digits)
    assert {(f.id, f.status, f.variant) for f in decoded.findings} == making.loud(diagnosis)
    assert decoded.first_cause == diagnosis.first_cause
    assert decoded.context == context_of(facts, diagnosis, more=False)
    assert decoded.failed == bool(diagnosis.failed)


def test_every_pair_of_node_and_variant_comes_back_alone(blank_facts):
    for name in making.NAMES:
        for status in (Status.FAILED, Status.ATTENTION):
            one = making.finding(name, status)
            cause = one.id if status is Status.FAILED else None
            decoded = decode(encode(blank_facts, Diagnosis(findings=(one,), first_cause=cause)).digits)
            assert (decoded.findings, decoded.first_cause) == ((one,), cause)


@given(making.facts(), making.diagnoses(largest=12))
def test_the_code_is_short(facts, diagnosis):
    count = len(making.loud(diagnosis))
    digits = encode(facts, diagnosis).digits
    assert len(digits) == 8 + 4 * min(count, MAX_FINDINGS)
    assert len(digits) <= (20 if count <= 3 else 28)


@given(making.facts(), making.diagnoses(smallest=MAX_FINDINGS + 1, largest=12))
def test_what_does_not_fit_is_told_as_more_and_failures_come_before_attention(facts, diagnosis):
    decoded = decode(encode(facts, diagnosis).digits)
    assert decoded.context.more
    assert len(decoded.findings) == MAX_FINDINGS
    assert {(f.id, f.status, f.variant) for f in decoded.findings} <= making.loud(diagnosis)
    assert decoded.first_cause == diagnosis.first_cause
    shown = sum(f.status is Status.FAILED for f in decoded.findings)
    assert shown == min(len(diagnosis.failed), MAX_FINDINGS)


def test_a_failure_that_follows_from_another_comes_last_and_names_its_cause(blank_facts):
    findings = (
        making.finding("B-01/stopped", Status.FAILED, because="C-03"),
        making.finding("C-03/vendor", Status.FAILED),
        making.finding("H-04", Status.ATTENTION),
        making.finding("J-02", Status.FAILED),
    )
    decoded = decode(encode(blank_facts, Diagnosis(findings=findings, first_cause="C-03")).digits)
    assert [(f.id, f.because) for f in decoded.findings] == [("C-03", ""), ("J-02", ""), ("H-04", ""), ("B-01", "C-03")]


def test_an_organisations_own_node_and_variant_are_told_as_more_and_in_general_words(blank_facts):
    findings = (
        Finding(id="X-01", status=Status.FAILED),
        Finding(id="C-03", status=Status.FAILED, variant="our_own_driver"),
    )
    decoded = decode(encode(blank_facts, Diagnosis(findings=findings, first_cause="X-01")).digits)
    assert decoded.context.more
    assert [(f.id, f.variant) for f in decoded.findings] == [("C-03", "")]
    assert decoded.first_cause is None
    assert decoded.failed


def test_every_context_has_its_own_four_digits():
    contexts = [context for number in range(CONTEXTS) if (context := numbered_context(number)) is not None]
    assert [context_number(context) for context in contexts] == [n for n in range(CONTEXTS) if numbered_context(n)]
    assert CONTEXTS <= 10**4
    assert numbered_context(CONTEXTS) is None
    assert numbered_context(-1) is None


@given(making.facts(), st.text(min_size=1), st.text(min_size=1))
def test_no_string_and_no_date_of_the_facts_changes_the_code(facts, text, version):
    diagnosis = Diagnosis(
        findings=(Finding(id="C-01", status=Status.FAILED, evidence=(Evidence("reader", {"reader": text}),)),),
        first_cause="C-01",
    )
    plain = msgspec.structs.replace(diagnosis, findings=(Finding(id="C-01", status=Status.FAILED),))
    readers = facts.pcsc.readers.value or ()
    named = msgspec.structs.replace(
        facts,
        tool_version=version,
        taken_at=facts.taken_at.replace(year=1999),
        pcsc=msgspec.structs.replace(
            facts.pcsc,
            readers=making.found(tuple(msgspec.structs.replace(r, name=text, atr=text, model=text) for r in readers)),
        ),
    )
    assert encode(named, diagnosis) == encode(facts, plain)
    assert encode(redact(named).facts, diagnosis) == encode(facts, plain)


@pytest.mark.parametrize("name", sorted(scenario_names())[::7])
def test_a_practice_case_reads_the_same_redacted_and_through_the_telephone(name, keys):
    run = run_once(name, find_scenario(name), keys)
    public, judge = redact(run.facts).facts, load_judge()
    code = encode(run.facts, run.diagnosis)
    assert encode(public, judge(public)) == code
    decoded = decode(code.grouped)
    assert decoded.first_cause == run.diagnosis.first_cause
    told = {f.id: f for f in decoded.findings}
    assert {f.because for f in told.values()} == {run.diagnosis.finding(node).because for node in told}
    assert decoded.all_well == (run.diagnosis.finding("L-01").status is Status.OK)


def test_complete_means_that_all_is_well_could_be_said(blank_facts):
    looked = tuple(Finding(id=node, status=Status.OK) for node in NEEDED)
    assert decode(encode(blank_facts, Diagnosis(findings=looked)).digits).all_well
    for gap in range(len(looked)):
        partly = (*looked[:gap], Finding(id=looked[gap].id, status=Status.UNKNOWN), *looked[gap + 1 :])
        assert not decode(encode(blank_facts, Diagnosis(findings=partly)).digits).all_well
