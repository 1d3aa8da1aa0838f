"""Which other programs have the PC/SC library open (host-probes §4). Nothing is ever stopped, only named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from jpkidoctor.facts import CardUser, Fact, FactStatus
from jpkidoctor.host.probe import seen, unseen
from jpkidoctor.host.tree import Tree
from jpkidoctor.safe_text import safe_text

_LIBRARY = b"/libpcsclite"
"""In a path of /proc/PID/maps; pcsc-lite 2 loads ``libpcsclite_real.so.1`` as well."""
_TIME = 0.5
"""Seconds for the whole look; what was found until then is told."""


def look_at_card_users(tree: Tree, clock: Callable[[], float] = time.monotonic) -> Fact[tuple[CardUser, ...]]:
    """Programs with libpcsclite mapped, without pcscd, this program and those that started it.

    A mapped library is not yet a held card. Other people's programs are closed to us: note ``others_hidden``;
    note ``time_limit`` when not all could be looked at.
    """
    end = clock() + _TIME
    if not tree.exists("/proc/self"):
        return unseen(FactStatus.ABSENT, "procfs", "no_procfs")
    ours = _self_and_ancestors(tree)
    users: list[CardUser] = []
    # /proc mounted with hidepid=2
    note = "others_hidden" if tree.is_closed("/proc/1") or not tree.exists("/proc/1") else ""
    for pid in _pids(tree):
        if clock() > end:
            note = "time_limit"
            break
        if pid in ours:
            continue
        try:
            maps = tree.read(f"/proc/{pid}/maps")
            if maps is None:
                note = "others_hidden" if tree.exists(f"/proc/{pid}") else note
            elif _LIBRARY in maps:
                name = process_name(tree, pid)
                if name != "pcscd":
                    users.append(CardUser(name=name, pid=pid, evidence="libpcsclite"))
        except PermissionError:
            note = "others_hidden"
    return seen(tuple(users), "procfs", note)


def pids_named(tree: Tree, name: str) -> list[int]:
    """Processes of this name, as far as they are visible to us."""
    return [pid for pid in _pids(tree) if process_name(tree, pid) == name]


def process_name(tree: Tree, pid: int) -> str:
    """The kernel's name of a process (15 bytes, chosen by the process itself), made harmless."""
    return safe_text(tree.line(f"/proc/{pid}/comm"), 64)


def parse_parent(stat: str) -> int | None:
    """Parent's pid, field 4 of /proc/PID/stat, counted after the name's last bracket. Never raises."""
    fields = stat.rpartition(")")[2].split()
    if len(fields) < 2 or not (fields[1].isascii() and fields[1].isdigit()):
        return None
    return int(fields[1][:10])


def _pids(tree: Tree) -> Iterator[int]:
    return (int(name) for name in tree.names("/proc") if name.isascii() and name.isdigit())


def _self_and_ancestors(tree: Tree) -> frozenset[int]:
    link = tree.link("/proc/self")
    pid = int(link) if link.isascii() and link.isdigit() else None
    found: set[int] = set()
    while pid is not None and pid > 0 and pid not in found:
        found.add(pid)
        pid = parse_parent(tree.glance(f"/proc/{pid}/stat"))
    return frozenset(found)
