"""An organisation's own directory, laid over the shipped tables without touching the package.

Its files have the names and shapes of the shipped ones. An entry with an id that is shipped replaces that entry
in its place; any other is added, before the shipped ones, because an organisation's own desk is whom its people
call first. Only the tables of ``OVERLAY_TABLES``, ``words/`` and the telephone guide's of ``GUIDE_TABLES`` can be
laid over: checks rest on the others.

The directory stands in the environment variable ``JPKIDOCTOR_KNOWLEDGE`` (``--knowledge`` sets it for the run), so
threads and child processes see the same one. Loaders cache by the directories, never by "now".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from jpkidoctor.knowledge.load import KnowledgeError, data_directory, read_table
from jpkidoctor.knowledge.types import Sourced, Text, WordsFile

VARIABLE = "JPKIDOCTOR_KNOWLEDGE"

OVERLAY_TABLES = frozenset(
    {"contacts.toml", "errors.toml", "glossary.toml", "notices.toml", "procedures.toml", "services.toml"}
    | {"sources.toml"}
)
"""File names an organisation's directory may hold, beside ``words/*.toml``, ``guide/`` and notes (.md, .txt)."""

GUIDE_TABLES = ("causes.toml", "stops.toml", "symptoms.toml", "questions-*.toml")
"""Patterns of file names in its ``guide/``. When enough was asked (``limits.toml``) stays ours."""

T = TypeVar("T")
E = TypeVar("E", bound=msgspec.Struct)


def overlay_directory(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The organisation's directory, None when there is none.

    Raises KnowledgeError when it does not exist or holds a file that no loader would read.
    """
    named = environ.get(VARIABLE, "").strip()
    return _checked(Path(named).expanduser()) if named else None


def knowledge_directories(environ: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The shipped directory, then the organisation's when there is one. Raises KnowledgeError."""
    overlay = overlay_directory(environ)
    return (data_directory(),) if overlay is None else (data_directory(), overlay)


@contextmanager
def overlay_in_use(directory: Path | None) -> Iterator[None]:
    """Use this organisation's directory for the run of a command; None leaves things as they are.

    Raises KnowledgeError for a directory that cannot be used, before anything is shown.
    """
    if directory is None:
        yield
        return
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(_checked(directory.expanduser()).resolve())
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def read_entries(
    directories: tuple[Path, ...],
    name: str,
    table: type[T],
    entries: Callable[[T], tuple[E, ...]],
    key: Callable[[E], Hashable],
) -> tuple[E, ...]:
    """The entries of the table ``name``, those of later directories laid over those of the first.

    ``name`` may be a pattern (``guide/questions-*.toml``): then all files that fit are one table.
    The first directory must have the file. Entries from later ones have ``origin`` "organisation".
    Raises KnowledgeError, naming file and field, and for a key that stands twice in one file.
    """
    merged: dict[Hashable, E] = {}
    for path in _files(directories[0], name):
        merged |= _new(path, _keyed(path, entries(read_table(path, table)), key), merged)
    for directory in directories[1:]:
        own: dict[Hashable, E] = {}
        for path in _files(directory, name):
            if path.is_file():
                keyed = _keyed(path, entries(_read_own(path, table)), key)
                own |= _new(path, {k: _own(entry) for k, entry in keyed.items()}, own)
        added = {k: entry for k, entry in own.items() if k not in merged}
        merged = added | {k: own.get(k, entry) for k, entry in merged.items()}
    return tuple(merged.values())


def _files(directory: Path, name: str) -> tuple[Path, ...]:
    return tuple(sorted(directory.glob(name))) if "*" in name else (directory / name,)


def _new(path: Path, found: dict[Hashable, E], before: dict[Hashable, E]) -> dict[Hashable, E]:
    """``found``, none of which another file of the same table has. Raises KnowledgeError."""
    for twice in found.keys() & before.keys():
        raise KnowledgeError(path, f"{twice} stands twice (in {path.parent})")
    return found


def own_texts(directories: tuple[Path, ...], shipped: Mapping[str, Text]) -> Mapping[str, Text]:
    """``shipped`` messages with those of ``words/*.toml`` of the later directories laid over.

    Raises KnowledgeError, also for a message that the program does not have: a misspelt key would never be seen.
    """
    texts = dict(shipped)
    for directory in directories[1:]:
        for path in sorted((directory / "words").glob("*.toml")):
            words = _read_own(path, WordsFile).text
            if unknown := words.keys() - shipped.keys():
                raise KnowledgeError(path, f"{min(unknown)} is no message of this program (in {path.parent})")
            texts.update(words)
    return texts


@cache
def _checked(directory: Path) -> Path:
    if not directory.is_dir():
        raise KnowledgeError(directory, f"the organisation's directory is not there ({directory})")
    for path in sorted(directory.iterdir()):
        known = path.name in OVERLAY_TABLES or (path.name in ("words", "guide") and path.is_dir())
        if not known and not path.name.startswith(".") and path.suffix not in {".md", ".txt"}:
            allowed = ", ".join(sorted(OVERLAY_TABLES))
            raise KnowledgeError(
                path, f"an organisation's directory holds {allowed}, words/ and guide/ only (in {directory})"
            )
    for path in sorted((directory / "guide").glob("*")):
        if not any(path.match(pattern) for pattern in GUIDE_TABLES) and path.suffix not in {".md", ".txt"}:
            raise KnowledgeError(path, f"guide/ holds {', '.join(GUIDE_TABLES)} only (in {path.parent})")
    return directory


def _read_own(path: Path, table: type[T]) -> T:
    """As ``read_table``; the message says the directory too, since the shipped table has the same name."""
    try:
        return read_table(path, table)
    except KnowledgeError as error:
        raise KnowledgeError(path, f"{error.reason} (in {path.parent})") from error


def _keyed(path: Path, entries: tuple[E, ...], key: Callable[[E], Hashable]) -> dict[Hashable, E]:
    found: dict[Hashable, E] = {}
    for entry in entries:
        if key(entry) in found:
            raise KnowledgeError(path, f"{key(entry)} stands twice (in {path.parent})")
        found[key(entry)] = entry
    return found


def _own(entry: E) -> E:
    return msgspec.structs.replace(entry, origin="organisation") if isinstance(entry, Sourced) else entry
