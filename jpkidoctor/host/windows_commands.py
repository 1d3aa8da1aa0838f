"""Collector: runs one of Windows' own programs with a time limit, for when cfgmgr32 does not answer."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence

from jpkidoctor.host.programs import run_program

Runner = Callable[[Sequence[str], float], bytes | None]
"""Program with arguments, and seconds; gives what it printed, None when it failed or took too long."""

_LARGEST_OUTPUT = 4 * 1024 * 1024


def run_command(arguments: Sequence[str], seconds: float) -> bytes | None:
    """Run without a window, a shell or input. None for any failure; never raises."""
    try:
        output, code = run_program(arguments, seconds)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return output[:_LARGEST_OUTPUT] if code == 0 else None


def system_program(environ: Mapping[str, str], name: str) -> str:
    """Full name of a program of Windows, so that no other one of that name is started from PATH.

    A 32-bit program on a 64-bit Windows finds the real folder under ``Sysnative``.
    """
    root = environ.get("SystemRoot") or environ.get("SYSTEMROOT") or r"C:\Windows"
    folder = "Sysnative" if environ.get("PROCESSOR_ARCHITEW6432") else "System32"
    return rf"{root}\{folder}\{name}"
