"""Steps 6 and 7 of signing: what the card says before a PIN is typed, and which key goes on. All pure."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

from jpkidoctor.facts import PinId
from jpkidoctor.screens import pin_errand
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View
from jpkidoctor.signing.job import Confirmations
from jpkidoctor.signing.readiness import Caution, Obstacle, Readiness


class Answer(Enum):
    """What a digit means at the card step."""

    NOTHING = auto()
    ONCE_MORE = auto()
    """Another key is needed, and the page says which."""
    GO_ON = auto()
    """The PIN may be typed."""


def readiness_of(view: View) -> Readiness | None:
    """Of the signature password. None: no card, or not read yet."""
    return pin_errand.readiness_of(view, PinId.SIGNATURE)


def is_being_read(view: View) -> bool:
    """A card is there, and what it is comes in a moment."""
    return view.facts is not None and view.facts.card.note == "pending"


def is_expired(readiness: Readiness | None) -> bool:
    """The authentication certificate's time is over, and the signature certificate's with it."""
    return readiness is not None and Obstacle.EXPIRED in readiness.obstacles


def answer(
    character: str, readiness: Readiness | None, yes: Confirmations, *, expired: bool
) -> tuple[Answer, Confirmations]:
    """What a digit means, and what was confirmed with it.

    1 goes on; 2 does at two tries left, where 1 does not; 3 accepts that the certificate is out of its time, which
    nothing else does. Whatever else stands in the way, a locked password or one try left above all, no key goes on.
    """
    if readiness is None or character not in ("1", "2", "3") or not readiness.ready(allow_expired=True):
        return Answer.NOTHING, yes
    if character == "3":
        if not expired:
            return Answer.NOTHING, yes
        yes = replace(yes, expired=True)
    if expired and not yes.expired:
        return Answer.ONCE_MORE, yes
    twice = Caution.TWO_LEFT in readiness.cautions
    if twice is not (character == "2"):
        return Answer.ONCE_MORE if twice else Answer.NOTHING, yes
    return Answer.GO_ON, replace(yes, two_left=twice)


def card_paragraphs(view: View, readiness: Readiness | None, *, reading: bool = False) -> list[Para]:
    """Whether the card can sign now: what it is, its certificate, and the tries left."""
    if readiness is None:
        return [Para(view.say("sign.page.reading" if reading else "sign.page.no_card"), style="bold $warning")]
    kind = view.say(f"report.card_kind.{readiness.kind.value}")
    said = [Para(view.say("sign.page.card", kind=kind))]
    said += validity_paragraphs(view, readiness)
    blanks = _blanks(view, readiness)
    if readiness.tries_left is not None and not readiness.obstacles and Caution.TWO_LEFT not in readiness.cautions:
        said.append(Para(view.say("pin.left", **blanks)))
    said += [
        Para(view.say(f"sign.obstacle.{obstacle.value}", **blanks), style="bold $error", gap=True)
        for obstacle in readiness.obstacles
    ]
    said += [
        Para(view.say(f"sign.caution.{caution.value}", **blanks), style="bold $warning", gap=True)
        for caution in readiness.cautions
    ]
    return said


def validity_paragraphs(view: View, readiness: Readiness) -> list[Para]:
    """The days left, when nothing of them is said elsewhere."""
    if readiness.days_left is None or readiness.days_left < 0 or Caution.EXPIRES_SOON in readiness.cautions:
        return []
    return [Para(view.say("sign.page.days_left", days=readiness.days_left))]


def _blanks(view: View, readiness: Readiness) -> dict[str, str | int]:
    model = view.known.pin(readiness.pin)
    reset = model.reset.get(view.words.lang) if model is not None else ""
    days, tries = readiness.days_left or 0, readiness.tries_left or 0
    return {"pin": readiness.pin.value, "reset": reset, "days": days, "tries": tries}


def expired_paragraphs(view: View, *, accepted: bool) -> list[Para]:
    """What comes of an expired certificate, until that was accepted."""
    return [] if accepted else [Para(view.say("sign.page.expired"), style="bold $error", gap=True)]


def card_keys(view: View, readiness: Readiness | None, *, expired: bool, accepted: bool) -> str:
    """Step 6: the key that goes on, if any does. ``expired``: the certificate is; ``accepted``: and that was said."""
    if readiness is None or not readiness.ready(allow_expired=True):
        return view.say("sign.page.card.no_way")
    if expired and not accepted:
        return view.say("sign.page.expired.keys")
    return view.say("sign.page.second" if Caution.TWO_LEFT in readiness.cautions else "sign.page.card.keys")


def pin_paragraphs(view: View, readiness: Readiness | None) -> list[Para]:
    """Step 7: how to type, and what is left."""
    paragraphs = [Para(view.say("pin.entry.how"))]
    if readiness is None:
        return paragraphs
    model = view.known.pin(readiness.pin)
    if model is not None:
        paragraphs.append(Para(view.say("sign.page.pin.form", form=model.form.get(view.words.lang)), gap=True))
    blanks = _blanks(view, readiness)
    if Caution.TWO_LEFT in readiness.cautions:
        paragraphs.append(Para(view.say("sign.caution.two_left", **blanks), style="bold $warning"))
    elif readiness.tries_left is not None:
        paragraphs.append(Para(view.say("pin.left", **blanks)))
    paragraphs.append(Para(view.say("sign.page.pin.once"), style="$status-quiet", gap=True))
    return paragraphs
