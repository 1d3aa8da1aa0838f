"""The functions of kernel32.dll and user32.dll that are used, and the list of services, as Windows has them.

HANDLE is as wide as a pointer; DWORD and BOOL have 32 bits, also on a 64-bit Windows (minwindef.h, winnt.h).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from ctypes import _Pointer

ServiceList = Callable[[str], tuple[str, str] | None]
"""Status and start type of a service by its key name; None when there is none. Raises PermissionError."""


class Kernel32(Protocol):
    """``IsWow64Process2`` is missing before Windows 10 1709."""

    def GetCurrentProcess(self) -> int: ...  # noqa: N802

    def GetCurrentProcessId(self) -> int: ...  # noqa: N802

    def IsWow64Process2(  # noqa: N802
        self, process: int, machine: _Pointer[ctypes.c_uint16], native: _Pointer[ctypes.c_uint16]
    ) -> int: ...

    def ProcessIdToSessionId(self, process: int, session: _Pointer[ctypes.c_uint32]) -> int: ...  # noqa: N802

    def GetACP(self) -> int: ...  # noqa: N802

    def GetSystemDefaultLocaleName(self, name: ctypes.Array[ctypes.c_uint16], size: int) -> int: ...  # noqa: N802

    def GetStdHandle(self, which: int) -> int: ...  # noqa: N802

    def SetConsoleMode(self, handle: int, mode: int) -> int: ...  # noqa: N802

    def GetConsoleMode(self, handle: int, mode: _Pointer[ctypes.c_uint32]) -> int: ...  # noqa: N802


class User32(Protocol):
    def GetSystemMetrics(self, index: int) -> int: ...  # noqa: N802


_U32, _I32, _HANDLE = ctypes.c_uint32, ctypes.c_int32, ctypes.c_void_p
_P16, _P32 = ctypes.POINTER(ctypes.c_uint16), ctypes.POINTER(ctypes.c_uint32)

KERNEL: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
    "GetCurrentProcess": (_HANDLE, ()),
    "GetCurrentProcessId": (_U32, ()),
    "IsWow64Process2": (_I32, (_HANDLE, _P16, _P16)),
    "ProcessIdToSessionId": (_I32, (_U32, _P32)),
    "GetACP": (_U32, ()),
    "GetSystemDefaultLocaleName": (_I32, (_P16, _I32)),
    "GetStdHandle": (_HANDLE, (_U32,)),
    "GetConsoleMode": (_I32, (_HANDLE, _P32)),
    "SetConsoleMode": (_I32, (_HANDLE, _U32)),
}
"""Result and argument types of each function."""
USER: Mapping[str, tuple[Any, tuple[Any, ...]]] = {"GetSystemMetrics": (_I32, (_I32,))}
_OPTIONAL = frozenset({"IsWow64Process2"})


def open_kernel() -> Kernel32 | None:
    """This computer's kernel32; None where there is none."""
    return cast("Kernel32 | None", _open("kernel32.dll", KERNEL))


def open_user() -> User32 | None:
    """This computer's user32; None where there is none."""
    return cast("User32 | None", _open("user32.dll", USER))


def _open(name: str, signatures: Mapping[str, tuple[Any, tuple[Any, ...]]]) -> object | None:
    if sys.platform != "win32":
        return None
    try:
        library = ctypes.WinDLL(name)
        for function, (result, arguments) in signatures.items():
            if function in _OPTIONAL and not hasattr(library, function):
                continue
            call = getattr(library, function)
            call.argtypes, call.restype = arguments, result
    except (OSError, AttributeError):
        return None
    return library


def open_services() -> ServiceList | None:
    """The service control manager by psutil; None where there is none."""
    return None if sys.platform != "win32" else _service


def _service(name: str) -> tuple[str, str] | None:
    if sys.platform != "win32":
        return None
    import psutil

    try:
        service = psutil.win_service_get(name)
        return service.status(), service.start_type()
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied as error:
        raise PermissionError(name) from error
