"""Finds the tables of ``knowledge/`` and reads them strictly: an unknown key or a wrong type is an error."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from jpkidoctor.knowledge import compiled

T = TypeVar("T")

_HERE = Path(__file__).resolve().parent


class KnowledgeError(Exception):
    """A table is missing, is not TOML, or does not have the shape it should have."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")
        self.path = path
        self.reason = reason


def data_directory() -> Path:
    """Where the tables are: inside the installed package, or ``knowledge/`` of a checkout.

    Raises KnowledgeError when neither is there.
    """
    installed = _HERE / "data"
    checkout = _HERE.parents[1] / "knowledge"
    for directory in (installed, checkout):
        if (directory / "flow").is_dir():
            return directory
    raise KnowledgeError(installed, "the tables are not installed")


def read_table(path: Path, table: type[T]) -> T:
    """Read one TOML file as ``table`` (a shape of ``types.py``). Raises KnowledgeError."""
    known = compiled.find(path, table)
    if known is not None:
        return known
    import tomllib

    try:
        parsed = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), type=table)
    except OSError as error:
        raise KnowledgeError(path, error.strerror or type(error).__name__) from error
    except (ValueError, msgspec.ValidationError) as error:  # not UTF-8, not TOML, or another shape
        raise KnowledgeError(path, str(error)) from error
    compiled.keep(path, parsed)
    return parsed
