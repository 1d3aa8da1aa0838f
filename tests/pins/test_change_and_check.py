"""Changing a PIN and proving that the keys work."""

from __future__ import annotations

import inspect

import pytest

from jpkidoctor.card.pin_errors import PinOutcomeUnknownError, PinRefusedError, Refusal, WrongPinError
from jpkidoctor.facts import PinId
from jpkidoctor.signing.attributes import Attribute, Match, compare_attributes
from jpkidoctor.signing.card_key import AuthenticationCardKey, SignatureCardKey, SignatureMismatchError
from jpkidoctor.signing.key import SigningKey

from .conftest import typed

OLD = {PinId.SIGNATURE: "ABC123", PinId.AUTHENTICATION: "1234", PinId.CARD_FACE_INPUT: "1234"}
NEW = {PinId.SIGNATURE: "XYZ789", PinId.AUTHENTICATION: "4321", PinId.CARD_FACE_INPUT: "4321"}


def change(bench, pin: PinId, old: str, new: str, again: str | None = None) -> None:
    bench.desk.change_pin(pin, typed(old), typed(new), typed(new if again is None else again))


@pytest.mark.parametrize("pin", list(OLD))
def test_a_changed_pin_is_the_one_that_works(bench, pin):
    here = bench()
    change(here, pin, OLD[pin], NEW[pin])
    change(here, pin, NEW[pin], OLD[pin])
    with pytest.raises(WrongPinError):
        change(here, pin, NEW[pin], OLD[pin])
    assert len(here.verifies) == 3
    assert len(here.sent_with_data(0x24)) == 2


def test_the_old_one_wrong_leaves_the_new_one_unsent(bench):
    here = bench()
    with pytest.raises(WrongPinError):
        change(here, PinId.AUTHENTICATION, "9999", "4321")
    assert here.sent_with_data(0x24) == []


@pytest.mark.parametrize(("new", "again"), [("4321", "4322"), ("43211", "43211"), ("", "")])
def test_a_new_one_of_wrong_form_or_typed_differently_sends_nothing_at_all(bench, new, again):
    here = bench()
    with pytest.raises((ValueError, PinRefusedError)):
        change(here, PinId.AUTHENTICATION, "1234", new, again)
    assert here.verifies == []


def test_the_register_pin_is_not_changed_here(bench):
    here = bench()
    with pytest.raises(PinRefusedError) as caught:
        change(here, PinId.RESIDENT_COMMON, "1234", "4321")
    assert caught.value.refusal is Refusal.NOT_CHANGEABLE
    assert here.verifies == []


@pytest.mark.parametrize("kind", ["torn", "answer_lost"])
def test_a_link_lost_while_changing_is_said_and_never_tried_again(bench, kind):
    here = bench(f"faults = {{ kind = '{kind}', counts = 'changes', once = true }}")
    with pytest.raises(PinOutcomeUnknownError) as caught:
        change(here, PinId.AUTHENTICATION, "1234", "4321")
    assert caught.value.changing
    assert len(here.sent_with_data(0x24)) == 1
    assert len(here.verifies) == 1


def test_both_keys_answer(bench):
    here = bench()
    here.desk.check_authentication(typed("1234"))
    here.desk.check_signature(typed("ABC123"), "これは動作確認です。")
    assert len(here.signatures) == 2


def test_the_authentication_key_cannot_be_given_to_a_format(bench):
    assert not hasattr(AuthenticationCardKey, "sign_digest")
    wanted = {name for name, _ in inspect.getmembers(SigningKey) if not name.startswith("_")}
    assert wanted <= set(dir(SignatureCardKey))


def test_a_faulty_key_is_found_out(bench):
    here = bench()

    class Faulty:
        def __init__(self, der: bytes) -> None:
            self._der = der

        def read_certificate(self, file_id: int) -> bytes:
            return self._der

        def sign(self, key_file: int, digest_info: bytes) -> bytes:
            return b"\x01" + bytes(255)

    der = here.desk.read_signature_certificate(typed("ABC123"))
    with pytest.raises(SignatureMismatchError):
        SignatureCardKey(Faulty(der)).sign_digest(bytes(32))
    with pytest.raises(ValueError, match="32 bytes"):
        SignatureCardKey(Faulty(der)).sign_digest(bytes(20))


def both(bench) -> tuple[bytes, bytes]:
    here = bench()
    return here.desk.read_signature_certificate(typed("ABC123")), here.desk.read_attributes(typed("1234"))


def test_the_same_person_on_both_is_no_hint(bench):
    comparison = compare_attributes(*both(bench))
    assert {match for _, match in comparison.matches} == {Match.SAME}
    assert not comparison.hint


def test_a_moved_person_is_a_hint_and_a_blank_is_none(bench):
    certificate, card = both(bench)
    moved = card.replace("架空町".encode(), "空想町".encode())
    comparison = compare_attributes(certificate, moved)
    assert dict(comparison.matches)[Attribute.ADDRESS] is Match.DIFFERS
    assert comparison.hint
    half_blank = card.replace("　".encode(), b"   ", 1)
    assert not compare_attributes(certificate, half_blank).hint


@pytest.mark.parametrize("broken", [b"", b"\xff\x20", b"\xff\x20\x05", b"\x30\x00", b"\xff\x20\x83\xff\xff\xff"])
def test_broken_attributes_are_a_value_error(bench, broken):
    certificate, _ = both(bench)
    with pytest.raises(ValueError, match=r".+"):
        compare_attributes(certificate, broken)
