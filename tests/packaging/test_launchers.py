"""The files that a person double-clicks on Windows. They cannot run here; what they run is tried."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

LAUNCHERS = sorted((Path(__file__).parents[2] / "packaging" / "windows").glob("*.cmd"))


def _calls(text: str) -> list[str]:
    """What follows the program's name, on every line that starts it."""
    return re.findall(r'jpkidoctor\.exe"([^\r\n]*)', text)


def test_there_are_three():
    assert [path.name for path in LAUNCHERS] == ["collect.cmd", "report.cmd", "start.cmd"]


@pytest.mark.parametrize("path", LAUNCHERS, ids=lambda path: path.name)
def test_a_launcher_is_what_cmd_reads_on_any_code_page(path: Path):
    data = path.read_bytes()
    assert data.isascii()
    assert data.startswith(b"@echo off\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert data.count(b"(\r\n") == len(re.findall(rb"^\)", data, re.MULTILINE))
    assert _calls(data.decode())


@pytest.mark.parametrize("path", LAUNCHERS, ids=lambda path: path.name)
def test_every_path_in_a_launcher_is_quoted(path: Path):
    for line in path.read_text().splitlines():
        if line.startswith("rem"):
            continue
        bare = re.sub(r'"[^"]*"', "", line)
        assert not re.search(r"%~(?!nx0)|%HERE%|%REPORT%|%USERPROFILE%|%COMPUTERNAME%", bare), line


@pytest.mark.parametrize("path", LAUNCHERS, ids=lambda path: path.name)
def test_what_a_launcher_runs_is_a_command_of_ours(path: Path, tmp_path: Path):
    blanks = {"%REPORT%": "report.html", r"%~1\%COMPUTERNAME%": "PC-1", "%*": ""}
    for call in _calls(path.read_text()):
        for blank, value in blanks.items():
            call = call.replace(blank, value)
        assert "%" not in call
        command = [sys.executable, "-m", "jpkidoctor", *shlex.split(call), "--scenario", "signature-locked"]
        done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, timeout=60)
        assert done.returncode == (0 if "collect" in call else 1), done.stderr
    made = {file.name for file in tmp_path.iterdir()}
    assert made == {"collect.cmd": {"PC-1.json"}, "report.cmd": {"report.html"}, "start.cmd": set()}[path.name]
