"""Collector: device nodes by cfgmgr32.dll. No administrator's rights, no child process, no translated text.

Source: host-probes §1.1.1; the numbers are those of cfgmgr32.h, cfg.h and devpkey.h ([K], not yet confirmed on a
real Windows). Nothing is read into the values here: they leave as Windows gives them.
"""

from __future__ import annotations

import ctypes
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from jpkidoctor.host.windows_properties import RawProperty, utf16_list

if TYPE_CHECKING:
    from ctypes import _Pointer

SMART_CARD_READER_CLASS = "{50dd5230-ba8a-11d1-bf5d-0000f805f530}"
"""GUID of Device Manager's class "Smart card readers"."""
USB_ENUMERATOR = "USB"

FILTER_ENUMERATOR, FILTER_PRESENT, FILTER_CLASS = 0x001, 0x100, 0x200
CR_SUCCESS, CR_BUFFER_SMALL = 0x00, 0x1A
DN_HAS_PROBLEM = 0x400
_LOCATE_NORMAL = 0

_TRIES = 3
"""A list can grow between asking its size and reading it, when something is being plugged in."""
_LONGEST_LIST = 1 << 20
_LONGEST_VALUE = 1 << 16
_FIRST_VALUE = 512


class Guid(ctypes.Structure):
    """GUID of guiddef.h: 16 bytes, the first three numbers little-endian."""

    _fields_: ClassVar[Any] = [
        ("data1", ctypes.c_uint32),
        ("data2", ctypes.c_uint16),
        ("data3", ctypes.c_uint16),
        ("data4", ctypes.c_uint8 * 8),
    ]


class DevPropKey(ctypes.Structure):
    """DEVPROPKEY of devpropdef.h: 20 bytes, the GUID of a set and a number in it."""

    _fields_: ClassVar[Any] = [("fmtid", Guid), ("pid", ctypes.c_uint32)]


def property_key(fmtid: str, pid: int) -> DevPropKey:
    """The key with this set (a GUID's text) and number. Raises ValueError for another text."""
    return DevPropKey.from_buffer_copy(uuid.UUID(fmtid).bytes_le + pid.to_bytes(4, "little"))


_DEVICE = "a45c254e-df1c-4efd-8020-67d146a850e0"
_RELATIONS = "4340a6c5-93fa-4706-972c-7b648008a5a7"
_DRIVER = "a8b865dd-2e3d-4094-ad97-e593a70c75d6"
_DATES = "83da6326-97a6-4088-9453-a1923f573b29"

KEYS: Mapping[str, tuple[str, int]] = {
    "DeviceDesc": (_DEVICE, 2),
    "HardwareIds": (_DEVICE, 3),
    "CompatibleIds": (_DEVICE, 4),
    "Service": (_DEVICE, 6),
    "Class": (_DEVICE, 9),
    "ClassGuid": (_DEVICE, 10),
    "Manufacturer": (_DEVICE, 13),
    "FriendlyName": (_DEVICE, 14),
    "ProblemCode": (_RELATIONS, 3),
    "Parent": (_RELATIONS, 8),
    "BusReportedDeviceDesc": ("540b947e-8b40-45bc-a8a2-6a0b894cbda2", 4),
    "DriverDate": (_DRIVER, 2),
    "DriverVersion": (_DRIVER, 3),
    "DriverInfPath": (_DRIVER, 5),
    "DriverProvider": (_DRIVER, 9),
    "InstallDate": (_DATES, 100),
    "FirstInstallDate": (_DATES, 101),
}
"""DEVPKEY_Device_* by name. The two dates' set is [K] and stands in no fact sheet: absent when it is wrong."""


class CfgMgr(Protocol):
    """The functions of cfgmgr32.dll, as the DLL has them. Each returns a CONFIGRET, 0 is success."""

    def CM_Get_Device_ID_List_SizeW(  # noqa: N802
        self, size: _Pointer[ctypes.c_uint32], wanted: str, flags: int
    ) -> int: ...

    def CM_Get_Device_ID_ListW(  # noqa: N802
        self, wanted: str, buffer: ctypes.Array[ctypes.c_uint16], size: int, flags: int
    ) -> int: ...

    def CM_Locate_DevNodeW(self, node: _Pointer[ctypes.c_uint32], instance: str, flags: int) -> int: ...  # noqa: N802

    def CM_Get_DevNode_Status(  # noqa: N802
        self, status: _Pointer[ctypes.c_uint32], problem: _Pointer[ctypes.c_uint32], node: int, flags: int
    ) -> int: ...

    def CM_Get_DevNode_PropertyW(  # noqa: N802
        self,
        node: int,
        key: _Pointer[DevPropKey],
        kind: _Pointer[ctypes.c_uint32],
        buffer: ctypes.Array[ctypes.c_uint8],
        size: _Pointer[ctypes.c_uint32],
        flags: int,
    ) -> int: ...


class CfgMgrError(OSError):
    """The list of devices could not be read. ``code`` is the CONFIGRET."""

    def __init__(self, code: int) -> None:
        super().__init__(f"CONFIGRET 0x{code:02X}")
        self.code = code


@dataclass(frozen=True, slots=True)
class DeviceNode:
    """A present device. ``problem`` is Device Manager's code (0: none, None: not told)."""

    instance: str
    problem: int | None
    properties: Mapping[str, RawProperty]
    """By the names of ``KEYS``; those that the device has."""


_U32, _P32 = ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32)
_TEXT, _CHARS, _BYTES = ctypes.c_wchar_p, ctypes.POINTER(ctypes.c_uint16), ctypes.POINTER(ctypes.c_uint8)

SIGNATURES: Mapping[str, tuple[Any, ...]] = {
    "CM_Get_Device_ID_List_SizeW": (_P32, _TEXT, _U32),
    "CM_Get_Device_ID_ListW": (_TEXT, _CHARS, _U32, _U32),
    "CM_Locate_DevNodeW": (_P32, _TEXT, _U32),
    "CM_Get_DevNode_Status": (_P32, _P32, _U32, _U32),
    "CM_Get_DevNode_PropertyW": (_U32, ctypes.POINTER(DevPropKey), _P32, _BYTES, _P32, _U32),
}
"""Argument types of each function; all return a CONFIGRET, which is a DWORD."""


def open_cfgmgr() -> CfgMgr | None:
    """This computer's DLL; None where there is none."""
    if sys.platform != "win32":
        return None
    try:
        library = ctypes.WinDLL("cfgmgr32.dll")
        for name, arguments in SIGNATURES.items():
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, _U32
    except (OSError, AttributeError):
        return None
    return cast(CfgMgr, library)


def present_nodes(dll: CfgMgr) -> tuple[DeviceNode, ...]:
    """All present devices on USB, and all present card readers elsewhere, each once.

    A device that goes away meanwhile is passed over. Raises CfgMgrError when the list itself cannot be had.
    """
    readers = instances(dll, SMART_CARD_READER_CLASS, FILTER_CLASS | FILTER_PRESENT)
    usb = instances(dll, USB_ENUMERATOR, FILTER_ENUMERATOR | FILTER_PRESENT)
    found = (read_node(dll, instance) for instance in dict.fromkeys((*readers, *usb)))
    return tuple(node for node in found if node is not None)


def instances(dll: CfgMgr, wanted: str, flags: int) -> tuple[str, ...]:
    """Instance ids of the devices that the filter names. Raises CfgMgrError."""
    code = CR_BUFFER_SMALL
    for _ in range(_TRIES):
        size = ctypes.c_uint32()
        code = dll.CM_Get_Device_ID_List_SizeW(ctypes.pointer(size), wanted, flags)
        if code != CR_SUCCESS:
            break
        buffer = (ctypes.c_uint16 * max(1, min(size.value, _LONGEST_LIST)))()
        code = dll.CM_Get_Device_ID_ListW(wanted, buffer, len(buffer), flags)
        if code == CR_SUCCESS:
            return utf16_list(bytes(buffer))
        if code != CR_BUFFER_SMALL:
            break
    raise CfgMgrError(code)


def read_node(dll: CfgMgr, instance: str) -> DeviceNode | None:
    """One device with its state and properties; None when it is not there any more."""
    node = ctypes.c_uint32()
    if dll.CM_Locate_DevNodeW(ctypes.pointer(node), instance, _LOCATE_NORMAL) != CR_SUCCESS:
        return None
    properties = {name: value for name in KEYS if (value := read_property(dll, node.value, name)) is not None}
    return DeviceNode(instance, _problem(dll, node.value), properties)


def _problem(dll: CfgMgr, node: int) -> int | None:
    status, problem = ctypes.c_uint32(), ctypes.c_uint32()
    if dll.CM_Get_DevNode_Status(ctypes.pointer(status), ctypes.pointer(problem), node, 0) != CR_SUCCESS:
        return None
    return problem.value if status.value & DN_HAS_PROBLEM else 0


def read_property(dll: CfgMgr, node: int, name: str) -> RawProperty | None:
    """A property by its name in ``KEYS``; None when the device does not have it."""
    key, kind = property_key(*KEYS[name]), ctypes.c_uint32()
    size = ctypes.c_uint32(_FIRST_VALUE)
    for _ in range(_TRIES):
        buffer = (ctypes.c_uint8 * size.value)()
        code = dll.CM_Get_DevNode_PropertyW(
            node, ctypes.pointer(key), ctypes.pointer(kind), buffer, ctypes.pointer(size), 0
        )
        if code == CR_SUCCESS:
            return RawProperty(kind.value, bytes(buffer)[: size.value])
        if code != CR_BUFFER_SMALL or not 0 < size.value <= _LONGEST_VALUE:
            return None
    return None
