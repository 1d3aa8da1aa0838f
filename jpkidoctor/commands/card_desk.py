"""The card in a reader, for the commands that type a PIN: find it, ask what it is, and ask again after a loss."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from jpkidoctor.card.inspector import CardInspector
from jpkidoctor.card.pin_errors import PinOutcomeUnknownError
from jpkidoctor.commands.pin_prompt import Asker
from jpkidoctor.commands.sources import user_cache, world_of
from jpkidoctor.examination import surroundings
from jpkidoctor.facts import CardFacts, PinFacts, PinId, PinState
from jpkidoctor.knowledge.known import Known
from jpkidoctor.knowledge.words import Words
from jpkidoctor.signing.card_desk import CardDesk
from jpkidoctor.signing.from_card import CardProblem, CardReadError, WaitingCard, waiting_card
from jpkidoctor.signing.readiness import Caution, Obstacle, Readiness, judge_readiness

WAIT_FOR_CARD_S = 20.0


@dataclass(frozen=True)
class Counter:
    """A card on the counter: what it is, and the desk in front of it."""

    desk: CardDesk
    facts: CardFacts
    known: Known

    def readiness(self, pin: PinId, now: dt.datetime) -> Readiness:
        """Whether this PIN may be asked for."""
        return judge_readiness(self.facts, pin, now)


@contextmanager
def card_on_the_counter(known: Known, *, scenario: str | None, reader: str | None) -> Iterator[Counter]:
    """The card that waits in a reader, examined without a PIN.

    Raises CardReadError, UnknownReaderError and ScenarioError.
    """
    with world_of(scenario) as world:
        waiting = waiting_card(world, known, reader)
        facts = _examined(waiting, known, practice=scenario is not None)
        yield Counter(CardDesk(waiting.manager, waiting.reader, known), facts, known)


def _examined(waiting: WaitingCard, known: Known, *, practice: bool) -> CardFacts:
    cache = None if practice else user_cache()
    inspector = CardInspector(waiting.manager, surroundings(known), cache=cache)
    try:
        card = inspector.inspect(waiting.reader, waiting.atr).card.value
    finally:
        inspector.stop()
    if card is None or card.link.silent:
        raise CardReadError(CardProblem.SILENT)
    if card.link.lost:
        raise CardReadError(CardProblem.LOST)
    return card


def tell_readiness(readiness: Readiness, asker: Asker, words: Words, known: Known) -> None:
    """Say what stands in the way, what to know first, and the tries left."""
    blanks: dict[str, str | int] = {
        "pin": readiness.pin.value,
        "reset": reset_of(readiness.pin, words, known),
        "days": readiness.days_left if readiness.days_left is not None else 0,
    }
    for obstacle in readiness.obstacles:
        asker.say(f"sign.obstacle.{obstacle.value}", **blanks)
    for caution in readiness.cautions:
        asker.say(f"sign.caution.{caution.value}", **blanks)
    if readiness.tries_left is not None and not {Caution.TWO_LEFT, Obstacle.ONE_LEFT} & {
        *readiness.cautions,
        *readiness.obstacles,
    }:
        asker.say("pin.left", pin=readiness.pin.value, tries=readiness.tries_left)


def confirm_two_left(readiness: Readiness, asker: Asker, words: Words) -> bool:
    """The second confirmation, asked for only at two left. Raises NotConfirmedError."""
    if Caution.TWO_LEFT not in readiness.cautions:
        return False
    asker.confirm(words.text("pin.two_left.question", pin=readiness.pin.value), never_by_option=True)
    return True


@contextmanager
def told_after_a_loss(desk: CardDesk, asker: Asker, words: Words) -> Iterator[None]:
    """When the link was lost while the card had the PIN, wait for the card and say what it counts now."""
    try:
        yield
    except PinOutcomeUnknownError as error:
        asker.say(loss_key(error), pin=error.pin.value)
        facts = desk.ask_again(error.pin, wait_s=WAIT_FOR_CARD_S)
        if key := count_key(facts):
            asker.say(key, pin=error.pin.value, tries=facts.tries_left or 0)
        raise


def loss_key(error: PinOutcomeUnknownError) -> str:
    """The sentence (blank ``pin``) of a link that was lost while the card had a PIN."""
    return "pin.outcome.change" if error.changing else "pin.outcome"


def count_key(facts: PinFacts) -> str:
    """The sentence (blanks ``pin`` and ``tries``) of a count that was asked again; empty when there is none."""
    if facts.state is PinState.TRIES and facts.tries_left is not None:
        return "pin.again.tries"
    return "pin.again.blocked" if facts.state is PinState.BLOCKED else ""


def reset_of(pin: PinId, words: Words, known: Known) -> str:
    """Where a locked PIN is reset."""
    model = known.pin(pin)
    return model.reset.get(words.lang) if model is not None else ""
