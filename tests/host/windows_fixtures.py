"""Windows computers as readable files, and DLLs that answer from them the way the documents say the real ones do.

The byte images here (property keys, FILETIME, string lists) are written a second time on purpose, from the
documents and not by the code under test.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import struct
import tomllib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "windows"
HOSTS = tuple(sorted(path.stem for path in FOLDER.glob("*.toml") if "[expect]" in path.read_text("utf-8")))
"""Computers whose devices are looked at one by one; all of them are replayed in ``test_replay.py``."""

_DEVICE, _RELATIONS = "a45c254e-df1c-4efd-8020-67d146a850e0", "4340a6c5-93fa-4706-972c-7b648008a5a7"
_DRIVER, _DATES = "a8b865dd-2e3d-4094-ad97-e593a70c75d6", "83da6326-97a6-4088-9453-a1923f573b29"
DOCUMENTED = {
    (_DEVICE, 2): "DeviceDesc", (_DEVICE, 3): "HardwareIds", (_DEVICE, 4): "CompatibleIds", (_DEVICE, 6): "Service",
    (_DEVICE, 9): "Class", (_DEVICE, 10): "ClassGuid", (_DEVICE, 13): "Manufacturer", (_DEVICE, 14): "FriendlyName",
    (_RELATIONS, 3): "ProblemCode", (_RELATIONS, 8): "Parent",
    ("540b947e-8b40-45bc-a8a2-6a0b894cbda2", 4): "BusReportedDeviceDesc",
    (_DRIVER, 2): "DriverDate", (_DRIVER, 3): "DriverVersion", (_DRIVER, 5): "DriverInfPath",
    (_DRIVER, 9): "DriverProvider", (_DATES, 100): "InstallDate", (_DATES, 101): "FirstInstallDate",
}  # fmt: skip
"""Property keys of host-probes 1.1.1, and the two dates of devpkey.h."""
KEY_IMAGES = {uuid.UUID(fmtid).bytes_le + struct.pack("<I", pid): name for (fmtid, pid), name in DOCUMENTED.items()}

SUCCESS, NO_SUCH_DEVNODE, BUFFER_SMALL, NO_SUCH_VALUE = 0x00, 0x0D, 0x1A, 0x25


def utf16_image(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


def list_image(texts: Sequence[str]) -> bytes:
    return b"".join(utf16_image(text) for text in texts) + b"\0\0"


def filetime_image(moment: dt.datetime) -> bytes:
    """100 ns since 1601: 116444736000000000 of them until 1970."""
    return struct.pack("<Q", int(moment.timestamp()) * 10_000_000 + 116_444_736_000_000_000)


def image(name: str, value: Any) -> tuple[int, bytes]:
    """DEVPROPTYPE and bytes of a property that a fixture gives as a plain value."""
    if name == "ClassGuid":
        return 0x0D, uuid.UUID(value).bytes_le
    if isinstance(value, str):
        return 0x12, utf16_image(value)
    if isinstance(value, list):
        return 0x2012, list_image(value)
    if isinstance(value, dt.datetime):
        return 0x10, filetime_image(value)
    if isinstance(value, dt.date):
        return 0x10, filetime_image(dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC))
    return 0x07, struct.pack("<I", value)


@dataclass
class FakeCfgMgr:
    """cfgmgr32.dll over the devices of a fixture."""

    devices: Sequence[Mapping[str, Any]]
    failing: int = SUCCESS
    """CONFIGRET of every list call."""
    growing: int = 0
    """How often the list has grown since its size was asked."""
    vanished: frozenset[str] = frozenset()
    asked: list[bytes] = field(default_factory=list)

    def _list(self, wanted: str, flags: int) -> bytes:
        def fits(device: Mapping[str, Any]) -> bool:
            if flags & 0x100 and not device.get("present", True):
                return False
            if flags & 0x200:
                return str(device.get("ClassGuid", "")).lower() == wanted.lower()
            assert flags & 0x001
            return str(device["instance"]).upper().startswith(wanted.upper() + "\\")

        return list_image([device["instance"] for device in self.devices if fits(device)])

    def CM_Get_Device_ID_List_SizeW(self, size, wanted, flags):  # noqa: N802
        size[0] = len(self._list(wanted, flags)) // 2
        return self.failing

    def CM_Get_Device_ID_ListW(self, wanted, buffer, size, flags):  # noqa: N802
        content = self._list(wanted, flags)
        if self.growing or size * 2 < len(content):
            self.growing -= 1
            return BUFFER_SMALL
        ctypes.memmove(buffer, content, len(content))
        return SUCCESS

    def CM_Locate_DevNodeW(self, node, instance, flags):  # noqa: N802
        for number, device in enumerate(self.devices, start=1):
            if device["instance"] == instance and instance not in self.vanished:
                node[0] = number
                return SUCCESS
        return NO_SUCH_DEVNODE

    def CM_Get_DevNode_Status(self, status, problem, node, flags):  # noqa: N802
        code = self.devices[node - 1].get("problem")
        if code is None:
            return NO_SUCH_DEVNODE
        status[0] = 0x400 | 0x2000 if code else 0x8 | 0x2000
        problem[0] = code or 0xDEAD  # Windows leaves it as it was when there is no problem
        return SUCCESS

    def CM_Get_DevNode_PropertyW(self, node, key, kind, buffer, size, flags):  # noqa: N802
        self.asked.append(bytes(key[0]))
        name = KEY_IMAGES.get(bytes(key[0]), "")
        if name not in self.devices[node - 1]:
            return NO_SUCH_VALUE
        kind[0], content = image(name, self.devices[node - 1][name])
        too_small, size[0] = size[0] < len(content), len(content)
        if too_small:
            return BUFFER_SMALL
        ctypes.memmove(buffer, content, len(content))
        return SUCCESS


@dataclass
class FakeWinScard:
    """winscard.dll: PC/SC names, and the instance behind each (``elsewhere``: redirected by Remote Desktop)."""

    links: Mapping[str, str]
    context_code: int = 0
    released: list[int] = field(default_factory=list)

    def SCardEstablishContext(self, scope, reserved1, reserved2, context):  # noqa: N802
        context[0] = 0xCD000001
        return self.context_code

    def SCardListReadersW(self, context, groups, names, size):  # noqa: N802
        if not self.links:
            return -2146435026  # SCARD_E_NO_READERS_AVAILABLE as the LONG that it is
        content = list_image(list(self.links))
        ctypes.memmove(names, content, len(content))
        size[0] = len(content) // 2
        return 0

    def SCardGetReaderDeviceInstanceIdW(self, context, name, instance, size):  # noqa: N802
        if self.links[name] == "elsewhere":
            return -2146435049  # SCARD_E_READER_UNAVAILABLE
        content = utf16_image(self.links[name])
        too_small, size[0] = size[0] * 2 < len(content), len(content) // 2
        if too_small:
            return -2146435064  # SCARD_E_INSUFFICIENT_BUFFER
        ctypes.memmove(instance, content, len(content))
        return 0

    def SCardReleaseContext(self, context):  # noqa: N802
        self.released.append(context)
        return 0


def load_host(name: str) -> dict[str, Any]:
    """A fixture by its file name. Raises tomllib.TOMLDecodeError."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
