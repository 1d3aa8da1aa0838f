"""The first three cases, through the production examination and judge: what they expect is what is found."""

from __future__ import annotations

import pytest

from jpkidoctor.examination import examine_once
from jpkidoctor.judge import load_judge
from jpkidoctor.simulator.scenario import find_scenario
from jpkidoctor.simulator.world import PracticeWorld


@pytest.mark.parametrize("name", ["healthy-contact", "healthy-contactless", "signature-locked"])
def test_a_case_finds_what_it_expects(keys, name):
    scenario, judge = find_scenario(name), load_judge()
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
