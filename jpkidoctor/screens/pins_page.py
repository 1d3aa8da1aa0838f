"""All codes of the card with the tries that are left, and what each is for. No PIN is asked or sent here."""

from __future__ import annotations

from jpkidoctor.facts import PinFacts, PinId, PinState
from jpkidoctor.screens.choice_list import Choice
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.list_page import ListPage
from jpkidoctor.screens.pin_board import pin_bar, pin_style, pin_word
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View

_STATE_CELLS = 16
_BAR_CELLS = 12


class PinsPage(ListPage):
    """One row a code."""

    PAGE = "page.pins"
    LIST_TITLE = "pin.board"

    def rows(self, view: View) -> list[Choice]:
        """Title, state in words, bar."""
        width = self.query_one("#rows").content_region.width
        bar = _BAR_CELLS if width >= 44 else 0
        room = max(width - 1 - _STATE_CELLS - bar - 2, 8)
        rows = []
        for model in view.known.pins:
            pin = _facts(view, model.id)
            title = model.title if room >= 36 else model.short
            drawn = fit(pin_bar(pin, model.tries), bar) if bar else ""
            state = f" {fit(pin_word(view, pin), _STATE_CELLS)}{drawn}"
            rows.append(Choice(model.id, (fit(title.get(view.words.lang), room), (state, pin_style(pin)))))
        return rows

    def under(self, view: View) -> str:
        """That this is harmless, or that there is no card yet."""
        return view.say("pin.safe" if view.facts and view.facts.card.known else "pin.no_card")

    def detail(self, view: View, row: str) -> list[Para]:
        """What the code is, what it is for, and who can reset it."""
        model = next((m for m in view.known.pins if m.id == row), None)
        if model is None:
            return []
        lang = view.words.lang
        pin = _facts(view, model.id)
        state = f"{pin_word(view, pin)}  {pin_bar(pin, model.tries)}  {view.say('pin.of', max=model.tries)}"
        return [
            Para(model.title.get(lang), style="bold"),
            Para(state, style=pin_style(pin)),
            Para(view.say("pin.form", form=model.form.get(lang)), gap=True),
            Para(view.say("pin.used_for", use=model.used_for.get(lang)), gap=True),
            Para(view.say("pin.reset", reset=model.reset.get(lang)), gap=True),
            Para(view.say("pin.no_wait"), gap=True),
        ]


def _facts(view: View, pin: str) -> PinFacts:
    card = view.facts.card.value if view.facts else None
    return card.pin(PinId(pin)) if card else PinFacts(id=PinId(pin), state=PinState.UNKNOWN)
