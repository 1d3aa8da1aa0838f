"""Runs a practice call: the caller of a case answers whatever the guide asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jpkidoctor.diagnosis import Status
from jpkidoctor.guide.engine import Answered, Call, start
from jpkidoctor.simulator.caller import PracticeCaller, practice_caller
from jpkidoctor.simulator.scenario import Scenario, find_scenario, scenario_names

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
ALL_WELL = "L-01"
Ask = Callable[[str], int]


@dataclass(frozen=True)
class Case:
    """A case with its caller, and the nodes that the call may rightly end at."""

    name: str
    scenario: Scenario
    caller: PracticeCaller
    right: frozenset[str]

    def begin(self) -> Call:
        spec = self.scenario.caller
        return start(symptom=spec.starts, code=spec.code, clock=lambda: 0.0)


def right_ends(scenario: Scenario) -> frozenset[str]:
    """The first cause; of a case without one, "all is well" or what needs attention.

    The practice card is a test card, so J-06's attention for that is nobody's trouble.
    """
    expect = scenario.expect
    if scenario.caller.cause is not None:
        return frozenset({scenario.caller.cause})
    if expect.first_cause is not None:
        return frozenset({expect.first_cause})
    seen = {node for node in expect.findings if expect.finding(node).status is Status.ATTENTION}
    if "J-06" in seen and expect.finding("J-06").variant == "test":
        seen.discard("J-06")
    return frozenset(seen | {ALL_WELL})


def cases() -> Mapping[str, Case]:
    found = {}
    for name in scenario_names():
        scenario = find_scenario(name)
        found[name] = Case(name, scenario, practice_caller(scenario, NOW), right_ends(scenario))
    return found


def run(call: Call, ask: Ask, most: int = 40) -> Call:
    """Answer until there is no question."""
    for _ in range(most):
        if call.question is None:
            return call
        digit = ask(call.question.id)
        call = call.answer(digit if digit <= len(call.answers) else 0)
    raise AssertionError("the call does not end")


def asked(call: Call) -> tuple[Answered, ...]:
    return tuple(step for step in call.steps if isinstance(step, Answered))


def end_of(call: Call) -> str:
    """Node at which a call ended: that of the red stop, else the likeliest cause."""
    if call.stop is not None:
        return call.stop.node
    assert call.conclusion is not None
    return call.conclusion.first
