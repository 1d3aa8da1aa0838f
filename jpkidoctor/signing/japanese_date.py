"""Dates as people in Japan read them: Japanese time, and years by era."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

JST = dt.timezone(dt.timedelta(hours=9), "JST")


class Era(NamedTuple):
    """One era: the digit certificates use for it (sign-verify.md §1.2), its name and its first day."""

    digit: str
    name: str
    first: dt.date
    shares_first_day: bool
    """Its first day is the last day of the era before as well (1912-07-30, 1926-12-25)."""


ERAS = (
    Era("1", "明治", dt.date(1868, 1, 25), False),
    Era("2", "大正", dt.date(1912, 7, 30), True),
    Era("3", "昭和", dt.date(1926, 12, 25), True),
    Era("4", "平成", dt.date(1989, 1, 8), False),
    Era("5", "令和", dt.date(2019, 5, 1), False),
)


def era_of(day: dt.date) -> Era | None:
    """The era of a day; of a day that two eras share, the later one. None before 明治."""
    return next((era for era in reversed(ERAS) if day >= era.first), None)


def in_era(day: dt.date, era: Era) -> bool:
    """Whether the day can be written in this era, shared days included."""
    number = ERAS.index(era)
    if day < era.first or number + 1 == len(ERAS):
        return day >= era.first
    following = ERAS[number + 1]
    return day < following.first or (following.shares_first_day and day == following.first)


def year_in_era(day: dt.date, era: Era) -> str:
    """``令和8年``, the first year as ``令和元年``."""
    year = day.year - era.first.year + 1
    return f"{era.name}{'元' if year == 1 else year}年"


def era_date(day: dt.date, era: Era | None = None) -> str:
    """``令和8年11月23日``. Days before 明治 are given by the Gregorian year."""
    era = era or era_of(day)
    year = f"{day.year}年" if era is None else year_in_era(day, era)
    return f"{year}{day.month}月{day.day}日"


def japanese_day(moment: dt.datetime) -> dt.date:
    """The day in Japan of a moment with tzinfo. Near the ends of the calendar, the day as it stands."""
    try:
        return moment.astimezone(JST).date()
    except OverflowError:
        return moment.date()
