"""Parsers for the values of device properties: a DEVPROPTYPE number and raw bytes in, plain values out.

All are pure and total: a value of another type, or one that is cut off, reads as nothing. Layouts are those of
devpropdef.h ([K] of host-probes §1.1.1): little-endian, strings UTF-16 with an ending NUL.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

UINT32 = 0x07
GUID_TYPE = 0x0D
FILETIME = 0x10
STRING = 0x12
STRING_LIST = 0x2012

_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
_TICKS_PER_MICROSECOND = 10
_LONGEST_LIST = 64


class RawProperty(NamedTuple):
    """What CM_Get_DevNode_PropertyW gave: DEVPROPTYPE and the bytes of the value."""

    type: int
    data: bytes


NOTHING = RawProperty(0, b"")


def utf16(data: bytes) -> str:
    """UTF-16LE text up to its first NUL; broken pairs become U+FFFD. Never raises."""
    return data[: len(data) & ~1].decode("utf-16-le", "replace").partition("\0")[0]


def utf16_list(data: bytes) -> tuple[str, ...]:
    """A double-NUL ended list of UTF-16LE texts (REG_MULTI_SZ). Never raises."""
    whole = data[: len(data) & ~1].decode("utf-16-le", "replace").partition("\0\0")[0].removesuffix("\0")
    return () if whole.startswith("\0") or not whole else tuple(whole.split("\0"))


def parse_string(value: RawProperty) -> str:
    """A DEVPROP_TYPE_STRING, else empty."""
    return utf16(value.data) if value.type == STRING else ""


def parse_strings(value: RawProperty) -> tuple[str, ...]:
    """A DEVPROP_TYPE_STRING_LIST (hardware ids), else empty. At most 64 of them."""
    return utf16_list(value.data)[:_LONGEST_LIST] if value.type == STRING_LIST else ()


def parse_uint32(value: RawProperty) -> int | None:
    """A DEVPROP_TYPE_UINT32 (a problem code), else None."""
    if value.type != UINT32 or len(value.data) != 4:
        return None
    return int.from_bytes(value.data, "little")


def parse_guid(value: RawProperty) -> str:
    """A DEVPROP_TYPE_GUID as ``{50dd5230-...}``, else empty."""
    if value.type != GUID_TYPE or len(value.data) != 16:
        return ""
    return f"{{{uuid.UUID(bytes_le=value.data)}}}"


def parse_filetime(value: RawProperty) -> dt.datetime | None:
    """A DEVPROP_TYPE_FILETIME (100 ns since 1601, UTC), else None. Zero and years past 9999 are no time."""
    if value.type != FILETIME or len(value.data) != 8:
        return None
    ticks = int.from_bytes(value.data, "little")
    try:
        return _EPOCH + dt.timedelta(microseconds=ticks // _TICKS_PER_MICROSECOND) if ticks else None
    except OverflowError:
        return None
