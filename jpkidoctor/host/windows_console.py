"""Asks Windows whether its console draws escape codes: Windows 10 can be switched back to the console of before.

Source: host-probes.md §5.1 and Microsoft's console documentation ("Console Virtual Terminal Sequences"): a console
that knows them accepts ENABLE_VIRTUAL_TERMINAL_PROCESSING, the legacy one refuses it.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Protocol

from jpkidoctor.host.windows_kernel import Kernel32, open_kernel

_STD_OUTPUT_HANDLE = 0xFFFFFFF5
"""-11 as the DWORD that it is."""
ENABLE_VIRTUAL_TERMINAL_PROCESSING = 0x0004


class ConsoleCalls(Protocol):
    """The two calls, for the console that standard output goes to."""

    def get_mode(self) -> int | None:
        """GetConsoleMode; None when there is no console or it cannot be asked."""

    def set_mode(self, mode: int) -> bool:
        """SetConsoleMode; False when the console refuses."""


@dataclass(frozen=True, slots=True)
class Kernel32Console:
    """The calls of a kernel32, this computer's by itself; without one there is no such console."""

    kernel: Kernel32 | None = field(default_factory=open_kernel)

    def get_mode(self) -> int | None:
        if self.kernel is None:
            return None
        mode = ctypes.c_uint32()
        done = self.kernel.GetConsoleMode(self.kernel.GetStdHandle(_STD_OUTPUT_HANDLE), ctypes.pointer(mode))
        return mode.value if done else None

    def set_mode(self, mode: int) -> bool:
        if self.kernel is None:
            return False
        return bool(self.kernel.SetConsoleMode(self.kernel.GetStdHandle(_STD_OUTPUT_HANDLE), mode))


def draws_escape_codes(calls: ConsoleCalls) -> bool | None:
    """True or False as the console answers, None when there is none to ask. Its mode is left as it was."""
    try:
        mode = calls.get_mode()
        if mode is None:
            return None
        if mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING:
            return True
        accepted = calls.set_mode(mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING)
        if accepted:
            calls.set_mode(mode)
    except (OSError, AttributeError):  # a Windows without these calls, or a broken handle
        return None
    return accepted
