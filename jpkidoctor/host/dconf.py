"""Parser for a dconf database (``~/.config/dconf/user``), where GNOME keeps its settings. Pure, any bytes.

Layout (GVDB, as dconf writes it; checked against files that dconf 0.40 made): ``GVariant``, two numbers, and the place
of a hash table: counts of bloom words and buckets, both arrays, then items of 24 bytes: hash, parent's number, place
and length of its part of the key, kind, and the value's place. A value is a serialised variant: the bytes of a string,
NUL, NUL, ``s``. All numbers are little-endian 32 bits, on the machines that matter here.
"""

from __future__ import annotations

import struct

_SIGNATURE = b"GVariant"
_HEADER = struct.Struct("<8sIIII")
_TABLE = struct.Struct("<II")
_ITEM = struct.Struct("<IIIHcBII")
_NO_PARENT = 0xFFFFFFFF
_BLOOM_WORDS = (1 << 27) - 1
_MOST_ITEMS = 50_000
_DEEPEST = 64
_STRING_END = b"\0\0s"


def read_string(data: bytes, key: str) -> str | None:
    """The string under a full key (``/org/gnome/system/proxy/mode``); None when there is none. Never raises."""
    try:
        return _find(data, key.encode())
    except (struct.error, IndexError, UnicodeDecodeError):
        return None


def _find(data: bytes, key: bytes) -> str | None:
    signature, _, _, start, end = _HEADER.unpack_from(data)
    if signature != _SIGNATURE or not 0 < start < end <= len(data):
        return None
    bloom, buckets = _TABLE.unpack_from(data, start)
    first = start + _TABLE.size + 4 * ((bloom & _BLOOM_WORDS) + buckets)
    count = min((end - first) // _ITEM.size, _MOST_ITEMS)
    for number in range(max(count, 0)):
        _, _, place, length, kind, _, value_start, value_end = _ITEM.unpack_from(data, first + number * _ITEM.size)
        # The last part of the name is compared first: most items end here.
        ends = kind == b"v" and length > 0 and key.endswith(data[place : place + length])
        if ends and _full_key(data, first, count, number) == key:
            return _string(data[value_start:value_end])
    return None


def _full_key(data: bytes, first: int, count: int, number: int) -> bytes:
    parts: list[bytes] = []
    while number != _NO_PARENT:
        if number >= count or len(parts) >= _DEEPEST:
            return b""
        _, parent, place, length, *_ = _ITEM.unpack_from(data, first + number * _ITEM.size)
        parts.append(data[place : place + length])
        number = parent
    return b"".join(reversed(parts))


def _string(variant: bytes) -> str | None:
    return variant.removesuffix(_STRING_END).decode() if variant.endswith(_STRING_END) else None
