"""How old an entry may get before somebody should look at it again, and which entries are unsure.

Nothing here asks the clock: ``today`` comes in as an argument.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct

from jpkidoctor.knowledge.library_types import HistoryEntry, Myth, Notice, Procedure, Room, Service, Term
from jpkidoctor.knowledge.product_types import ProductModel
from jpkidoctor.knowledge.types import (
    Application,
    CardModel,
    Confidence,
    Contact,
    ErrorCode,
    Node,
    Origin,
    PinModel,
    PinnedCa,
    Platform,
    ReaderModel,
    Sourced,
)
from jpkidoctor.knowledge.words import Words

# Months. Numbers and hours change with the fiscal year; environments with every tax season and browser release;
# what the card does changes only with a new card; what a page said in 2017 does not change at all.
SHELF_MONTHS: Mapping[type[Sourced], int] = MappingProxyType(
    {
        Contact: 6,
        Notice: 6,
        Service: 6,
        Platform: 6,
        Procedure: 12,
        ProductModel: 12,
        Node: 18,
        ReaderModel: 18,
        ErrorCode: 24,
        Room: 24,
        Myth: 24,
        PinModel: 24,
        HistoryEntry: 24,
        Term: 36,
        CardModel: 36,
        Application: 36,
        PinnedCa: 36,
    }
)
_OTHER_MONTHS = 12
_LOW: frozenset[Confidence] = frozenset({"C", "K"})


class Listed(Struct, frozen=True):
    """One entry in the list of ``jpkidoctor knowledge status``."""

    entry: str
    """``contact:free_dial``."""
    checked: dt.date
    stale_from: dt.date
    confidence: Confidence
    origin: Origin
    sources: tuple[str, ...]


class Status(Struct, frozen=True):
    """The state of the whole base on one day."""

    today: dt.date
    entries: int
    organisation: int
    """Entries of the organisation among them."""
    by_confidence: dict[str, int]
    stale: tuple[Listed, ...]
    """Oldest first."""
    low_confidence: tuple[Listed, ...]


def shelf_months(entry: Sourced) -> int:
    """After how many months the entry should be looked at again: its own number, else its table's."""
    return entry.shelf_months if entry.shelf_months is not None else SHELF_MONTHS.get(type(entry), _OTHER_MONTHS)


def stale_from(entry: Sourced) -> dt.date:
    """The first day on which the entry is stale. At the end of the calendar it is the last day there is."""
    month = entry.checked.month - 1 + shelf_months(entry)
    year, month = entry.checked.year + month // 12, month % 12 + 1
    if year > dt.MAXYEAR:
        return dt.date.max
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, min(entry.checked.day, last))


def is_stale(entry: Sourced, today: dt.date) -> bool:
    """True from the day on which the entry's shelf life is over."""
    return today >= stale_from(entry)


def is_unsure(entry: Sourced) -> bool:
    """True for what one blog or general knowledge says (C, K)."""
    return entry.confidence in _LOW


def mark(entry: Sourced, today: dt.date, words: Words) -> str:
    """What to show beside an entry: the day it was last checked when stale, how sure it is when unsure, and
    that it is the organisation's own. Empty for a fresh, sure, shipped entry.
    """
    parts = []
    if entry.origin == "organisation":
        parts.append(words.text("knowledge.origin.organisation"))
    if is_stale(entry, today):
        parts.append(words.text("knowledge.last_checked", date=entry.checked.isoformat()))
    if is_unsure(entry):
        parts.append(words.text(f"knowledge.confidence.{entry.confidence}"))
    return words.text("knowledge.mark.between").join(parts)


def status(entries: Iterable[tuple[str, Sourced]], today: dt.date) -> Status:
    """Judge all entries (reference and entry, as ``library.all_entries`` gives them) on one day."""
    listed = [(entry, _listed(name, entry)) for name, entry in entries]
    counts = dict.fromkeys(("A", "B", "C", "K"), 0)
    for entry, _ in listed:
        counts[entry.confidence] += 1
    stale = [row for entry, row in listed if is_stale(entry, today)]
    return Status(
        today=today,
        entries=len(listed),
        organisation=sum(entry.origin == "organisation" for entry, _ in listed),
        by_confidence=counts,
        stale=tuple(sorted(stale, key=lambda row: (row.checked, row.entry))),
        low_confidence=tuple(row for entry, row in listed if is_unsure(entry)),
    )


def _listed(name: str, entry: Sourced) -> Listed:
    return Listed(name, entry.checked, stale_from(entry), entry.confidence, entry.origin, entry.sources)
