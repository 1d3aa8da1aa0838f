"""What may follow a place that is being typed: the folder it is in, what lies there, and how far that is one way only.

``list_folder`` reads the disk (it may be a slow network drive: worker thread); the rest is pure.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jpkidoctor.screens.typed_path import typed_path

MOST_ENTRIES = 2000
"""So many names of a folder are looked at; whoever has more types on."""
_SEPARATORS = (os.sep, os.altsep) if os.altsep else (os.sep,)
_NEVER_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class Place:
    """A typed text in two parts."""

    head: str
    """Up to the last separator and with it, as it was typed; empty for a bare name."""
    begun: str
    """The name that is being typed."""

    @property
    def folder(self) -> Path:
        """Where the name would be."""
        return typed_path(self.head) if self.head else Path()


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder. ``size`` in bytes, 0 for a folder."""

    name: str
    folder: bool
    size: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder as it was looked at."""

    folder: Path
    entries: tuple[Entry, ...] = ()
    readable: bool = True
    """False: closed to us, or not there."""
    cut: bool = False
    """There are more names than were looked at."""


def place_of(text: str) -> Place:
    """Split what is typed. A lone ``~`` is a name until a separator follows."""
    text = text.lstrip()
    cut = max(text.rfind(separator) for separator in _SEPARATORS) + 1
    return Place(text[:cut], text[cut:])


def folder_text(path: Path) -> str:
    """The folder of a file as a person would begin to type it; empty for the folder we are in."""
    return "" if path.parent == Path() else f"{path.parent}{os.sep}".replace(os.sep * 2, os.sep)


def list_folder(folder: Path) -> Listing:
    """Files, then folders, by name. Never raises for what the disk says.

    Left out are names that a field cannot hold: control and invisible characters, which could also hide what a
    name really is.
    """
    entries: list[Entry] = []
    cut = False
    try:
        with os.scandir(folder) as found:
            for item in found:
                if len(entries) >= MOST_ENTRIES:
                    cut = True
                    break
                if (entry := _entry(item)) is not None:
                    entries.append(entry)
    except (OSError, ValueError):
        return Listing(folder, readable=False)
    entries.sort(key=lambda entry: (entry.folder, _folded(entry.name)))
    return Listing(folder, tuple(entries), cut=cut)


def files_at(path: Path) -> tuple[Path, ...]:
    """The files of a folder by name, without hidden ones and those of its folders; anything else as it is.

    Never raises: what is wrong with a place is told by whoever looks at the files.
    """
    try:
        if not path.is_dir():
            return (path,)
        return tuple(sorted(file for file in path.iterdir() if not file.name.startswith(".") and file.is_file()))
    except (OSError, ValueError):  # closed to us; a NUL character in the name
        return (path,)


def _entry(item: os.DirEntry[str]) -> Entry | None:
    if any(unicodedata.category(ch) in _NEVER_SHOWN for ch in item.name):
        return None
    try:
        if item.is_dir():
            return Entry(item.name, folder=True)
        return Entry(item.name, folder=False, size=item.stat().st_size) if item.is_file() else None
    except OSError:  # a link to nowhere
        return None


def matching(
    listing: Listing, begun: str, *, folders_only: bool = False, likely: Sequence[str] = ()
) -> tuple[Entry, ...]:
    """The entries whose names begin so. Hidden ones only after a dot; names that end in ``likely`` come first."""
    wanted = _folded(begun)
    found = [
        entry
        for entry in listing.entries
        if _folded(entry.name).startswith(wanted)
        and (entry.folder or not folders_only)
        and (begun.startswith(".") or not entry.name.startswith("."))
    ]
    ends = tuple(likely)
    found.sort(key=lambda entry: entry.folder or not (ends and entry.name.casefold().endswith(ends)))
    return tuple(found)


def completed(place: Place, entries: Iterable[Entry]) -> str:
    """The text as far as all ``entries`` go the same way; a single folder is entered."""
    found = tuple(entries)
    if place.head == "" and place.begun == "~":
        return "~" + os.sep
    if not found:
        return place.head + place.begun
    if len(found) == 1:
        return place.head + found[0].name + (os.sep if found[0].folder else "")
    common = _common([entry.name for entry in found])
    return place.head + (common if len(common) >= len(place.begun) else place.begun)


def _common(names: Sequence[str]) -> str:
    """The beginning that all names share but for case; in the writing of the first."""
    first = names[0]
    length = min(len(name) for name in names)
    for at in range(length):
        if len({name[at].casefold() for name in names}) > 1:
            return first[:at]
    return first[:length]


def _folded(name: str) -> str:
    """macOS keeps names in parts (NFD); people type them whole."""
    return unicodedata.normalize("NFC", name).casefold()
