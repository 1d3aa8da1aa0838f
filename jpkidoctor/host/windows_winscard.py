"""Collector: which device stands behind each PC/SC name, by SCardGetReaderDeviceInstanceIdW (Windows 8 and later).

The call does not disturb the reader, and it is not redirected: in a Remote Desktop session it fails with
SCARD_E_READER_UNAVAILABLE, since the readers are those of the computer in front of the person
(host-probes §0.2, §1.1.1, §1.1.7).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from jpkidoctor.host.windows_properties import utf16, utf16_list

if TYPE_CHECKING:
    from ctypes import _Pointer

E_READER_UNAVAILABLE = 0x80100017
E_INSUFFICIENT_BUFFER = 0x80100008
_SCOPE_USER = 0
_LONGEST = 1 << 15
"""Characters of a list of names; Windows allows ten readers."""
_TRIES = 3


class WinScard(Protocol):
    """The functions of winscard.dll, as the DLL has them. Each returns a LONG, 0 is success."""

    def SCardEstablishContext(  # noqa: N802
        self, scope: int, reserved1: None, reserved2: None, context: _Pointer[ctypes.c_size_t]
    ) -> int: ...

    def SCardListReadersW(  # noqa: N802
        self, context: int, groups: None, names: ctypes.Array[ctypes.c_uint16], size: _Pointer[ctypes.c_uint32]
    ) -> int: ...

    def SCardGetReaderDeviceInstanceIdW(  # noqa: N802
        self, context: int, name: str, instance: ctypes.Array[ctypes.c_uint16], size: _Pointer[ctypes.c_uint32]
    ) -> int: ...

    def SCardReleaseContext(self, context: int) -> int: ...  # noqa: N802


@dataclass(frozen=True, slots=True)
class ReaderLinks:
    """PC/SC names with the device instance behind each, and the names that are another computer's."""

    instances: tuple[tuple[str, str], ...] = ()
    elsewhere: tuple[str, ...] = ()


_U32, _P32, _HANDLE = ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32), ctypes.c_size_t
_TEXT, _CHARS, _NOTHING = ctypes.c_wchar_p, ctypes.POINTER(ctypes.c_uint16), ctypes.c_void_p

SIGNATURES: Mapping[str, tuple[Any, ...]] = {
    "SCardEstablishContext": (_U32, _NOTHING, _NOTHING, ctypes.POINTER(_HANDLE)),
    "SCardListReadersW": (_HANDLE, _TEXT, _CHARS, _P32),
    "SCardGetReaderDeviceInstanceIdW": (_HANDLE, _TEXT, _CHARS, _P32),
    "SCardReleaseContext": (_HANDLE,),
}
"""Argument types of each function; SCARDCONTEXT is as wide as a pointer. Results are read as unsigned."""


def open_winscard() -> WinScard | None:
    """This computer's DLL; None where there is none, or one older than Windows 8."""
    if sys.platform != "win32":
        return None
    try:
        library = ctypes.WinDLL("winscard.dll")
        for name, arguments in SIGNATURES.items():
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, _U32
    except (OSError, AttributeError):
        return None
    return cast(WinScard, library)


def reader_links(dll: WinScard) -> ReaderLinks:
    """Ask for every PC/SC reader. Nothing without a service or reader: that is another fact's business."""
    context = ctypes.c_size_t()
    if dll.SCardEstablishContext(_SCOPE_USER, None, None, ctypes.pointer(context)) & 0xFFFFFFFF:
        return ReaderLinks()
    try:
        return _links(dll, context.value)
    finally:
        dll.SCardReleaseContext(context.value)


def _links(dll: WinScard, context: int) -> ReaderLinks:
    names = (ctypes.c_uint16 * _LONGEST)()
    if dll.SCardListReadersW(context, None, names, ctypes.pointer(ctypes.c_uint32(_LONGEST))) & 0xFFFFFFFF:
        return ReaderLinks()
    tied: list[tuple[str, str]] = []
    elsewhere: list[str] = []
    for name in utf16_list(bytes(names)):
        code, instance = _instance(dll, context, name)
        if code == 0 and instance:
            tied.append((name, instance))
        elif code == E_READER_UNAVAILABLE:
            elsewhere.append(name)
    return ReaderLinks(tuple(tied), tuple(elsewhere))


def _instance(dll: WinScard, context: int, name: str) -> tuple[int, str]:
    size = ctypes.c_uint32(512)
    code = E_INSUFFICIENT_BUFFER
    for _ in range(_TRIES):
        buffer = (ctypes.c_uint16 * max(1, min(size.value, _LONGEST)))()
        code = dll.SCardGetReaderDeviceInstanceIdW(context, name, buffer, ctypes.pointer(size)) & 0xFFFFFFFF
        if code != E_INSUFFICIENT_BUFFER:
            return code, utf16(bytes(buffer))
    return code, ""
