"""One observation, and the base of every group of facts."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from jpkidoctor.privacy import Public

T = TypeVar("T")


class FactStatus(StrEnum):
    """Whether a thing could be observed. Only ``ok`` carries a value."""

    OK = "ok"
    ABSENT = "absent"
    """Looked, and it is not there."""
    DENIED = "denied"
    """The operating system or the card refused to answer."""
    TIMEOUT = "timeout"
    ERROR = "error"
    """The probe failed in some other way; the note says how."""
    NOT_APPLICABLE = "not_applicable"
    """Has no meaning here (a Windows service on Linux)."""
    UNKNOWN = "unknown"
    """Not looked at, or not yet."""


class Fact(Struct, Generic[T], frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One observation. ``note`` is a short machine word or code (``pending``, ``sw=6982``), never free text."""

    status: FactStatus = FactStatus.UNKNOWN
    value: T | None = None
    source: Public = ""
    ms: float = 0.0
    note: Public = ""

    @property
    def known(self) -> bool:
        """True when the value was observed."""
        return self.status is FactStatus.OK and self.value is not None


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every group of facts: frozen, and strict when read back."""
