"""Which known smart card programs are running, by name: Windows and macOS (host-probes §4).

Windows shows the libraries of a person's own programs as well: one that has loaded winscard.dll can use cards, and
that is not yet holding one. Only name and number of a process are
taken, never its path, its arguments or its user; programs that are not in the table leave no trace. Nothing
is ever stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec.structs import replace

from jpkidoctor.facts import CardUser, Fact, FactStatus
from jpkidoctor.host.probe import seen, unseen
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.knowledge.process_types import RANK, KnownProcess, ProcessTable, folded, load_processes
from jpkidoctor.safe_text import safe_text

NAMES_LIMIT = 2.0
"""Seconds for the probe."""
_TIME = 1.5
"""Seconds for the whole look; what was found until then is told."""

EVIDENCE = "process_name"
"""``CardUser.evidence``: it runs. Weaker than a loaded library, ``libpcsclite`` or ``winscard``."""
LOADED = "winscard"
_MOST_PROCESSES = 8
"""Processes of one program that are asked for their libraries: a browser has dozens."""

Programs = Callable[[], Iterable[tuple[int, str]]]
"""Gives number and name of the running processes."""


def running_programs() -> Iterator[tuple[int, str]]:
    """All processes of this computer whose name may be read, by psutil; one that ends meanwhile is passed over."""
    import psutil  # only here: Linux reads /proc itself

    for process in psutil.process_iter(["name"]):
        yield process.pid, process.info.get("name") or ""


Loaded = Callable[[int], bool]
"""Whether a process has Windows' PC/SC library loaded; false also when it does not let us look."""


def has_winscard(pid: int) -> bool:
    """By psutil, which reads the memory map of a process of the same person. Never raises for one that is closed."""
    import psutil

    try:
        maps = getattr(psutil.Process(pid), "memory_maps", None)  # macOS has none
        paths = [entry.path.lower() for entry in maps()] if maps is not None else []
    except (psutil.Error, OSError):
        return False
    return any(path.endswith("\\winscard.dll") for path in paths)


def look_at_card_users(
    system: Literal["windows", "macos"],
    programs: Programs = running_programs,
    table: ProcessTable | None = None,
    clock: Callable[[], float] = time.monotonic,
    loaded: Loaded = has_winscard,
) -> Fact[tuple[CardUser, ...]]:
    """Known programs that run, each name once, the most likely holder of the card first.

    Note ``time_limit`` when not all could be looked at. UNKNOWN with ``no_table`` when the table is damaged.
    Raises what the source of ``programs`` raises at its first step, for the probe to record.
    """
    try:
        known = load_processes() if table is None else table
    except KnowledgeError:
        return unseen(FactStatus.UNKNOWN, "psutil", "no_table")
    end, note = clock() + _TIME, ""
    found: dict[str, tuple[KnownProcess, CardUser]] = {}
    processes: dict[str, list[int]] = {}
    for pid, raw in programs():
        if clock() > end:
            note = "time_limit"
            break
        name = process_name(raw)
        program = known.find(name, system)
        if program is not None:
            found.setdefault(folded(name), (program, CardUser(name=name, pid=pid, evidence=EVIDENCE)))
            processes.setdefault(folded(name), []).append(pid)
    for key in tuple(found) if system == "windows" else ():
        program, user = found[key]
        for pid in processes[key][:_MOST_PROCESSES]:
            if clock() > end:
                note = "time_limit"
                break
            if loaded(pid):
                found[key] = (program, replace(user, pid=pid, evidence=LOADED))
                break
    ranked = sorted(found.values(), key=lambda pair: RANK[pair[0].severity])  # stable: else as they were met
    return seen(tuple(user for _, user in ranked), "psutil", note)


def process_name(raw: str) -> str:
    """A name made harmless. Whatever looks like a path is cut to its last part: a folder may name a person."""
    return safe_text(raw[-400:].replace("\\", "/").rpartition("/")[2], 64)
