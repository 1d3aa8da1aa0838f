"""Collector for files: everything a probe reads from disk, /proc or /sys goes through a Tree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LARGEST_FILE = 4 * 1024 * 1024
"""Bytes. libccid's list, the largest file of interest, has about 60 kB."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a computer below ``root``. Names are absolute (``/etc/os-release``), also in a test tree."""

    root: Path

    def path(self, name: str) -> Path:
        """Where a name really is. Absolute symbolic links inside a test tree are not followed into it."""
        return self.root / name.lstrip("/")

    def read(self, name: str, limit: int = LARGEST_FILE) -> bytes | None:
        """The first ``limit`` bytes of a file; None when it is absent or may not be read."""
        try:
            with self.path(name).open("rb") as file:
                return file.read(limit)
        except (OSError, ValueError):  # ValueError: a name with NUL, from the environment
            return None

    def text(self, name: str, limit: int = LARGEST_FILE) -> str:
        """The file as text, empty when it cannot be read."""
        return decode(self.read(name, limit) or b"")

    def line(self, name: str) -> str:
        """A one-line file, as sysfs and /proc have them, without its end."""
        return self.text(name, 4096).strip("\0\r\n\t ")

    def exists(self, name: str) -> bool:
        """True when the name is there, be it a symbolic link that leads nowhere."""
        try:
            self.path(name).lstat()
        except (OSError, ValueError):
            return False
        return True

    def names(self, name: str) -> list[str]:
        """Sorted names in a directory, empty when it is absent. Raises PermissionError when it is closed to us."""
        try:
            return sorted(entry.name for entry in self.path(name).iterdir())
        except PermissionError:
            raise
        except (OSError, ValueError):
            return []

    def link(self, name: str) -> str:
        """Target of a symbolic link as written in it, empty when it is none."""
        try:
            return str(self.path(name).readlink())
        except (OSError, ValueError):
            return ""


def decode(data: bytes) -> str:
    """Text from bytes of unknown origin: UTF-8, else Windows' Japanese code page. Never raises."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp932", errors="replace")
