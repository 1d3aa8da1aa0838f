"""A look at the computer: who is told of what as it comes, and how it is given up, as a whole or one fact at a time.

Most facts are there at once. A few start a program or read many files (PowerShell, system_profiler, browsers);
the first picture does not wait for those, and they come late (host-probes §6.6).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from jpkidoctor.facts import Fact, FactStatus, HostFacts

PENDING: Fact[Any] = Fact(FactStatus.UNKNOWN, note="pending")
"""It is being looked at now."""
CANCELLED: Fact[Any] = Fact(FactStatus.UNKNOWN, note="cancelled")
"""A person did not want to wait for it."""

NewFacts = Mapping[str, Fact[Any]]
"""Fields of HostFacts that have just become known, by name."""


def _nobody(facts: NewFacts) -> None:
    """Who looks once waits for the end."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the computer, seen from the one who asked for it."""

    tell: Callable[[NewFacts], None] = _nobody
    """Called on the looking thread: first with every quick fact, the late ones ``pending``, then with each late one."""
    given_up: threading.Event = field(default_factory=threading.Event)
    """Set it, and the late facts that are still missing become ``cancelled`` at once."""
    late: bool = True
    """False leaves out the slow probes; their facts are then not told at all."""
    _not_awaited: set[str] = field(default_factory=set)

    def give_up_one(self, name: str) -> None:
        """Wait no longer for one late fact: it becomes ``cancelled``, the others still come. On any thread."""
        self._not_awaited.add(name)

    def awaits(self, name: str) -> bool:
        """Whether somebody still waits for this late fact."""
        return name not in self._not_awaited and not self.given_up.is_set()


def still_looking(host: HostFacts) -> tuple[str, ...]:
    """Names of the facts that are being looked at now, in the order of HostFacts."""
    return tuple(name for name in HostFacts.__struct_fields__ if getattr(host, name).note == PENDING.note)


def settled(host: HostFacts, instead: Fact[Any] = CANCELLED) -> HostFacts:
    """The same facts when nobody looks any more: what was pending gets another answer."""
    return msgspec.structs.replace(host, **dict.fromkeys(still_looking(host), instead))
