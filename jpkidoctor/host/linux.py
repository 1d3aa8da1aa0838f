"""Linux: assembles the probes. They read files; polkit alone is asked by its own program, and only when the files leave
in doubt whether it lets us in.

Sources: host-probes §1.3, §2.1, §3.1, §3.6, §4.
"""

from __future__ import annotations

import os
import platform
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jpkidoctor.facts import Fact, FactStatus, LocaleFacts, OsFacts, OsFamily, SessionKind
from jpkidoctor.host.architecture import architecture, process_architecture
from jpkidoctor.host.assignments import parse_assignments
from jpkidoctor.host.commands import ChildProcess, Runner
from jpkidoctor.host.console import look_at_console
from jpkidoctor.host.driver_bundles import driver_bundles_fact
from jpkidoctor.host.language import locale_tag
from jpkidoctor.host.linux_browser import default_browser
from jpkidoctor.host.linux_pcsc import look_at_access, look_at_service
from jpkidoctor.host.linux_pkcs11 import look_at_modules
from jpkidoctor.host.linux_processes import look_at_card_users
from jpkidoctor.host.linux_proxy import look_at_proxy
from jpkidoctor.host.linux_session import session_kinds
from jpkidoctor.host.linux_usb import kernel_modules, linux_catalogue, look_at_usb
from jpkidoctor.host.probe import NOT_APPLICABLE, PARTLY_CLOSED, Probe, seen, unseen
from jpkidoctor.host.tree import Glances, Tree
from jpkidoctor.host.unix_browser_places import LINUX
from jpkidoctor.host.unix_setting import look_at_clock
from jpkidoctor.host.unix_software import UnixSoftware
from jpkidoctor.safe_text import safe_text

_DMI = "/sys/class/dmi/id"


@dataclass(frozen=True, slots=True)
class LinuxComputer:
    """What the probes look at: the files, the environment and this program. A test builds its own."""

    tree: Tree
    environ: Mapping[str, str]
    executable: str
    machine: str
    pointer_bits: int
    runner: Runner = field(default_factory=ChildProcess)

    @classmethod
    def this(cls) -> LinuxComputer:
        """The computer this program runs on."""
        bits = struct.calcsize("P") * 8
        return cls(Tree(Path("/")), dict(os.environ), sys.executable or "", platform.machine(), bits)


def probes(reader_ids: frozenset[tuple[int, int]], computer: LinuxComputer | None = None) -> Sequence[Probe]:
    """All probes for Linux, one for each field of HostFacts."""
    here = computer or LinuxComputer.this()
    tree, environ = here.tree, here.environ
    home = environ.get("HOME", "")
    software = UnixSoftware(tree, home if home.startswith("/") else "", LINUX, lambda: default_browser(tree, environ))
    return [
        Probe("os", lambda: look_at_os(here)),
        Probe("session", lambda: look_at_session(here)),
        Probe("locale", lambda: look_at_locale(here)),
        Probe("s_mode", lambda: NOT_APPLICABLE),
        Probe("browsers", software.browsers),
        Probe("extensions", software.extensions, limit=8.0, slow=True),
        Probe("native_hosts", software.native_hosts),
        Probe("products", software.products),
        Probe("ie_mode", lambda: NOT_APPLICABLE),
        Probe("clock", look_at_clock),
        Probe("proxy", lambda: look_at_proxy(tree, environ)),
        Probe("console", lambda: look_at_console(environ, "linux")),
        Probe("default_browser", lambda: default_browser(tree, environ)),
        Probe("rosetta", lambda: NOT_APPLICABLE),
        Probe("usb_devices", lambda: look_at_usb(tree, reader_ids)),
        Probe("reader_devices", lambda: NOT_APPLICABLE),  # Linux has no device manager beside usb_devices
        Probe("driver_bundles", lambda: driver_bundles_fact(linux_catalogue(tree))),
        Probe("kernel_modules", lambda: kernel_modules(tree)),
        Probe("service", lambda: look_at_service(tree, environ)),
        Probe("helper_services", lambda: NOT_APPLICABLE),
        Probe("pcsc_access", lambda: look_at_access(tree, environ, runner=here.runner), limit=1.5),
        Probe("apple_ccid_driver", lambda: NOT_APPLICABLE),
        Probe("token_drivers", lambda: NOT_APPLICABLE),
        Probe("pkcs11_modules", lambda: look_at_modules(tree, software.home)),
        Probe("card_users", lambda: look_at_card_users(tree)),
    ]


def look_at_os(computer: LinuxComputer) -> Fact[OsFacts]:
    """Distribution and architecture. A system without os-release is still a Linux."""
    note = ""
    try:
        release = read_os_release(computer.tree)
    except PermissionError:
        release, note = {}, "os_release_closed"
    version = safe_text(release.get("VERSION_ID", ""), 40)
    name = safe_text(release.get("NAME", "") or release.get("PRETTY_NAME", ""), 80) or "Linux"
    facts = OsFacts(
        family=OsFamily.LINUX,
        name=f"{name} {version}".strip(),
        version=version,
        edition=safe_text(release.get("VARIANT_ID", ""), 40),
        arch=architecture(computer.machine),
        process_arch=process_architecture(computer.machine, computer.pointer_bits),
    )
    return seen(facts, "os-release", "" if release else note or "no_os_release")


def read_os_release(tree: Tree) -> dict[str, str]:
    """The values of os-release, from either of its two places."""
    return parse_assignments(tree.text("/etc/os-release") or tree.text("/usr/lib/os-release"))


def look_at_session(computer: LinuxComputer) -> Fact[tuple[SessionKind, ...]]:
    """Where this program runs, as far as it can be seen from inside.

    Note ``partly_closed`` when a sign of another kind may be hidden from us; DENIED when then no kind was seen at all.
    """
    tree = Glances(computer.tree)
    kinds = session_kinds(
        environ=computer.environ,
        executable=computer.executable,
        os_id=parse_assignments(tree.text("/usr/lib/os-release")).get("ID", ""),
        container_file=tree.exists("/.dockerenv") or tree.exists("/run/.containerenv"),
        container_manager=tree.line("/run/systemd/container"),
        flatpak=tree.exists("/.flatpak-info"),
        cgroup=tree.text("/proc/self/cgroup"),
        kernel=tree.line("/proc/sys/kernel/osrelease"),
        wsl_interop=tree.exists("/proc/sys/fs/binfmt_misc/WSLInterop"),
        firmware=_firmware_strings(tree),
        cpuinfo=tree.text("/proc/cpuinfo", 8192),
        stat=tree.line("/proc/self/stat"),
    )
    if not tree.closed:
        return seen(kinds, "procfs")
    if kinds == (SessionKind.LOCAL,):
        return unseen(FactStatus.DENIED, "procfs", PARTLY_CLOSED)
    return seen(kinds, "procfs", PARTLY_CLOSED)


def _firmware_strings(tree: Glances) -> tuple[str, ...]:
    names = ("sys_vendor", "product_name", "board_vendor", "bios_vendor", "chassis_vendor")
    return tuple(text for name in names if (text := tree.line(f"{_DMI}/{name}")))


def look_at_locale(computer: LinuxComputer) -> Fact[LocaleFacts]:
    """The language this program was started in, else the system's."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if computer.environ.get(name):
            return seen(LocaleFacts(system_locale=locale_tag(computer.environ[name])), "environment")
    for file in ("/etc/locale.conf", "/etc/default/locale"):
        name = parse_assignments(computer.tree.text(file)).get("LANG", "")
        if name:
            return seen(LocaleFacts(system_locale=locale_tag(name)), file)
    return unseen(FactStatus.ABSENT, "environment")
