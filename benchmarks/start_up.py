"""How long until something useful is there, beside the bare libraries underneath."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence

from benchmarks.row import Row, command, median_ms

BARE_APP = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare-app-is-here")
Bare().run()
"""


def first_frame_ms(arguments: Sequence[str], marker: bytes, limit_s: float = 20) -> float:
    """Milliseconds from process start until ``marker`` is written to the terminal (80x24)."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    start = time.perf_counter()
    process = subprocess.Popen(list(arguments), stdin=side, stdout=side, stderr=side, env=env, start_new_session=True)
    os.close(side)
    seen = b""
    try:
        while marker not in seen:
            if time.perf_counter() - start > limit_s:
                raise RuntimeError(f"no frame with {marker!r} within {limit_s} s")
            if select.select([main], [], [], 0.5)[0]:
                seen += os.read(main, 65536)
        return (time.perf_counter() - start) * 1000
    finally:
        process.kill()
        process.wait()
        os.close(main)


def _median_frame(arguments: Sequence[str], marker: str, times: int = 7) -> float:
    spent = sorted(first_frame_ms(arguments, marker.encode()) for _ in range(times + 1))
    return spent[len(spent) // 2]


def rows() -> Iterator[Row]:
    """Start-up rows."""
    ours = _median_frame([sys.executable, "-m", "jpkidoctor"], "パソコンの窓口")
    bare = _median_frame([sys.executable, "-c", BARE_APP], "bare-app-is-here")
    yield Row("process start to first useful frame, bare Textual app", ours, bare, 1.5)
    version = median_ms(lambda: command([sys.executable, "-m", "jpkidoctor", "--version"]), 11)
    click = median_ms(lambda: command([sys.executable, "-c", "import click"]), 11)
    yield Row('--version, python -c "import click"', version, click, 2.0)
