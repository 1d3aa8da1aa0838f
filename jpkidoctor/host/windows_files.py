"""Door to files on Windows: is it there, what is in it, which version is a program.

The version comes from version.dll as one block of bytes; ``fixed_version`` reads it (VS_FIXEDFILEINFO of verrsrc.h).
"""

from __future__ import annotations

import ctypes
import re
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from ctypes import _Pointer

LARGEST_FILE = 8 * 1024 * 1024
"""Bytes. A browser's ``Secure Preferences`` seldom has one million."""
_LARGEST_BLOCK = 1 << 16
_SIGNATURE = struct.pack("<I", 0xFEEF04BD)
_LONGEST_PATH = 32_767
_VARIABLE = re.compile(r"%([^%\\]{1,40})%")


class Files(Protocol):
    """Names are full Windows paths. All but ``version`` raise PermissionError for what is closed to us: that is not
    missing. Another program that holds a file for itself alone closes it too.
    """

    def exists(self, path: str) -> bool: ...

    def read(self, path: str, limit: int = LARGEST_FILE) -> bytes | None:
        """None when it is absent."""

    def names(self, folder: str) -> tuple[str, ...]:
        """Sorted names in a folder."""

    def version(self, path: str) -> str:
        """``3.5.0.1`` of a program; empty when not told. Never raises."""


class VersionDll(Protocol):
    """The functions of version.dll, as the DLL has them."""

    def GetFileVersionInfoSizeW(self, path: str, handle: _Pointer[ctypes.c_uint32]) -> int: ...  # noqa: N802

    def GetFileVersionInfoW(  # noqa: N802
        self, path: str, handle: int, size: int, block: ctypes.Array[ctypes.c_uint8]
    ) -> int: ...


_U32, _P32 = ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32)
SIGNATURES: Mapping[str, tuple[Any, ...]] = {
    "GetFileVersionInfoSizeW": (ctypes.c_wchar_p, _P32),
    "GetFileVersionInfoW": (ctypes.c_wchar_p, _U32, _U32, ctypes.POINTER(ctypes.c_uint8)),
}
"""Argument types of each function; results are a size and a BOOL."""


def open_version_dll() -> VersionDll | None:
    """This computer's DLL; None where there is none."""
    if sys.platform != "win32":
        return None
    try:
        library = ctypes.WinDLL("version.dll")
        for name, arguments in SIGNATURES.items():
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, _U32
    except (OSError, AttributeError):
        return None
    return cast(VersionDll, library)


def version_block(dll: VersionDll, path: str) -> bytes:
    """The version resource of a program, empty when it has none."""
    size = min(dll.GetFileVersionInfoSizeW(path, ctypes.pointer(ctypes.c_uint32())), _LARGEST_BLOCK)
    if size <= 0:
        return b""
    block = (ctypes.c_uint8 * size)()
    return bytes(block) if dll.GetFileVersionInfoW(path, 0, size, block) else b""


def fixed_version(block: bytes) -> str:
    """``a.b.c.d`` of a version resource: signature, structure version, then two DWORDs. Any bytes; never raises."""
    start = block.find(_SIGNATURE)
    if start < 0 or len(block) < start + 16:
        return ""
    high, low = struct.unpack_from("<II", block, start + 8)
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"


@dataclass(frozen=True, slots=True)
class Disk:
    """The files of this computer."""

    dll: VersionDll | None = field(default_factory=open_version_dll)

    def exists(self, path: str) -> bool:
        try:
            Path(path).stat()  # Path.exists() takes a closed folder for a missing file on newer Pythons
        except PermissionError:
            raise
        except (OSError, ValueError):
            return False
        return True

    def read(self, path: str, limit: int = LARGEST_FILE) -> bytes | None:
        try:
            with Path(path).open("rb") as file:
                return file.read(limit)
        except PermissionError:
            raise
        except (OSError, ValueError):
            return None

    def names(self, folder: str) -> tuple[str, ...]:
        try:
            return tuple(sorted(entry.name for entry in Path(folder).iterdir()))
        except PermissionError:
            raise
        except (OSError, ValueError):
            return ()

    def version(self, path: str) -> str:
        if self.dll is None:
            return ""
        try:
            return fixed_version(version_block(self.dll, path))
        except (OSError, ValueError, ctypes.ArgumentError):
            return ""


def expand(path: str, environ: Mapping[str, str]) -> str:
    """``%NAME%`` replaced from the environment, in any case of letters; empty when one is not set. Never raises."""
    if len(path) > _LONGEST_PATH:
        return ""
    values = {name.upper(): value for name, value in environ.items()}
    if any(not values.get(name.upper()) for name in _VARIABLE.findall(path)):
        return ""
    return _VARIABLE.sub(lambda match: values[match[1].upper()], path)


def folder_of(path: str) -> str:
    """The folder of a file's path, without the last backslash. Quotes around a path are left out."""
    return path.strip().strip('"').rpartition("\\")[0]
