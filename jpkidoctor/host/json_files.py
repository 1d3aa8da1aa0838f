"""JSON files of browsers and installers: any bytes give plain values or None. Pure, never raises.

Browsers read UTF-8 alone. A file in another encoding (a program that wrote cp932 or UTF-16) is still read here,
and ``browser_reads_it`` says that a browser would refuse it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from jpkidoctor.host.bulk import collector_rests

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A JSON object, and whether a browser can read it as it is written."""

    content: dict[str, Any]
    browser_reads_it: bool


def parse_json_object(data: bytes) -> JsonFile | None:
    """The object in these bytes; None when there is none. Never raises."""
    utf8 = data.removeprefix(_UTF8_MARK)
    content = _object(utf8)
    if content is not None:
        return JsonFile(content, True)
    for encoding in ("utf-16",) if data.startswith(_UTF16_MARKS) else ("cp932",):
        try:
            content = _object(data.decode(encoding).encode())
        except UnicodeError:
            continue
        if content is not None:
            return JsonFile(content, False)
    return None


def _object(utf8: bytes) -> dict[str, Any] | None:
    try:
        with collector_rests():
            content = msgspec.json.decode(utf8)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def table(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def string(value: object) -> str:
    """The value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def strings(value: object) -> tuple[str, ...]:
    """The strings of a list; nothing for another value."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
