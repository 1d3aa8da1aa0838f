"""Collector for files: everything a probe reads from disk, /proc or /sys goes through a Tree.

Missing and closed are two answers. What is not there gives nothing; what is closed to us raises PermissionError, which
makes the fact DENIED when the probe can say nothing better. ``glance`` and ``is_closed`` are for what is of no weight.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

LARGEST_FILE = 4 * 1024 * 1024
"""Bytes. libccid's list, the largest file of interest, has about 60 kB."""

_MISSING = frozenset(
    {
        errno.ENOENT,
        errno.ENOTDIR,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.EISDIR,
        errno.EINVAL,  # no symbolic link, or an attribute of sysfs that this device does not have
        errno.ENODEV,
        errno.ENXIO,
        errno.ESRCH,  # a process that has ended
    }
)
"""Answers that mean "no such file". Any other (a broken disk, a network folder that is away) is an error."""


class Disk(Protocol):
    """The system's calls. Each raises OSError as the system answers, and ValueError for a name with NUL."""

    def lstat(self, path: Path) -> object: ...

    def read(self, path: Path, limit: int) -> bytes: ...

    def names(self, path: Path) -> list[str]: ...

    def link(self, path: Path) -> str: ...


class ThisDisk:
    """The files of this computer."""

    def lstat(self, path: Path) -> object:
        return path.lstat()

    def read(self, path: Path, limit: int) -> bytes:
        with path.open("rb") as file:
            return file.read(limit)

    def names(self, path: Path) -> list[str]:
        return os.listdir(path)  # noqa: PTH208 - names alone are wanted, and /proc has many

    def link(self, path: Path) -> str:
        return str(path.readlink())


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a computer below ``root``. Names are absolute (``/etc/os-release``), also in a test tree.

    Every method but ``glance`` and ``is_closed`` raises PermissionError for what is closed to us, and OSError for a
    disk that fails.
    """

    root: Path
    disk: Disk = field(default_factory=ThisDisk)

    def path(self, name: str) -> Path:
        """Where a name really is. Absolute symbolic links inside a test tree are not followed into it."""
        return self.root / name.lstrip("/")

    def read(self, name: str, limit: int = LARGEST_FILE) -> bytes | None:
        """The first ``limit`` bytes of a file; None when it is absent."""
        try:
            return self.disk.read(self.path(name), limit)
        except (OSError, ValueError) as error:
            _pass_if_missing(error)
            return None

    def text(self, name: str, limit: int = LARGEST_FILE) -> str:
        """The file as text, empty when it is absent."""
        return decode(self.read(name, limit) or b"")

    def line(self, name: str) -> str:
        """A one-line file, as sysfs and /proc have them, without its end."""
        return self.text(name, 4096).strip("\0\r\n\t ")

    def glance(self, name: str) -> str:
        """A one-line file that nothing hangs on: empty also when it is closed to us. Never raises."""
        try:
            return self.line(name)
        except OSError:
            return ""

    def exists(self, name: str) -> bool:
        """True when the name is there, be it a symbolic link that leads nowhere."""
        try:
            self.disk.lstat(self.path(name))
        except (OSError, ValueError) as error:
            _pass_if_missing(error)
            return False
        return True

    def is_closed(self, name: str) -> bool:
        """Whether we may not even know if the name is there. Never raises."""
        try:
            self.exists(name)
        except OSError:
            return True
        return False

    def names(self, name: str) -> list[str]:
        """Sorted names in a directory, empty when it is absent."""
        try:
            return sorted(self.disk.names(self.path(name)))
        except (OSError, ValueError) as error:
            _pass_if_missing(error)
            return []

    def link(self, name: str) -> str:
        """Target of a symbolic link as written in it, empty when it is none."""
        try:
            return self.disk.link(self.path(name))
        except (OSError, ValueError) as error:
            _pass_if_missing(error)
            return ""

    def real(self, name: str) -> Path:
        """The place with its symbolic links followed, as far as that goes. Never raises."""
        path = self.path(name)
        try:
            return path.resolve()
        except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle
            return path


class Glances:
    """Looks at many small files of which none decides alone, and remembers whether one was closed to us."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.closed = False

    def text(self, name: str, limit: int = LARGEST_FILE) -> str:
        """The file as text, empty when it is absent or closed. Never raises."""
        try:
            return self._tree.text(name, limit)
        except OSError:
            self.closed = True
            return ""

    def line(self, name: str) -> str:
        """A one-line file without its end. Never raises."""
        return self.text(name, 4096).strip("\0\r\n\t ")

    def exists(self, name: str) -> bool:
        """True when the name is seen there. Never raises."""
        try:
            return self._tree.exists(name)
        except OSError:
            self.closed = True
            return False


def _pass_if_missing(error: OSError | ValueError) -> None:
    """Raise what is not just absence. ValueError: a name with NUL, from the environment, is no file's name."""
    if isinstance(error, OSError) and error.errno not in _MISSING:
        raise error


def decode(data: bytes) -> str:
    """Text from bytes of unknown origin: UTF-8, else Windows' Japanese code page. Never raises."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp932", errors="replace")
