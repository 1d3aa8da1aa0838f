"""Parser for Get-PnpDevice as JSON. Pure and total. Shape: host-probes §1.1.2 (a single hit is no list)."""

from __future__ import annotations

import json
from typing import Any

from jpkidoctor.host.bulk import collector_rests
from jpkidoctor.host.windows_pnputil import decode_output
from jpkidoctor.host.windows_records import DeviceRecord

SCRIPT = (
    "[Console]::OutputEncoding=[Text.Encoding]::UTF8;"
    "ConvertTo-Json -Depth 3 -InputObject @(Get-PnpDevice -PresentOnly"
    " | Where-Object { $_.Class -eq 'SmartCardReader' -or $_.InstanceId -like 'USB\\*' }"
    " | Select-Object InstanceId,FriendlyName,Description,Class,ClassGuid,Manufacturer,Service,"
    "ConfigManagerErrorCode,HardwareID,CompatibleID,Present)"
)
"""Property values are not translated. The first part is refused in Constrained Language Mode; the rest goes on."""

_MOST = 2000
_LONGEST = 300
_PROBLEM_NAMES = {
    "CM_PROB_NONE": 0, "CM_PROB_NOT_CONFIGURED": 1, "CM_PROB_FAILED_START": 10, "CM_PROB_NEED_RESTART": 14,
    "CM_PROB_REINSTALL": 18, "CM_PROB_REGISTRY": 19, "CM_PROB_WILL_BE_REMOVED": 21, "CM_PROB_DISABLED": 22,
    "CM_PROB_DEVICE_NOT_THERE": 24, "CM_PROB_FAILED_INSTALL": 28, "CM_PROB_FAILED_ADD": 31,
    "CM_PROB_DISABLED_SERVICE": 32, "CM_PROB_FAILED_DRIVER_ENTRY": 37, "CM_PROB_DRIVER_FAILED_PRIOR_UNLOAD": 38,
    "CM_PROB_DRIVER_FAILED_LOAD": 39, "CM_PROB_DRIVER_SERVICE_KEY_INVALID": 40, "CM_PROB_FAILED_POST_START": 43,
    "CM_PROB_PHANTOM": 45, "CM_PROB_HELD_FOR_EJECT": 47, "CM_PROB_DRIVER_BLOCKED": 48,
    "CM_PROB_SETPROPERTIES_FAILED": 50, "CM_PROB_WAITING_ON_DEPENDENCY": 51, "CM_PROB_UNSIGNED_DRIVER": 52,
}  # fmt: skip
"""PowerShell 7 can write the names (host-probes §1.1.3)."""


def parse_json(data: bytes) -> tuple[DeviceRecord, ...]:
    """Devices of a JSON list, or of a single JSON object. Never raises."""
    try:
        with collector_rests():
            content = json.loads(decode_output(data).strip("\0 \r\n\t\ufeff"))
    except (ValueError, RecursionError):
        return ()
    entries = content if isinstance(content, list) else [content]
    found = (_record(entry) for entry in entries[:_MOST] if isinstance(entry, dict))
    return tuple(record for record in found if record is not None)


def _record(entry: dict[str, Any]) -> DeviceRecord | None:
    instance = _text(entry.get("InstanceId")) or _text(entry.get("PNPDeviceID")) or _text(entry.get("DeviceID"))
    if not instance or entry.get("Present") is False:
        return None
    code = entry["ConfigManagerErrorCode"] if "ConfigManagerErrorCode" in entry else entry.get("Problem")
    return DeviceRecord(
        instance=instance,
        problem=_problem(code),
        description=_text(entry.get("FriendlyName")) or _text(entry.get("Description")),
        manufacturer=_text(entry.get("Manufacturer")),
        device_class=_text(entry.get("Class")) or _text(entry.get("PNPClass")),
        class_guid=_text(entry.get("ClassGuid")),
        hardware_ids=_texts(entry.get("HardwareID")),
        compatible_ids=_texts(entry.get("CompatibleID")),
        service=_text(entry.get("Service")),
    )


def _text(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(text for item in values[:64] if (text := _text(item)))


def _problem(value: object) -> int | None:
    if isinstance(value, str):
        return _PROBLEM_NAMES.get(value)
    # bool is an int for Python, but no code.
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFF else None
