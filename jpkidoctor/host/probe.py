"""A probe, and how probes are run: side by side, each within its limit, none able to stop the others.

Shape after fact sheet host-probes §6.2: a probe reads one group of facts and never decides. Quick probes run first;
the slow ones begin when those are done, so that they take nothing from the first picture.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from jpkidoctor.facts import Fact, FactStatus
from jpkidoctor.host.wanted import wanted_while
from jpkidoctor.look import CANCELLED, PENDING, Look

T = TypeVar("T")

Clock = Callable[[], float]

NOT_APPLICABLE: Fact[Any] = Fact(status=FactStatus.NOT_APPLICABLE)
PARTLY_CLOSED = "partly_closed"
"""Note of a fact that was seen, while something that could have added to it is closed to us."""
NOT_YET: Fact[Any] = Fact(status=FactStatus.UNKNOWN, note="not_yet")
"""It has a meaning on this OS, but no probe was built for it so far."""


LATE_LIMIT = 10.0
"""Seconds that a slow probe may take (host-probes §6.6)."""
_GIVEN_UP_SEEN_S = 0.1
"""How soon it is noticed that a person gave up."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Reads one fact. ``limit`` is in seconds, counted from the moment all probes of its kind start."""

    name: str
    """Field of HostFacts that it fills."""
    look: Callable[[], Fact[Any]]
    limit: float = 1.0
    slow: bool = False
    """It starts a program or reads many files: the first picture does not wait for it. Give it a limit of its own,
    at most ``LATE_LIMIT``."""


def seen(value: T, source: str, note: str = "") -> Fact[T]:
    """A fact that was observed."""
    return Fact(status=FactStatus.OK, value=value, source=source, note=note)


def unseen(status: FactStatus, source: str, note: str = "") -> Fact[Any]:
    """A fact that could not be observed, and why."""
    return Fact(status=status, source=source, note=note)


def run_probes(
    probes: Sequence[Probe], total_limit: float, clock: Clock = time.perf_counter, look: Look | None = None
) -> dict[str, Fact[Any]]:
    """Run all probes and return the facts by name; ``look`` is told of them as they come. Never raises.

    The quick ones take at most ``total_limit`` seconds together, the slow ones after them at most ``LATE_LIMIT``.
    A probe that hangs gives TIMEOUT; its daemon thread is left behind, since Python cannot end a thread and a
    blocked read must not hold up the screen or the program's end. A probe that raises gives ERROR (DENIED for
    a PermissionError) with the exception's class name: its message may hold a path with a person's name.
    ``ms`` is wall time while the others run too.
    """
    look = look or Look()
    quick = [probe for probe in probes if not probe.slow]
    late = [probe for probe in probes if probe.slow] if look.late else []
    facts = dict(_answers(quick, total_limit, clock, Look()))
    facts |= {probe.name: PENDING for probe in late}
    look.tell(dict(facts))
    for name, fact in _answers(late, LATE_LIMIT, clock, look):
        facts[name] = fact
        look.tell({name: fact})
    return facts


def _answers(probes: Sequence[Probe], total_limit: float, clock: Clock, look: Look) -> Iterator[tuple[str, Fact[Any]]]:
    """Start probes side by side; give each one's fact as it comes, TIMEOUT at its limit, or CANCELLED when nobody waits
    for it any more.
    """
    answers: queue.SimpleQueue[tuple[str, Fact[Any]]] = queue.SimpleQueue()
    begin = clock()
    limits = {probe.name: min(probe.limit, total_limit) for probe in probes}
    for probe in probes:
        _start(probe, clock, answers, look)
    while limits:
        for name in [name for name in limits if not look.awaits(name)]:
            del limits[name]
            yield name, CANCELLED
        if not limits:
            return
        until = min(limits.values())
        wait = min(max(0.0, begin + until - clock()), _GIVEN_UP_SEEN_S)
        try:
            name, fact = answers.get(timeout=wait)
        except queue.Empty:
            if clock() - begin < until:
                continue
            name = min(limits, key=lambda waiting: limits[waiting])
            fact = Fact(status=FactStatus.TIMEOUT, ms=until * 1000)
        if limits.pop(name, None) is not None:  # else it comes after its time
            yield name, fact


def _start(probe: Probe, clock: Clock, answers: queue.SimpleQueue[tuple[str, Fact[Any]]], look: Look) -> None:
    def work() -> None:
        with wanted_while(lambda: look.awaits(probe.name)):
            answers.put((probe.name, answer(probe, clock)))

    try:
        threading.Thread(target=work, name=f"probe-{probe.name}", daemon=True).start()
    except RuntimeError as error:  # the system gives no more threads
        answers.put((probe.name, Fact(status=FactStatus.ERROR, note=type(error).__name__)))


def answer(probe: Probe, clock: Clock) -> Fact[Any]:
    """Ask one probe, here and without a limit; what it raises becomes ERROR or DENIED. Never raises."""
    begin = clock()
    try:
        fact = probe.look()
    except PermissionError as error:
        fact = Fact(status=FactStatus.DENIED, note=type(error).__name__)
    except Exception as error:
        fact = Fact(status=FactStatus.ERROR, note=type(error).__name__)
    return msgspec.structs.replace(fact, ms=round((clock() - begin) * 1000, 2))
