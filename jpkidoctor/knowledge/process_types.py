"""Programs that are known to use smart cards, by the name of their process: ``processes.toml`` (host-probes §4).

A running program is not yet one that holds the card: the table says how likely that is, and how to close it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

from jpkidoctor.knowledge.load import data_directory, read_table
from jpkidoctor.knowledge.types import Sourced, Text

ProcessSystem = Literal["windows", "macos", "linux"]
Severity = Literal["exclusive", "uses_card", "may_use"]
"""``exclusive`` takes the reader for itself, ``uses_card`` talks to the card while it runs, ``may_use`` only
sometimes (a browser)."""

RANK: dict[Severity, int] = {"exclusive": 0, "uses_card": 1, "may_use": 2}
"""Order in which programs are named: the most likely holder first."""

_LINUX_NAME = 15
"""Length at which the Linux kernel cuts the name of a process."""


class KnownProcess(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One program. A name is whole or ends in ``*``, written in lower case and without ``.exe``."""

    id: str
    names: tuple[str, ...]
    os: tuple[ProcessSystem, ...] = ()
    """Where it exists; empty for all three."""
    label: Text
    close: Text
    """How to close it: one action. Nothing is ever closed by this program."""
    severity: Severity


class ProcessesFile(Struct, frozen=True, forbid_unknown_fields=True):
    process: tuple[KnownProcess, ...]


@dataclass(frozen=True, slots=True)
class ProcessTable:
    """The programs, searched by name."""

    programs: tuple[KnownProcess, ...]

    def find(self, name: str, system: ProcessSystem | None = None) -> KnownProcess | None:
        """The program with this process name (``MPA.exe``, ``scdaemon``); None when it is none of ours.

        With ``system`` only programs of that system. A name that Linux cut to 15 bytes still finds its program.
        """
        wanted = folded(name)
        return (
            next((p for p in self.programs if _runs_on(p, system) and _is_named(p, wanted)), None) if wanted else None
        )


def folded(name: str) -> str:
    """A process name as the table writes it: lower case, without ``.exe``."""
    return name.strip().lower().removesuffix(".exe")


def _runs_on(program: KnownProcess, system: ProcessSystem | None) -> bool:
    return system is None or not program.os or system in program.os


def _is_named(program: KnownProcess, wanted: str) -> bool:
    return any(_fits(pattern, wanted) for pattern in program.names)


def _fits(pattern: str, wanted: str) -> bool:
    if pattern.endswith("*"):
        return wanted.startswith(pattern[:-1])
    return wanted == pattern or (len(wanted) == _LINUX_NAME and pattern.startswith(wanted))


def load_processes(directory: Path | None = None) -> ProcessTable:
    """The table of ``directory``, or the one that comes with the program. Raises KnowledgeError."""
    return _load(directory or data_directory())


@cache
def _load(directory: Path) -> ProcessTable:
    return ProcessTable(read_table(directory / "processes.toml", ProcessesFile).process)
