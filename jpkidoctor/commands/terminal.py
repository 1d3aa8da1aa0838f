"""Before the screens: can this terminal show them? If not, the same work is done line by line, and why is said."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum

from jpkidoctor.facts import Console
from jpkidoctor.knowledge.types import Lang

MIN_COLUMNS, MIN_ROWS = 60, 16
"""In less the steps of a repair would be cut. The screens are made for 80x24."""


class NoScreens(StrEnum):
    """Why the screens stay closed; each has a sentence ``cli.no_screens.<id>``."""

    NOT_A_TERMINAL = "not_a_terminal"
    NO_ESCAPE_CODES = "no_escape_codes"
    LEGACY_CONSOLE = "legacy_console"
    TOO_SMALL = "too_small"


def why_no_screens(console: Console) -> NoScreens | None:
    """The reason against the screens, None when nothing is known against them."""
    if not console.interactive:
        return NoScreens.NOT_A_TERMINAL
    if console.escape_codes is False:
        return NoScreens.LEGACY_CONSOLE if console.kind == "legacy_conhost" else NoScreens.NO_ESCAPE_CODES
    if (console.columns or MIN_COLUMNS) < MIN_COLUMNS or (console.rows or MIN_ROWS) < MIN_ROWS:
        return NoScreens.TOO_SMALL
    return None


def screens_or_lines(lang: Lang, by_lines: Callable[[], int]) -> None:
    """Return when the screens can open. Otherwise say why, do the work by lines, and end the process.

    What is said goes to stderr, the lines to stdout, so a redirected file holds the result alone.
    """
    from jpkidoctor.host.console import look_at_console
    from jpkidoctor.host.windows_console import Kernel32Console

    console = look_at_console(calls=Kernel32Console()).value
    reason = why_no_screens(console) if console is not None else None
    if reason is None:
        return
    from jpkidoctor.knowledge.words import load_words
    from jpkidoctor.report.plain import cp932_safe

    sentence = load_words(lang).text(f"cli.no_screens.{reason.value}", columns=MIN_COLUMNS, rows=MIN_ROWS)
    print(cp932_safe(sentence), file=sys.stderr)  # noqa: T201
    sys.exit(by_lines())
