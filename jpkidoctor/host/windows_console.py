"""Asks Windows whether its console draws escape codes: Windows 10 can be switched back to the console of before.

Source: host-probes.md §5.1 and Microsoft's console documentation ("Console Virtual Terminal Sequences"): a console
that knows them accepts ENABLE_VIRTUAL_TERMINAL_PROCESSING, the legacy one refuses it.
"""

from __future__ import annotations

import sys
from typing import Protocol

_STD_OUTPUT_HANDLE = -11
ENABLE_VIRTUAL_TERMINAL_PROCESSING = 0x0004


class ConsoleCalls(Protocol):
    """The two calls, for the console that standard output goes to."""

    def get_mode(self) -> int | None:
        """GetConsoleMode; None when there is no console or it cannot be asked."""

    def set_mode(self, mode: int) -> bool:
        """SetConsoleMode; False when the console refuses."""


class Kernel32Console:
    """The calls of this computer; on other systems there is no such console."""

    def get_mode(self) -> int | None:
        if sys.platform != "win32":
            return None
        import ctypes
        from ctypes import wintypes

        mode = wintypes.DWORD()
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel32.GetStdHandle.restype = wintypes.HANDLE
        handle = wintypes.HANDLE(kernel32.GetStdHandle(_STD_OUTPUT_HANDLE))
        return mode.value if kernel32.GetConsoleMode(handle, ctypes.byref(mode)) else None

    def set_mode(self, mode: int) -> bool:
        if sys.platform != "win32":
            return False
        import ctypes
        from ctypes import wintypes

        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel32.GetStdHandle.restype = wintypes.HANDLE
        handle = wintypes.HANDLE(kernel32.GetStdHandle(_STD_OUTPUT_HANDLE))
        return bool(kernel32.SetConsoleMode(handle, wintypes.DWORD(mode)))


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
