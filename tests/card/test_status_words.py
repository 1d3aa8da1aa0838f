"""Answers to VERIFY without data, row by row of card-protocol.md §3.2, and the mistakes of §8.3."""

from __future__ import annotations

import pytest

from jpkidoctor.card.status_words import pin_state
from jpkidoctor.facts import PinState


@pytest.mark.parametrize(
    ("sw", "state", "tries"),
    [
        (0x63C5, PinState.TRIES, 5),
        (0x63C1, PinState.TRIES, 1),
        (0x63CA, PinState.TRIES, 10),
        (0x63C0, PinState.BLOCKED, 0),
        (0x6984, PinState.BLOCKED, 0),
        (0x6983, PinState.BLOCKED, 0),
        (0x9000, PinState.VERIFIED, None),
        (0x6300, PinState.UNKNOWN, None),
        (0x6A82, PinState.ABSENT, None),
        (0x6A88, PinState.ABSENT, None),
        (0x6700, PinState.UNKNOWN, None),
        (0x6986, PinState.UNKNOWN, None),
    ],
)
def test_each_answer_to_the_query_is_understood(sw: int, state: PinState, tries: int | None):
    assert pin_state(sw) == (state, tries)


def test_a_locked_pin_is_never_read_as_three_or_four_tries_left():
    # OpenSC takes the low digit of any status word as a count: 6984 gave 4, 6983 gave 3.
    assert pin_state(0x6984)[1] == 0
    assert pin_state(0x6983)[1] == 0


def test_only_63cx_holds_a_count_not_every_63xx():
    assert pin_state(0x6381) == (PinState.UNKNOWN, None)


def test_ten_tries_of_a_check_number_are_not_an_error():
    assert pin_state(0x63CA) == (PinState.TRIES, 10)
