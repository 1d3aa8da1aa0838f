"""Doors to Windows: the service list and a few calls. Thin: values come out as Windows gives them.

Everything that needs Windows is imported inside the functions, so this file loads on any system, where the
real doors answer None. Tests give their own. Nothing here was run on a real Windows: see the fact sheet's [K].
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A service as the service control manager shows it: ``running``, ``manual`` and so on."""

    status: str
    start_type: str


class WindowsApi(Protocol):
    """Each call gives None when Windows does not tell."""

    def build(self) -> int | None:
        """Build number of the running Windows."""

    def native_machine(self) -> int | None:
        """IMAGE_FILE_MACHINE_* of the hardware; 0xAA64 also for an x64 program on ARM."""

    def program_platform(self) -> str:
        """What this Python was built for: ``win-amd64``, ``win-arm64``, ``win32``."""

    def remote_session(self) -> bool | None:
        """SM_REMOTESESSION: this session's screen is elsewhere."""

    def session_id(self) -> int | None:
        """Number of this session; 0 is the services'."""

    def ansi_codepage(self) -> int | None:
        """Code page of programs that know no Unicode: 932 is Japanese."""

    def system_locale(self) -> str | None:
        """The language for programs that know no Unicode: ``ja-JP``."""

    def service(self, name: str) -> ServiceEntry | None:
        """A service by its key name. None when it is not installed; PermissionError when closed to us."""


_SM_REMOTESESSION = 0x1000
_LOCALE_NAME_MAX_LENGTH = 85


class Win32:
    """The calls of this computer, by ctypes and psutil."""

    def build(self) -> int | None:
        if sys.platform != "win32":
            return None
        return int(sys.getwindowsversion().build)

    def native_machine(self) -> int | None:
        if sys.platform != "win32":
            return None
        import ctypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        try:
            call = kernel.IsWow64Process2
        except AttributeError:  # before Windows 10 1709
            return None
        call.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_ushort), ctypes.POINTER(ctypes.c_ushort)]
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        process, native = ctypes.c_ushort(), ctypes.c_ushort()
        done = call(kernel.GetCurrentProcess(), ctypes.byref(process), ctypes.byref(native))
        return native.value if done else None

    def program_platform(self) -> str:
        import sysconfig

        return sysconfig.get_platform()

    def remote_session(self) -> bool | None:
        if sys.platform != "win32":
            return None
        import ctypes

        return bool(ctypes.WinDLL("user32").GetSystemMetrics(_SM_REMOTESESSION))

    def session_id(self) -> int | None:
        if sys.platform != "win32":
            return None
        import ctypes
        import os

        session = ctypes.c_ulong()
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        return session.value if kernel.ProcessIdToSessionId(os.getpid(), ctypes.byref(session)) else None

    def ansi_codepage(self) -> int | None:
        if sys.platform != "win32":
            return None
        import ctypes

        return int(ctypes.WinDLL("kernel32").GetACP())

    def system_locale(self) -> str | None:
        if sys.platform != "win32":
            return None
        import ctypes

        name = ctypes.create_unicode_buffer(_LOCALE_NAME_MAX_LENGTH)
        length = ctypes.WinDLL("kernel32").GetSystemDefaultLocaleName(name, _LOCALE_NAME_MAX_LENGTH)
        return name.value if length else None

    def service(self, name: str) -> ServiceEntry | None:
        if sys.platform != "win32":
            return None
        import psutil

        try:
            service = psutil.win_service_get(name)
            return ServiceEntry(status=service.status(), start_type=service.start_type())
        except psutil.NoSuchProcess:
            return None
        except psutil.AccessDenied as error:
            raise PermissionError(name) from error
