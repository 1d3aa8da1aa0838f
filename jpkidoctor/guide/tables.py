"""Reads the tables of the guide, checks that every reference resolves, and turns factors into likelihoods."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from jpkidoctor.guide.types import (
    Answer,
    Cause,
    CausesFile,
    Code,
    Factors,
    Limits,
    Question,
    QuestionsFile,
    Stop,
    StopsFile,
    Symptom,
    SymptomsFile,
)
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.known import Known, load_known
from jpkidoctor.knowledge.load import KnowledgeError, data_directory, read_table
from jpkidoctor.knowledge.overlay import read_entries

Weights = tuple[float, ...]
"""One number a cause, in the order of ``Guide.causes``."""


@dataclass(frozen=True)
class Guide:
    """The tables, ready for asking. Shared by all calls."""

    causes: tuple[Cause, ...]
    prior: Weights
    """Base rates, summing to 1."""
    questions: Mapping[str, Question]
    likelihoods: Mapping[str, tuple[Weights, ...]]
    """Question id to one row an answer: how likely each cause makes that answer."""
    symptoms: Mapping[str, Symptom]
    codes: Mapping[str, Weights]
    """Folded code or message to the factors of the causes."""
    stops: Mapping[str, Stop]
    limits: Limits

    def cause(self, node: str) -> Cause:
        """The cause at a node. Raises KeyError for a node that is no cause."""
        for cause in self.causes:
            if cause.node == node:
                return cause
        raise KeyError(node)

    def factors(self, times: Mapping[str, float]) -> Weights:
        """One factor a cause: its node's, else its step's, else 1."""
        return tuple(times.get(c.node, times.get(c.node[0], 1.0)) for c in self.causes)

    def named(self, targets: Iterable[str]) -> frozenset[str]:
        """The nodes of the causes that some targets (nodes or step letters) mean."""
        wanted = frozenset(targets)
        return frozenset(c.node for c in self.causes if c.node in wanted or c.node[0] in wanted)


def folded(code: str) -> str:
    """Codes are typed in full width, in any case, with and without quotation marks and spaces."""
    text = unicodedata.normalize("NFKC", code).casefold()
    return "".join(ch for ch in text if ch.isalnum())


def load_guide(directory: Path | None = None) -> Guide:
    """The guide of ``directory``, or the shipped one (read once) with an organisation's tables and codes over it.

    Raises KnowledgeError for a table of the wrong shape, an id that stands twice, and a reference to nothing.
    """
    return _shipped(load_known()) if directory is None else _read(directory, load_known(directory))


@functools.lru_cache(maxsize=4)
def _shipped(known: Known) -> Guide:
    return _read(data_directory(), known)


def _read(directory: Path, known: Known) -> Guide:
    here = directory / "guide"
    directories = (directory,) if known.overlay is None else (directory, known.overlay)
    by_id, by_node, by_code = attrgetter("id"), attrgetter("node"), attrgetter("codes")
    causes = read_entries(directories, "guide/causes.toml", CausesFile, attrgetter("cause"), by_node)
    said = read_entries(directories, "guide/symptoms.toml", SymptomsFile, attrgetter("symptom"), by_id)
    codes = read_entries(directories, "guide/symptoms.toml", SymptomsFile, attrgetter("code"), by_code)
    red = read_entries(directories, "guide/stops.toml", StopsFile, attrgetter("stop"), by_id)
    asked = read_entries(directories, "guide/questions-*.toml", QuestionsFile, attrgetter("question"), by_id)
    questions = {question.id: question for question in asked}
    limits = read_table(here / "limits.toml", Limits)
    total = sum(cause.weight for cause in causes)
    guide = Guide(
        causes=causes,
        prior=tuple(cause.weight / total for cause in causes),
        questions=questions,
        likelihoods={q.id: _likelihoods(q, causes, limits.ruled_out) for q in questions.values()},
        symptoms={symptom.id: symptom for symptom in said},
        codes=_codes(known, codes, causes, limits),
        stops={stop.id: stop for stop in red},
        limits=limits,
    )
    for problem in _problems(guide, codes, directory, known):
        raise KnowledgeError(here, problem)
    return guide


def factor_of(answer: Answer, cause: Cause, ruled_out: float) -> float:
    """How much an answer is more likely under a cause than its share; a node's own number wins over its step's."""
    node, step = cause.node, cause.node[0]
    if node in answer.rules_out:
        return ruled_out
    if node in answer.times:
        return answer.times[node]
    return ruled_out if step in answer.rules_out else answer.times.get(step, 1.0)


def _likelihoods(question: Question, causes: Sequence[Cause], ruled_out: float) -> tuple[Weights, ...]:
    """Rows sum to 1 over the answers of one cause, so weights are probabilities and no answer helps itself."""
    raw = [[answer.share * factor_of(answer, cause, ruled_out) for cause in causes] for answer in question.answer]
    sums = [sum(row[i] for row in raw) for i in range(len(causes))]
    return tuple(tuple(value / sums[i] for i, value in enumerate(row)) for row in raw)


def _codes(known: Known, codes: Sequence[Code], causes: Sequence[Cause], limits: Limits) -> dict[str, Weights]:
    found: dict[str, Weights] = {}
    for error in known.errors:
        times = dict.fromkeys(error.nodes[1:], limits.code_other)
        times |= dict.fromkeys(error.nodes[:1], limits.code_first)
        found.setdefault(folded(error.code), _spread(times, causes))
    for code in codes:
        for text in code.codes:
            found[folded(text)] = _spread(code.times, causes)
    return found


def _spread(times: Factors, causes: Sequence[Cause]) -> Weights:
    return tuple(times.get(c.node, times.get(c.node[0], 1.0)) for c in causes)


def _problems(guide: Guide, codes: Sequence[Code], directory: Path, known: Known) -> Iterable[str]:
    """Everything that the types cannot say."""
    nodes = load_flow(directory).nodes
    causes = {cause.node for cause in guide.causes}
    targets = causes | {node[0] for node in causes}
    for cause in guide.causes:
        if not causes <= nodes.keys() or any(node not in nodes for node in cause.fix):
            yield f"cause {cause.node}: no such node"
        if cause.weight <= 0:
            yield f"cause {cause.node}: a weight is more than 0"
        yield from (f"cause {cause.node}: no source {s}" for s in cause.sources if s not in known.sources)
    for question in guide.questions.values():
        yield from _question_problems(question, guide, targets)
        if question.node not in nodes or any(node not in nodes for node in question.settled_by or ()):
            yield f"question {question.id}: no such node"
    for symptom in guide.symptoms.values():
        yield from (f"symptom {symptom.id}: no cause {t}" for t in symptom.times if t not in targets)
        if symptom.stop and symptom.stop not in guide.stops:
            yield f"symptom {symptom.id}: no stop {symptom.stop}"
    for code in codes:
        yield from (f"code {code.codes[0]}: no cause {t}" for t in code.times if t not in targets)
    for stop in guide.stops.values():
        if stop.node not in nodes or any(known.contact(contact) is None for contact in stop.contacts):
            yield f"stop {stop.id}: no such node or contact"


def _question_problems(question: Question, guide: Guide, targets: set[str]) -> Iterable[str]:
    name = f"question {question.id}"
    if not 2 <= len(question.answer) <= 3:
        yield f"{name}: two or three answers"
    if abs(sum(answer.share for answer in question.answer) - 1) > 1e-6:
        yield f"{name}: the shares do not sum to 1"
    for answer in question.answer:
        if answer.share <= 0 or any(factor <= 0 for factor in answer.times.values()):
            yield f"{name}: shares and factors are more than 0"
        yield from (f"{name}: no cause {t}" for t in (*answer.times, *answer.rules_out) if t not in targets)
        if answer.stop and answer.stop not in guide.stops:
            yield f"{name}: no stop {answer.stop}"
    for needed, answers in question.needs.items():
        asked = guide.questions.get(needed)
        if asked is None or any(not 1 <= answer <= len(asked.answer) for answer in answers):
            yield f"{name}: needs an answer that is not there"
