"""Bad input gets one clear sentence and an exit code, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jpkidoctor.knowledge.words import load_words
from jpkidoctor.simulator.vpcd import BridgeState

from .test_check import run


def _refused(done, code: int, *words: str) -> None:
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert done.stdout == b""
    assert "Traceback" not in said
    assert "‹" not in said
    assert said.strip()
    for word in words:
        assert word in said


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    assert run("check", "--scenario", "signature-locked", "--report", str(path)).returncode == 1
    return path


def test_an_unknown_scenario():
    _refused(run("check", "--scenario", "no-such-case"), 2, "no-such-case", "jpkidoctor scenarios")
    _refused(run("simulate", "--scenario", "no-such-case"), 2, "no-such-case")


def test_a_broken_scenario_file(tmp_path: Path):
    path = tmp_path / "broken.toml"
    path.write_text("title = 3")
    _refused(run("check", "--scenario", str(path)), 2, "broken")


def test_an_unknown_reader_lists_those_that_are_there():
    _refused(run("check", "--scenario", "healthy-contact", "--reader", "Nothing"), 2, "Nothing", "SCR3310")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"not json at all",
        b"[]",
        b'{"schema": "jpkidoctor.report/99"}',
        b'{"schema": "other/1"}',
        b"\xff\xfe",
    ],
)
def test_strange_facts_files(tmp_path: Path, content: bytes):
    path = tmp_path / "strange.json"
    path.write_bytes(content)
    _refused(run("check", "--facts", str(path)), 3, "strange.json")


def test_a_truncated_report(report: Path):
    report.write_bytes(report.read_bytes()[:-200])
    _refused(run("check", "--facts", str(report)), 3, "report.json")


def test_a_huge_file_is_not_read(tmp_path: Path):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    _refused(run("check", "--facts", str(path)), 3)


def test_a_missing_file():
    _refused(run("check", "--facts", "nowhere.json"), 3, "nowhere.json")
    _refused(run("replay", "nowhere.json"), 3, "nowhere.json")


def test_a_changed_report_is_read_with_a_warning(report: Path):
    report.write_text(report.read_text().replace("G-04", "G-05", 1))
    done = run("check", "--facts", str(report), "--json")
    assert done.returncode == 1
    assert "確認番号" in done.stderr.decode()


def test_a_directory_that_is_not_there_or_not_writable(tmp_path: Path):
    done = run("check", "--scenario", "healthy-contact", "--report", str(tmp_path / "no" / "report.html"))
    assert done.returncode == 3
    assert "Traceback" not in done.stderr.decode()
    if os.geteuid() != 0:
        locked = tmp_path / "locked"
        locked.mkdir(mode=0o500)
        done = run("check", "--scenario", "healthy-contact", "--report", str(locked / "report.html"))
        assert done.returncode == 3


def test_a_full_disk_leaves_the_old_report(report: Path):
    before = report.read_bytes()
    done = run("check", "--scenario", "healthy-contact", "--report", "/dev/full")
    assert done.returncode == 2  # no known ending
    link = report.with_name("full.json")
    link.symlink_to("/dev/full")
    done = run("check", "--scenario", "healthy-contact", "--report", str(link))
    assert done.returncode == 3
    assert report.read_bytes() == before


def test_an_unknown_report_format_is_told_before_anything_is_examined(tmp_path: Path):
    done = run("check", "--scenario", "healthy-contact", "--report", str(tmp_path / "report.docx"))
    _refused(done, 2, ".html")


def test_two_sources_at_once(report: Path):
    _refused(run("check", "--scenario", "healthy-contact", "--facts", str(report)), 2, "--facts")


def test_simulate_without_a_virtual_reader_says_so():
    _refused(run("simulate", "--port", "1"), 3, "pcscd")


def test_simulate_without_a_card_says_so(tmp_path: Path):
    path = tmp_path / "empty.toml"
    path.write_text('step = "C"\ntitle = {ja = "x", en = "x"}\nstory = {ja = "x", en = "x"}\n[expect]\n')
    _refused(run("simulate", "--scenario", str(path)), 2, "カード")


def test_everything_that_simulate_tells_has_words():
    for lang in ("ja", "en"):
        for state in BridgeState:
            assert "cli.simulate" not in load_words(lang).text(f"cli.simulate.{state.value}")


def test_output_into_a_closed_pipe_is_no_traceback():
    import subprocess
    import sys

    done = subprocess.run(
        f"{sys.executable} -m jpkidoctor scenarios | head -1", shell=True, capture_output=True, check=False, timeout=60
    )
    assert b"Traceback" not in done.stderr
