"""A terminal that cannot show the screens gets the same result line by line, and hears why."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jpkidoctor.commands.terminal import MIN_COLUMNS, MIN_ROWS, NoScreens, why_no_screens
from jpkidoctor.facts import Console
from jpkidoctor.knowledge.words import load_words

from .test_check import run


@pytest.mark.parametrize(
    ("console", "reason"),
    [
        (Console(kind="none", interactive=False), NoScreens.NOT_A_TERMINAL),
        (Console(kind="other", escape_codes=False), NoScreens.NO_ESCAPE_CODES),
        (Console(kind="legacy_conhost", escape_codes=False), NoScreens.LEGACY_CONSOLE),
        (Console(kind="conhost", escape_codes=None), None),
        (Console(kind="other", escape_codes=True, columns=MIN_COLUMNS - 1, rows=40), NoScreens.TOO_SMALL),
        (Console(kind="other", escape_codes=True, columns=80, rows=MIN_ROWS - 1), NoScreens.TOO_SMALL),
        (Console(kind="other", escape_codes=True, columns=80, rows=24), None),
        (Console(kind="other", escape_codes=True), None),
    ],
)
def test_reasons_against_the_screens(console: Console, reason: NoScreens | None):
    assert why_no_screens(console) is reason


def test_every_reason_has_a_sentence():
    for reason in NoScreens:
        for lang in ("ja", "en"):
            assert "‹" not in load_words(lang).text(f"cli.no_screens.{reason.value}", columns=60, rows=16)


def test_redirected_output_is_the_examination_line_by_line():
    done = run("--scenario", "signature-locked")
    assert done.returncode == 1
    assert "G-04" in done.stdout.decode().splitlines()[0]
    assert "端末ではありません" in done.stderr.decode()
    assert b"\x1b" not in done.stdout


def test_a_saved_report_is_read_line_by_line(tmp_path: Path):
    path = tmp_path / "report.json"
    run("check", "--scenario", "signature-locked", "--report", str(path))
    done = run("replay", str(path))
    assert done.returncode == 1
    assert "G-04" in done.stdout.decode()


def test_the_telephone_guide_goes_on_line_by_line():
    done = run("guide", input=b"")
    assert "端末ではありません" in done.stderr.decode()
    assert done.stdout.strip()


def _at_a_terminal(size: str, environ: dict[str, str]) -> tuple[str, int]:
    """What the program writes at a real pseudo-terminal that is asked to be so large."""
    columns, rows = size.split("x")
    master, slave = pty.openpty()
    subprocess.run(["stty", "cols", columns, "rows", rows], stdin=slave, check=True)
    command = [sys.executable, "-m", "jpkidoctor", "--scenario", "signature-locked"]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=os.environ | environ) as running:
        os.close(slave)
        written, end = b"", time.monotonic() + 60
        while time.monotonic() < end and running.poll() is None:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    written += os.read(master, 65536)
                except OSError:
                    break
        if running.poll() is None and time.monotonic() >= end:
            running.kill()
        code = running.wait(timeout=30)
    os.close(master)
    return written.decode(errors="replace"), code


def test_a_dumb_terminal_gets_lines_without_escape_codes():
    text, code = _at_a_terminal("80x24", {"TERM": "dumb"})
    assert code == 1
    assert "TERM" in text
    assert "\x1b" not in text


def test_a_tiny_terminal_gets_lines_and_hears_how_large_it_should_be():
    text, code = _at_a_terminal("40x10", {"TERM": "xterm", "COLUMNS": "200", "LINES": "50"})  # of an older terminal
    assert code == 1
    assert f"{MIN_COLUMNS}" in text
    assert "\x1b" not in text
