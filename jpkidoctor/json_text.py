"""JSON as this program writes it: UTF-8, indented, with a line feed at the end."""

from __future__ import annotations

import msgspec


def indented(value: object) -> bytes:
    """The bytes of a Struct or of builtin types, keys in the order of the type."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
