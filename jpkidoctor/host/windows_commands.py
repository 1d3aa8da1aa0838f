"""Collector: runs one of Windows' own programs with a time limit, for when cfgmgr32 does not answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

Runner = Callable[[Sequence[str], float], bytes | None]
"""Program with arguments, and seconds; gives what it printed, None when it failed or took too long."""

_LARGEST_OUTPUT = 4 * 1024 * 1024


def run_command(arguments: Sequence[str], seconds: float) -> bytes | None:
    """Run without a window, a shell or input. None for any failure; never raises."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW
    try:
        done = subprocess.run(
            list(arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            creationflags=flags,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout[:_LARGEST_OUTPUT] if done.returncode == 0 else None


def system_program(environ: Mapping[str, str], name: str) -> str:
    """Full name of a program of Windows, so that no other one of that name is started from PATH.

    A 32-bit program on a 64-bit Windows finds the real folder under ``Sysnative``.
    """
    root = environ.get("SystemRoot") or environ.get("SYSTEMROOT") or r"C:\Windows"
    folder = "Sysnative" if environ.get("PROCESSOR_ARCHITEW6432") else "System32"
    return rf"{root}\{folder}\{name}"
