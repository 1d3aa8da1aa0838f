"""Computers of which any part may be closed to us or gone, and what a fact may then become."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from jpkidoctor.facts import Fact, FactStatus
from jpkidoctor.host.probe import Probe, answer
from jpkidoctor.host.tree import ThisDisk


@dataclass
class ClosingDisk:
    """The files below ``root``. A closed folder shows nothing of what is in it, a closed file nothing but itself."""

    root: Path
    closed: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    real: ThisDisk = field(default_factory=ThisDisk)

    def _pass(self, path: Path, *, inside: bool) -> None:
        places = (place for place in (path, *path.parents) if place != self.root and place.is_relative_to(self.root))
        names = [f"/{place.relative_to(self.root)}" for place in places]
        if not names:
            return
        if any(name in self.gone for name in names):
            raise FileNotFoundError(2, "gone", names[0])
        if any(name in self.closed for name in (names if inside else names[1:])):
            raise PermissionError(13, "closed", names[0])

    def lstat(self, path: Path) -> object:
        self._pass(path, inside=False)
        return self.real.lstat(path)

    def read(self, path: Path, limit: int) -> bytes:
        self._pass(path, inside=True)
        return self.real.read(path, limit)

    def names(self, path: Path) -> list[str]:
        self._pass(path, inside=True)
        place = f"/{path.relative_to(self.root)}".rstrip("/")
        return [name for name in self.real.names(path) if f"{place}/{name}" not in self.gone]

    def link(self, path: Path) -> str:
        self._pass(path, inside=False)
        return self.real.link(path)


def everything_below(root: Path) -> list[str]:
    """All names of a tree."""
    return sorted(f"/{path.relative_to(root)}" for path in root.rglob("*"))


def lost_in_silence(before: Fact[Any], now: Fact[Any]) -> bool:
    """Whether closing something made a fact that was seen say less than it did, without saying so."""
    if before.status is FactStatus.OK:
        if now.status is FactStatus.OK:
            told = bool(now.note) and now.note != before.note
            return not told and not _no_more_than_untold(before.value, now.value)
        return now.status is FactStatus.ABSENT
    return now.status is FactStatus.ERROR


def _no_more_than_untold(before: Any, now: Any) -> bool:
    """The same, but for parts that say they are not told: None, or an empty text."""
    if before == now or now is None or now == "":
        return True
    if isinstance(before, tuple) and isinstance(now, tuple):
        return len(before) == len(now) and all(map(_no_more_than_untold, before, now))
    if isinstance(before, msgspec.Struct) and type(before) is type(now):
        pairs = ((getattr(before, name), getattr(now, name)) for name in before.__struct_fields__)
        return all(_no_more_than_untold(one, other) or other == () for one, other in pairs)
    return False


def answers(probes: Iterable[Probe]) -> dict[str, Fact[Any]]:
    """The facts as ``run_probes`` makes them, one after the other: hundreds of computers are looked at here."""
    return {probe.name: answer(probe, time.perf_counter) for probe in probes}


def subsets(names: Sequence[str]) -> st.SearchStrategy[frozenset[str]]:
    """Some names, seldom many."""
    return st.sets(st.sampled_from(names), max_size=6).map(frozenset)
