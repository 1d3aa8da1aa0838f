"""The clock of this computer, for all systems. Nothing is asked of the network here.

A clock that stands before the day this program's tables were looked at is wrong for certain (host-probes §3.5).
"""

from __future__ import annotations

import datetime as dt

from jpkidoctor.facts import Clock, Fact
from jpkidoctor.host.probe import seen
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.safe_text import safe_text


def built_at() -> dt.datetime | None:
    """The newest day of this program's tables, as 0:00 UTC; None when they cannot be read. Never raises."""
    try:
        day = load_known().as_of
    except KnowledgeError:
        return None
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def clock_fact(zone: str, source: str, utc: dt.datetime) -> Fact[Clock]:
    """What the clock says. ``zone`` is the system's own name of the time zone, ``""`` when not told."""
    return seen(Clock(utc=utc, zone=safe_text(zone, 60), built_at=built_at()), source)
