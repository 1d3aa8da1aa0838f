"""氏名や住所をくらべる: the four attributes of the signature certificate beside the card's, with two codes for it.

A difference hints that the certificate was revoked (sign-verify.md §2). No attribute is shown: same or different.
"""

from __future__ import annotations

from jpkidoctor.facts import PinId
from jpkidoctor.screens.pin_errand import Ask, Errand
from jpkidoctor.screens.pin_page import PinPage
from jpkidoctor.screens.ports import CardDesk, PinJob, PinResult
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View
from jpkidoctor.signing.attributes import Match

ERRAND = Errand("compare", (Ask(PinId.SIGNATURE), Ask(PinId.CARD_FACE_INPUT)))
_STYLES = {Match.SAME: "", Match.DIFFERS: "bold $warning", Match.UNKNOWN: "$status-quiet"}


class AttributesPage(PinPage):
    """One thing to do, so it begins with how the card stands."""

    PAGE = "page.attributes"
    WORDS = "attributes_page"
    ONLY = ERRAND

    def carry_out(self, desk: CardDesk, errand: Errand, job: PinJob) -> PinResult:
        """Read both, compare."""
        return desk.compare(job)

    def result_paragraphs(self, view: View, result: PinResult) -> list[Para]:
        """Four answers, what they hint at, and what to do then."""
        if result.comparison is None:
            return super().result_paragraphs(view, result)
        said = []
        for place, (attribute, match) in enumerate(result.comparison.matches):
            label, spoken = view.say(f"cert.label.{attribute.value}"), view.say(f"compare_card.match.{match.value}")
            line = view.say("compare_card.attribute", attribute=label, match=spoken)
            said.append(Para(line, style=_STYLES[match], gap=place == 0))
        if result.comparison.hint:
            said.append(Para(view.say("compare_card.hint"), style="bold $warning", gap=True))
            for number in (1, 2, 3):
                said.append(Para(view.say(f"attributes_page.todo{number}"), lead=f"{number} ", indent=2))
        else:
            said.append(Para(view.say("compare_card.no_hint"), gap=True))
        return [*said, *super().result_paragraphs(view, result)]
