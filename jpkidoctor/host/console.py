"""The terminal that this program runs in, as a fact, for all systems (host-probes.md §5.1). Nothing is changed."""

from __future__ import annotations

import os
import shutil
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
    size = shutil.get_terminal_size((0, 0)) if interactive else None
    escape_codes = _escape_codes(environ, platform, calls or Kernel32Console())
    facts = Console(
        kind=console_kind(environ, platform, interactive=interactive, escape_codes=escape_codes),
        interactive=interactive,
        escape_codes=escape_codes,
        encoding=safe_text(getattr(sys.stdout, "encoding", "") or "", 20),
        columns=size.columns or None if size is not None else None,
        rows=size.lines or None if size is not None else None,
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


def _is_terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError, OSError):  # closed, or none at all (a windowed program)
        return False
