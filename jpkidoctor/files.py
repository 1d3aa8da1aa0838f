"""Saving a file so that it is either all there or not there at all.

A report is often written to a USB stick or a network share in the middle of a telephone call. A half-written
file under the final name would be read as a whole one, so the bytes go to a temporary name in the same
directory first, are pushed to the disk, and only then take the final name.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from enum import StrEnum
from pathlib import Path


class WriteProblem(StrEnum):
    """Why a file could not be written; each has a sentence ``report.write.<id>`` in ``words/report.toml``."""

    NO_DIRECTORY = "no_directory"
    NOT_WRITABLE = "not_writable"
    DISK_FULL = "disk_full"
    IS_DIRECTORY = "is_directory"
    NOT_A_FILE = "not_a_file"
    """The name belongs to a link, a device or a pipe, which this program does not replace."""
    EXISTS = "exists"
    """The name is taken, and nothing was to be replaced."""
    OTHER = "other"


class FileWriteError(OSError):
    """A file could not be written. Nothing was left behind, and an older file of that name is unchanged."""

    def __init__(self, path: Path, reason: WriteProblem) -> None:
        super().__init__(f"{reason.value}: {path}")
        self.path = path
        self.reason = reason


_PROBLEMS: dict[int, WriteProblem] = {
    errno.ENOENT: WriteProblem.NO_DIRECTORY,
    errno.ENOTDIR: WriteProblem.NO_DIRECTORY,
    errno.EACCES: WriteProblem.NOT_WRITABLE,
    errno.EPERM: WriteProblem.NOT_WRITABLE,
    errno.EROFS: WriteProblem.NOT_WRITABLE,
    errno.ENOSPC: WriteProblem.DISK_FULL,
    errno.EDQUOT: WriteProblem.DISK_FULL,
    errno.EFBIG: WriteProblem.DISK_FULL,
    errno.EISDIR: WriteProblem.IS_DIRECTORY,
}

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS})
"""A second name for a file cannot be had: FAT on a USB stick, some network shares."""


def write_atomically(path: Path, data: bytes, mode: int = 0o600, *, replace: bool = True) -> None:
    """Write ``data`` to ``path`` in one step: temporary name, fsync, rename, fsync of the directory.

    An existing regular file is replaced, or refused without ``replace``; a link, directory, device or pipe is
    always refused. ``mode`` is set on POSIX; on Windows the directory's own access rules apply. Raises FileWriteError.
    """
    try:
        _refuse_what_stands_there(path, replace=replace)
        _write_and_rename(path, data, mode, replace=replace)
    except FileWriteError:
        raise
    except OSError as error:
        raise FileWriteError(path, _PROBLEMS.get(error.errno or 0, WriteProblem.OTHER)) from error
    except ValueError as error:  # a NUL character in the name
        raise FileWriteError(path, WriteProblem.OTHER) from error
    _push_directory(path.parent)


def _refuse_what_stands_there(path: Path, *, replace: bool) -> None:
    # lstat, not stat: a link is judged as a link and never followed.
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(found.st_mode):
        raise FileWriteError(path, WriteProblem.IS_DIRECTORY)
    if not stat.S_ISREG(found.st_mode):
        raise FileWriteError(path, WriteProblem.NOT_A_FILE)
    if not replace:
        raise FileWriteError(path, WriteProblem.EXISTS)


def _write_and_rename(path: Path, data: bytes, mode: int, *, replace: bool) -> None:
    # mkstemp creates with O_EXCL and 0600, so no other user can read the bytes even for a moment.
    descriptor, name = tempfile.mkstemp(prefix=".jpkidoctor-", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.name == "posix":
            temporary.chmod(mode)
        if replace:
            temporary.replace(path)
        else:
            _take_a_free_name(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _take_a_free_name(temporary: Path, path: Path) -> None:
    """Give the file its name unless somebody has taken it since it was looked at. Raises FileWriteError."""
    try:
        if os.name == "posix":
            os.link(temporary, path)  # a rename would replace what stands there
            temporary.unlink()
        else:
            temporary.rename(path)  # Windows refuses a name that is taken
    except FileExistsError as error:
        raise FileWriteError(path, WriteProblem.EXISTS) from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _refuse_what_stands_there(path, replace=False)
        temporary.replace(path)


def _push_directory(directory: Path) -> None:
    """Make the rename itself durable. Not possible on Windows and some network shares, and then left out."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
