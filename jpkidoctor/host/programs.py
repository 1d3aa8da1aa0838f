"""Starts a program of the system and waits for its output while there is time and somebody waits for it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from jpkidoctor.host.wanted import ASK_EVERY_S, still_wanted


def run_program(command: Sequence[str], limit: float, environ: Mapping[str, str] | None = None) -> tuple[bytes, int]:
    """Output and exit code. Without a shell, a window or input; ``environ`` None is this program's.

    Raises subprocess.TimeoutExpired after ``limit`` seconds, or as soon as nobody waits any more; the program has been
    ended then. Raises OSError or ValueError when it cannot be started.
    """
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW
    end = time.monotonic() + limit
    with subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environ,
        creationflags=flags,
    ) as child:
        try:
            while True:
                left = end - time.monotonic()
                if left <= 0 or not still_wanted():
                    raise subprocess.TimeoutExpired(list(command), limit)
                try:
                    output, _ = child.communicate(timeout=min(left, ASK_EVERY_S))
                except subprocess.TimeoutExpired:
                    continue
                return output, child.returncode
        except BaseException:
            child.kill()
            raise
