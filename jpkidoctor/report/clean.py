"""Making facts and findings harmless to show: every string through ``safe_text``, every time with a zone."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from msgspec import Struct

from jpkidoctor.privacy import Privacy
from jpkidoctor.report.walk import map_struct
from jpkidoctor.safe_text import safe_text

S = TypeVar("S", bound=Struct)


def clean(struct: S) -> S:
    """A copy of facts, a diagnosis or a report in which no string can steer a terminal or a page.

    A time without a zone, which this program never writes, is taken as UTC, so that it can be compared.
    """
    return map_struct(struct, _clean_text, _with_zone)


def _clean_text(_place: str, _mark: Privacy | None, text: str) -> str:
    return safe_text(text)


def _with_zone(time: dt.datetime) -> dt.datetime:
    return time if time.tzinfo is not None else time.replace(tzinfo=dt.UTC)
