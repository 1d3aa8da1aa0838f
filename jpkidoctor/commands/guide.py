"""``jpkidoctor guide``: the telephone guide, on the screens or line by line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from jpkidoctor.commands.exits import Exit
from jpkidoctor.knowledge.types import Lang

if TYPE_CHECKING:
    from jpkidoctor.guide.beginning import Beginning


def run_guide(*, plain: bool, code: str | None, report: Path | None, lang: Lang, keep: bool) -> Exit:
    """Guide a call, on the screens or line by line.

    ``code`` is a code, message or support code that the caller reads out, ``report`` a saved report; at most one of
    them is given. Raises SupportCodeError and ReportReadError before anything is shown.
    """
    begin = _beginning(code, report)

    def by_lines() -> Exit:
        from jpkidoctor.commands.guide_plain import guide_by_lines

        return guide_by_lines(sys.stdin, sys.stdout, lang=lang, begin=begin)

    if plain:
        return by_lines()
    from jpkidoctor.commands.screens import open_screens

    open_screens(
        lang=lang,
        theme="dark",
        ascii=None,
        scenario=None,
        practice=False,
        first_page="guide",
        begin=begin,
        keep=keep,
        by_lines=by_lines,
    )  # ends the process
    return Exit.NOTHING_FAILED


def _beginning(code: str | None, report: Path | None) -> Beginning | None:
    if report is not None:
        from jpkidoctor.guide.beginning import begin_saved
        from jpkidoctor.judge import load_judge

        return begin_saved(report, load_judge())
    if code is not None:
        from jpkidoctor.guide.beginning import begin_typed
        from jpkidoctor.guide.tables import load_guide

        return begin_typed(load_guide(), code)
    return None
