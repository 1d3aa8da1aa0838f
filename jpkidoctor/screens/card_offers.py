"""What the card page offers, and what stands in the way of each now. Pure: the view in, offers and reasons out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jpkidoctor.facts import PinId
from jpkidoctor.screens.pin_errand import card_at_rest, readiness_of
from jpkidoctor.screens.view import View
from jpkidoctor.signing.readiness import DATES_DO_NOT_MATTER, ONLY_THE_PIN_MATTERS, Obstacle


class Desk(StrEnum):
    """Whose hands an offer needs."""

    NONE = "none"
    CARDS = "cards"
    SIGNATURES = "signatures"


@dataclass(frozen=True, slots=True)
class Offer:
    """A digit, its words ``card_page.<page>``, ``.text`` and ``.needs``, and the page it opens."""

    digit: str
    page: str
    desk: Desk = Desk.CARDS
    codes: tuple[tuple[PinId, ...], ...] = ()
    """Groups of codes: all of one group are needed, and any group will do. Empty: no card is needed to begin."""
    passing: frozenset[Obstacle] = DATES_DO_NOT_MATTER


_AUTHENTICATION, _SIGNATURE, _FACE = PinId.AUTHENTICATION, PinId.SIGNATURE, PinId.CARD_FACE_INPUT
OFFERS: tuple[Offer, ...] = (
    Offer("1", "certificates"),
    Offer("2", "pins", Desk.NONE),
    Offer("3", "change", codes=((_SIGNATURE,), (_AUTHENTICATION,), (_FACE,)), passing=ONLY_THE_PIN_MATTERS),
    Offer("4", "check", codes=((_AUTHENTICATION,), (_SIGNATURE,))),
    Offer("5", "sign", Desk.SIGNATURES, codes=((_SIGNATURE,),)),
    Offer("6", "verify", Desk.SIGNATURES),
    Offer("7", "attributes", codes=((_SIGNATURE, _FACE),)),
)
"""The digits are learnt by heart, so they never move."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why an offer cannot be taken now: a word ``card_page.not.<id>``, and the code it is about, if any."""

    id: str
    pin: PinId | None = None
    obstacle: Obstacle | None = None


def hindrances(view: View, offer: Offer, desks: frozenset[Desk]) -> tuple[Hindrance, ...]:
    """What stands in the way now; empty when nothing does."""
    if offer.desk is not Desk.NONE and offer.desk not in desks:
        return (Hindrance("saved_report" if view.saved else "not_available"),)
    if not offer.codes:
        return ()
    if card_at_rest(view) is None:
        pending = view.facts is not None and view.facts.card.note == "pending"
        return (Hindrance("reading" if pending else "no_card"),)
    groups = [_standing(view, codes, offer.passing) for codes in offer.codes]
    return () if any(not group for group in groups) else _each_once([found for group in groups for found in group])


def _standing(view: View, codes: tuple[PinId, ...], passing: frozenset[Obstacle]) -> list[Hindrance]:
    found = []
    for pin in codes:
        readiness = readiness_of(view, pin)
        if readiness is not None:
            found += [Hindrance(obstacle.value, pin, obstacle) for obstacle in readiness.standing(passing)]
    return found


_OF_THE_CARD = frozenset({Obstacle.NOT_JPKI, Obstacle.OTHER_CARD, Obstacle.UNKNOWN_CARD, Obstacle.KEY_NOT_RSA})


def _each_once(found: list[Hindrance]) -> tuple[Hindrance, ...]:
    """What is wrong with the card itself is said once, and alone: then no code matters."""
    whole = [each for each in found if each.obstacle in _OF_THE_CARD]
    return (whole[0],) if whole else tuple(dict.fromkeys(found))
