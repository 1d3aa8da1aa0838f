"""F9: everything that has no key of its own, two keys away."""

from __future__ import annotations

from dataclasses import dataclass

from jpkidoctor.screens.choice_list import Choice
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.list_page import ListPage
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.themes import LOOKS
from jpkidoctor.screens.view import View
from jpkidoctor.world import TIME_SERVER


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A digit or letter, a message id below ``menu.``, and the app's action it runs."""

    digit: str
    label: str
    action: str


ENTRIES: tuple[MenuEntry, ...] = (
    MenuEntry("1", "readers", "page('readers')"),
    MenuEntry("2", "trace", "page('trace')"),
    MenuEntry("3", "pins", "page('pins')"),
    MenuEntry("4", "look", "next_look"),
    MenuEntry("5", "language", "language"),
    MenuEntry("6", "compare", "page('compare')"),
    MenuEntry("7", "practice", "page('practice')"),
    MenuEntry("8", "notices", "page('notices')"),
    MenuEntry("9", "about", "page('about')"),
    MenuEntry("0", "time", "ask_time"),
    MenuEntry("S", "sign", "page('sign')"),
    MenuEntry("V", "verify", "page('verify')"),
)
"""The keys are learnt by heart, so they never move: without practice mode 7 is left out, 8 stays 8."""


class MenuPage(ListPage):
    """A digit or letter, or Enter on a row, opens at once. Look and language change with the menu left open."""

    PAGE = "page.menu"
    CHOOSES = True

    def rows(self, view: View) -> list[Choice]:
        """Digit and name."""
        room = max(self.query_one("#rows").content_region.width - 4, 8)
        return [Choice(e.digit, (f"{e.digit} ", fit(view.say(f"menu.{e.label}"), room))) for e in _entries(view)]

    def under(self, view: View) -> str:
        """How to choose."""
        return view.say("menu.how")

    def detail(self, view: View, row: str) -> list[Para]:
        """What the marked entry is for."""
        entry = _entry(view, row)
        if entry is None:
            return []
        look = next((each for each in LOOKS if each == self.app.theme.removeprefix("jpkidoctor-")), "dark")
        now = view.say(f"look.{'large' if view.large else look}")
        return [
            Para(view.say(f"menu.{entry.label}"), style="bold"),
            Para(view.say(f"menu.{entry.label}.text", look=now, server=TIME_SERVER), gap=True),
        ]

    def chose(self, row: str) -> None:
        """Run the entry."""
        entry = _entry(self.view, row)
        if entry is not None:
            self.app.call_later(self.app.run_action, f"app.{entry.action}")

    def typed(self, character: str) -> bool:
        """A digit or letter runs its entry."""
        if _entry(self.view, character) is not None:
            self.chose(character)
            return True
        return super().typed(character)


def _entries(view: View) -> tuple[MenuEntry, ...]:
    return tuple(entry for entry in ENTRIES if entry.label != "practice" or view.practice)


def _entry(view: View, digit: str) -> MenuEntry | None:
    return next((entry for entry in _entries(view) if entry.digit == digit), None)
