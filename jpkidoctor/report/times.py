"""Times as a report prints them: Japan standard time, whatever the computer's clock is set to."""

from __future__ import annotations

import datetime as dt

JST = dt.timezone(dt.timedelta(hours=9), "JST")
"""Japan has no daylight saving time, so a fixed offset is exact and needs no time zone data."""


def local_time(time: dt.datetime) -> str:
    """``2026-11-23 10:42 JST``. Certificates may hold the year 9999, which has no next day: then UTC."""
    try:
        return f"{time.astimezone(JST):%Y-%m-%d %H:%M} JST"
    except OverflowError:
        return time.strftime("%Y-%m-%d %H:%M UTC")


def local_date(time: dt.datetime) -> str:
    """``2026-11-23`` in Japan."""
    return local_time(time)[:10]
