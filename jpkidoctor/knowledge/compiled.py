"""Tables as they were parsed the last time: TOML is read by people and is slow, JSON is read in a millisecond.

A copy belongs to one file in one state (path, size, time of change) and to one shape of table; anything else is
another copy. It is decoded as strictly as the table itself, and a copy that cannot be read or written is no
fault: the table is parsed again.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from jpkidoctor import __version__

T = TypeVar("T")


@cache
def _directory() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("jpkidoctor", appauthor=False) / "tables"


def _copy_of(path: Path, table: type) -> tuple[Path, str]:
    """Where the copy of this table is, and the beginning of the names of its copies. Raises OSError."""
    state = path.stat()
    place = zlib.crc32(f"{path.resolve()}|{table.__qualname__}".encode())
    name = f"{path.stem}-{place:08x}-"
    return _directory() / f"{name}{state.st_mtime_ns:x}-{state.st_size:x}-{__version__}.json", name


def find(path: Path, table: type[T]) -> T | None:
    """The table as it was parsed before, None when that is not known. Never raises."""
    try:
        copy, _ = _copy_of(path, table)
        return msgspec.json.decode(copy.read_bytes(), type=table)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def keep(path: Path, parsed: object) -> None:
    """Remember a parsed table in place of what was remembered of it before. Never raises."""
    with contextlib.suppress(OSError):
        copy, name = _copy_of(path, type(parsed))
        copy.parent.mkdir(parents=True, exist_ok=True)
        temporary = copy.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_bytes(msgspec.json.encode(parsed))
        temporary.replace(copy)
        for old in copy.parent.glob(f"{name}*.json"):
            if old != copy:
                old.unlink(missing_ok=True)
