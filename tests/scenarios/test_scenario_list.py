"""The practice cases as a whole: they cover the flow, and they can be found, read and typed."""

from __future__ import annotations

import re

import pytest

from jpkidoctor.checks.flow import FLOW
from jpkidoctor.diagnosis import Status
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.types import Text
from jpkidoctor.simulator.scenario import Scenario, find_scenario, scenario_names

NEVER_FAILS = {
    "C-08": "two drivers side by side may work; an attention",
    "C-12": "the phone is another way, no fault",
    "C-13": "the setting cannot be read; an attention",
    "D-05": "the card was read in one reader; an attention",
    "E-03": "a phone's certificates can be read; an attention",
    "E-04": "a card without signature certificate is no broken card; an attention",
    "G-01": "shows the counters",
    "G-02": "few tries left are no failure; an attention",
    "G-06": "login and signature still work; an attention",
    "H-03": "this tool works on Linux; an attention",
    "H-05": "garbled text, but it works; an attention",
    "I-02": "an older version may work; an attention",
    "I-04": "where the setting is kept was seen in old versions only; an attention",
    "I-06": "most proxies let it through; an attention",
    "I-08": "only some services need Java; an attention",
    "J-03": "still valid; an attention",
    "J-07": "it settles by itself; an attention",
}
"""Steps that can only be well or need attention, by design."""

NEVER_MORE_THAN_WELL = {"G-01"}

MANY = 50


@pytest.fixture(scope="module")
def scenarios() -> dict[str, Scenario]:
    return {name: find_scenario(name) for name in scenario_names()}


def _with_status(scenarios: dict[str, Scenario], status: Status) -> set[str]:
    return {
        node
        for scenario in scenarios.values()
        for node in scenario.expect.findings
        if scenario.expect.finding(node).status is status
    }


def test_there_are_many_cases(scenarios: dict[str, Scenario]) -> None:
    assert len(scenarios) >= MANY


def test_every_step_that_can_fail_fails_somewhere(scenarios: dict[str, Scenario]) -> None:
    failed = _with_status(scenarios, Status.FAILED)
    assert failed == set(FLOW) - set(NEVER_FAILS)


def test_every_step_that_never_fails_needs_attention_somewhere(scenarios: dict[str, Scenario]) -> None:
    attention = _with_status(scenarios, Status.ATTENTION)
    assert set(NEVER_FAILS) - NEVER_MORE_THAN_WELL <= attention


def test_every_failure_is_the_first_cause_somewhere(scenarios: dict[str, Scenario]) -> None:
    first = {scenario.expect.first_cause for scenario in scenarios.values()} - {None}
    assert first == _with_status(scenarios, Status.FAILED)


def _wrong(scenario: Scenario) -> set[str]:
    """Letters of the steps where something fails or needs attention, but for the practice card's own J-06."""
    expect = scenario.expect
    loud = {node for node in expect.findings if expect.finding(node).status in (Status.FAILED, Status.ATTENTION)}
    return {node[0] for node in loud - {"J-06"}}


def test_faults_in_several_steps_at_once_are_practised(scenarios: dict[str, Scenario]) -> None:
    several = [
        name for name, scenario in scenarios.items() if scenario.expect.first_cause and len(_wrong(scenario)) > 1
    ]
    assert len(several) >= 10


def test_things_happen_during_a_call(scenarios: dict[str, Scenario]) -> None:
    done = {event.do for scenario in scenarios.values() for event in scenario.event}
    assert done >= {"insert", "remove", "turn_over", "plug", "unplug", "stop_service", "start_service"}


def test_expected_nodes_and_variants_have_words(scenarios: dict[str, Scenario]) -> None:
    flow = load_flow()
    for name, scenario in scenarios.items():
        for node in scenario.expect.findings:
            variant = scenario.expect.finding(node).variant
            assert node in flow.nodes, (name, node)
            assert not variant or variant in flow.nodes[node].variants, (name, node, variant)


def test_steps_are_steps_of_the_flow(scenarios: dict[str, Scenario]) -> None:
    steps = {step.id for step in load_flow().steps}
    for name, scenario in scenarios.items():
        assert scenario.step in steps, name


def test_the_first_cause_is_an_expected_failure(scenarios: dict[str, Scenario]) -> None:
    for name, scenario in scenarios.items():
        expect = scenario.expect
        failed = {node for node in expect.findings if expect.finding(node).status is Status.FAILED}
        assert (expect.first_cause is None) == (not failed), name
        assert expect.first_cause is None or expect.first_cause in failed, name


def test_names_can_be_typed_on_the_phone() -> None:
    for name in scenario_names():
        assert re.fullmatch(r"[a-z]+[a-z0-9]*(-[a-z0-9]+)*", name), name
        assert len(name) <= 32, name


def _texts(scenarios: dict[str, Scenario]) -> list[tuple[str, Text]]:
    return [(name, text) for name, scenario in scenarios.items() for text in (scenario.title, scenario.story)]


def test_titles_and_stories_are_in_both_languages(scenarios: dict[str, Scenario]) -> None:
    for name, text in _texts(scenarios):
        assert re.search("[ぁ-んァ-ヶ一-龠]", text.ja), name
        assert text.en.strip() and text.en.isascii(), name


def test_japanese_texts_fit_an_old_console(scenarios: dict[str, Scenario]) -> None:
    for name, text in _texts(scenarios):
        assert text.ja.encode("cp932").decode("cp932") == text.ja, name


def test_titles_differ(scenarios: dict[str, Scenario]) -> None:
    for titles in ([s.title.ja for s in scenarios.values()], [s.title.en for s in scenarios.values()]):
        assert len(set(titles)) == len(titles)
