"""F5: what can be done with the card, a digit each; which code each needs, and why one cannot be done now."""

from __future__ import annotations

from jpkidoctor.screens.card_offers import OFFERS, Desk, Hindrance, Offer, hindrances
from jpkidoctor.screens.choice_list import Choice
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.list_page import ListPage
from jpkidoctor.screens.pin_text import pin_names
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View

_NAME_CELLS = 30


class CardPage(ListPage):
    """A digit, or Enter on a row, opens at once what can be done now; of the rest it shows the reason."""

    PAGE = "page.card"
    LIST_TITLE = "card_page.title"
    CHOOSES = True

    def __init__(self, view: View, cards: bool, signatures: bool) -> None:
        super().__init__(view)
        self._desks = frozenset({*((Desk.CARDS,) if cards else ()), *((Desk.SIGNATURES,) if signatures else ())})

    def rows(self, view: View) -> list[Choice]:
        """Digit and name, then the code it needs, or why it cannot be done."""
        width = self.query_one("#rows").content_region.width
        name_cells = min(_NAME_CELLS, max(width // 2, 12))
        room = max(width - 5 - name_cells, 8)  # a scroll bar may come
        rows = []
        for offer in OFFERS:
            name = fit(view.say(f"card_page.{offer.page}"), name_cells)
            hindered = hindrances(view, offer, self._desks)
            if hindered:
                reason = fit(view.say(f"card_page.not.{hindered[0].id}"), room)
                rows.append(Choice(offer.digit, ((f"{offer.digit} {name} {reason}", "$status-quiet"),)))
            else:
                needs = fit(view.say(f"card_page.{offer.page}.needs"), room)
                rows.append(Choice(offer.digit, (f"{offer.digit} {name} {needs}",)))
        return rows

    def under(self, view: View) -> str:
        """How to choose."""
        return view.say("card_page.how")

    def detail(self, view: View, row: str) -> list[Para]:
        """What the marked row does, and why not now."""
        offer = _offer(row)
        if offer is None:
            return []
        said = [Para(view.say(f"card_page.{offer.page}"), style="bold")]
        for hindered in hindrances(view, offer, self._desks):
            said.append(Para(_sentence(view, hindered), style="bold $status-attention"))
        return [*said, Para(view.say(f"card_page.{offer.page}.text"), gap=True)]

    def chose(self, row: str) -> None:
        """Open it, unless something stands in the way: that stands below already."""
        offer = _offer(row)
        if offer is not None and not hindrances(self.view, offer, self._desks):
            self.app.call_later(self.app.run_action, f"app.page('{offer.page}')")

    def typed(self, character: str) -> bool:
        """A digit marks its row and opens it."""
        if _offer(character) is None:
            return super().typed(character)
        self.mark(character)
        self.chose(character)
        return True


def _offer(digit: str) -> Offer | None:
    return next((offer for offer in OFFERS if offer.digit == digit), None)


def _sentence(view: View, hindered: Hindrance) -> str:
    if hindered.obstacle is None or hindered.pin is None:
        return view.say(f"card_page.not.{hindered.id}.text")
    _, _, reset = pin_names(view, hindered.pin)
    return view.say(f"sign.obstacle.{hindered.obstacle.value}", pin=hindered.pin.value, reset=reset)
