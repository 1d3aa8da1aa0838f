"""pcscd: is it there, does it answer, may we talk to it? (host-probes §1.3, §2.1; pcsc-lab §7)

systemd may listen in pcscd's place and start it when a program calls, so a listening socket is not yet a
running daemon; to the caller both are healthy.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from jpkidoctor.facts import Fact, FactStatus, PcscAccess, ServiceFacts, ServiceState
from jpkidoctor.host.assignments import parse_assignments
from jpkidoctor.host.commands import Answer, Runner
from jpkidoctor.host.linux_processes import pids_named
from jpkidoctor.host.probe import PARTLY_CLOSED, seen, unseen
from jpkidoctor.host.tree import Tree

DEFAULT_SOCKET = "/run/pcscd/pcscd.comm"
POLKIT_ACTIONS = "/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy"
ACCESS_ACTION = "org.debian.pcsc-lite.access_pcsc"
PKCHECK = "/usr/bin/pkcheck"
_POLKIT_LIMIT = 1.0
_BINARIES = ("/usr/sbin/pcscd", "/usr/bin/pcscd", "/usr/local/sbin/pcscd", "/run/current-system/sw/bin/pcscd")
_UNIT_FOLDERS = ("/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
_LISTENING = 0x00010000
"""__SO_ACCEPTCON in the flags column of /proc/net/unix."""
_MOST_SOCKETS = 20_000
"""Lines of /proc/net/unix that are read; who has more is knocked at instead."""
_KNOCK_TIME = 0.3
"""Seconds a connection to the socket may take."""


class Knock(StrEnum):
    """How connecting to a socket went."""

    OPEN = "open"
    CLOSED = "closed"
    """Nobody listens: a dead socket file."""
    DENIED = "denied"


def socket_name(environ: Mapping[str, str]) -> str:
    """Path of the socket that this program's PC/SC library will use."""
    return environ.get("PCSCLITE_CSOCK_NAME") or DEFAULT_SOCKET


def knock(path: Path) -> Knock:
    """Connect to a UNIX socket and leave at once; pcscd takes that for a program that went away. Never raises."""
    if sys.platform == "win32":
        return Knock.CLOSED
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(_KNOCK_TIME)
            client.connect(str(path))
    except PermissionError:
        return Knock.DENIED
    except (OSError, ValueError):
        return Knock.CLOSED
    return Knock.OPEN


def parse_listening_sockets(text: str) -> frozenset[str]:
    """Paths of listening UNIX sockets in /proc/net/unix. Never raises."""
    paths = set()
    for line in text.split("\n", _MOST_SOCKETS)[1:_MOST_SOCKETS]:
        fields = line.split(None, 7)
        if len(fields) < 8:
            continue
        try:
            flags = int(fields[3], 16)
        except ValueError:
            continue
        if flags & _LISTENING:
            paths.add(_plain(fields[7]))
    return frozenset(paths)


def _plain(path: str) -> str:
    return path.removeprefix("/var") if path.startswith("/var/run/") else path


def look_at_service(
    tree: Tree, environ: Mapping[str, str], try_socket: Callable[[Path], Knock] = knock
) -> Fact[ServiceFacts]:
    """State of pcscd as a caller meets it.

    The socket is only knocked at when the kernel does not list it as listening: it may be the host's,
    mounted into a container. DENIED when its rights, or those of systemd's folders, keep us from knowing. In a
    sandbox ``NOT_INSTALLED`` says nothing of the computer: note ``sandbox``.
    """
    name = socket_name(environ)
    note = ""
    try:
        start = start_type(tree)
    except PermissionError:
        start, note = "", PARTLY_CLOSED
    there = tree.exists(name)  # the kernel's list also holds sockets of other mount namespaces
    if there and _plain(name) in parse_listening_sockets(_listening(tree)):
        running, note = _runs(tree, start, note)
        state = ServiceState.RUNNING if running else ServiceState.ON_DEMAND
    elif (answer := try_socket(tree.path(name)) if there else Knock.CLOSED) is Knock.DENIED:
        return unseen(FactStatus.DENIED, "socket", "socket_refused")
    elif answer is Knock.OPEN:
        state = ServiceState.RUNNING
    elif note:  # its units are closed to us
        return unseen(FactStatus.DENIED, "systemd", note)
    elif start == "masked":
        state = ServiceState.DISABLED
    elif start or any(tree.exists(binary) for binary in _BINARIES):
        state = ServiceState.STOPPED
    else:
        state = ServiceState.NOT_INSTALLED
    if state is ServiceState.NOT_INSTALLED and tree.exists("/.flatpak-info"):
        note = "sandbox"
    return seen(ServiceFacts(name="pcscd", state=state, start_type=start), "socket", note)


def _listening(tree: Tree) -> str:
    try:
        return tree.text("/proc/net/unix")
    except PermissionError:  # the socket itself is asked then
        return ""


def _runs(tree: Tree, start: str, note: str) -> tuple[bool, str]:
    try:
        return bool(pids_named(tree, "pcscd")) or "socket" not in start, note
    except PermissionError:
        return "socket" not in start, PARTLY_CLOSED


def start_type(tree: Tree) -> str:
    """How systemd starts pcscd: ``socket``, ``service``, ``manual`` (a unit, not enabled), ``masked``;
    empty when it has no unit. An enabled socket counts as such, whether or not systemd runs here.
    """
    if any(tree.link(f"/etc/systemd/system/{unit}") == "/dev/null" for unit in ("pcscd.socket", "pcscd.service")):
        return "masked"
    for target, unit, word in (
        ("sockets.target.wants", "pcscd.socket", "socket"),
        ("multi-user.target.wants", "pcscd.service", "service"),
    ):
        if any(tree.exists(f"{folder}/{target}/{unit}") for folder in _UNIT_FOLDERS):
            return word
    units = ("pcscd.socket", "pcscd.service")
    if any(tree.exists(f"{folder}/{unit}") for folder in _UNIT_FOLDERS for unit in units):
        return "manual"
    return ""


def _may_use(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK)


def look_at_access(
    tree: Tree, environ: Mapping[str, str], may_use: Callable[[Path], bool] = _may_use, runner: Runner | None = None
) -> Fact[PcscAccess]:
    """Whether this program may talk to pcscd.

    REFUSED_BY_SOCKET: the socket's own rights. Where polkit stands before pcscd and this session is one that it
    refuses by default, a rule of the administrator may allow it all the same, and such rules are closed to us: so
    polkit itself is asked about this process, in pcscd's words. When it does not answer the fact is UNKNOWN with note
    ``polkit_remote_session`` or ``polkit_inactive_session``.
    """
    name = socket_name(environ)
    if not tree.exists(name):
        return unseen(FactStatus.UNKNOWN, "socket", "no_socket")
    if not may_use(tree.path(name)):
        return seen(PcscAccess.REFUSED_BY_SOCKET, "socket")
    if not tree.exists(POLKIT_ACTIONS) or _effective_uid(tree) == 0:
        return seen(PcscAccess.ALLOWED, "socket")
    session = _logind_session(tree, environ)
    if session.get("REMOTE") == "1" or environ.get("SSH_CONNECTION"):
        return _ask_polkit(runner, "polkit_remote_session")
    if session.get("ACTIVE") == "0":
        return _ask_polkit(runner, "polkit_inactive_session")
    return seen(PcscAccess.ALLOWED, "polkit")


def _ask_polkit(runner: Runner | None, doubt: str) -> Fact[PcscAccess]:
    """pkcheck(1) ends with 0: allowed; 1: not; 2 and 3: only after a password, which pcscd does not wait for; 127: it
    could not ask. Anybody may ask about a process of their own.
    """
    action = ("--action-id", ACCESS_ACTION, "--process", str(os.getpid()))
    answer = runner.run((PKCHECK, *action), _POLKIT_LIMIT) if runner is not None else Answer(failure="not_found")
    if not answer.failure:
        return seen(PcscAccess.ALLOWED, "pkcheck", doubt)
    if answer.failure == "exit" and answer.code in (1, 2, 3):
        return seen(PcscAccess.REFUSED_BY_POLKIT, "pkcheck", doubt)
    return unseen(FactStatus.UNKNOWN, "polkit", doubt)


def _effective_uid(tree: Tree) -> int | None:
    for line in tree.text("/proc/self/status", 4096).split("\n"):
        fields = line.split()
        if len(fields) >= 3 and fields[0] == "Uid:" and fields[2].isdecimal():
            return int(fields[2])
    return None


def _logind_session(tree: Tree, environ: Mapping[str, str]) -> dict[str, str]:
    """What logind says of this session; for a program outside any session, of the user's display session,
    as polkit does. Empty when unknown.
    """
    session = environ.get("XDG_SESSION_ID", "")
    if not session:
        session = parse_assignments(tree.text(f"/run/systemd/users/{_effective_uid(tree)}")).get("DISPLAY", "")
    if not session.isalnum():
        return {}
    return parse_assignments(tree.text(f"/run/systemd/sessions/{session}"))
