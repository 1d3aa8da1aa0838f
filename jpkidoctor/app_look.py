"""The application's part for its language and its look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

from jpkidoctor.knowledge.words import load_words
from jpkidoctor.screens.themes import LOOKS, Look, theme_name

if TYPE_CHECKING:
    from jpkidoctor.knowledge.types import Lang
    from jpkidoctor.knowledge.words import Words
    from jpkidoctor.screens.view import View


class ChangesLook(App[None]):
    """Mixed into the application, which has what is declared here."""

    _lang: Lang
    _look: Look
    _words: Words
    _notice: str

    def current_view(self) -> View:
        """Everything the pages may show now."""
        raise NotImplementedError

    def _say(self, notice: str) -> None:
        raise NotImplementedError

    def _show(self) -> None:
        raise NotImplementedError

    def action_language(self) -> None:
        """F7: the other language; every word on the screen changes."""
        self._lang = "en" if self._lang == "ja" else "ja"
        self._words = load_words(self._lang)
        self._notice = ""
        self._show()

    def action_next_look(self) -> None:
        """The next look."""
        self.action_look(LOOKS[(LOOKS.index(self._look) + 1) % len(LOOKS)])

    def action_look(self, look: Look) -> None:
        """Set a look: dark, light, contrast or large."""
        self._look = look
        self.theme = theme_name(look)
        view = self.current_view()
        self._say(view.say("notice.look", look=view.say(f"look.{look}")))
