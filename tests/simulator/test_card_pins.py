"""PINs of the practice card, against every row of card-protocol.md §3.1 and §3.2."""

from __future__ import annotations

import pytest

from jpkidoctor.card import applications as app
from jpkidoctor.facts import PinId
from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.card_models import (
    NUMBER_A,
    NUMBER_B,
    SIGNATURE_PASSWORD,
    BlockedForm,
    JpkiOptions,
    PinOption,
)

from .conftest import Talk

RIGHT = {
    PinId.SIGNATURE: SIGNATURE_PASSWORD,
    PinId.NUMBER_A_INPUT: NUMBER_A,
    PinId.NUMBER_A_FACE: NUMBER_A,
    PinId.NUMBER_B_INPUT: NUMBER_B,
    PinId.NUMBER_B_FACE: NUMBER_B,
}
ALL = [pytest.param(reference, id=reference.pin.value) for reference in app.PIN_REFERENCES]


@pytest.mark.parametrize("pin", ALL)
def test_each_pin_counts_down_blocks_and_is_restored_by_the_right_value(talk, pin):
    right = RIGHT.get(pin.pin, "1234")
    wrong = "9" * len(right)
    talk.application(pin.aid)
    assert talk.tries(pin.file_id) == f"63C{pin.max_tries:X}"
    assert talk.verify(pin.file_id, wrong) == f"63C{pin.max_tries - 1:X}"
    assert talk.tries(pin.file_id) == f"63C{pin.max_tries - 1:X}"
    assert talk.verify(pin.file_id, right) == "9000"
    talk.card.power_off()
    talk.card.power_on()
    talk.application(pin.aid)
    assert talk.tries(pin.file_id) == f"63C{pin.max_tries:X}"
    for left in reversed(range(pin.max_tries)):
        assert talk.verify(pin.file_id, wrong) == f"63C{left:X}"
    assert talk.tries(pin.file_id) == "63C0"
    assert talk.verify(pin.file_id, right) == "6984"


@pytest.mark.parametrize("pin", ALL)
def test_the_query_by_short_file_id_needs_no_select(talk, pin):
    talk.application(pin.aid)
    assert talk.sw(f"002000{0x80 | pin.file_id:02X}") == f"63C{pin.max_tries:X}"


def test_asking_never_costs_a_try(talk):
    talk.application()
    assert {talk.tries(0x001B) for _ in range(20)} == {"63C5"}


def test_a_query_with_le_is_a_wrong_length(talk):
    talk.application()
    talk.file(0x0018)
    assert talk.sw("0020008000") == "6700"


def test_a_query_without_a_current_file(talk):
    assert talk.sw("00200080") == "6986"
    talk.application()
    assert talk.sw("00200080") == "6986"


def test_a_query_of_a_file_that_is_no_pin(talk):
    talk.application()
    talk.file(0x0006)
    assert talk.sw("00200080") == "6981"


def test_a_verified_pin_answers_9000_and_gives_no_count(talk):
    talk.application()
    assert talk.verify(0x0018, "1234") == "9000"
    assert talk.tries(0x0018) == "9000"
    assert talk.tries(0x001B) == "63C5"


def test_verification_survives_a_reset_and_ends_with_the_power(talk):
    talk.application()
    talk.verify(0x0018, "1234")
    talk.card.reset()
    assert talk.sw("00200080") == "6986"
    talk.application()
    assert talk.tries(0x0018) == "9000"
    talk.card.power_off()
    talk.card.power_on()
    talk.application()
    assert talk.tries(0x0018) == "63C3"


def test_a_wrong_pin_takes_the_verification_away(talk):
    talk.application()
    talk.verify(0x0018, "1234")
    assert talk.verify(0x0018, "4321") == "63C2"
    assert talk.tries(0x0018) == "63C2"


@pytest.mark.parametrize("form", list(BlockedForm))
def test_a_locked_pin_answers_in_each_published_form(make_card, form):
    talk = Talk(make_card(JpkiOptions(pins={PinId.AUTHENTICATION: PinOption(tries=0)}, blocked_form=form)))
    talk.application()
    assert talk.tries(0x0018) == form.value
    assert talk.verify(0x0018, "1234") == "6984"


def test_lower_case_costs_a_try_as_on_a_real_card(talk):
    talk.application()
    assert talk.verify(0x001B, SIGNATURE_PASSWORD.lower()) == "63C4"


def test_common_and_juki_count_apart(talk):
    talk.application(app.COMMON_AID)
    assert talk.verify(0x001C, "0000") == "63C2"
    talk.application(app.JUKI_AID)
    assert talk.tries(0x001C) == "63C3"


def test_the_reference_that_is_locked_on_every_card(talk):
    talk.application(app.CARD_FACE_INPUT_AID)
    assert talk.tries(0x0012) == "63C0"


def test_another_programs_pin_entries_show(make_card):
    card: PracticeCard = make_card(JpkiOptions(pins={PinId.SIGNATURE: PinOption(tries=2)}))
    card.enter_wrong_pin(app.JPKI_AID, 0x001B)
    card.verify_elsewhere(app.JPKI_AID, 0x0018)
    assert card.tries_left(app.JPKI_AID, 0x001B) == 1
    talk = Talk(card)
    talk.application()
    assert talk.tries(0x001B) == "63C1"
    assert talk.tries(0x0018) == "9000"


@pytest.mark.parametrize(
    ("aid", "file_id", "old", "command", "new"),
    [
        (app.JPKI_AID, 0x0018, "1234", "00240180", "5678"),
        (app.JPKI_AID, 0x001B, SIGNATURE_PASSWORD, "00240180", "NEWPASS99"),
        (app.CARD_FACE_INPUT_AID, 0x0011, "1234", "00240180", "5678"),
        (app.COMMON_AID, 0x001C, "1234", "80320080", "5678"),
        (app.JUKI_AID, 0x001C, "1234", "80320080", "5678"),
    ],
)
def test_changing_a_pin_needs_the_old_one_first(talk, aid, file_id, old, command, new):
    talk.application(aid)
    change = f"{command}{len(new):02X}{new.encode().hex()}"
    talk.file(file_id)
    assert talk.sw(change) == "6982"
    assert talk.verify(file_id, old) == "9000"
    assert talk.sw(change) == "9000"
    talk.card.power_off()
    talk.card.power_on()
    talk.application(aid)
    assert talk.verify(file_id, new) == "9000"
    assert talk.verify(file_id, old)[:3] == "63C"


@pytest.mark.parametrize(("aid", "command"), [(app.JPKI_AID, "80320080"), (app.COMMON_AID, "00240180")])
def test_the_other_applications_way_of_changing_is_unknown(talk, aid, command):
    talk.application(aid)
    assert talk.sw(f"{command}0435363738") == "6D00"


def test_a_new_pin_of_a_wrong_length_is_refused(talk):
    talk.application()
    talk.verify(0x001B, SIGNATURE_PASSWORD)
    assert talk.sw("0024018003414243") == "6700"
    assert talk.tries(0x001B) == "9000"


def test_a_card_whose_pin_was_verified_before_we_came(make_card):
    card = make_card(JpkiOptions(pins={PinId.AUTHENTICATION: PinOption(verified=True)}))
    card.power_off()  # a reader without power takes nothing away
    talk = Talk(card)
    talk.application()
    assert talk.tries(0x0018) == "9000"
