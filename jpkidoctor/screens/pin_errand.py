"""What a person gets done at the card with codes, and whether the card is ready for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from jpkidoctor.facts import CardFacts, PinId
from jpkidoctor.screens.view import View
from jpkidoctor.signing.readiness import DATES_DO_NOT_MATTER, Caution, Obstacle, Readiness, judge_readiness


@dataclass(frozen=True, slots=True)
class Ask:
    """One code to be typed. ``prompt`` is a message id with the blanks ``what`` and ``form``."""

    pin: PinId
    prompt: str = "pin_page.ask"


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done: its words ``<page>.<id>`` and ``.text``, the codes it needs, and what does not hinder it."""

    id: str
    asks: tuple[Ask, ...]
    passing: frozenset[Obstacle] = DATES_DO_NOT_MATTER

    @property
    def pins(self) -> tuple[PinId, ...]:
        """The codes, each once."""
        return tuple(dict.fromkeys(ask.pin for ask in self.asks))


CardKey = tuple[object, ...]


def card_at_rest(view: View) -> CardFacts | None:
    """The card as the live examination sees it; None while there is none, or while it is still being read."""
    facts = view.facts
    if facts is None or facts.card.note == "pending":
        return None
    card = facts.card.value
    return None if card is None or card.link.lost or card.link.silent else card


def card_key(view: View) -> CardKey:
    """Tells one card in the examined reader from the next; empty while there is none at rest."""
    reader = view.examined_reader
    if reader is None or card_at_rest(view) is None:
        return ()
    return reader.name, reader.event_count, reader.atr


def readiness_of(view: View, pin: PinId) -> Readiness | None:
    """Whether this code may be asked for; the card is asked nothing more for this."""
    card = card_at_rest(view)
    return judge_readiness(card, pin, view.now) if card is not None else None


def is_ready(view: View, errand: Errand) -> bool:
    """All its codes may be asked for."""
    found = (readiness_of(view, pin) for pin in errand.pins)
    return all(each is not None and not each.standing(errand.passing) for each in found)


def two_left(view: View, errand: Errand) -> frozenset[PinId]:
    """Its codes with two tries left: they need a second yes."""
    found = (readiness_of(view, pin) for pin in errand.pins)
    return frozenset(each.pin for each in found if each is not None and Caution.TWO_LEFT in each.cautions)
