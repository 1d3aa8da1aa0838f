"""What happens in a call, one after the other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answered:
    """A question was answered. ``at`` is in seconds since the call began."""

    question: str
    answer: int
    at: float


@dataclass(frozen=True)
class FixFailed:
    """What is to be done about a cause was done and did not help."""

    node: str
    at: float


@dataclass(frozen=True)
class Note:
    """What the agent wrote down."""

    text: str
    at: float
