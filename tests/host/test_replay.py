"""Every recorded computer, from what answers there to what is said of it; and its facts as a file, on any system."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded_hosts import Recorded, load, names

from jpkidoctor.checks.flow import FLOW
from jpkidoctor.diagnosis import Diagnosis, Status
from jpkidoctor.facts import Fact, Facts, FactStatus
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.redact import redact
from tests.checks.test_properties import fact_places, without
from tests.checks.worlds import NOT_SEEN

NAMES = names()
LOUD = (Status.FAILED, Status.ATTENTION)


@functools.cache
def computer(name: str) -> Recorded:
    """Looked at once: what the collectors see of a computer does not change."""
    with tempfile.TemporaryDirectory() as folder:
        return load(name, Path(folder))


@functools.cache
def judged(name: str) -> Diagnosis:
    return load_judge()(computer(name).facts)


def loud(diagnosis: Diagnosis) -> dict[str, str]:
    return {
        said.id: "/".join(filter(None, (said.status.value, said.variant)))
        for said in diagnosis.findings
        if said.status in LOUD
    }


@pytest.mark.parametrize("name", NAMES)
def test_computer_is_judged_right(name: str) -> None:
    replay, diagnosis = computer(name).replay, judged(name)
    assert (diagnosis.first_cause, loud(diagnosis)) == (replay.first_cause, replay.loud)


@pytest.mark.parametrize("name", NAMES)
def test_every_fault_is_told_and_the_first_cause_is_one_of_them(name: str) -> None:
    replay = computer(name).replay
    assert set(replay.faults) <= set(replay.loud)
    failed = {node for node in replay.faults if replay.loud[node].startswith("failed")}
    assert replay.first_cause in failed or (replay.first_cause is None and not failed)
    assert replay.sources


@pytest.mark.parametrize("name", NAMES)
def test_no_collector_breaks(name: str) -> None:
    host = computer(name).facts.host
    probes: dict[str, Fact[Any]] = {field: getattr(host, field) for field in type(host).__struct_fields__}
    assert {
        field for field, fact in probes.items() if fact.status is FactStatus.ERROR or fact.note == "not_yet"
    } == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_has_words_in_both_languages(name: str) -> None:
    for lang in ("ja", "en"):
        words = load_words(lang)  # type: ignore[arg-type]
        for said in judged(name).findings:
            sentences = [words.title(said), words.meaning(said), *map(words.evidence, said.evidence)]
            assert not any("‹" in sentence for sentence in sentences), sentences
            assert said.status is not Status.FAILED or words.steps(said.id, said.variant)


# --- facts as a file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_facts_of_a_file_give_the_same_findings(name: str) -> None:
    facts = computer(name).facts
    read = msgspec.json.decode(msgspec.json.encode(facts), type=Facts, strict=True)
    assert read == facts
    assert load_judge()(read) == judged(name)


@pytest.mark.parametrize("system", ["win32", "darwin", "linux"])
def test_facts_are_judged_alike_on_every_system(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    for name in NAMES:
        assert load_judge()(computer(name).facts) == judged(name), name


def test_the_program_judges_a_facts_file_of_another_system(tmp_path: Path) -> None:
    name = "windows/usbipd_bound_by_force_and_extension_off"
    file = tmp_path / "facts.json"
    file.write_bytes(msgspec.json.encode(computer(name).facts))
    command = [sys.executable, "-m", "jpkidoctor", "check", "--facts", str(file), "--json"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    report = json.loads(done.stdout)
    assert (done.returncode, report["first_cause"]) == (1, computer(name).replay.first_cause)
    said = {found["id"]: found["status"] for found in report["findings"]}
    assert {node: said[node] for node in computer(name).replay.faults} == {
        node: computer(name).replay.loud[node].partition("/")[0] for node in computer(name).replay.faults
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_report_for_strangers_is_judged_alike(name: str) -> None:
    again = load_judge()(redact(computer(name).facts).facts)
    assert (again.first_cause, loud(again)) == (judged(name).first_cause, loud(judged(name)))


# --- what was not seen is nobody's fault ----------------------------------------------------------------

QUIET = tuple(name for name in NAMES if judged(name).first_cause is None)
SEEN_ABSENT = {("pcsc", "library"), ("card", "value", "certificates", "authentication")}
"""Places where "looked, and it is not there" is the fault itself."""


def _places(facts: Facts) -> tuple[tuple[str | int, ...], ...]:
    return tuple(fact_places(facts))


def _unseen(place: tuple[str | int, ...]) -> st.SearchStrategy[Fact[Any]]:
    ways = [status for status in NOT_SEEN if status is not FactStatus.ABSENT or place not in SEEN_ABSENT]
    return st.builds(Fact, status=st.sampled_from(ways), note=st.sampled_from(["", "pending", "access_denied"]))


@settings(deadline=None, max_examples=120)
@given(st.data())
def test_facts_that_are_dropped_or_denied_blame_nobody(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    facts = computer(name).facts
    for place in data.draw(st.lists(st.sampled_from(_places(facts)), min_size=1, unique=True)):
        facts = without(facts, place, data.draw(_unseen(place)))
    diagnosis = load_judge()(facts)
    assert [said.id for said in diagnosis.findings] == [*FLOW, "L-01"]
    assert not any(evidence.key == "check_crashed" for said in diagnosis.findings for evidence in said.evidence)
    if name in QUIET:
        assert diagnosis.failed == ()


@pytest.mark.parametrize("name", QUIET)
def test_no_single_fact_of_a_quiet_computer_makes_a_fault_by_being_out_of_sight(name: str) -> None:
    facts = computer(name).facts
    for place in _places(facts):
        for status in NOT_SEEN:
            if status is not FactStatus.ABSENT or place not in SEEN_ABSENT:
                assert load_judge()(without(facts, place, Fact(status))).failed == (), (place, status)


# --- the collection -------------------------------------------------------------------------------------


def _shares() -> Iterator[str]:
    return (name.partition("/")[0].removesuffix("_borrowed") for name in NAMES)


def test_there_are_enough_computers_and_half_have_two_faults() -> None:
    assert Counter(_shares()) >= Counter({"windows": 25, "macos": 8, "linux": 7})
    pairs = [name for name in NAMES if len(computer(name).replay.faults) >= 2]
    assert len(NAMES) >= 40
    assert 2 * len(pairs) >= len(NAMES)
    assert len(QUIET) >= 5
