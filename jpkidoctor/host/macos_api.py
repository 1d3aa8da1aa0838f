"""Door to the macOS kernel's numbers. Loads on any system; elsewhere it answers None."""

from __future__ import annotations

import sys
from typing import Protocol


class MacApi(Protocol):
    def sysctl(self, name: str) -> int | None:
        """A number of sysctl(3) such as ``hw.optional.arm64``; None when the kernel does not know it."""


class Darwin:
    """The kernel of this computer, by ctypes."""

    def sysctl(self, name: str) -> int | None:
        if sys.platform != "darwin":
            return None
        import ctypes

        value, size = ctypes.c_int64(0), ctypes.c_size_t(8)
        call = ctypes.CDLL(None).sysctlbyname
        call.argtypes = [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
        failed = call(name.encode(), ctypes.byref(value), ctypes.byref(size), None, 0)
        return None if failed else value.value  # little-endian: a 4-byte answer fills the low half
