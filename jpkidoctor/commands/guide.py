"""``jpkidoctor guide``: the telephone guide, on the screens or line by line."""

from __future__ import annotations

import sys

from jpkidoctor.commands.exits import Exit
from jpkidoctor.knowledge.types import Lang


def run_guide(*, plain: bool, code: str | None, lang: Lang) -> Exit:
    """Guide a call, on the screens or line by line. ``code``, read out by the caller, is taken line by line only."""
    if plain or code is not None:
        from jpkidoctor.commands.guide_plain import guide_by_lines

        return guide_by_lines(sys.stdin, sys.stdout, lang=lang, code=code)
    return open_guide(lang=lang)


def open_guide(*, lang: Lang) -> Exit:
    """Open the telephone page over this computer's diagnosis. Ends the process."""
    from jpkidoctor.commands.screens import open_screens

    open_screens(lang=lang, theme="dark", ascii=None, scenario=None, practice=False, first_page="guide")
    return Exit.NOTHING_FAILED
