"""One face for three platforms: look at this computer."""

from __future__ import annotations

import platform as this_platform
import sys
from collections.abc import Sequence

from jpkidoctor.facts import Fact, FactStatus, HostFacts, OsFacts, OsFamily
from jpkidoctor.host.architecture import architecture
from jpkidoctor.host.probe import NOT_YET, Probe, run_probes, seen
from jpkidoctor.look import Look
from jpkidoctor.safe_text import safe_text

TOTAL_LIMIT = 3.0
"""Seconds for all quick probes together (host-probes §6.6: first screen within 3 s)."""

ReaderIds = frozenset[tuple[int, int]]
"""USB VID and PID of every reader in the reader table."""


def observe_host(reader_ids: ReaderIds, *, platform: str = sys.platform, look: Look | None = None) -> HostFacts:
    """Look at the computer and return when everything was seen; never raises. Call it on a worker thread.

    ``look`` is told of the quick facts after at most ``TOTAL_LIMIT`` seconds, and of the slow ones as they come, within
    ``LATE_LIMIT`` seconds more. ``reader_ids`` tells which USB devices are card readers; devices that cannot be one are
    not recorded.
    """
    look = look or Look()
    try:
        return HostFacts(**run_probes(probes_for(platform, reader_ids), TOTAL_LIMIT, look=look))
    except Exception as error:
        failure: Fact[OsFacts] = Fact(status=FactStatus.ERROR, note=type(error).__name__)
        look.tell({"os": failure})
        return HostFacts(os=failure)


def probes_for(platform: str, reader_ids: ReaderIds) -> Sequence[Probe]:
    """The probes of a platform, named as in ``sys.platform``. Only that platform's file is imported."""
    if platform == "win32":
        from jpkidoctor.host import windows

        return windows.probes(reader_ids=reader_ids)
    if platform == "darwin":
        from jpkidoctor.host import macos

        return macos.probes(reader_ids=reader_ids)
    if platform.startswith("linux"):
        from jpkidoctor.host import linux

        return linux.probes(reader_ids)
    return _other_probes()


def _other_probes() -> Sequence[Probe]:
    """A BSD or the like: it is named, and nothing more was built for it."""

    def look_os() -> Fact[OsFacts]:
        arch = architecture(this_platform.machine())
        name, version = safe_text(this_platform.system(), 40), safe_text(this_platform.release(), 40)
        return seen(OsFacts(family=OsFamily.OTHER, name=name, version=version, arch=arch), "uname")

    rest = [Probe(name, lambda: NOT_YET) for name in HostFacts.__struct_fields__ if name != "os"]
    return [Probe("os", look_os), *rest]
