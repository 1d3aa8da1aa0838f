"""Which digit goes on at the card step, for every state that a card can be in."""

from __future__ import annotations

from itertools import product

import pytest

from jpkidoctor.facts import CardKind, PinId
from jpkidoctor.screens.sign_card import Answer, answer
from jpkidoctor.signing.job import Confirmations
from jpkidoctor.signing.readiness import Caution, Obstacle, Readiness

NEVER = [one for one in Obstacle if one is not Obstacle.EXPIRED]


def readiness(*obstacles: Obstacle, cautions: tuple[Caution, ...] = ()) -> Readiness:
    return Readiness(PinId.SIGNATURE, CardKind.MY_NUMBER, 10, 3, obstacles, cautions)


def keys(pressed: str, card: Readiness | None, *, expired: bool = False) -> tuple[Answer, Confirmations]:
    """What comes of some digits one after the other; the first that goes on ends it."""
    meant, yes = Answer.NOTHING, Confirmations()
    for character in pressed:
        meant, yes = answer(character, card, yes, expired=expired)
        if meant is Answer.GO_ON:
            break
    return meant, yes


@pytest.mark.parametrize("obstacle", NEVER)
def test_no_row_of_digits_opens_a_card_that_is_stopped(obstacle):
    for pressed in product("1234", repeat=3):
        for more in ((), (Obstacle.EXPIRED,)):
            card = readiness(obstacle, *more, cautions=(Caution.TWO_LEFT,))
            assert keys("".join(pressed), card, expired=bool(more))[0] is not Answer.GO_ON
    assert keys("123", None)[0] is Answer.NOTHING


def test_one_goes_on_where_nothing_stands_in_the_way():
    assert keys("1", readiness()) == (Answer.GO_ON, Confirmations())
    assert keys("2", readiness())[0] is keys("3", readiness())[0] is Answer.NOTHING


def test_two_left_needs_the_two():
    card = readiness(cautions=(Caution.TWO_LEFT,))
    assert keys("1", card)[0] is Answer.ONCE_MORE
    assert keys("12", card) == (Answer.GO_ON, Confirmations(two_left=True))


def test_expired_needs_the_three_and_two_left_the_two_on_top():
    card = readiness(Obstacle.EXPIRED)
    assert keys("12", card, expired=True)[0] is Answer.ONCE_MORE
    assert keys("3", card, expired=True) == (Answer.GO_ON, Confirmations(expired=True))
    both = readiness(Obstacle.EXPIRED, cautions=(Caution.TWO_LEFT,))
    assert keys("3", both, expired=True)[0] is Answer.ONCE_MORE
    assert keys("32", both, expired=True) == (Answer.GO_ON, Confirmations(two_left=True, expired=True))
