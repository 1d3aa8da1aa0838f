"""Where a Linux program runs: the pure part. Several kinds may hold at once; LOCAL is left when none does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from jpkidoctor.facts import SessionKind
from jpkidoctor.host.hypervisor import names_virtual_machine

# A path segment made by a container runtime: /docker/<id>, /docker-<id>.scope, /kubepods.slice/…, /lxc.payload.x
_CONTAINER_CGROUP = re.compile(
    r"/(?:docker|lxc)/|/(?:docker|libpod|crio|cri-containerd)-[0-9a-f]{12,}|/lxc\.payload|/kubepods\b", re.IGNORECASE
)
_SERVICE_CGROUP = re.compile(r":/system\.slice/[^/]+\.service(?:/|$)", re.MULTILINE)


def session_kinds(
    *,
    environ: Mapping[str, str],
    executable: str,
    os_id: str,
    container_file: bool,
    container_manager: str,
    flatpak: bool,
    cgroup: str,
    kernel: str,
    wsl_interop: bool,
    firmware: tuple[str, ...],
    cpuinfo: str,
    stat: str,
) -> tuple[SessionKind, ...]:
    """The kinds that hold, in the order of ``SessionKind``. Never raises.

    ``container_manager`` is the content of /run/systemd/container, ``stat`` that of /proc/self/stat.
    """
    kinds = set()
    if environ.get("XRDP_SESSION"):
        kinds.add(SessionKind.RDP)
    if any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")):
        kinds.add(SessionKind.SSH)
    if flatpak or _is_in_snap(environ, executable, os_id):
        kinds.add(SessionKind.SANDBOX)
    if "microsoft" in kernel.lower() or wsl_interop:
        kinds.add(SessionKind.WSL)
    # With systemd, WSL names itself in /run/systemd/container too; Flatpak sets the variable "container".
    manager = container_manager or environ.get("container", "")
    if container_file or manager not in {"", "wsl", "flatpak"} or _CONTAINER_CGROUP.search(cgroup):
        kinds.add(SessionKind.CONTAINER)
    if SessionKind.WSL not in kinds and _is_virtual_machine(firmware, cpuinfo):
        kinds.add(SessionKind.VM)
    if SessionKind.SSH not in kinds and _is_service(environ, cgroup, stat):
        kinds.add(SessionKind.SERVICE)
    return tuple(kind for kind in SessionKind if kind in kinds) or (SessionKind.LOCAL,)


def _is_in_snap(environ: Mapping[str, str], executable: str, os_id: str) -> bool:
    """SNAP alone proves nothing: a terminal inside a snapped editor hands it to programs outside the sandbox."""
    snap = environ.get("SNAP", "")
    return bool(snap) and (executable.startswith(snap.rstrip("/") + "/") or os_id == "ubuntu-core")


def _is_virtual_machine(firmware: tuple[str, ...], cpuinfo: str) -> bool:
    """Firmware strings decide; small hypervisors have none, there the CPU's hypervisor flag does."""
    if firmware:
        return names_virtual_machine(firmware)
    return re.search(r"^flags\s*:.*\bhypervisor\b", cpuinfo, re.MULTILINE) is not None


def _is_service(environ: Mapping[str, str], cgroup: str, stat: str) -> bool:
    """A system service: started by systemd as one, without a terminal and without a display."""
    has_display = any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return not has_display and not has_terminal(stat) and _SERVICE_CGROUP.search(cgroup) is not None


def has_terminal(stat: str) -> bool:
    """Whether a process has a controlling terminal: field 7 of /proc/PID/stat. Unknown counts as yes.

    The process name in field 2 may hold spaces and brackets, so counting starts after its last bracket.
    """
    fields = stat.rpartition(")")[2].split()
    return len(fields) < 5 or fields[4] != "0"
