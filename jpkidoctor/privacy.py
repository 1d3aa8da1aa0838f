"""How private a string is, written into its type.

Every string of a fact carries one of these marks, so that a report hides by type and not by guess.
Secrets (PINs) have no mark here on purpose: no fact, finding or report has a field that could hold one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta


class Privacy(StrEnum):
    """Who may read a value, from everybody to the person alone."""

    PUBLIC = "public"
    """True of thousands of people or computers: an OS version, a reader model, a status word."""
    DEVICE = "device"
    """Names one machine: a PC/SC reader name (may hold a USB serial number), a device path."""
    PERSONAL = "personal"
    """Names one person: a certificate's serial number or subject, a card number."""


def _mark(privacy: Privacy) -> Meta:
    return Meta(extra={"privacy": privacy.value}, extra_json_schema={"x-privacy": privacy.value})


Public = Annotated[str, _mark(Privacy.PUBLIC)]
Device = Annotated[str, _mark(Privacy.DEVICE)]
Personal = Annotated[str, _mark(Privacy.PERSONAL)]
