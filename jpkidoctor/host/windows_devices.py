"""Windows' card readers: collects the devices in the first way that answers, and makes facts of them.

cfgmgr32 first; when it fails pnputil, then PowerShell, which may be forbidden (host-probes §1.1.1, §1.1.2).
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from jpkidoctor.facts import Fact, FactStatus, ReaderDevice, UsbDevice
from jpkidoctor.host.probe import Probe, seen, unseen
from jpkidoctor.host.windows_cfgmgr import CfgMgr, CfgMgrError, open_cfgmgr, present_nodes
from jpkidoctor.host.windows_commands import Runner, run_command, system_program
from jpkidoctor.host.windows_pnputil import parse_text, parse_xml
from jpkidoctor.host.windows_powershell import SCRIPT, parse_json
from jpkidoctor.host.windows_readers import UsbId, reader_devices, usb_devices
from jpkidoctor.host.windows_records import DeviceRecord, record_of
from jpkidoctor.host.windows_registry import Registry, RegistryValue
from jpkidoctor.host.windows_winscard import ReaderLinks, WinScard, open_winscard, reader_links

T = TypeVar("T")

TIME_LIMIT = 2.9
"""Seconds for a probe here; cfgmgr32 needs some ms, the other ways up to this."""
_ENOUGH = 2.7
"""Seconds after which no further way is tried."""
_PNPUTIL_LIMIT = 0.9
_LINKS_LIMIT = 0.5
"""The PC/SC service may hang; the names it adds are worth no more waiting."""
_ACCESS_DENIED = 0x33
_SUSPEND = ("EnhancedPowerManagementEnabled", "SelectiveSuspendEnabled", "SelectiveSuspendOn")

REDIRECTED = "redirected"
"""Note of ``reader_devices``: PC/SC shows readers of the computer in front of the person, not of this one."""


@dataclass(frozen=True, slots=True)
class DeviceDoors:
    """What the look goes through. A test gives its own DLLs and programs."""

    cfgmgr: CfgMgr | None = field(default_factory=open_cfgmgr)
    winscard: WinScard | None = field(default_factory=open_winscard)
    run: Runner = run_command
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Listing:
    """All devices in one form, where they come from, and why a better source was not used."""

    records: tuple[DeviceRecord, ...] | None
    source: str
    note: str = ""
    links: ReaderLinks = field(default_factory=ReaderLinks)

    @property
    def tied(self) -> frozenset[str]:
        """Instances, in upper case, that PC/SC has readers of."""
        return frozenset(instance.upper() for _, instance in self.links.instances)


class DeviceLook:
    """One look at the devices, shared by the two facts made of it: whoever asks first looks, the other waits."""

    def __init__(self, doors: DeviceDoors) -> None:
        self._doors = doors
        self._lock = threading.Lock()
        self._listing: Listing | None = None

    def __call__(self) -> Listing:
        """The listing. Never raises for what Windows answers."""
        with self._lock:
            if self._listing is None:
                self._listing = list_devices(self._doors)
            return self._listing


def device_probes(
    doors: DeviceDoors, reader_ids: frozenset[UsbId], registry: Registry | None = None
) -> tuple[Probe, Probe]:
    """The probes for ``usb_devices`` and ``reader_devices``. The ``registry`` tells what may sleep."""
    look = DeviceLook(doors)
    return (
        Probe("usb_devices", lambda: look_at_usb(look(), reader_ids, registry), TIME_LIMIT),
        Probe("reader_devices", lambda: look_at_readers(look(), reader_ids), TIME_LIMIT),
    )


def look_at_readers(listing: Listing, reader_ids: frozenset[UsbId]) -> Fact[tuple[ReaderDevice, ...]]:
    """Card readers as Device Manager sees them."""
    if listing.records is None:
        return _not_listed(listing)
    note = REDIRECTED if listing.links.elsewhere else listing.note
    return seen(reader_devices(listing.records, reader_ids, listing.tied), listing.source, note)


def look_at_usb(
    listing: Listing, reader_ids: frozenset[UsbId], registry: Registry | None = None
) -> Fact[tuple[UsbDevice, ...]]:
    """USB devices that are or may be readers. UNKNOWN from pnputil: it does not tell which protocol they speak."""
    if listing.records is None:
        return _not_listed(listing)
    if listing.source == "pnputil":
        return unseen(FactStatus.UNKNOWN, listing.source, "no_interface_classes")
    devices = usb_devices(listing.records, reader_ids, listing.tied, partial(may_be_suspended, registry))
    return seen(devices, listing.source, listing.note)


def may_be_suspended(registry: Registry | None, instance: str) -> bool | None:
    """Selective suspend of a USB device, by its driver's parameters ([K] of host-probes §1.1.6). None: not told."""
    if registry is None:
        return None
    key = rf"SYSTEM\CurrentControlSet\Enum\{instance}\Device Parameters"
    try:
        told = [_is_on(registry.value("HKLM", key, name)) for name in _SUSPEND]
    except OSError:  # closed to us, or the registry fails: power is a hint only
        return None
    return None if all(value is None for value in told) else any(told)


def _is_on(value: RegistryValue) -> bool | None:
    """A DWORD, or one byte of REG_BINARY, as drivers write it too."""
    if isinstance(value, bytes):
        return any(value) if value else None
    return value != 0 if isinstance(value, int) else None


def _not_listed(listing: Listing) -> Fact[Any]:
    if listing.note == "no_cfgmgr32":
        return unseen(FactStatus.UNKNOWN, listing.source, listing.note)
    status = FactStatus.DENIED if listing.note == f"cr=0x{_ACCESS_DENIED:02X}" else FactStatus.ERROR
    return unseen(status, listing.source, listing.note)


def list_devices(doors: DeviceDoors) -> Listing:
    """The devices by the first way that answers. A real computer always has some: an empty list is no answer."""
    begin = doors.clock()
    links = _within(_LINKS_LIMIT, lambda: _ask_links(doors.winscard), ReaderLinks())
    note = "no_cfgmgr32"
    if doors.cfgmgr is not None:
        try:
            nodes = present_nodes(doors.cfgmgr)
        except CfgMgrError as error:
            note = f"cr=0x{error.code:02X}"
        else:
            return Listing(tuple(record_of(node) for node in nodes), "cfgmgr32", "", links)
    pnputil = (system_program(doors.environ, "pnputil.exe"), "/enum-devices", "/connected")
    powershell = system_program(doors.environ, r"WindowsPowerShell\v1.0\powershell.exe")
    ways = (
        ("pnputil", (*pnputil, "/format", "xml"), _PNPUTIL_LIMIT, parse_xml),
        ("pnputil", pnputil, _PNPUTIL_LIMIT, parse_text),
        ("powershell", (powershell, "-NoProfile", "-NonInteractive", "-Command", SCRIPT), _ENOUGH, parse_json),
    )
    for source, arguments, limit, parse in ways:
        left = begin + _ENOUGH - doors.clock()
        output = doors.run(arguments, min(limit, left)) if left > 0 else None
        records = parse(output) if output else ()
        if records:
            return Listing(records, source, note, links)
    return Listing(None, "cfgmgr32", note, links)


def _ask_links(dll: WinScard | None) -> ReaderLinks:
    return ReaderLinks() if dll is None else reader_links(dll)


def _within(seconds: float, work: Callable[[], T], otherwise: T) -> T:
    """The answer of ``work``, or ``otherwise`` when it raises or is not there in time (its thread is left behind)."""
    answer: queue.SimpleQueue[T] = queue.SimpleQueue()

    def run() -> None:
        try:
            answer.put(work())
        except Exception:
            answer.put(otherwise)

    try:
        threading.Thread(target=run, name="reader-links", daemon=True).start()
        return answer.get(timeout=seconds)
    except (RuntimeError, queue.Empty):  # RuntimeError: the system gives no more threads
        return otherwise
