"""Which smart card programs are running: by name on macOS, on Windows also by the library they loaded (host-probes §4).

Only name and number of a process are kept, never its path, its arguments or its user. A program that is not in the
table is named only when it has the card library loaded and is no part of Windows. A loaded library is not yet a held
card: many browsers load it. Nothing is ever stopped.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

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
"""``CardUser.evidence``: it runs. Weaker than ``libpcsclite``, which is a loaded library."""

LOADED = "winscard"
"""``CardUser.evidence``: Windows' card library is in its memory."""

Programs = Callable[[], Iterable[tuple[int, str]]]
"""Gives number and name of the running processes."""
LoadedFiles = Callable[[int], Iterable[str]]
"""Full names of the files in a process' memory. Raises PermissionError for one that is closed to us."""
_MOST_PROCESSES = 8
"""Processes of one program that are asked for their libraries."""
_LIBRARY = "\\winscard.dll"
_OF_WINDOWS = ":\\windows\\"


def running_programs() -> Iterator[tuple[int, str]]:
    """All processes of this computer whose name may be read, by psutil; one that ends meanwhile is passed over."""
    import psutil  # only here: Linux reads /proc itself

    for process in psutil.process_iter(["name"]):
        yield process.pid, process.info.get("name") or ""


def look_at_card_users(
    system: Literal["windows", "macos"],
    programs: Programs = running_programs,
    table: ProcessTable | None = None,
    clock: Callable[[], float] = time.monotonic,
    loaded: LoadedFiles | None = None,
) -> Fact[tuple[CardUser, ...]]:
    """Programs that run and may hold the card, each name once, the most likely one first.

    With ``loaded`` known programs are looked into first, then the others: a program of the kind that only may use a
    card is left out when its memory was seen to be without the library. Note ``time_limit`` when not all could be
    looked at, ``others_hidden`` when some were closed to us. UNKNOWN with ``no_table`` when the table is damaged.
    Raises what the source of ``programs`` raises at its first step, for the probe to record.
    """
    try:
        known = load_processes() if table is None else table
    except KnowledgeError:
        return unseen(FactStatus.UNKNOWN, "psutil", "no_table")
    end, note = clock() + _TIME, ""
    found: dict[str, _Running] = {}
    others: list[tuple[int, str]] = []
    for pid, raw in programs():
        if clock() > end:
            note = "time_limit"
            break
        name = process_name(raw)
        program = known.find(name, system)
        if program is not None:
            found.setdefault(folded(name), _Running(program, name, [])).pids.append(pid)
        elif name:
            others.append((pid, name))
    ranked = sorted(found.values(), key=lambda each: RANK[each.program.severity])  # stable: else as they were met
    if loaded is None:
        return seen(tuple(each.by_name() for each in ranked), "psutil", note)
    look = _Memory(loaded, lambda: clock() > end)
    users = [told for each in ranked if (told := look.known(each)) is not None]
    users += [told for pid, name in others if (told := look.other(pid, name)) is not None]
    named = {folded(user.name): user for user in reversed(users)}  # each name once, the first of it
    return seen(tuple(user for user in users if named[folded(user.name)] is user), "psutil", note or look.note)


@dataclass(frozen=True, slots=True)
class _Running:
    """A program of the table and its processes, as they were met: a browser has dozens."""

    program: KnownProcess
    name: str
    pids: list[int]

    def by_name(self) -> CardUser:
        return CardUser(name=self.name, pid=self.pids[0], evidence=EVIDENCE)


class _Memory:
    """Looks for the card library in processes, until the time is over."""

    def __init__(self, loaded: LoadedFiles, over: Callable[[], bool]) -> None:
        self._loaded = loaded
        self._over = over
        self.note = ""

    def known(self, running: _Running) -> CardUser | None:
        """The program of the table with better evidence, or as it was; None when it cannot hold a card now."""
        without = 0
        for pid in running.pids[:_MOST_PROCESSES]:
            files = self._files(pid)
            if any(file.endswith(_LIBRARY) for file in files):
                return CardUser(name=running.name, pid=pid, evidence=LOADED)
            without += bool(files)
        seen_all = without == len(running.pids)
        return None if seen_all and running.program.severity == "may_use" else running.by_name()

    def other(self, pid: int, name: str) -> CardUser | None:
        """A program that no table has, when it has the library and is no part of Windows."""
        if pid in _ourselves():
            return None
        files = self._files(pid)
        of_windows = any(_OF_WINDOWS in file and file.endswith(f"\\{name.lower()}") for file in files)
        if of_windows or not any(file.endswith(_LIBRARY) for file in files):
            return None
        return CardUser(name=name, pid=pid, evidence=LOADED)

    def _files(self, pid: int) -> tuple[str, ...]:
        """Files in the process' memory, in lower case; empty when not told."""
        if self._over():
            self.note = "time_limit"
            return ()
        try:
            return tuple(file.lower() for file in self._loaded(pid))
        except PermissionError:
            self.note = self.note or "others_hidden"
        except OSError:  # it has ended
            pass
        return ()


def _ourselves() -> frozenset[int]:
    """This program and the one that started it: Windows' launcher of a Python is another process."""
    return frozenset({os.getpid(), os.getppid()})


def loaded_files(pid: int) -> Iterator[str]:
    """Files in the memory of a process, by psutil. Raises PermissionError, or OSError when it has ended."""
    import psutil

    try:
        # macOS has no such call; nobody asks there.
        maps = psutil.Process(pid).memory_maps()  # type: ignore[attr-defined,unused-ignore]
    except psutil.AccessDenied as error:
        raise PermissionError(pid) from error
    except psutil.Error as error:
        raise ProcessLookupError(pid) from error
    return (region.path for region in maps)


def process_name(raw: str) -> str:
    """A name made harmless. Whatever looks like a path is cut to its last part: a folder may name a person."""
    return safe_text(raw[-400:].replace("\\", "/").rpartition("/")[2], 64)
