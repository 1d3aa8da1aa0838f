"""Applications, files and signatures of the practice card (card-protocol.md §1, §2 and §4)."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from jpkidoctor.card import applications as app
from jpkidoctor.facts import CardKind
from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.card_data import FaultKind, Faults
from jpkidoctor.simulator.card_models import NUMBER_A, SIGNATURE_PASSWORD, JpkiOptions, jpki_card
from jpkidoctor.simulator.other_cards import OTHER_CARDS, other_card
from jpkidoctor.simulator.practice_pki import Authority, Purpose, Validity

from .conftest import NOW, Talk

DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")
VALIDITY = Validity.ending(NOW + dt.timedelta(days=900))


# -- SELECT ------------------------------------------------------------------------------------------


def test_a_part_of_an_aid_reaches_the_first_application_that_fits(talk):
    assert talk.sw("00A4040C08D392100031000101") == "9000"
    assert talk.sw("00A4020C020012") == "6A82"  # not the card-face application one may have meant


def test_selecting_with_a_form_for_the_answer_names_the_application(talk):
    answer = talk.send(f"00A404000A{app.JPKI_AID.hex()}")
    assert answer.ok
    assert answer.data.endswith(app.JPKI_AID)


@pytest.mark.parametrize(
    ("apdu", "sw"),
    [
        ("00A40000", "6A86"),
        ("00A4000C023F00", "6A82"),
        ("00A4040C0AD392F000260100000002", "6A82"),
        ("00A4040C0BD392F00026010000000100", "6A82"),
        ("00A4020C020018", "6A82"),
        ("00A4090C020018", "6A86"),
        ("00C0000010", "6985"),
        ("00FF0000", "6D00"),
        ("00880099", "6D00"),
        ("A0A4000C", "6E00"),
        ("80A40000", "6D00"),
        ("01A40000", "6881"),
        ("00B0", "6700"),
        ("00A4040C0AD392", "6700"),
        ("00B0000000000000", "6700"),
    ],
)
def test_answers_before_any_application_is_selected(talk, apdu, sw):
    assert talk.sw(apdu) == sw


def test_there_is_no_master_file_but_selecting_none_keeps_the_application(talk):
    talk.application()
    talk.file(0x0018)
    assert talk.sw("00A40000") == "9000"
    assert talk.sw("00200080") == "63C3"


def test_a_failed_select_leaves_the_application_current(talk):
    talk.application()
    assert talk.sw("00A4040C02FFFF") == "6A82"
    talk.file(0x0018)


# -- reading -----------------------------------------------------------------------------------------


def test_free_files_are_byte_exact(talk, pki):
    talk.application()
    auth, sign = Authority(Purpose.AUTHENTICATION), Authority(Purpose.SIGNATURE)
    assert talk.read(app.EF_AUTHENTICATION_CERTIFICATE) == pki.authentication_certificate(auth, VALIDITY)
    assert talk.read(app.EF_AUTHENTICATION_CA) == pki.ca_certificate(auth)
    assert talk.read(app.EF_SIGNATURE_CA) == pki.ca_certificate(sign)
    assert talk.read(app.EF_AVAILABILITY) == bytes.fromhex("8F8F00")
    token = talk.read(app.EF_TOKEN_INFO)
    assert len(token) == 160
    assert token[:32] == b"JPKIAPICCTOKEN2".ljust(32)
    assert token[96:100] == bytes.fromhex("0000040D")


def test_the_signature_certificate_needs_its_password(talk, pki):
    talk.application()
    talk.file(app.EF_SIGNATURE_CERTIFICATE)
    assert talk.sw("00B0000000") == "6982"
    assert talk.verify(0x0018, "1234") == "9000"
    talk.file(app.EF_SIGNATURE_CERTIFICATE)
    assert talk.sw("00B0000000") == "6982"
    assert talk.verify(0x001B, SIGNATURE_PASSWORD) == "9000"
    expected = pki.signature_certificate(Authority(Purpose.SIGNATURE), VALIDITY)
    assert talk.read(app.EF_SIGNATURE_CERTIFICATE) == expected


def test_reading_by_short_id_makes_the_file_current(talk):
    talk.application()
    first = talk.send("00B08A0000")
    assert first.data == talk.send("00B0000000").data
    assert talk.send("00B0010000").ok


def test_offsets_short_reads_and_the_end_of_a_file(talk):
    talk.application()
    talk.file(app.EF_AVAILABILITY)
    assert talk.send("00B0000100").data == bytes.fromhex("8F00")
    assert talk.send("00B0000101").data == b"\x8f"
    assert talk.sw("00B0000300") == "6B00"
    assert talk.sw("00B07FFF00") == "6B00"
    assert talk.sw("00B00000") == "6700"
    assert talk.sw("00B0E00000") == "6A86"


def test_reading_what_is_no_transparent_file(talk):
    talk.application()
    assert talk.sw("00B0000000") == "6986"
    talk.file(0x0018)
    assert talk.sw("00B0000000") == "6981"


def test_the_card_record_by_both_ways(talk):
    talk.application(app.COMMON_AID)
    talk.file(app.EF_CARD_RECORD)
    record = talk.send("00B2010400")
    assert record.data[:2] == bytes.fromhex("011C")
    assert record.data[17:22] == b"99999"
    assert record.data[22:30] == f"{(NOW + dt.timedelta(days=2700)):%Y%m%d}".encode()
    talk.application(app.COMMON_AID)
    assert talk.send("00B2010C00") == record
    assert talk.sw("00B2020400") == "6A83"
    assert talk.sw("00B2010500") == "6A86"


def test_the_number_needs_a_pin_or_check_number_a(talk):
    talk.application(app.CARD_FACE_INPUT_AID)
    talk.file(0x0001)
    assert talk.sw("00B0000011") == "6982"
    assert talk.verify(0x0014, NUMBER_A) == "9000"
    talk.file(0x0001)
    assert talk.send("00B0000011").data[3:15] == NUMBER_A.encode()


def test_the_made_up_number_is_nobodys():
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(NUMBER_A, weights, strict=False)) % 11
    assert int(NUMBER_A[-1]) != (0 if rest <= 1 else 11 - rest)


def test_card_objects_are_there_until_an_application_is_selected(talk):
    assert talk.send("00CA00F200").ok
    talk.application()
    assert talk.sw("00CA00F200") == "6A88"


def test_challenges_are_random_and_of_the_length_asked(talk):
    first, second = talk.send("0084000010"), talk.send("0084000010")
    assert len(first.data) == len(second.data) == 16
    assert first != second


# -- signing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pin_file", "pin", "key_file", "attribute"),
    [
        (0x0018, "1234", app.EF_AUTHENTICATION_KEY, "authentication_key"),
        (0x001B, SIGNATURE_PASSWORD, app.EF_SIGNATURE_KEY, "signature_key"),
    ],
)
def test_signing_needs_its_pin_and_verifies(talk, pki, pin_file, pin, key_file, attribute):
    digest = hashlib.sha256(b"a contract").digest()
    command = f"802A008033{(DIGEST_INFO + digest).hex()}00"
    talk.application()
    assert talk.sw(command) == "6986"
    talk.file(key_file)
    assert talk.sw(command) == "6982"
    assert talk.verify(pin_file, pin) == "9000"
    talk.file(key_file)
    signature = talk.send(command)
    assert signature.ok
    public = getattr(pki, attribute).public_key()
    public.verify(signature.data, b"a contract", padding.PKCS1v15(), hashes.SHA256())


def test_every_form_of_the_signature_command(talk, pki):
    public = pki.authentication_key.public_key()
    message = b"message"
    digest = hashlib.sha256(message).digest()
    talk.application()
    talk.verify(0x0018, "1234")
    talk.file(app.EF_AUTHENTICATION_KEY)

    def sign(p1: int, data: bytes) -> bytes:
        answer = talk.send(f"802A{p1:02X}80{len(data):02X}{data.hex()}00")
        assert answer.ok
        return answer.data

    public.verify(sign(2, digest), message, padding.PKCS1v15(), hashes.SHA256())
    public.verify(sign(3, message), message, padding.PKCS1v15(), hashes.SHA256())
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    public.verify(sign(4, digest), digest, pss, Prehashed(hashes.SHA256()))
    public.verify(sign(5, message), message, pss, hashes.SHA256())
    assert sign(1, message) == sign(0, digest)
    assert public.recover_data_from_signature(sign(0, b"x"), padding.PKCS1v15(), None) == b"x"


def test_bad_signature_commands(talk):
    talk.application()
    talk.verify(0x0018, "1234")
    talk.file(app.EF_AUTHENTICATION_KEY)
    assert talk.sw("802A0680" + "20" + "00" * 32 + "00") == "6A86"
    assert talk.sw("802A0280" + "1F" + "00" * 31 + "00") == "6985"
    assert talk.sw("802A0080" + "F6" + "00" * 246 + "00") == "6985"
    assert talk.sw("802A0080" + "20" + "00" * 32) == "6700"
    assert talk.sw("802A0097" + "20" + "00" * 32 + "00") == "9000"
    talk.file(0x0018)
    assert talk.sw("802A0080" + "20" + "00" * 32 + "00") == "6981"


# -- variants ----------------------------------------------------------------------------------------


def test_a_juki_card_has_the_old_label_and_no_card_face_input(make_card):
    talk = Talk(make_card(JpkiOptions(kind=CardKind.JUKI)))
    talk.application()
    assert talk.read(app.EF_TOKEN_INFO)[:32] == b"JPKIAPICCTOKEN".ljust(32)
    assert talk.sw(f"00A4040C0A{app.CARD_FACE_INPUT_AID.hex()}") == "6A82"
    talk.application(app.CARD_FACE_AID)


@pytest.mark.parametrize("kind", [CardKind.ANDROID, CardKind.IPHONE])
def test_a_phone_keeps_its_certificate_behind_the_pin(make_card, kind):
    talk = Talk(make_card(JpkiOptions(kind=kind)))
    talk.application()
    talk.file(app.EF_AUTHENTICATION_CERTIFICATE)
    assert talk.sw("00B0000000") == "6982"
    assert talk.verify(0x0018, "1234") == "9000"
    assert talk.read(app.EF_AUTHENTICATION_CERTIFICATE)[0] == 0x30
    for aid in (app.CARD_FACE_AID, app.CARD_FACE_INPUT_AID, app.COMMON_AID, app.JUKI_AID):
        assert talk.sw(f"00A4040C0A{aid.hex()}") == "6A82"


def test_a_child_without_a_signature_certificate(make_card):
    talk = Talk(make_card(JpkiOptions(signature_present=False)))
    talk.application()
    assert talk.read(app.EF_AVAILABILITY) == bytes.fromhex("008F00")
    assert talk.sw("00A4020C020001") == "6A82"


def test_the_next_card_has_an_elliptic_key(make_card):
    talk = Talk(make_card(JpkiOptions(kind=CardKind.UNKNOWN_JPKI, elliptic=True)))
    talk.application()
    certificate = x509.load_der_x509_certificate(talk.read(app.EF_AUTHENTICATION_CERTIFICATE))
    assert type(certificate.public_key()).__name__ == "ECPublicKey"
    assert not talk.read(app.EF_TOKEN_INFO).startswith(b"JPKIAPICCTOKEN")


def test_a_header_that_promises_too_much(make_card):
    talk = Talk(make_card(JpkiOptions(over_long_header=True)))
    talk.application()
    talk.file(app.EF_AUTHENTICATION_CERTIFICATE)
    assert talk.send("00B0000004").data == bytes.fromhex("3082FFFF")


@pytest.mark.parametrize("name", sorted(OTHER_CARDS))
def test_other_cards_refuse_jpki_and_answer_their_own(name):
    talk = Talk(PracticeCard(other_card(name)))
    kind = OTHER_CARDS[name]
    assert talk.sw(f"00A4040C0A{app.JPKI_AID.hex()}") == f"{kind.unknown_aid_sw:04X}"
    for aid in kind.aids:
        assert talk.sw(f"00A4040C{len(aid) // 2:02X}{aid}") == "9000"
    check = 0
    for byte in talk.card.atr[1:]:
        check ^= byte
    assert check == 0, "TCK"


# -- faults ------------------------------------------------------------------------------------------


def faulty(make_card, **faults) -> Talk:
    return Talk(make_card(JpkiOptions(faults=Faults(**faults))))


SELECT = bytes.fromhex(f"00A4040C0A{app.JPKI_AID.hex()}")


def test_torn_after_so_many_commands_and_well_the_second_time(make_card):
    talk = faulty(make_card, kind=FaultKind.TORN, after=2, once=True)
    assert [talk.card.transmit(SELECT) for _ in range(4)] == [b"\x90\x00", b"\x90\x00", b"", b""]
    assert talk.card.link == "torn"
    talk.card.power_off()
    talk.card.power_on()
    assert talk.card.link == "sound"
    assert [talk.card.transmit(SELECT) for _ in range(4)] == [b"\x90\x00"] * 4


@pytest.mark.parametrize(
    ("kind", "length"), [(FaultKind.GARBAGE, 6), (FaultKind.ONE_BYTE, 1), (FaultKind.TOO_LONG, 65_533)]
)
def test_answers_that_are_no_answers(make_card, kind, length):
    assert len(faulty(make_card, kind=kind).card.transmit(SELECT)) == length


def test_endless_61xx(make_card):
    talk = faulty(make_card, kind=FaultKind.ENDLESS_61XX)
    assert all(talk.send("00C00000FF").sw == 0x61FF for _ in range(100))


def test_a_mute_chip_gives_no_atr_and_no_answer(make_card):
    card = faulty(make_card, mute=True).card
    assert card.power_on() == b""
    assert card.transmit(SELECT) == b""


def test_the_first_answer_after_power_up_may_be_6f00(make_card):
    talk = faulty(make_card, first_answer_6f00=True)
    select = SELECT.hex()
    assert [talk.sw(select), talk.sw(select)] == ["6F00", "9000"]
    talk.card.power_off()
    talk.card.power_on()
    assert talk.sw(select) == "6F00"


def test_answers_in_parts(make_card):
    talk = faulty(make_card, answer_block=100)
    talk.application()
    talk.file(app.EF_TOKEN_INFO)
    first = talk.send("00B0000000")
    assert (first.sw, first.data) == (0x61A0, b"")
    assert talk.send("00C0000064").sw == 0x613C
    rest = talk.send("00C000003C")
    assert (rest.sw, len(rest.data)) == (0x9000, 60)
    assert talk.sw("00C000003C") == "6985"


def test_a_card_that_wants_the_exact_length(make_card):
    talk = faulty(make_card, exact_length=True)
    talk.application()
    talk.file(app.EF_AVAILABILITY)
    assert talk.sw("00B0000000") == "6C03"
    assert talk.send("00B0000003").data == bytes.fromhex("8F8F00")


def test_a_slow_card_takes_time_per_command_and_byte(pki):
    slept: list[float] = []
    options = JpkiOptions(faults=Faults(command_delay_s=0.01, byte_delay_s=0.001))
    card = PracticeCard(jpki_card(options, pki, NOW), sleep=slept.append)
    card.power_on()
    card.transmit(SELECT)
    assert slept == [pytest.approx(0.01 + 0.001 * (len(SELECT) + 2))]


def test_without_power_there_is_no_answer(talk):
    talk.card.power_off()
    assert talk.card.transmit(SELECT) == b""
