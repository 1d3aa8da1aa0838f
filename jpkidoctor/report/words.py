"""What a report asks of the knowledge: the face of ``knowledge.words.Words`` and ``knowledge.known.Known``.

The report takes them as arguments, so it can be tested with a few sentences and never loads a table itself.
"""

from __future__ import annotations

from typing import Protocol

from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import OsFamily, PinId
from jpkidoctor.knowledge.types import Lang, PinModel, Who


class ReportWords(Protocol):
    """All sentences in one language."""

    @property
    def lang(self) -> Lang:
        """The language they are in."""

    def text(self, key: str, /, **params: str | int) -> str:
        """A sentence of the catalogue with its blanks filled."""

    def evidence(self, evidence: Evidence, /) -> str:
        """One piece of evidence as a sentence."""

    def title(self, finding: Finding, /) -> str:
        """The fault in a few words."""

    def meaning(self, finding: Finding, /) -> str:
        """What the fault means."""

    def ok(self, node: str, /) -> str:
        """The healthy state of a node in one sentence."""

    def steps(self, node: str, variant: str, os: OsFamily, /) -> tuple[str, ...]:
        """What to do, one action each, for this operating system."""

    def who(self, node: str, variant: str, /) -> tuple[Who, ...]:
        """Who can do it."""

    def who_text(self, who: tuple[Who, ...], /) -> str:
        """All of them in words, joined."""

    def step_title(self, step: str, /) -> str:
        """Title of a layer of the flow (``B``)."""


class PinTable(Protocol):
    """Titles and try counts of the card's PINs."""

    def pin(self, pin: PinId, /) -> PinModel | None:
        """The table's entry for one PIN."""
