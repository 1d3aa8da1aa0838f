"""Everything a screen may show at one moment, as one frozen value. Screens are functions of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jpkidoctor.card.trace import TraceEntry
from jpkidoctor.diagnosis import Diagnosis, Finding
from jpkidoctor.facts import Facts, ReaderFacts
from jpkidoctor.knowledge.flow import Flow
from jpkidoctor.knowledge.known import Known
from jpkidoctor.knowledge.words import Words
from jpkidoctor.live import Event
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.ports import SavedVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """``now`` carries the time zone in which times are shown; ``busy`` is a message id, empty at rest."""

    words: Words
    flow: Flow
    known: Known
    now: dt.datetime
    facts: Facts | None = None
    diagnosis: Diagnosis | None = None
    first: tuple[Facts, Diagnosis] | None = None
    """The first whole examination of this session, to compare the present one with."""
    earlier: tuple[Facts, Diagnosis] | None = None
    """The last examination of an earlier run on this computer."""
    busy: str = ""
    busy_seconds: int = 0
    looking: tuple[str, ...] = ()
    """Fields of HostFacts that are slow to see and still being looked at."""
    cancelled: bool = False
    events: tuple[Event, ...] = ()
    trace: tuple[TraceEntry, ...] = ()
    notice: str = ""
    """A sentence about the last key (a file was saved), already in the person's language."""
    support_code: str = ""
    practice: bool = False
    scenario: str = ""
    """Title of the practice case, empty when none was chosen."""
    saved: SavedVerdict | None = None
    ascii: bool = False
    large: bool = False

    @property
    def readers(self) -> tuple[ReaderFacts, ...]:
        return (self.facts.pcsc.readers.value or ()) if self.facts else ()

    @property
    def examined_reader(self) -> ReaderFacts | None:
        return self.facts.pcsc.examined_reader if self.facts else None

    def finding(self, node: str) -> Finding | None:
        """The finding of a node, None when it is not in the diagnosis."""
        if self.diagnosis is None:
            return None
        return next((f for f in self.diagnosis.findings if f.id == node), None)

    def say(self, key: str, /, **params: str | int) -> str:
        """A message of ``screen.toml``. Texts among the parameters are made harmless first."""
        return self.words.text(key, **{k: safe_text(v) if isinstance(v, str) else v for k, v in params.items()})

    def time(self, at: dt.datetime) -> str:
        """``10:42:03`` in the zone of the clock."""
        return at.astimezone(self.now.tzinfo).strftime("%H:%M:%S")
