"""Apple property lists, XML or binary, from files that anybody may have written.

The XML form is read by ElementTree and not by plistlib: plistlib hands its text over in small pieces, and an expat
before 2.6 then reads a long one again for every piece. The binary form is counted before plistlib may read it: lists
that lie over one another there can cost millions of times their bytes.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import plistlib
import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree as Xml

from jpkidoctor.host.bulk import collector_rests

_DEEPEST = 200
_FEWEST_BYTES = 11
"""Bytes that a tag of a long real list takes on the average with what stands beside it; ioreg's have 12 to 14."""
_MOST_TAGS = 20_000
"""A list with no more tags than this may be as dense as it likes."""
_MOST_OBJECTS, _MOST_REFERENCES = 50_000, 100_000
_TRAILER = 32
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z")
_LONGEST_NUMBER = 40


def parse_property_list(data: bytes, only: frozenset[str] | None = None) -> Any:  # noqa: ANN401
    """The content of a property list, or None when it is broken or larger than any real one. Never raises.

    It may hold anything: callers look before they use. ``only``: names in tables that are of use; a list in XML may
    leave out the others, which spares half of the time of a long one.
    """
    if not data:
        return None
    try:
        with collector_rests():
            if data.startswith(b"bplist"):
                return plistlib.loads(data, fmt=plistlib.FMT_BINARY) if _is_moderate(data) else None
            return _xml(data, only)
    except Exception:
        # plistlib lets ValueError, OverflowError, RecursionError and more through, by version.
        return None


def _xml(data: bytes, only: frozenset[str] | None) -> Any:  # noqa: ANN401
    if b"<!ENTITY" in data or "<!ENTITY".encode("utf-16-le") in data or "<!ENTITY".encode("utf-16-be") in data:
        return None  # no property list has any; they could grow without end
    if data.count(b"<") > max(_MOST_TAGS, len(data) // _FEWEST_BYTES):
        return None
    root = Xml.fromstring(data)  # noqa: S314 - entities are refused above
    if root.tag != "plist" or len(root) != 1:
        return None
    return _value(root[0], only, 0)


def _value(element: Xml.Element, only: frozenset[str] | None, depth: int) -> Any:  # noqa: ANN401
    """The value of an element. Raises KeyError or ValueError for a kind or a form that there is none of."""
    kind = element.tag
    if kind == "string":
        return element.text or ""
    if kind == "dict" or kind == "array":
        if depth > _DEEPEST:
            raise ValueError(kind)
        if kind == "dict":
            return _table(element, only, depth + 1)
        return [_value(child, only, depth + 1) for child in element]
    return _PLAIN[kind](element.text or "")


def _table(element: Xml.Element, only: frozenset[str] | None, depth: int) -> dict[str, Any]:
    if len(element) % 2:
        raise ValueError(element.tag)
    table: dict[str, Any] = {}
    children = iter(element)
    for key, child in zip(children, children, strict=True):
        if key.tag != "key":
            raise ValueError(key.tag)
        name = key.text or ""
        if only is None or name in only:
            table[name] = _value(child, only, depth)
    return table


def _integer(text: str) -> int:
    number = text.strip()[:_LONGEST_NUMBER]
    return int(number, 16) if number[:2].lower() == "0x" else int(number)


def _data(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()))
    except binascii.Error:
        return b""


def _date(text: str) -> dt.datetime | None:
    match = _DATE.match(text.strip())
    return dt.datetime(*map(int, match.groups())) if match is not None else None  # type: ignore[arg-type]


_PLAIN: Mapping[str, Callable[[str], Any]] = {
    "integer": _integer,
    "true": lambda text: True,
    "false": lambda text: False,
    "real": lambda text: float(text.strip()[:_LONGEST_NUMBER]),
    "data": _data,
    "date": _date,
}


def _is_moderate(data: bytes) -> bool:
    """Whether a binary list has no more objects, and no more entries in all its lists, than a real one.

    Layout after CoreFoundation's CFBinaryPList.c: a trailer of 32 bytes says where each object begins; an object's
    first byte is its kind and size, size 15 stands for a number that follows.
    """
    trailer = data[-_TRAILER:]
    width, objects = trailer[6], int.from_bytes(trailer[8:16], "big")
    table = int.from_bytes(trailer[24:32], "big")
    if not 1 <= width <= 8 or objects > _MOST_OBJECTS or table + objects * width > len(data):
        return False
    entries = 0
    for number in range(objects):
        place = table + number * width
        start = int.from_bytes(data[place : place + width], "big")
        mark = data[start]  # IndexError: no property list
        if mark & 0xF0 >= 0xA0:
            entries += _size(data, start)
            if entries > _MOST_REFERENCES:
                return False
    return True


def _size(data: bytes, start: int) -> int:
    size = data[start] & 0x0F
    if size != 0x0F:
        return size
    width = 1 << (data[start + 1] & 0x0F)
    return int.from_bytes(data[start + 2 : start + 2 + min(width, 8)], "big")
