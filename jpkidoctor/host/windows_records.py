"""A device as any of the three ways (cfgmgr32, pnputil, PowerShell) tells it, in one form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jpkidoctor.host.windows_cfgmgr import DeviceNode
from jpkidoctor.host.windows_properties import (
    NOTHING,
    RawProperty,
    parse_filetime,
    parse_guid,
    parse_string,
    parse_strings,
    parse_uint32,
)

_LONGEST = 400
"""Characters of a text; Windows' longest device id has 200."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRecord:
    """Texts are as the source had them, not yet made harmless; empty or None is "not told"."""

    instance: str
    problem: int | None = None
    """Device Manager's code, 0 is no problem."""
    description: str = ""
    bus_description: str = ""
    """What the device itself says over USB: cheap readers differ in nothing else."""
    manufacturer: str = ""
    device_class: str = ""
    class_guid: str = ""
    hardware_ids: tuple[str, ...] = ()
    compatible_ids: tuple[str, ...] = ()
    parent: str = ""
    provider: str = ""
    version: str = ""
    date: dt.datetime | None = None
    inf: str = ""
    service: str = ""
    installed_at: dt.datetime | None = None
    first_connected_at: dt.datetime | None = None


def record_of(node: DeviceNode) -> DeviceRecord:
    """Read the bytes of a device node. Never raises."""

    def raw(name: str) -> RawProperty:
        return node.properties.get(name, NOTHING)

    def text(name: str) -> str:
        return parse_string(raw(name))[:_LONGEST]

    def texts(name: str) -> tuple[str, ...]:
        return tuple(one[:_LONGEST] for one in parse_strings(raw(name)))

    return DeviceRecord(
        instance=node.instance[:_LONGEST],
        problem=node.problem if node.problem is not None else parse_uint32(raw("ProblemCode")),
        description=text("FriendlyName") or text("DeviceDesc"),
        bus_description=text("BusReportedDeviceDesc"),
        manufacturer=text("Manufacturer"),
        device_class=text("Class"),
        class_guid=parse_guid(raw("ClassGuid")),
        hardware_ids=texts("HardwareIds"),
        compatible_ids=texts("CompatibleIds"),
        parent=text("Parent"),
        provider=text("DriverProvider"),
        version=text("DriverVersion"),
        date=parse_filetime(raw("DriverDate")),
        inf=text("DriverInfPath"),
        service=text("Service"),
        installed_at=parse_filetime(raw("InstallDate")),
        first_connected_at=parse_filetime(raw("FirstInstallDate")),
    )
