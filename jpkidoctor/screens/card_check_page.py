"""カード動作確認: the authentication key answers a challenge, the signature key signs a sentence that is a test."""

from __future__ import annotations

from collections.abc import Sequence

from jpkidoctor.facts import PinId
from jpkidoctor.screens.pin_errand import Ask, Errand
from jpkidoctor.screens.pin_page import PinPage
from jpkidoctor.screens.ports import CardDesk, PinJob, PinResult
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View

_AUTHENTICATION, _SIGNATURE = Ask(PinId.AUTHENTICATION), Ask(PinId.SIGNATURE)
ERRANDS = (
    Errand("authentication", (_AUTHENTICATION,)),
    Errand("signature", (_SIGNATURE,)),
    Errand("both", (_AUTHENTICATION, _SIGNATURE)),
)


class CardCheckPage(PinPage):
    """One key, the other, or both; the result only."""

    PAGE = "page.check"
    WORDS = "check_page"

    def errands(self, view: View) -> Sequence[Errand]:
        """A digit each."""
        return ERRANDS

    def carry_out(self, desk: CardDesk, errand: Errand, job: PinJob) -> PinResult:
        """Let the keys work."""
        return desk.check(job, errand.pins)

    def result_paragraphs(self, view: View, result: PinResult) -> list[Para]:
        """And that a key that works is no proof of more."""
        said = super().result_paragraphs(view, result)
        return [*said, Para(view.say("verify.verdict.revocation.unconfirmed"), gap=True)] if result.done else said
