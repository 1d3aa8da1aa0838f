"""What callers ask most, and the words they use for it: ``knowledge/search.toml``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from msgspec import Struct

from jpkidoctor.knowledge.load import data_directory, read_table
from jpkidoctor.search.entry import Entry


class Also(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words by which an entry is found as if they stood in its title, and nodes it leads to."""

    entry: str
    """``kind:id`` of a search entry."""
    words: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()


class AskedFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``search.toml``."""

    most_asked: tuple[str, ...]
    """``kind:id``, the most asked first: what an empty field shows."""
    also: tuple[Also, ...] = ()


def load_asked(directory: Path | None = None) -> AskedFile:
    """The table in ``directory``, else the shipped one; empty where it is missing. Raises KnowledgeError."""
    path = (directory or data_directory()) / "search.toml"
    return read_table(path, AskedFile) if path.is_file() else AskedFile(most_asked=())


def with_callers_words(entries: tuple[Entry, ...], asked: AskedFile) -> tuple[Entry, ...]:
    """The entries with the words of callers and the nodes of the table added."""
    by_entry = {also.entry: also for also in asked.also}
    return tuple(_with(entry, by_entry.get(f"{entry.kind}:{entry.id}")) for entry in entries)


def _with(entry: Entry, also: Also | None) -> Entry:
    if also is None:
        return entry
    nodes = tuple(dict.fromkeys((*entry.nodes, *also.nodes)))
    return replace(entry, names=(*entry.names, *also.words), nodes=nodes)
