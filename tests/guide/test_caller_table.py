"""The ``[caller]`` table of a scenario is read strictly."""

from __future__ import annotations

import pytest

from jpkidoctor.simulator.scenario import ScenarioError, parse_scenario

CASE = """
step = 'D'
title = { ja = '題', en = 'title' }
story = { ja = '話', en = 'story' }
[caller]
CALLER
[expect]
"""


def test_a_caller_may_answer_err_and_not_know() -> None:
    text = CASE.replace("CALLER", "starts = 'no_reader'\nanswers = { lamp = 0 }\nwrong = { os = 3 }\ncause = 'H-08'")
    caller = parse_scenario("case", text).caller
    assert (caller.starts, caller.answers, caller.wrong, caller.cause) == ("no_reader", {"lamp": 0}, {"os": 3}, "H-08")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("begins = 'no_reader'", "begins"),
        ("answers = { lamp = 4 }", "0 to 3"),
        ("wrong = { lamp = -1 }", "0 to 3"),
        ("wrong = { lamp = 1, os = 2 }", "one mistake"),
        ("cause = 'clock'", "no node id"),
    ],
)
def test_a_wrong_table_is_refused_with_a_reason(line: str, reason: str) -> None:
    with pytest.raises(ScenarioError, match=reason):
        parse_scenario("case", CASE.replace("CALLER", line))
