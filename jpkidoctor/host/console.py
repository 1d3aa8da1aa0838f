"""The terminal that this program runs in, as a fact, for all systems (host-probes.md §5.1). Nothing is changed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

from jpkidoctor.facts import Console, Fact
from jpkidoctor.host.probe import seen
from jpkidoctor.safe_text import safe_text

ENABLE_VIRTUAL_TERMINAL_PROCESSING = 0x0004
_OTHER_WINDOWS_TERMINALS = ("TERM_PROGRAM", "ConEmuPID", "ALACRITTY_WINDOW_ID", "WEZTERM_PANE")


def look_at_console(
    environ: Mapping[str, str] | None = None,
    platform: str = sys.platform,
    *,
    mode: int | None = None,
    legacy: bool | None = None,
) -> Fact[Console]:
    """Kind, size and encoding. ``escape_codes`` is known where the terminal says so itself.

    On Windows ``mode`` is that of the console (GetConsoleMode) and ``legacy`` the setting "use legacy console".
    """
    environ = os.environ if environ is None else environ
    interactive = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    size = shutil.get_terminal_size((0, 0)) if interactive else None
    facts = Console(
        kind=console_kind(environ, platform, interactive=interactive, legacy=bool(legacy)),
        interactive=interactive,
        escape_codes=_escape_codes(environ, platform, mode, legacy),
        encoding=safe_text(getattr(sys.stdout, "encoding", "") or "", 20),
        columns=size.columns or None if size is not None else None,
        rows=size.lines or None if size is not None else None,
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


def _is_terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError, OSError):  # closed, or none at all (a windowed program)
        return False
