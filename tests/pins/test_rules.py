from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.card.pin_rules import Alphabet, PinRule, Slip, check_pin, fold_key, fold_typed
from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.facts import PinId
from jpkidoctor.signing.card_desk import pin_rule

from .conftest import typed

PASSWORD = PinRule(PinId.SIGNATURE, 6, 16, Alphabet.CAPITALS_AND_DIGITS)
FOUR = PinRule(PinId.AUTHENTICATION, 4, 4, Alphabet.DIGITS)


def folded(rule: PinRule, text: str):
    return fold_typed(rule, bytearray(text.encode()))


@pytest.mark.parametrize(
    ("text", "wide", "lower"),
    [("ABC123", False, False), ("abc123", False, True), ("ＡＢＣ１２３", True, False), ("ａbc１２３", True, True)],
)
def test_width_and_case_are_folded_and_told(text, wide, lower):
    found = folded(PASSWORD, text)
    assert found.slip is None
    assert found.pin.same_as(typed("ABC123"))
    assert (found.was_full_width, found.was_lower_case) == (wide, lower)


@pytest.mark.parametrize(
    ("rule", "text", "slip"),
    [
        (PASSWORD, "", Slip.EMPTY),
        (PASSWORD, "ABC12", Slip.TOO_SHORT),
        (PASSWORD, "ABCDEFGHIJKLMNO12", Slip.TOO_LONG),
        (PASSWORD, "ABC12é", Slip.CHARACTER),
        (PASSWORD, " ABC123", Slip.CHARACTER),
        (PASSWORD, "ABC12😀", Slip.CHARACTER),
        (PASSWORD, "ABCDEF", Slip.NO_DIGIT),
        (PASSWORD, "123456", Slip.NO_LETTER),
        (FOUR, "12a4", Slip.CHARACTER),
        (FOUR, "１２３４５", Slip.TOO_LONG),
    ],
)
def test_a_slip_is_named(rule, text, slip):
    assert folded(rule, text).slip is slip


def test_what_was_typed_is_wiped_by_folding():
    line = bytearray(b"abc123")
    fold_typed(PASSWORD, line)
    assert line == b""


@given(st.binary(max_size=40))
def test_any_bytes_give_a_pin_or_a_slip_and_never_an_error(raw):
    found = fold_typed(PASSWORD, bytearray(raw))
    assert (found.slip is None) == (check_pin(PASSWORD, found.pin) is None)


@given(st.text(max_size=20))
def test_a_widget_folding_key_by_key_agrees_with_the_whole_line(text):
    keys = [fold_key(PASSWORD, ord(character)) for character in text]
    whole = folded(PASSWORD, text)
    if all(key.byte is not None for key in keys):
        assert whole.pin.same_as(TypedPin(bytearray(key.byte for key in keys)))
    else:
        assert whole.slip in (Slip.CHARACTER, Slip.EMPTY)


def test_a_typed_pin_hides_itself_and_is_not_copied():
    pin = typed("ABC123")
    assert "ABC" not in repr(pin) + str(pin) + f"{pin}"
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            attempt(pin)


def test_leaving_the_block_wipes_even_after_an_error():
    buffer = bytearray(b"ABC123")
    with pytest.raises(RuntimeError), TypedPin(buffer):
        raise RuntimeError
    assert buffer == b""


def test_the_tables_rules_are_the_cards(known):
    assert (pin_rule(known, PinId.SIGNATURE).shortest, pin_rule(known, PinId.SIGNATURE).longest) == (6, 16)
    changeable = {pin for pin in PinId if pin_rule(known, pin).change.value != "none"}
    assert changeable == {PinId.SIGNATURE, PinId.AUTHENTICATION, PinId.CARD_FACE_INPUT}
