"""暗証番号を変える: which one, the old one, the new one twice."""

from __future__ import annotations

from collections.abc import Sequence

from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.facts import PinId
from jpkidoctor.screens.pin_errand import Ask, Errand
from jpkidoctor.screens.pin_page import PinPage
from jpkidoctor.screens.ports import CardDesk, PinJob, PinResult
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View
from jpkidoctor.signing.readiness import ONLY_THE_PIN_MATTERS


class PinChangePage(PinPage):
    """The codes that this program may change, a digit each."""

    PAGE = "page.change"
    WORDS = "change_page"

    def errands(self, view: View) -> Sequence[Errand]:
        """One for each PIN that may be changed here, in the order of the board."""
        return [
            Errand(
                model.id,
                tuple(Ask(PinId(model.id), f"change_page.{which}") for which in ("old", "new", "again")),
                ONLY_THE_PIN_MATTERS,
            )
            for model in view.known.pins
            if model.change == "reference_data"
        ]

    def choose_paragraphs(self, view: View) -> list[Para]:
        """The codes, and that the others are the city office's."""
        return [*super().choose_paragraphs(view), Para(view.say("change_page.others"), gap=True)]

    def refuse(self, typed: tuple[TypedPin, ...]) -> str:
        """The new one has to be the same twice, and another than before."""
        old, new, again = typed
        if not new.same_as(again):
            return "pin.not_same"
        return "change_page.same_as_old" if new.same_as(old) else ""

    def carry_out(self, desk: CardDesk, errand: Errand, job: PinJob) -> PinResult:
        """Change it."""
        return desk.change(job, errand.pins[0])
