"""Door to the macOS kernel's numbers. Loads on any system; elsewhere it answers None."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

SYSCTL_ARGUMENTS: tuple[Any, ...] = (
    ctypes.c_char_p,
    ctypes.POINTER(ctypes.c_uint8),
    ctypes.POINTER(ctypes.c_size_t),
    ctypes.c_void_p,
    ctypes.c_size_t,
)
"""``int sysctlbyname(const char *, void *, size_t *, void *, size_t)`` of sys/sysctl.h."""
SysctlByName = Callable[..., int]
_LARGEST = 8


class MacApi(Protocol):
    def sysctl(self, name: str) -> int | None:
        """A number of sysctl(3) such as ``hw.optional.arm64``; None when the kernel does not know it."""


def open_sysctl() -> SysctlByName | None:
    """This computer's sysctlbyname; None where there is none."""
    if sys.platform != "darwin":
        return None
    try:
        call = ctypes.CDLL(None).sysctlbyname
    except (OSError, AttributeError):
        return None
    call.argtypes, call.restype = SYSCTL_ARGUMENTS, ctypes.c_int
    return cast(SysctlByName, call)


@dataclass(frozen=True, slots=True)
class Darwin:
    """The kernel of this computer, by ctypes."""

    call: SysctlByName | None = field(default_factory=open_sysctl)

    def sysctl(self, name: str) -> int | None:
        if self.call is None:
            return None
        value, size = (ctypes.c_uint8 * _LARGEST)(), ctypes.c_size_t(_LARGEST)
        if self.call(name.encode(), value, ctypes.pointer(size), None, 0) or size.value not in (4, 8):
            return None  # unknown to this kernel, or no number
        return int.from_bytes(bytes(value)[: size.value], "little", signed=True)
