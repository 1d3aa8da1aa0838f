"""A limit of time and memory around reading what strangers made.

A small file can keep a parser busy for hours or make it ask for all memory there is. The parsers run in Python, so a
watching thread can raise in the thread that is stuck (``PyThreadState_SetAsyncExc``), on every system and without a
process for each file. A single call into C ends first; what those may unpack is bounded where they are called.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

TIME_S = 10.0
"""A PDF of 60 MB with a table of 400,000 objects takes three seconds."""
MEMORY = 1 << 30
"""Bytes by which the process may grow."""
_TICK_S = 0.25
_AGAIN_S = 1.0
"""An exception that a destructor swallowed is raised again after this."""


class LimitReachedError(BaseException):
    """Not an Exception: the parsers in between catch these by the dozen. ``value`` is the CONTAINER line's word."""

    value = "too_slow"


class TooMuchMemoryError(LimitReachedError):
    """The process grew beyond its limit."""

    value = "too_much_memory"


@dataclass(slots=True)
class _Work:
    thread: int
    ends: float
    memory: int
    base: int = -1
    """Bytes of the process at the first look; -1 before that."""
    raised: float = 0.0

    def reached(self, now: float) -> type[LimitReachedError] | None:
        if now > self.ends:
            return LimitReachedError
        grown = _resident()
        if self.base < 0:
            self.base = grown
        return TooMuchMemoryError if grown - self.base > self.memory else None


_lock = threading.Lock()
_works: dict[int, _Work] = {}
_watcher: threading.Thread | None = None


def within_limits(work: Callable[[], T], *, seconds: float | None = None, memory: int | None = None) -> T:
    """What ``work`` returns. Raises LimitReachedError, and what ``work`` raises. Nested, the outer limit holds."""
    thread = threading.get_ident()
    if thread in _works:
        return work()
    mine = _Work(thread, time.monotonic() + (TIME_S if seconds is None else seconds), memory or MEMORY)
    try:
        try:
            _enter(mine)
            return work()
        finally:
            _leave(mine)
    except LimitReachedError:
        _leave(mine)  # it may have been raised in the middle of leaving
        raise


@contextmanager
def not_counted() -> Iterator[None]:
    """Time that does not count: a file of any size that is hashed block by block."""
    mine = _works.get(threading.get_ident())
    if mine is None:
        yield
        return
    left = mine.ends - time.monotonic()
    mine.ends = float("inf")
    try:
        yield
    finally:
        mine.ends = time.monotonic() + left


def _enter(work: _Work) -> None:
    global _watcher
    with _lock:
        _works[work.thread] = work
        if _watcher is None:
            _watcher = threading.Thread(target=_watch, name="limits", daemon=True)
            _watcher.start()


def _leave(work: _Work) -> None:
    with _lock:
        _works.pop(work.thread, None)
        if work.raised:
            _raise_in(work.thread, None)  # one that has not arrived yet


def _watch() -> None:
    """Looks while there is work, and ends when for a while there was none."""
    global _watcher
    idle = 0
    while True:
        time.sleep(_TICK_S)
        with _lock:
            idle = 0 if _works else idle + 1
            if idle > 8:
                _watcher = None
                return
            now = time.monotonic()
            for work in _works.values():
                if now - work.raised > _AGAIN_S and (reason := work.reached(now)) is not None:
                    work.raised = now
                    _raise_in(work.thread, reason)


def _raise_in(thread: int, reason: type[LimitReachedError] | None) -> None:
    import ctypes

    raised = ctypes.py_object(reason) if reason is not None else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)


def _resident() -> int:
    import psutil

    resident: int = psutil.Process().memory_info().rss
    return resident
