"""Shapes of the tables in ``knowledge/guide/``. Unknown keys are refused.

Everything that moves a weight names *targets*: ids of nodes (``C-03``) or letters of steps (``C``). A node's own
number wins over that of its step.
"""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from jpkidoctor.knowledge.types import Confidence, Text

Factors = dict[str, float]
"""Target to the factor that its weight is multiplied with, before normalising."""


class _Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Answer(_Row, frozen=True, kw_only=True):
    """One of at most three answers, with what it says about the causes."""

    ja: str
    en: str
    share: float
    """How often callers answer this whose trouble has nothing to do with the question. The shares sum to 1."""
    times: Factors = {}
    """How much more often it is answered when this is the cause."""
    rules_out: tuple[str, ...] = ()
    """Targets that this answer all but excludes; not wholly, because callers err."""
    stop: str = ""
    """Id of the red stop that this answer is."""

    @property
    def text(self) -> Text:
        return Text(self.ja, self.en)


class Question(_Row, frozen=True, kw_only=True):
    """One thing the agent asks. Never a PIN."""

    id: str
    node: str
    """The node it belongs to; of step A when it is a general one."""
    say: Text
    seconds: float
    """What it costs the caller: hearing it, looking, and answering. An estimate."""
    unknown: float = 0.1
    """Share of callers who cannot answer. An estimate."""
    answer: tuple[Answer, ...]
    needs: dict[str, tuple[int, ...]] = {}
    """Question id to the answers that leave this one sensible; not asked when another answer was given."""
    settled_by: tuple[str, ...] | None = None
    """Nodes whose findings make it needless; None takes its own node, empty is never."""


class QuestionsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``guide/questions-*.toml``."""

    checked: dt.date
    confidence: Confidence
    estimate: bool
    """Shares, factors and seconds are estimates of this project, not counts."""
    question: tuple[Question, ...]


class Cause(_Row, frozen=True, kw_only=True):
    """A node that can be what is wrong, and how often it is, relative to the others."""

    node: str
    weight: float
    fix: tuple[str, ...] = ()
    """Nodes whose steps are read out at the end; empty takes its own."""
    estimate: bool = True
    confidence: Confidence = "K"
    sources: tuple[str, ...] = ()
    """Why it is thought frequent or rare; ids of ``sources.toml``."""


class CausesFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``guide/causes.toml``."""

    checked: dt.date
    cause: tuple[Cause, ...]


class Symptom(_Row, frozen=True, kw_only=True):
    """What the caller says first."""

    id: str
    text: Text
    times: Factors = {}
    stop: str = ""
    """Id of the red stop that this is."""


class Code(_Row, frozen=True, kw_only=True):
    """Codes that say more than the nodes named in ``errors.toml``."""

    codes: tuple[str, ...]
    times: Factors


class SymptomsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``guide/symptoms.toml``."""

    checked: dt.date
    confidence: Confidence
    estimate: bool
    symptom: tuple[Symptom, ...]
    code: tuple[Code, ...] = ()


class Stop(_Row, frozen=True, kw_only=True):
    """A red stop: the questions end, and this is said and done first."""

    id: str
    node: str
    title: Text
    say: Text
    """What the agent says to the caller."""
    steps: tuple[Text, ...]
    """What is to be done, one action each."""
    contacts: tuple[str, ...] = ()
    """Ids of ``contacts.toml``, the first to call first."""


class StopsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``guide/stops.toml``."""

    checked: dt.date
    sources: tuple[str, ...]
    stop: tuple[Stop, ...]


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``guide/limits.toml``: when enough was asked. Probabilities are 0 to 1."""

    sure: float
    """A cause of at least this weight is the conclusion."""
    leading: float
    """One of at least this weight is it too, when no single question is likely to name another."""
    least_hope: float
    """Below this much more chance of being right, a question is not likely to name another cause."""
    least_gain: float
    """Bits that the best question must be expected to bring; below, nothing more is worth asking."""
    per_question: float
    """Seconds that every question costs beside its own: saying it again, thinking, pressing a key."""
    fewest_questions: int
    """Before so many nothing is concluded, so that one mistake does not decide; a measured call needs none."""
    most_questions: int
    """After so many the best few causes are the conclusion."""
    few: int
    """How many causes an unsure conclusion names at most."""
    worth_naming: float
    """And the least weight of one of them, beside the first."""
    ruled_out: float
    """Factor of a cause that an answer or a finding rules out."""
    fix_failed: float
    """Factor of a cause whose fix was tried and did not help."""
    code_first: float
    """Factor of the first node that ``errors.toml`` names for a code."""
    code_other: float
    """Factor of its other nodes."""
    first_cause: float
    """Factor of the first cause that an examination measured."""
    failed: float
    """Factor of another failed finding."""
    follows: float
    """Factor of a failed finding that a deeper one explains."""
    attention: float
    """Factor of a finding that needs attention."""
    all_well: float
    """Factor of L-01 when everything that was measured is well; its inverse when something failed."""
