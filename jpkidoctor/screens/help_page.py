"""Keys, and one paragraph for each area of the screen."""

from __future__ import annotations

from textual.app import ComposeResult

from jpkidoctor.screens.page import Page
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.view import View

_KEYS = ("steps", "id", "enter", "home", "scroll", "functions", "functions2", "card", "menu", "palette")
_AREAS = ("steps", "finding", "strip", "card", "pins", "limits")


class HelpPage(Page):
    """Scrolls with arrows and PgUp, PgDn."""

    PAGE = "page.help"
    AUTO_FOCUS = "#details"

    def compose_body(self) -> ComposeResult:
        """One text."""
        with TextScroll(id="details", can_focus=True):
            yield Prose(id="detail")

    def show_body(self, view: View) -> None:
        """The text in the person's language."""
        self.query_one("#detail", Prose).put(help_text(view), spaced=view.large)
        self.query_one("#details", TextScroll).show(view)

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp."""
        self.query_one("#details", TextScroll).turn_page(direction)


def help_text(view: View) -> tuple[Para, ...]:
    """Keys first, then the areas."""
    keys = (*_KEYS, *(("practice",) if view.practice else ()))
    lines = [Para(view.say("help.keys"), style="bold $heading")]
    lines += [Para(view.say(f"help.key.{key}"), indent=2) for key in keys]
    for area in _AREAS:
        lines.append(Para(view.say(f"help.{area}"), style="bold $heading", gap=True))
        lines.append(Para(view.say(f"help.{area}.text"), indent=2))
    return tuple(lines)
