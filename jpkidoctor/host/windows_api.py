"""Doors to Windows: the service list and a few calls. Thin: values come out as Windows gives them.

``Win32`` works on any DLLs of that shape, so a test runs it down to the last call; where there is no Windows the real
doors answer None. Nothing here was run on a real Windows: see the fact sheet's [K].
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass, field
from typing import Protocol

from jpkidoctor.host.windows_console import Kernel32Console
from jpkidoctor.host.windows_kernel import Kernel32, ServiceList, User32, open_kernel, open_services, open_user


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

    def console_mode(self) -> int | None:
        """Mode of the console that this program writes to; None when it writes to none."""

    def service(self, name: str) -> ServiceEntry | None:
        """A service by its key name. None when it is not installed; PermissionError when closed to us."""


_SM_REMOTESESSION = 0x1000
_LOCALE_NAME_MAX_LENGTH = 85


@dataclass(frozen=True, slots=True)
class Win32:
    """The calls of this computer, by ctypes and psutil. Without a DLL each answers None."""

    kernel: Kernel32 | None = field(default_factory=open_kernel)
    user: User32 | None = field(default_factory=open_user)
    services: ServiceList | None = field(default_factory=open_services)

    def build(self) -> int | None:
        if sys.platform != "win32":
            return None
        return int(sys.getwindowsversion().build)

    def native_machine(self) -> int | None:
        if self.kernel is None:
            return None
        process, native = ctypes.c_uint16(), ctypes.c_uint16()
        try:
            done = self.kernel.IsWow64Process2(
                self.kernel.GetCurrentProcess(), ctypes.pointer(process), ctypes.pointer(native)
            )
        except AttributeError:  # before Windows 10 1709
            return None
        return native.value if done else None

    def program_platform(self) -> str:
        import sysconfig

        return sysconfig.get_platform()

    def remote_session(self) -> bool | None:
        return None if self.user is None else bool(self.user.GetSystemMetrics(_SM_REMOTESESSION))

    def session_id(self) -> int | None:
        if self.kernel is None:
            return None
        session = ctypes.c_uint32()
        done = self.kernel.ProcessIdToSessionId(self.kernel.GetCurrentProcessId(), ctypes.pointer(session))
        return session.value if done else None

    def ansi_codepage(self) -> int | None:
        return None if self.kernel is None else int(self.kernel.GetACP())

    def system_locale(self) -> str | None:
        if self.kernel is None:
            return None
        name = (ctypes.c_uint16 * _LOCALE_NAME_MAX_LENGTH)()
        length = self.kernel.GetSystemDefaultLocaleName(name, _LOCALE_NAME_MAX_LENGTH)
        return bytes(name).decode("utf-16-le", "replace").partition("\0")[0] if length else None

    def console_mode(self) -> int | None:
        return Kernel32Console(self.kernel).get_mode()

    def service(self, name: str) -> ServiceEntry | None:
        if self.services is None:
            return None
        state = self.services(name)
        return None if state is None else ServiceEntry(*state)
