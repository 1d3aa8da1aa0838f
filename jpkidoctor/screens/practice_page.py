"""The practice mode's page: move the practice card, or start another case."""

from __future__ import annotations

from textual.message import Message

from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.choice_list import Choice
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.list_page import ListPage
from jpkidoctor.screens.ports import ScenarioChoice
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View

HANDS = ("insert", "remove", "turn_over")


class PracticePage(ListPage):
    """Digits 1 to 3 move the card; Enter starts the marked case."""

    PAGE = "page.practice"
    CHOOSES = True
    LIST_TITLE = "practice.title"

    class Chosen(Message):
        """The person wants this case."""

        def __init__(self, scenario: ScenarioChoice) -> None:
            super().__init__()
            self.scenario = scenario

    def __init__(self, view: View, scenarios: tuple[ScenarioChoice, ...]) -> None:
        super().__init__(view)
        self._scenarios = scenarios

    def rows(self, view: View) -> list[Choice]:
        """One row a case."""
        room = max(self.query_one("#rows").content_region.width - 5, 8)  # the mark, the letter, the scroll bar
        lang = view.words.lang
        return [
            Choice(case.id, (f"{case.step or ' '} ", fit(safe_text(case.title.get(lang)), room)))
            for case in self._scenarios
        ]

    def under(self, view: View) -> str:
        """How to choose."""
        return view.say("practice.how" if self._scenarios else "practice.none")

    def detail(self, view: View, row: str) -> list[Para]:
        """The marked case with what its caller says, and the hands."""
        case = self._case(row)
        lines = [Para(safe_text(case.title.get(view.words.lang)), style="bold")] if case else []
        if case and case.story:
            lines.append(Para(view.say("practice.story"), style="bold $heading", gap=True))
            lines.append(Para(safe_text(case.story.get(view.words.lang)), indent=2))
        lines.append(Para(view.say("practice.hands"), style="bold $heading", gap=True))
        lines += [Para(view.say(f"practice.{hand}"), indent=2) for hand in HANDS]
        return lines

    def chose(self, row: str) -> None:
        """Start a case."""
        case = self._case(row)
        if case is not None:
            self.post_message(self.Chosen(case))

    def typed(self, character: str) -> bool:
        """1 to 3 move the card."""
        if character in ("1", "2", "3"):
            return super().typed("PRT"[int(character) - 1])
        return super().typed(character)

    def _case(self, row: str) -> ScenarioChoice | None:
        return next((case for case in self._scenarios if case.id == row), None)
