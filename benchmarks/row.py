"""One printed line: what, ours, theirs, ratio, aim, and whether it was met."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    what: str
    ours: float
    theirs: float
    at_most: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    def __str__(self) -> str:
        met = "met" if self.ratio <= self.at_most else "NOT MET"
        return (
            f"{self.what:<58} {self.ours:9.1f} {self.unit} beside {self.theirs:9.1f} {self.unit}"
            f"  ratio {self.ratio:5.2f}  aim at most {self.at_most:4.2f}  {met}"
        )


@dataclass(frozen=True)
class Count:
    what: str
    ours: int
    at_most: int
    beside: str

    def __str__(self) -> str:
        met = "met" if self.ours <= self.at_most else "NOT MET"
        return f"{self.what:<58} {self.ours:9d}    aim at most {self.at_most:6d}  {met}   ({self.beside})"


def median_ms(work: Callable[[], object], times: int = 7) -> float:
    """Median wall time of some runs, after one that is not counted."""
    work()
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def command(arguments: Sequence[str], env: dict[str, str] | None = None, expect: tuple[int, ...] = (0,)) -> None:
    """Run a program to its end; its exit code must be one that is expected."""
    done = subprocess.run(list(arguments), capture_output=True, env=env, check=False, timeout=120)
    if done.returncode not in expect:
        raise RuntimeError(
            f"{arguments[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}"
        )
