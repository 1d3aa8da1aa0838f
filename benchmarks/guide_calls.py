"""Calls of all practice cases: questions until the cause is named, beside a walk of the same flow in fixed order.

Both ask the same questions, weigh the answers alike and stop by the same rule; only the order differs. The fixed
walk goes A, B, C ... as a printed flow chart does, and may ask as many questions as there are.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from benchmarks.row import Count
from jpkidoctor.guide.engine import Answered, Call, GuideError
from jpkidoctor.guide.tables import load_guide
from jpkidoctor.knowledge.flow import load_flow
from tests.guide.practice_calls import Ask, Case, asked, cases, end_of, run

_MISTAKES_A_CASE = 3
_SEED = 20261123
_STEP_AT_MOST_MS = 20


@dataclass(frozen=True)
class Outcome:
    """How one call went."""

    questions: int
    seconds: float
    """Of the caller's time, by the tables."""
    right: bool


def rows() -> Iterator[Count | str]:
    """The table of all cases, then the figures with their aims."""
    found = cases()
    ours = {name: _outcome(case, run(case.begin(), case.caller.answer)) for name, case in found.items()}
    walk = {name: _outcome(case, fixed_walk(case.begin(), case.caller.answer)) for name, case in found.items()}
    yield from table(found, ours, walk)
    yield from _figures(ours, walk)
    yield _mistakes(found)
    yield _slowest_step(found)


def table(found: Mapping[str, Case], ours: Mapping[str, Outcome], walk: Mapping[str, Outcome]) -> Iterator[str]:
    """One line a step of the flow: calls, median questions and seconds, ours and in fixed order."""
    yield f"{'practice calls, by step of the flow':<38}{'calls':>6}{'guide':>8}{'s':>6}{'fixed order':>14}{'s':>6}"
    for step in load_flow().steps:
        names = [name for name, case in found.items() if case.scenario.step == step.id]
        if names:
            yield f"{step.id + ' ' + step.title.en:<38}{len(names):>6}" + "".join(
                f"{_median(names, side, lambda o: o.questions):>{width}.0f}{_median(names, side, _seconds):>6.0f}"
                for side, width in ((ours, 8), (walk, 14))
            )


def fixed_walk(call: Call, ask: Ask) -> Call:
    """Ask in the order of the flow until the guide's own rule is satisfied."""
    limits = msgspec.structs.replace(call.guide.limits, most_questions=len(call.guide.questions))
    call = replace(call, guide=replace(call.guide, limits=limits))
    order = list(load_flow().nodes)
    for question in sorted(call.guide.questions.values(), key=lambda question: order.index(question.node)):
        if call.stop is not None or call.conclusion is not None:
            break
        try:
            call = call.ask(question.id)
        except GuideError:
            continue  # an answer has made it senseless
        call = call.answer(ask(question.id))
    return call


def _outcome(case: Case, call: Call) -> Outcome:
    steps = asked(call)
    seconds = sum(call.guide.questions[step.question].seconds + call.guide.limits.per_question for step in steps)
    return Outcome(len(steps), seconds, end_of(call) in case.right)


def _seconds(outcome: Outcome) -> float:
    return outcome.seconds


def _median(names: list[str], side: Mapping[str, Outcome], of: Callable[[Outcome], float]) -> float:
    return statistics.median(of(side[name]) for name in names)


def _figures(ours: Mapping[str, Outcome], walk: Mapping[str, Outcome]) -> Iterator[Count]:
    names = list(ours)
    middle = [round(_median(names, side, lambda o: o.questions)) for side in (ours, walk)]
    most = [max(outcome.questions for outcome in side.values()) for side in (ours, walk)]
    wrong = [sum(not outcome.right for outcome in side.values()) for side in (ours, walk)]
    yield Count(f"questions a call, median of {len(names)}", middle[0], 6, f"fixed order {middle[1]}")
    yield Count("  the longest call", most[0], 12, f"fixed order {most[1]}")
    yield Count("  calls that end at another cause", wrong[0], 0, f"fixed order {wrong[1]}")


def _mistakes(found: Mapping[str, Case]) -> Count:
    """Calls with one random wrong answer: how many of 100 do not have the right cause among the best three."""
    rng = random.Random(_SEED)
    missed = calls = 0
    for case in found.values():
        honest = run(case.begin(), case.caller.honest)
        for step in rng.sample(asked(honest), min(_MISTAKES_A_CASE, len(asked(honest)))):
            call = run(case.begin(), _erring(case, step, rng))
            best = {call.stop.node} if call.stop else {candidate.node for candidate in call.candidates[:3]}
            missed += not best & case.right
            calls += 1
    what = "  of 100 calls with one wrong answer, not in the best three"
    return Count(what, round(100 * missed / calls), 25, f"{missed} of {calls}")


def _erring(case: Case, mistaken: Answered, rng: random.Random) -> Ask:
    answers = range(1, len(load_guide().questions[mistaken.question].answer) + 1)
    said = rng.choice([digit for digit in answers if digit != mistaken.answer])
    return lambda question: said if question == mistaken.question else case.caller.honest(question)


def _slowest_step(found: Mapping[str, Case]) -> Count:
    """Processor time of the slowest step of all calls, in ms: an answer, and the next question."""
    slowest = 0.0
    for case in found.values():
        call = case.begin()
        while call.question is not None:
            digit = case.caller.answer(call.question.id)
            began = time.thread_time()
            call = call.answer(digit)
            _ = call.question, call.candidates
            slowest = max(slowest, time.thread_time() - began)
    return Count("  the slowest step, ms", round(slowest * 1000), _STEP_AT_MOST_MS, "processor time")
