from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from jpkidoctor.files import FileWriteError, WriteProblem, write_atomically


def problem(path: Path) -> WriteProblem:
    with pytest.raises(FileWriteError) as caught:
        write_atomically(path, b"new")
    assert caught.value.path == path
    return caught.value.reason


def names(directory: Path) -> list[str]:
    return sorted(entry.name for entry in directory.iterdir())


def test_the_bytes_arrive_readable_by_the_owner_only(tmp_path):
    path = tmp_path / "報告書.json"
    write_atomically(path, b"\x00data")
    assert path.read_bytes() == b"\x00data"
    assert names(tmp_path) == ["報告書.json"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_another_mode_can_be_asked_for(tmp_path):
    write_atomically(tmp_path / "a", b"x", 0o644)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


def test_an_older_file_is_replaced_and_not_written_into(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    os.link(path, tmp_path / "b")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert (tmp_path / "b").read_bytes() == b"old"


def test_file_is_synced_before_it_gets_its_name(tmp_path, monkeypatch):
    events = []
    real_fsync, real_replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (events.append("fsync"), real_fsync(fd))[1])
    monkeypatch.setattr(Path, "replace", lambda self, to: (events.append("rename"), real_replace(self, to))[1])
    write_atomically(tmp_path / "a", b"x")
    assert events[:2] == ["fsync", "rename"]
    if os.name == "posix":
        assert events == ["fsync", "rename", "fsync"]


def test_each_bad_place_has_its_reason(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    assert problem(tmp_path / "none" / "a") is WriteProblem.NO_DIRECTORY
    assert problem(tmp_path / "file" / "a") is WriteProblem.NO_DIRECTORY
    assert problem(tmp_path / "folder") is WriteProblem.IS_DIRECTORY
    assert problem(tmp_path / "a\0b") is WriteProblem.OTHER


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
def test_a_link_or_pipe_is_refused_and_its_target_untouched(tmp_path):
    target = tmp_path / "target"
    target.write_bytes(b"old")
    (tmp_path / "link").symlink_to(target)
    os.mkfifo(tmp_path / "pipe")
    assert problem(tmp_path / "link") is WriteProblem.NOT_A_FILE
    assert problem(tmp_path / "pipe") is WriteProblem.NOT_A_FILE
    assert target.read_bytes() == b"old"


def test_a_name_that_is_taken_while_we_write_is_kept_too(tmp_path, monkeypatch):
    path = tmp_path / "a"
    real_fsync = os.fsync

    def somebody_else(descriptor: int) -> None:
        real_fsync(descriptor)
        if not path.exists():
            path.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", somebody_else)
    with pytest.raises(FileWriteError) as caught:
        write_atomically(path, b"ours", replace=False)
    assert caught.value.reason is WriteProblem.EXISTS
    assert path.read_bytes() == b"theirs"
    assert names(tmp_path) == ["a"]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a rename refuses by itself")
def test_where_a_file_can_have_one_name_only_it_is_written_all_the_same(tmp_path, monkeypatch):
    def no_links(source: object, target: object) -> None:
        raise OSError(errno.EPERM, "a USB stick")

    monkeypatch.setattr(os, "link", no_links)
    write_atomically(tmp_path / "a", b"ours", replace=False)
    assert (tmp_path / "a").read_bytes() == b"ours"
    assert names(tmp_path) == ["a"]


def test_a_name_that_is_taken_is_kept_when_asked(tmp_path):
    path = tmp_path / "a"
    write_atomically(path, b"first", replace=False)
    with pytest.raises(FileWriteError) as caught:
        write_atomically(path, b"second", replace=False)
    assert caught.value.reason is WriteProblem.EXISTS
    assert path.read_bytes() == b"first"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, WriteProblem.DISK_FULL),
        (errno.EROFS, WriteProblem.NOT_WRITABLE),
        (errno.EACCES, WriteProblem.NOT_WRITABLE),
        (errno.EIO, WriteProblem.OTHER),
    ],
)
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, code, reason, moment):
    def fail(*_arguments):
        raise OSError(code, os.strerror(code))

    path = tmp_path / "a"
    path.write_bytes(b"old")
    monkeypatch.setattr(os if moment == "fsync" else Path, moment, fail)
    assert problem(path) is reason
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_an_interruption_leaves_no_temporary_file(tmp_path, monkeypatch):
    def interrupt(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a", b"x")
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o500)
    try:
        assert problem(tmp_path / "a") is WriteProblem.NOT_WRITABLE
    finally:
        tmp_path.chmod(0o700)
