"""What the pages that ask for codes say of the card, as paragraphs: pure functions of the view."""

from __future__ import annotations

from jpkidoctor.facts import PinFacts, PinId, PinState
from jpkidoctor.screens.pin_board import pin_style
from jpkidoctor.screens.pin_errand import Errand, is_ready, readiness_of
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View
from jpkidoctor.signing.readiness import Caution, Obstacle, Readiness


def pin_names(view: View, pin: PinId) -> tuple[str, str, str]:
    """Title, form, and where it is reset."""
    model, lang = view.known.pin(pin), view.words.lang
    if model is None:
        return pin.value, "", ""
    return model.title.get(lang), model.form.get(lang), model.reset.get(lang)


def needs_text(view: View, errand: Errand) -> str:
    """Which codes will be asked for."""
    named = (pin_names(view, pin) for pin in errand.pins)
    codes = [view.say("pin_page.code", what=title, form=form) for title, form, _ in named]
    return view.say("pin_page.needs", codes=view.say("pin_page.and").join(codes))


def ready_paragraphs(view: View, words: str, errand: Errand, *, go_on: bool) -> list[Para]:
    """What will be done, which codes it needs, how the card stands, and the key to go on.

    ``words`` begins the page's message ids.
    """
    said = [Para(view.say(f"{words}.{errand.id}.text"), gap=True), Para(needs_text(view, errand), gap=True)]
    card = _card_paragraphs(view, errand.pins, errand.passing)
    if not card:
        return [*said, Para(view.say("sign.page.no_card"), style="bold $warning", gap=True)]
    said += card
    go_on = is_ready(view, errand)
    return [
        *said,
        Para(view.say("pin_page.go_on" if go_on else "pin_page.end"), style="bold" if go_on else "", gap=True),
    ]


def typing_paragraphs(view: View, pins: tuple[PinId, ...], passing: frozenset[Obstacle]) -> list[Para]:
    """How to type, and the tries left of the code that is asked for."""
    said = [Para(view.say("pin.entry.how")), *_card_paragraphs(view, pins, passing)]
    if view.practice:
        said.append(Para(view.say("pin_page.practice"), style="$status-quiet", gap=True))
    return said


def _card_paragraphs(view: View, pins: tuple[PinId, ...], passing: frozenset[Obstacle]) -> list[Para]:
    said: list[Para] = []
    for pin in pins:
        readiness = readiness_of(view, pin)
        if readiness is not None:
            said += readiness_paragraphs(view, readiness, passing)
    return said


def readiness_paragraphs(view: View, readiness: Readiness, passing: frozenset[Obstacle]) -> list[Para]:
    """What stands in the way of one code, what to know first, and the tries left."""
    _, _, reset = pin_names(view, readiness.pin)
    blanks: dict[str, str | int] = {"pin": readiness.pin.value, "reset": reset, "days": readiness.days_left or 0}
    standing = readiness.standing(passing)
    said = [
        Para(view.say(f"sign.obstacle.{obstacle.value}", **blanks), style="bold $error", gap=True)
        for obstacle in standing
    ]
    said += [
        Para(view.say(f"sign.caution.{caution.value}", **blanks), style="bold $warning", gap=True)
        for caution in readiness.cautions
        if caution is not Caution.DATE_UNKNOWN
    ]
    if readiness.tries_left is not None and not standing and Caution.TWO_LEFT not in readiness.cautions:
        said.append(Para(view.say("pin.left", pin=readiness.pin.value, tries=readiness.tries_left), gap=True))
    return said or [Para(view.say("pin_page.count_unknown"), gap=True)]


def count_paragraphs(view: View, tries: tuple[PinFacts, ...]) -> list[Para]:
    """What the card counts after the work."""
    said = []
    for place, pin in enumerate(tries):
        if pin.state is PinState.TRIES and pin.tries_left is not None:
            sentence = view.say("pin.left", pin=pin.id.value, tries=pin.tries_left)
            said.append(Para(sentence, style=pin_style(pin), gap=place == 0))
        elif pin.state is PinState.BLOCKED:
            sentence = view.say("pin.again.blocked", pin=pin.id.value)
            said.append(Para(sentence, style=pin_style(pin), gap=place == 0))
    return said
