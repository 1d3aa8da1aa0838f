"""The terminal that this program runs in, as a fact, for all systems (host-probes.md §5.1). Nothing is changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from jpkidoctor.facts import Console, Fact
from jpkidoctor.host.probe import seen
from jpkidoctor.host.windows_console import ConsoleCalls, Kernel32Console, draws_escape_codes
from jpkidoctor.safe_text import safe_text


def look_at_console(
    environ: Mapping[str, str] | None = None, platform: str = sys.platform, calls: ConsoleCalls | None = None
) -> Fact[Console]:
    """Kind, size and encoding. ``escape_codes`` is known where the terminal or Windows says so."""
    environ = os.environ if environ is None else environ
    interactive = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    columns, rows = _size() if interactive else (None, None)
    escape_codes = _escape_codes(environ, platform, calls or Kernel32Console())
    facts = Console(
        kind=console_kind(environ, platform, interactive=interactive, escape_codes=escape_codes),
        interactive=interactive,
        escape_codes=escape_codes,
        encoding=safe_text(getattr(sys.stdout, "encoding", "") or "", 20),
        columns=columns,
        rows=rows,
    )
    return seen(facts, "environment")


def console_kind(
    environ: Mapping[str, str], platform: str, *, interactive: bool, escape_codes: bool | None = None
) -> str:
    """``windows_terminal conhost legacy_conhost terminal_app other none``."""
    if not interactive:
        return "none"
    if platform == "win32":
        if environ.get("WT_SESSION"):
            return "windows_terminal"
        return "legacy_conhost" if escape_codes is False else "conhost"
    return "terminal_app" if environ.get("TERM_PROGRAM") == "Apple_Terminal" else "other"


def _escape_codes(environ: Mapping[str, str], platform: str, calls: ConsoleCalls) -> bool | None:
    if platform == "win32":
        return True if environ.get("WT_SESSION") else draws_escape_codes(calls)
    return environ.get("TERM", "") not in ("", "dumb")


def _size() -> tuple[int | None, int | None]:
    """Columns and rows of the terminal itself: COLUMNS and LINES may be left over from another one."""
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except (AttributeError, ValueError, OSError):
        return None, None
    return size.columns or None, size.lines or None


def _is_terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError, OSError):  # closed, or none at all (a windowed program)
        return False
