"""A probe, and how probes are run: side by side, each within its limit, none able to stop the others.

Shape after fact sheet host-probes §6.2: a probe reads one group of facts and never decides.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from jpkidoctor.facts import Fact, FactStatus

T = TypeVar("T")

Clock = Callable[[], float]

NOT_APPLICABLE: Fact[Any] = Fact(status=FactStatus.NOT_APPLICABLE)
NOT_YET: Fact[Any] = Fact(status=FactStatus.UNKNOWN, note="not_yet")
"""It has a meaning on this OS, but no probe was built for it so far."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Reads one fact. ``limit`` is in seconds, counted from the moment all probes start."""

    name: str
    """Field of HostFacts that it fills."""
    look: Callable[[], Fact[Any]]
    limit: float = 1.0


def seen(value: T, source: str, note: str = "") -> Fact[T]:
    """A fact that was observed."""
    return Fact(status=FactStatus.OK, value=value, source=source, note=note)


def unseen(status: FactStatus, source: str, note: str = "") -> Fact[Any]:
    """A fact that could not be observed, and why."""
    return Fact(status=status, source=source, note=note)


def run_probes(probes: Sequence[Probe], total_limit: float, clock: Clock = time.perf_counter) -> dict[str, Fact[Any]]:
    """Run all probes at once and return the facts by name. Takes at most ``total_limit`` seconds; never raises.

    A probe that hangs gives TIMEOUT; its daemon thread is left behind, since Python cannot end a thread and a
    blocked read must not hold up the screen or the program's end. A probe that raises gives ERROR (DENIED for
    a PermissionError) with the exception's class name: its message may hold a path with a person's name.
    ``ms`` is wall time while the others run too.
    """
    begin = clock()
    answers = [_start(probe, clock) for probe in probes]
    facts: dict[str, Fact[Any]] = {}
    for probe, answer in zip(probes, answers, strict=True):
        limit = min(probe.limit, total_limit)
        try:
            facts[probe.name] = answer.get(timeout=max(0.0, begin + limit - clock()))
        except queue.Empty:
            facts[probe.name] = Fact(status=FactStatus.TIMEOUT, ms=limit * 1000)
    return facts


def _start(probe: Probe, clock: Clock) -> queue.SimpleQueue[Fact[Any]]:
    answer: queue.SimpleQueue[Fact[Any]] = queue.SimpleQueue()

    def work() -> None:
        answer.put(_look(probe, clock))

    try:
        threading.Thread(target=work, name=f"probe-{probe.name}", daemon=True).start()
    except RuntimeError as error:  # the system gives no more threads
        answer.put(Fact(status=FactStatus.ERROR, note=type(error).__name__))
    return answer


def _look(probe: Probe, clock: Clock) -> Fact[Any]:
    begin = clock()
    try:
        fact = probe.look()
    except PermissionError as error:
        fact = Fact(status=FactStatus.DENIED, note=type(error).__name__)
    except Exception as error:
        fact = Fact(status=FactStatus.ERROR, note=type(error).__name__)
    return msgspec.structs.replace(fact, ms=round((clock() - begin) * 1000, 2))
