import threading

import pytest

from jpkidoctor.facts import PinFacts, PinId, PinState, ReaderKind
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.live import Event, Update
from jpkidoctor.screens import block_font
from jpkidoctor.screens.card_picture import card_picture
from jpkidoctor.screens.console import needs_ascii
from jpkidoctor.screens.mailbox import Mailbox
from jpkidoctor.screens.page import fold_key
from jpkidoctor.screens.pin_board import pin_bar
from jpkidoctor.screens.prose import Para, lay_out
from tests.screens import examinations as made

WORDS = load_words("ja")


def drawn(kind, side="unknown", words=WORDS):
    return "\n".join(para.text for para in card_picture(kind, side, words))


def test_chip_up_reader_shows_the_number_side_up():
    assert "12桁の番号の面が上" in drawn(ReaderKind.CONTACT, "up")


def test_chip_down_reader_shows_the_number_side_down():
    picture = drawn(ReaderKind.CONTACT, "down")
    assert "12桁の番号の面が下" in picture
    assert "[##]" not in picture


def test_unknown_reader_says_that_the_picture_is_an_example():
    assert WORDS.text("card.chip_up_maybe") in drawn(ReaderKind.CONTACT)
    assert WORDS.text("card.chip_up_maybe") not in drawn(ReaderKind.CONTACT, "up")


def test_contactless_reader_has_no_direction():
    picture = drawn(ReaderKind.CONTACTLESS)
    assert WORDS.text("card.flat.one") in picture
    assert "面が" not in picture


@pytest.mark.parametrize("kind", [ReaderKind.SAM, ReaderKind.VIRTUAL])
def test_no_card_is_drawn_for_a_slot_that_takes_none(kind):
    assert card_picture(kind, "unknown", WORDS) == ()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_pictures_fit_beside_the_steps_on_80_columns_and_need_only_ascii_lines(lang):
    from rich.cells import cell_len

    words = load_words(lang)
    for kind, side in [("contact", "up"), ("contact", "down"), ("contactless", "unknown")]:
        for para in card_picture(ReaderKind(kind), side, words):
            if para.literal:
                assert cell_len(para.text) + para.indent <= 47
                assert not set(para.text) & set("─│┌┐└┘…\\")


@pytest.mark.parametrize("draw,height", [(block_font.draw_small, 3), (block_font.draw_large, 5)])
def test_every_id_has_letters_of_one_height_and_width(draw, height):
    for node in ("A-01", "D-03", "K-13", "L-02", "G-07", "H-09", "C-05", "E-04", "F-06", "B-08", "I-01", "J-01"):
        lines = draw(node)
        assert len(lines) == height
        assert len({len(line) for line in lines}) == 1
        assert "".join(lines).isascii()
        assert "\\" not in "".join(lines)


@pytest.mark.parametrize("draw", [block_font.draw_small, block_font.draw_large])
def test_no_two_characters_look_the_same(draw):
    shapes = [draw(ch) for ch in "023456789ABCDEFGHJKL-"]
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize(
    "platform,environ,codepage,expected",
    [
        ("win32", {}, 932, True),
        ("win32", {"WT_SESSION": "x"}, 932, False),
        ("win32", {}, 1252, False),
        ("win32", {}, None, False),
        ("linux", {}, 932, False),
    ],
)
def test_old_japanese_console_gets_ascii(platform, environ, codepage, expected):
    assert needs_ascii(platform, environ, codepage) is expected


def test_full_width_keys_are_understood():
    assert [fold_key(ch) for ch in ("３", "ｄ", "d", "F", None, "あ", " ")] == ["3", "D", "D", "F", "", "", ""]


def test_mailbox_keeps_the_newest_state_and_every_event():
    box = Mailbox()
    first, second = made.card_in_wrong_way(), made.pin_locked()
    assert box.put(first) is True
    assert box.put(second) is False
    taken = box.take()
    assert taken.diagnosis is second.diagnosis
    assert taken.events == (*first.events, *second.events)
    assert box.take() is None


def test_mailbox_loses_no_event_between_threads():
    box, got = Mailbox(), []
    base = made.all_well()

    def post(number):
        for i in range(200):
            box.put(Update(base.facts, base.diagnosis, "", (Event(made.NOON, f"{number}-{i}", {}),)))

    threads = [threading.Thread(target=post, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if update := box.take():
            got += update.events
    if update := box.take():
        got += update.events
    assert len({event.key for event in got}) == len(got) == 800


def test_bar_of_a_locked_pin_is_empty_and_an_unknown_one_has_none():
    assert pin_bar(PinFacts(id=PinId.SIGNATURE, state=PinState.TRIES, tries_left=3), 5) == "[###..]"
    assert pin_bar(PinFacts(id=PinId.SIGNATURE, state=PinState.BLOCKED), 5) == "[.....]"
    assert pin_bar(PinFacts(id=PinId.SIGNATURE, state=PinState.UNKNOWN), 5) == ""


def test_numbered_steps_hang_below_their_text():
    lines = lay_out([Para("カードを抜いて、また入れます。", lead="1 ", indent=2)], 16)
    assert [text for text, _ in lines] == ["  1 カードを抜い", "    て、また入れ", "    ます。"]


def test_large_look_puts_a_blank_line_between_steps():
    steps = [Para("抜きます。", lead="1 "), Para("入れます。", lead="2 ")]
    assert len(lay_out(steps, 40, spaced=True)) == 3
    assert len(lay_out(steps, 40)) == 2
