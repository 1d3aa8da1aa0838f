"""Scenario files are read strictly, and each of the program's own is well-formed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import PinId
from jpkidoctor.simulator.scenario import (
    ExpectedFinding,
    Scenario,
    ScenarioError,
    find_scenario,
    load_scenario,
    parse_scenario,
    scenario_names,
)

HEAD = """
step = 'D'
title = { ja = '題', en = 'Title' }
story = { ja = '話', en = 'Story' }
"""
WHOLE = (
    HEAD
    + """
[host]
preset = 'linux-debian'
clock_offset_days = -400
[host.facts]
default_browser = 'chrome'

[pcsc]
service = 'stopped'
code = 0x8010001E

[[reader]]
model = 'prox-du'
other_program = 'transaction'

[[card]]
model = 'juki'
slot = 1
inserted = 'flapping'
blocked_form = '6984'
certificate_days = -3
[card.pins]
signature = 'locked'
authentication = 2
card_face_input = 'verified'
[card.faults]
kind = 'torn'
after = 7

[[event]]
at = 1.5
do = 'type_wrong_pin'
pin = 'authentication'

[expect]
first_cause = 'D-02'
[expect.findings]
D-01 = 'ok'
C-05 = { status = 'failed', variant = 'no_driver' }
"""
)


def test_a_whole_scenario():
    scenario = parse_scenario("whole", WHOLE)
    assert scenario.card[0].pins == {
        PinId.SIGNATURE: "locked",
        PinId.AUTHENTICATION: 2,
        PinId.CARD_FACE_INPUT: "verified",
    }
    assert scenario.expect.finding("C-05") == ExpectedFinding(status=Status.FAILED, variant="no_driver")
    assert scenario.expect.finding("D-01") == ExpectedFinding(status=Status.OK)
    with pytest.raises(KeyError):
        scenario.expect.finding("B-01")


def test_the_smallest_scenario_is_a_computer_without_a_reader():
    scenario = parse_scenario("small", HEAD + "[expect]\n")
    assert (scenario.reader, scenario.card, scenario.host.preset) == ((), (), "windows-11")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("step = 'D'", "step = 'D'\nstepp = 1", "stepp"),
        ("step = 'D'", "", "step"),
        ("step = 'D'", "step = 'DD'", "step"),
        ("at = 1.5", "at = 'soon'", "event[0].at"),
        ("at = 1.5", "at = -1", "event[0].at"),
        ("do = 'type_wrong_pin'", "do = 'explode'", "explode"),
        ("pin = 'authentication'\n\n[expect]", "[expect]", "event[0].pin"),
        ("pin = 'authentication'\n\n[expect]", "card = 4\n[expect]", "event[0].card"),
        ("pin = 'authentication'\n\n[expect]", "reader = 4\n[expect]", "event[0].reader"),
        ("pin = 'authentication'\n\n[expect]", "pin = 'puk'\n[expect]", "puk"),
        ("model = 'prox-du'", "model = 'toaster'", "reader[0].model: no practice reader toaster"),
        ("model = 'prox-du'", "model = 'prox-du'\nnames = ['one']", "reader[0].names"),
        ("model = 'juki'", "model = 'other'", "card[0].model"),
        ("model = 'juki'", "model = 'juki'\nreader = 1", "card[0].reader"),
        ("slot = 1", "slot = 2", "card[0].slot"),
        ("slot = 1", "slot = 1\natr = 'XY'", "card[0].atr"),
        ("authentication = 2", "authentication = 16", "card[0].pins.authentication"),
        ("authentication = 2", "authentication = 'often'", "often"),
        ("after = 7", "after = 7\nbefore = 7", "before"),
        ("'linux-debian'", "'../../etc/passwd'", "host.preset"),
        ("'linux-debian'", "'windows-3'", "host.preset"),
        ("first_cause = 'D-02'", "first_cause = 'D2'", "D2"),
        ("D-01 = 'ok'", "D-01 = 'fine'", "fine"),
        ("D-01 = 'ok'", "D1 = 'ok'", "D1"),
        ("blocked_form = '6984'", "blocked_form = '9000'", "9000"),
        ("[pcsc]", "[pcsc", "line"),
    ],
)
def test_a_mistake_is_refused_with_its_place(old, new, reason):
    assert WHOLE.count(old) == 1
    with pytest.raises(ScenarioError) as caught:
        parse_scenario("bad", WHOLE.replace(old, new))
    assert reason in caught.value.reason
    assert caught.value.name == "bad"
    assert not caught.value.missing


def test_a_scenario_is_found_by_name_and_by_path(tmp_path: Path):
    assert isinstance(find_scenario("healthy-contact"), Scenario)
    file = tmp_path / "mine.toml"
    file.write_text(WHOLE, encoding="utf-8")
    assert find_scenario(str(file)) == load_scenario(file)


@pytest.mark.parametrize("name", ["nothing", "../flow/B-service", "", "healthy contact", "/no/such.toml"])
def test_what_is_not_there_is_called_missing(name):
    with pytest.raises(ScenarioError) as caught:
        find_scenario(name)
    assert caught.value.missing


def test_a_file_that_is_no_text(tmp_path: Path):
    file = tmp_path / "bad.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert not caught.value.missing


@pytest.mark.parametrize("name", scenario_names())
def test_each_scenario_of_the_program_is_well_formed(name):
    scenario = find_scenario(name)
    for text in (scenario.title, scenario.story):
        text.ja.encode("cp932")
        assert text.en.isascii()


def test_naming_scenarios_does_not_pay_for_cryptography():
    code = "import sys, jpkidoctor.simulator.scenario; print('cryptography' in sys.modules, 'textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout.split() == ["False", "False"]
