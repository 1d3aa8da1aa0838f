"""``jpkidoctor guide``: the telephone guide, on the screens or line by line."""

from __future__ import annotations

import sys

from jpkidoctor.commands.exits import Exit
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.plain import cp932_safe


def run_guide(*, plain: bool, code: str | None, lang: Lang) -> Exit:
    """Guide a call. ``code`` is a code or message that the caller has read out."""
    if plain:
        from jpkidoctor.commands.guide_plain import guide_by_lines

        return guide_by_lines(sys.stdin, sys.stdout, lang=lang, code=code)
    return open_guide(lang=lang, code=code)


def open_guide(*, lang: Lang, code: str | None) -> Exit:
    """Open the screen of the guide. There is none yet: says how to do without."""
    del code  # the screen will begin with it
    print(cp932_safe(load_words(lang).text("guide.no_screen")), file=sys.stderr)  # noqa: T201
    return Exit.WRONG_USAGE
