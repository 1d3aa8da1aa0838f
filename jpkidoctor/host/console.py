"""The terminal that this program runs in, as a fact, for all systems (host-probes.md §5.1). Nothing is changed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

from jpkidoctor.facts import Console, Fact
from jpkidoctor.host.probe import seen
from jpkidoctor.safe_text import safe_text


def look_at_console(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> Fact[Console]:
    """Kind, size and encoding. ``escape_codes`` is known where the terminal says so itself."""
    environ = os.environ if environ is None else environ
    interactive = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    size = shutil.get_terminal_size((0, 0)) if interactive else None
    facts = Console(
        kind=console_kind(environ, platform, interactive=interactive),
        interactive=interactive,
        escape_codes=_escape_codes(environ, platform),
        encoding=safe_text(getattr(sys.stdout, "encoding", "") or "", 20),
        columns=size.columns or None if size is not None else None,
        rows=size.lines or None if size is not None else None,
    )
    return seen(facts, "environment")


def console_kind(environ: Mapping[str, str], platform: str, *, interactive: bool) -> str:
    """``windows_terminal conhost terminal_app other none``; a legacy console cannot be told by the environment."""
    if not interactive:
        return "none"
    if platform == "win32":
        return "windows_terminal" if environ.get("WT_SESSION") else "conhost"
    return "terminal_app" if environ.get("TERM_PROGRAM") == "Apple_Terminal" else "other"


def _escape_codes(environ: Mapping[str, str], platform: str) -> bool | None:
    if platform == "win32":
        return True if environ.get("WT_SESSION") else None
    return environ.get("TERM", "") not in ("", "dumb")


def _is_terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError, OSError):  # closed, or none at all (a windowed program)
        return False
