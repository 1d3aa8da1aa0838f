"""A call: what was answered, what it leaves over, and what to ask next.

The weights are the probabilities of the causes, by Bayes' rule from base rates and answers (``knowledge/guide``).
The next question is the one that is expected to take away most uncertainty a second of the caller's time; equal
ones go by their place in the tables, so a call is the same each time it is made with the same answers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from jpkidoctor.diagnosis import Diagnosis
from jpkidoctor.guide.measured import measured_factors, settles
from jpkidoctor.guide.steps import Answered, FixFailed, Note
from jpkidoctor.guide.summary import summary_text
from jpkidoctor.guide.tables import Guide, Weights, folded, load_guide
from jpkidoctor.guide.types import Answer, Question, Stop
from jpkidoctor.knowledge.words import Words

Digit = Literal[0, 1, 2, 3]
"""What is pressed; 0 is "the caller does not know"."""
Clock = Callable[[], float]


class GuideError(Exception):
    """Something that cannot be done now: an answer that is not offered, or a call that has ended."""


@dataclass(frozen=True)
class Candidate:
    """A cause that may be it. The weights of all causes sum to 1."""

    node: str
    weight: float


@dataclass(frozen=True)
class RuledOut:
    """A cause that is all but excluded, and by what: a question's id, or empty for a measured finding."""

    node: str
    by: str


@dataclass(frozen=True)
class Conclusion:
    """What the call came to. One cause when ``sure``, else the best few, the likeliest first."""

    sure: bool
    causes: tuple[Candidate, ...]

    @property
    def first(self) -> str:
        """Node of the likeliest cause."""
        return self.causes[0].node


@dataclass(frozen=True)
class Call:
    """One moment of a call. Nothing changes it: every step gives another Call."""

    guide: Guide = field(repr=False, compare=False)
    clock: Clock = field(repr=False, compare=False)
    began: float
    symptom: str | None = None
    code: str | None = None
    measured: Diagnosis | None = field(default=None, repr=False)
    steps: tuple[Answered | FixFailed, ...] = ()
    notes: tuple[Note, ...] = ()
    chosen: str | None = None
    """The question that the agent chose instead of the best one."""
    raised: str | None = None
    """The red stop that the agent raised."""

    # --- what is asked ----------------------------------------------------------------------------

    @cached_property
    def question(self) -> Question | None:
        """The next question; None at a red stop and when there is a conclusion."""
        if self.stop is not None:
            return None
        if self.chosen is not None:
            return self.guide.questions[self.chosen]
        if self.conclusion is not None:
            return None
        return self._best[0]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers of the next question; the first is digit 1. Empty when there is no question."""
        return self.question.answer if self.question else ()

    @cached_property
    def other_questions(self) -> tuple[Question, ...]:
        """What may be asked instead, best first."""
        return tuple(question for _, question in self._ranked if question is not self.question)

    @cached_property
    def settled(self) -> tuple[Question, ...]:
        """The questions that measured findings have made needless."""
        return tuple(q for q in self.guide.questions.values() if settles(self.measured, q))

    # --- what it leaves over ----------------------------------------------------------------------

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """All causes, the likeliest first; equal ones in the order of the table."""
        pairs = zip(self.guide.causes, self._weights, strict=True)
        return tuple(sorted((Candidate(c.node, w) for c, w in pairs), key=lambda c: -c.weight))

    @cached_property
    def ruled_out(self) -> tuple[RuledOut, ...]:
        """The causes that an answer or a finding excludes, in the order in which that happened."""
        found: dict[str, RuledOut] = {}
        for node in _excluded(self.guide, measured_factors(self.guide, self.measured)):
            found[node] = RuledOut(node, "")
        for step in self.steps:
            if isinstance(step, Answered) and step.answer:
                answer = self.guide.questions[step.question].answer[step.answer - 1]
                kept = answer.times.keys() - frozenset(answer.rules_out)  # a node's own number wins
                for node in sorted(self.guide.named(answer.rules_out) - kept):
                    found.setdefault(node, RuledOut(node, step.question))
        return tuple(found.values())

    @cached_property
    def conclusion(self) -> Conclusion | None:
        """What the call came to, as soon as one cause is clear or nothing more is worth asking."""
        if self.stop is not None or self.chosen is not None:
            return None
        limits, first = self.guide.limits, self.candidates[0]
        asked = sum(isinstance(step, Answered) for step in self.steps)
        if self.measured is None and asked < limits.fewest_questions and self._best[0] is not None:
            return None
        if first.weight >= limits.sure or (first.weight >= limits.leading and self._hope < limits.least_hope):
            return Conclusion(sure=True, causes=(first,))
        if asked < limits.most_questions and self._best[0] is not None:
            return None
        rest = [c for c in self.candidates[1 : limits.few] if c.weight >= limits.worth_naming]
        return Conclusion(sure=False, causes=(first, *rest))

    @cached_property
    def stop(self) -> Stop | None:
        """The red stop that ended the questions, if any."""
        if self.raised is not None:
            return self.guide.stops[self.raised]
        if self.symptom and (stop := self.guide.symptoms[self.symptom].stop):
            return self.guide.stops[stop]
        for step in self.steps:
            if isinstance(step, Answered) and step.answer:
                answer = self.guide.questions[step.question].answer[step.answer - 1]
                if answer.stop:
                    return self.guide.stops[answer.stop]
        return None

    @property
    def elapsed(self) -> float:
        """Seconds since the call began."""
        return max(0.0, self.clock() - self.began)

    def summary(self, words: Words, *, notes: bool = False) -> str:
        """Text to paste into a ticket, without personal data; the agent's notes only when asked for."""
        return summary_text(self, words, notes=notes)

    # --- what happens -----------------------------------------------------------------------------

    def answer(self, digit: int) -> Call:
        """The call after this answer; 0 changes no weight but is remembered.

        Raises GuideError when there is no question, or no such answer.
        """
        question = self.question
        if question is None:
            raise GuideError("there is no question to answer")
        if not 0 <= digit <= len(question.answer):
            raise GuideError(f"{question.id} has no answer {digit}")
        return replace(self, steps=(*self.steps, Answered(question.id, digit, self.elapsed)), chosen=None)

    def ask(self, question: str) -> Call:
        """Ask this next, also after a conclusion. Raises GuideError when it is not to be asked now."""
        if self.stop is not None or not self._open(self.guide.questions.get(question)):
            raise GuideError(f"{question} is not to be asked now")
        return replace(self, chosen=question)

    def fix_failed(self, node: str) -> Call:
        """The fix of a cause was tried and did not help: go on with the others. Raises GuideError at a red stop."""
        if self.stop is not None or all(cause.node != node for cause in self.guide.causes):
            raise GuideError(f"{node} is no cause that can be tried now")
        return replace(self, steps=(*self.steps, FixFailed(node, self.elapsed)), chosen=None)

    def raise_stop(self, stop: str) -> Call:
        """End the questions: the caller said something that comes first. Raises GuideError for an unknown stop."""
        if stop not in self.guide.stops:
            raise GuideError(f"there is no stop {stop}")
        return replace(self, raised=stop, chosen=None)

    def undo(self, to: int | None = None) -> Call:
        """The call as it was after its first ``to`` steps (one step back when None). Notes stay.

        A stop that the agent raised is taken back first. Raises GuideError for a step that is not there.
        """
        if to is None and (self.raised is not None or self.chosen is not None):
            return replace(self, raised=None, chosen=None)
        to = len(self.steps) - 1 if to is None else to
        if not 0 <= to <= len(self.steps):
            raise GuideError(f"there is no step {to}")
        return replace(self, steps=self.steps[:to], chosen=None, raised=None)

    def note(self, text: str) -> Call:
        """Write something down."""
        return replace(self, notes=(*self.notes, Note(text, self.elapsed)))

    # --- inside -----------------------------------------------------------------------------------

    @cached_property
    def _weights(self) -> Weights:
        guide = self.guide
        weights = _times(guide.prior, measured_factors(guide, self.measured))
        if self.symptom is not None:
            weights = _times(weights, guide.factors(guide.symptoms[self.symptom].times))
        if self.code is not None and (known := guide.codes.get(folded(self.code))):
            weights = _times(weights, known)
        for step in self.steps:
            if isinstance(step, FixFailed):
                weights = _times(weights, guide.factors({step.node: guide.limits.fix_failed}))
            elif step.answer:
                weights = _times(weights, guide.likelihoods[step.question][step.answer - 1])
        return weights

    @cached_property
    def _asked(self) -> Mapping[str, int]:
        return {step.question: step.answer for step in self.steps if isinstance(step, Answered)}

    def _open(self, question: Question | None) -> bool:
        if question is None or question.id in self._asked or settles(self.measured, question):
            return False
        return all(self._asked.get(needed, 0) in (0, *answers) for needed, answers in question.needs.items())

    @cached_property
    def _ranked(self) -> tuple[tuple[float, Question], ...]:
        """Open questions with the bits that each is expected to bring, the most bits a second first."""
        weights = self._weights
        before = _entropy(weights)
        each = self.guide.limits.per_question
        found = []
        for question in self.guide.questions.values():
            if self._open(question):
                gain = before - _expected_entropy(weights, self.guide.likelihoods[question.id])
                found.append(((1 - question.unknown) * gain, question))
        return tuple(sorted(found, key=lambda pair: -pair[0] / (pair[1].seconds + each)))

    @cached_property
    def _hope(self) -> float:
        """How much likelier to be right than now the best single question is expected to make the first cause."""
        weights = self._weights
        best = 0.0
        for _, question in self._ranked:
            rows = self.guide.likelihoods[question.id]
            right = sum(max(w * likely for w, likely in zip(weights, row, strict=True)) for row in rows)
            best = max(best, (1 - question.unknown) * (right - max(weights)))
        return best

    @cached_property
    def _best(self) -> tuple[Question | None]:
        least = self.guide.limits.least_gain
        return (next((question for gain, question in self._ranked if gain >= least), None),)


def start(
    *,
    symptom: str | None = None,
    code: str | None = None,
    measured: Diagnosis | None = None,
    guide: Guide | None = None,
    clock: Clock = time.monotonic,
) -> Call:
    """Begin a call from what the caller says first: a symptom's id, a code or message read out, or neither.

    ``measured`` is what a report, a support code or this computer's own probes found. A code that is not known
    changes nothing. Raises GuideError for an unknown symptom, KnowledgeError when the tables are damaged.
    """
    guide = guide or load_guide()
    if symptom is not None and symptom not in guide.symptoms:
        raise GuideError(f"there is no symptom {symptom}")
    return Call(guide=guide, clock=clock, began=clock(), symptom=symptom, code=code, measured=measured)


def _times(weights: Weights, factors: Weights) -> Weights:
    product = [weight * factor for weight, factor in zip(weights, factors, strict=True)]
    total = sum(product)
    return tuple(value / total for value in product)


def _excluded(guide: Guide, factors: Weights) -> tuple[str, ...]:
    return tuple(c.node for c, f in zip(guide.causes, factors, strict=True) if f <= guide.limits.ruled_out)


def _entropy(weights: Weights) -> float:
    return -math.fsum(w * math.log2(w) for w in weights if w > 0)


def _expected_entropy(weights: Weights, rows: tuple[Weights, ...]) -> float:
    """Bits left after the answer, over the answers by their likelihood."""
    left = 0.0
    for row in rows:
        joint = [weight * likely for weight, likely in zip(weights, row, strict=True)]
        total = sum(joint)
        if total > 0:
            left += total * math.log2(total) - sum(w * math.log2(w) for w in joint if w > 0)
    return left
