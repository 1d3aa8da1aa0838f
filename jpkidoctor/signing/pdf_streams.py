"""A look at a PDF's compressed tables before anybody unpacks them: a few bytes may unpack to gigabytes."""

from __future__ import annotations

import re
import zlib

MAX_STREAM = 64 * 1024 * 1024
"""Unpacked bytes of one table of objects. A table of a million entries takes under 20 MB."""
MAX_ALL = 256 * 1024 * 1024
_STREAM = re.compile(rb"\bstream\r?\n")
_TABLE = re.compile(rb"/(?:ObjStm|XRef)\b")
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
_DICTIONARY = 4096
"""How far before its stream a dictionary is looked for."""


def unpacks_harmlessly(data: bytes) -> bool:
    """False when a cross-reference or object stream unpacks beyond the limits or through unusual filters."""
    total = 0
    for found in _STREAM.finditer(data):
        start = max(0, found.start() - _DICTIONARY)
        dictionary = data[start : found.start()]
        dictionary = dictionary[dictionary.rfind(b"obj") :]
        if _TABLE.search(dictionary) is None:
            continue
        filters = _FILTER.search(dictionary)
        names = re.findall(rb"/(\w+)", filters[1]) if filters is not None else []
        if any(name not in (b"FlateDecode", b"Fl") for name in names) or len(names) > 1:
            return False
        if not names:
            continue
        size = _unpacked(data, found.end())
        total += size
        if size > MAX_STREAM or total > MAX_ALL:
            return False
    return True


def _unpacked(data: bytes, start: int) -> int:
    """Bytes that a deflate stream unpacks to, counted up to just over the limit."""
    unpacker = zlib.decompressobj()
    size = 0
    view = memoryview(data)[start:]
    try:
        block = unpacker.decompress(view[: 1 << 20], 1 << 20)
        place = 1 << 20
        size += len(block)
        while not unpacker.eof and size <= MAX_STREAM:
            tail = unpacker.unconsumed_tail
            if not tail:
                tail = bytes(view[place : place + (1 << 20)])
                place += 1 << 20
                if not tail:
                    break
            size += len(unpacker.decompress(tail, 1 << 20))
    except zlib.error:
        return size
    return size
