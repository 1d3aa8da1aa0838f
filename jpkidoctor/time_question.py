"""Asks a time server because a person wants to know whether the clock is right, and keeps what it said."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

import msgspec

from jpkidoctor.facts import HostFacts
from jpkidoctor.world import TIME_SERVER, World

_EVEN_S = 1.0
_UNITS = (("days", 172_800, 86_400), ("hours", 7200, 3600), ("minutes", 120, 60))
"""Unit, from how many seconds on it is used, and its seconds."""


class Say(Protocol):
    """Tells an event of the strip, with what fills its blanks."""

    def __call__(self, key: str, **params: str | int) -> None: ...


class TimeQuestion:
    """One question at a time, on a thread of its own. Its methods are called on one thread, that of the coordinator;
    ``post`` puts a call into that thread's queue, ``changed`` is called there when the answer has come.
    """

    def __init__(
        self, world: World, post: Callable[[Callable[[], None]], None], say: Say, changed: Callable[[], None]
    ) -> None:
        self._world = world
        self._post = post
        self._say = say
        self._changed = changed
        self._asking = False
        self._ahead: float | None = None
        """Seconds that the clock was ahead; None: not asked."""

    def ask(self) -> None:
        """Ask, unless a question is on its way."""
        if self._asking:
            return
        self._asking = True
        self._say("event.time_asked", server=TIME_SERVER)

        def work() -> None:
            self._post(partial(self._hear, self._world.ask_time(TIME_SERVER)))

        threading.Thread(target=work, name="time", daemon=True).start()
        self._changed()

    def forget(self) -> None:
        """The clock may have been set meanwhile."""
        self._ahead = None

    def fill(self, host: HostFacts) -> HostFacts:
        """The same facts, with what the server said of the clock."""
        clock = host.clock.value
        if clock is None or self._ahead is None:
            return host
        compared = msgspec.structs.replace(clock, server_offset_s=self._ahead)
        return msgspec.structs.replace(host, clock=msgspec.structs.replace(host.clock, value=compared))

    def _hear(self, answer: float | str) -> None:
        self._asking = False
        if isinstance(answer, str):
            self._say(f"event.time_failed.{answer}")
        else:
            self._ahead = round(answer, 3)
            key, number = how_far(answer)
            self._say(key, number=number)
        self._changed()


def how_far(ahead: float) -> tuple[str, int]:
    """The event for a clock that is so many seconds ahead, and the number in its unit."""
    size = abs(ahead)
    if size < _EVEN_S:
        return "event.time_even", 0
    unit, seconds = next(((name, per) for name, least, per in _UNITS if size >= least), ("seconds", 1))
    return f"event.time_{'ahead' if ahead > 0 else 'behind'}.{unit}", round(size / seconds)
