"""The caller of a practice case: what somebody in front of this computer would honestly answer on the phone.

Answers come from the case's world (is the lamp lit, which card lies there), never from its diagnosis. What the
case's own ``[caller]`` table says wins.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jpkidoctor.simulator.caller_answers import RULES, UNKNOWN, USUAL
from jpkidoctor.simulator.caller_world import Surroundings
from jpkidoctor.simulator.practice_host import load_host
from jpkidoctor.simulator.scenario import CallerSpec, Scenario


@dataclass(frozen=True)
class PracticeCaller:
    """Answers the questions of a guide, as the person of this case would."""

    world: Surroundings
    spec: CallerSpec

    def honest(self, question: str) -> int:
        """What is so in the case's world, or what its file says; 0 when this caller cannot know."""
        if question in self.spec.answers:
            return self.spec.answers[question]
        rule = RULES.get(question)
        return rule(self.world) if rule else USUAL.get(question, UNKNOWN)

    def answer(self, question: str) -> int:
        """What the caller says: the honest answer, but for the one mistake that the file gives."""
        return self.spec.wrong.get(question, self.honest(question))


def practice_caller(scenario: Scenario, now: dt.datetime) -> PracticeCaller:
    """The caller of a case. Raises ScenarioError when its practice computer cannot be read."""
    return PracticeCaller(Surroundings(scenario, load_host(scenario.host, now).facts, now), scenario.caller)
