"""Proxy and clock of macOS and Linux (host-probes.md §3.5). A proxy's address is looked at and not kept."""

from __future__ import annotations

import datetime as dt
import time

from jpkidoctor.facts import Clock, Fact
from jpkidoctor.host.clock import clock_fact


def look_at_clock(utc: dt.datetime | None = None, zone: str | None = None) -> Fact[Clock]:
    """What the clock says now."""
    return clock_fact(time.tzname[0] if zone is None else zone, "time", utc or dt.datetime.now(dt.UTC))
