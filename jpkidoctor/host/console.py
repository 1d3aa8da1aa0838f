"""The terminal that this program runs in, as a fact, for all systems (host-probes.md §5.1). Nothing is changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from jpkidoctor.facts import Console, Fact
from jpkidoctor.host.probe import seen
from jpkidoctor.host.windows_console import (
    ENABLE_VIRTUAL_TERMINAL_PROCESSING,
    ConsoleCalls,
    draws_escape_codes,
)
from jpkidoctor.safe_text import safe_text

_OTHER_WINDOWS_TERMINALS = ("TERM_PROGRAM", "ConEmuPID", "ALACRITTY_WINDOW_ID", "WEZTERM_PANE")


def look_at_console(
    environ: Mapping[str, str] | None = None,
    platform: str = sys.platform,
    *,
    mode: int | None = None,
    legacy: bool | None = None,
    calls: ConsoleCalls | None = None,
) -> Fact[Console]:
    """Kind, size and encoding. ``escape_codes`` is known where the terminal says so itself.

    On Windows ``mode`` is that of the console (GetConsoleMode) and ``legacy`` the setting "use legacy console". Where
    these do not tell, the console itself is asked through ``calls``, for whoever is going to draw on it.
    """
    environ = os.environ if environ is None else environ
    interactive = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    columns, rows = _size() if interactive else (None, None)
    escape_codes = _escape_codes(environ, platform, mode, legacy)
    if escape_codes is None and calls is not None:
        escape_codes = draws_escape_codes(calls)
        legacy = escape_codes is False
    facts = Console(
        kind=console_kind(environ, platform, interactive=interactive, legacy=bool(legacy)),
        interactive=interactive,
        escape_codes=escape_codes,
        encoding=safe_text(getattr(sys.stdout, "encoding", "") or "", 20),
        columns=columns,
        rows=rows,
    )
    return seen(facts, "environment")


def console_kind(environ: Mapping[str, str], platform: str, *, interactive: bool, legacy: bool = False) -> str:
    """``windows_terminal conhost legacy_conhost terminal_app other none``."""
    if not interactive:
        return "none"
    if platform == "win32":
        if environ.get("WT_SESSION"):
            return "windows_terminal"
        if any(environ.get(name) for name in _OTHER_WINDOWS_TERMINALS):
            return "other"
        return "legacy_conhost" if legacy else "conhost"
    return "terminal_app" if environ.get("TERM_PROGRAM") == "Apple_Terminal" else "other"


def _escape_codes(environ: Mapping[str, str], platform: str, mode: int | None, legacy: bool | None) -> bool | None:
    if platform == "win32":
        if environ.get("WT_SESSION") or (mode is not None and mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING):
            return True
        return False if legacy else None  # an ordinary console shows them once it is told to
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
