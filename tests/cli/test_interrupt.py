"""Ctrl+C ends a command at once, with a sentence, even while a card does not answer."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jpkidoctor.knowledge.words import load_words


def _threads(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts threads in /proc")
@pytest.mark.parametrize("command", ["check", "collect"])
def test_ctrl_c_does_not_wait_for_a_card_that_is_silent(command: str):
    arguments = [sys.executable, "-m", "jpkidoctor", command, "--scenario", "card-silent"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        begun = time.monotonic()
        while _threads(running.pid) < 3 and time.monotonic() - begun < 30:  # main, examination, card
            time.sleep(0.02)
        time.sleep(0.5)
        assert running.poll() is None
        interrupted = time.monotonic()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
        assert time.monotonic() - interrupted < 5  # the silent command alone is waited for 8 seconds
    assert (running.returncode, out) == (130, b"")
    assert err.decode().strip() == load_words("ja").text("cli.interrupted")
