"""What can be found, and what finding it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jpkidoctor.knowledge.types import Text

Kind = Literal[
    "node",
    "code",
    "procedure",
    "service",
    "pin",
    "contact",
    "reader",
    "card",
    "term",
    "myth",
    "platform",
    "history",
]
"""Of two equally good hits the kind that stands first here is given first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found."""

    kind: Kind
    id: str
    """Id within its kind; of a code the code itself."""
    title: Text
    nodes: tuple[str, ...] = ()
    """Nodes of the flow it leads to."""
    keys: tuple[str, ...] = ()
    """Codes that mean this entry and nothing else: ``C-03``, ``0x8010001D``, ``054C:0DC9``."""
    names: tuple[str, ...] = ()
    """What else it is called: models, titles of variants, words that callers use."""
    lines: tuple[Text, ...] = ()
    """Its sentences, the one that says what it means first."""


@dataclass(frozen=True, slots=True)
class Result:
    """One hit. ``score`` orders the hits of one query (0 to 150) and says nothing across queries."""

    kind: Kind
    id: str
    title: str
    nodes: tuple[str, ...]
    score: float
    snippet: str
    """The sentence of the entry that fits the query best, in the language asked for."""
