"""The application's part for the practice mode: its hands, and another case."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from textual.app import App

if TYPE_CHECKING:
    from jpkidoctor.live import Examination
    from jpkidoctor.screens.ports import PracticeControls, ScenarioChoice
    from jpkidoctor.screens.practice_page import PracticePage


class Practises(App[None]):
    """Mixed into the application, which has what is declared here."""

    _practice: PracticeControls | None
    _examination: Examination
    _scenario: ScenarioChoice | None

    def _begin_anew(self) -> None:
        """Watch the examination that is set now, and know nothing of the one before."""
        raise NotImplementedError

    def action_practice(self, hand: str) -> None:
        """Move the practice card: insert, remove or turn_over."""
        if self._practice is None:
            return
        hands = {
            "insert": self._practice.insert,
            "remove": self._practice.remove,
            "turn_over": self._practice.turn_over,
        }
        hands[hand]()

    # The page loads when it is opened, so its message is told by Textual's name for its handler.
    def on_practice_page_chosen(self, message: PracticePage.Chosen) -> None:
        """The person chose a practice case."""
        if self._practice is None:
            return
        # Ending the old threads may take a second; nothing here waits for it.
        threading.Thread(target=self._examination.stop, name="stop", daemon=True).start()
        self._examination = self._practice.start(message.scenario.id)
        self._scenario = message.scenario
        self._begin_anew()
