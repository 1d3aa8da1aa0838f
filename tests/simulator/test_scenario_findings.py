"""The first three cases, through the production examination and judge: what they expect is what is found."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from jpkidoctor.examination import examine_once
from jpkidoctor.judge import load_judge
from jpkidoctor.simulator.practice_readers import PRACTICE_READERS
from jpkidoctor.simulator.scenario import CARD_MODELS, Action, Scenario, find_scenario, parse_scenario, preset_directory
from jpkidoctor.simulator.world import PracticeWorld

DOCUMENT = Path(__file__).parents[2] / "docs" / "scenarios.md"
FIRST = ["healthy-contact", "healthy-contactless", "signature-locked", "example"]


def scenario_of(name: str) -> Scenario:
    if name != "example":
        return find_scenario(name)
    example = DOCUMENT.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    return parse_scenario(name, example)


@pytest.mark.parametrize("name", FIRST)
def test_a_case_finds_what_it_expects(keys, name):
    scenario, judge = scenario_of(name), load_judge()
    world = PracticeWorld(scenario, keys=keys)
    try:
        world.apply_all()
        diagnosis = judge(examine_once(world, judge.known))
    finally:
        world.stop()
    assert diagnosis.first_cause == scenario.expect.first_cause
    for node in scenario.expect.findings:
        expected, found = scenario.expect.finding(node), diagnosis.finding(node)
        assert (found.id, found.status) == (node, expected.status)
        assert not expected.variant or found.variant == expected.variant


def test_an_examination_sends_no_pin(keys):
    world = PracticeWorld(find_scenario("healthy-contact"), keys=keys)
    try:
        examine_once(world, load_judge().known)
    finally:
        world.stop()
    sent = world.commands_sent()
    assert len(sent) > 20
    assert {command[1] for command in sent} <= {0x20, 0xA4, 0xB0, 0xB2, 0xC0}
    assert all(len(command) == 4 for command in sent if command[1] == 0x20)


def test_every_name_that_a_scenario_may_use_is_in_the_document():
    text = DOCUMENT.read_text(encoding="utf-8")
    names = {*CARD_MODELS, *PRACTICE_READERS, *(path.stem for path in preset_directory().glob("*.toml"))}
    names |= set(get_args(Action))
    assert {name for name in names if f"`{name}`" not in text} == set()
