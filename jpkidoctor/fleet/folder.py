"""A folder of facts files: find them, judge them one after the other, count what is wrong."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jpkidoctor.checks.flow import FLOW
from jpkidoctor.fleet.row import Row, Verdict, judge_file
from jpkidoctor.judge import Judge
from jpkidoctor.knowledge.words import Words

_FLOW_ORDER = {node: place for place, node in enumerate(FLOW)}
_VERDICT_ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


class NoFactsError(Exception):
    """A folder holds no facts file. ``others`` counts the files that are none by their name."""

    def __init__(self, folder: Path, others: int) -> None:
        super().__init__(str(folder))
        self.folder = folder
        self.others = others


@dataclass(frozen=True, slots=True)
class Share:
    """How many computers have one thing in common, and how many of them fail."""

    name: str
    """Node id with variant (``B-01/stopped``), reader or system; empty when the facts do not say."""
    count: int
    failed: int


@dataclass(frozen=True, slots=True)
class Fleet:
    """All rows, worst first, and what they have in common, most frequent first."""

    rows: tuple[Row, ...]
    verdicts: dict[Verdict, int]
    causes: tuple[Share, ...]
    readers: tuple[Share, ...]
    systems: tuple[Share, ...]
    skipped: int = 0
    """Files that are no ``.json``."""
    closed: int = 0
    """Folders that could not be opened: their computers are missing here."""


def judge_folder(
    folder: Path, judge: Judge, words: Words, progress: Callable[[int, int], object] = lambda done, all_: None
) -> Fleet:
    """Judge every ``.json`` of a folder and its subfolders; links to folders are not followed.

    ``progress`` is called with the number done and the number of all. Raises NoFactsError when there is none.
    """
    found = _Finding(folder)
    paths = sorted(found.files())
    if not paths:
        raise NoFactsError(folder, found.skipped)
    rows = []
    for done, path in enumerate(paths, 1):
        rows.append(judge_file(path, folder, judge, words))
        progress(done, len(paths))
    return count(rows, skipped=found.skipped, closed=found.closed)


def count(rows: Iterable[Row], *, skipped: int = 0, closed: int = 0) -> Fleet:
    """Put rows in order and count them."""
    ordered = tuple(sorted(rows, key=_worst_first))
    verdicts = Counter(row.verdict for row in ordered)
    judged = [row for row in ordered if row.verdict is not Verdict.UNREADABLE]
    return Fleet(
        rows=ordered,
        verdicts={verdict: verdicts[verdict] for verdict in Verdict},
        causes=_shares((row.cause_name, True) for row in judged if row.cause),
        readers=_shares((row.reader, row.verdict is Verdict.FAILED) for row in judged),
        systems=_shares((row.system, row.verdict is Verdict.FAILED) for row in judged),
        skipped=skipped,
        closed=closed,
    )


def _worst_first(row: Row) -> tuple[int, int, str]:
    return _VERDICT_ORDER[row.verdict], _FLOW_ORDER.get(row.cause, len(_FLOW_ORDER)), row.file


def _shares(pairs: Iterable[tuple[str, bool]]) -> tuple[Share, ...]:
    all_: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for name, fails in pairs:
        all_[name] += 1
        failed[name] += fails
    return tuple(
        Share(name, number, failed[name]) for name, number in sorted(all_.items(), key=lambda item: (-item[1], item[0]))
    )


class _Finding:
    """Walks a folder and counts what is passed over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.skipped = 0
        self.closed = 0

    def files(self) -> Iterator[Path]:
        for at, folders, names in os.walk(self._folder, onerror=self._closed):
            folders.sort()
            for name in names:
                if name.lower().endswith(".json"):
                    yield Path(at, name)
                else:
                    self.skipped += 1

    def _closed(self, _error: OSError) -> None:
        self.closed += 1
