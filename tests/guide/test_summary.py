"""The summary for the ticket."""

from __future__ import annotations

import pytest

from jpkidoctor.guide.engine import Call, start
from jpkidoctor.guide.summary import without_numbers
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from tests.guide.practice_calls import run


def finished() -> Call:
    return run(start(symptom="cannot_connect", clock=lambda: 0.0), lambda question: 2 if question == "face" else 1)


def test_it_tells_the_questions_the_answers_and_the_cause() -> None:
    text = finished().summary(load_words("ja"))
    assert "「ICカードに接続できませんでした」と出ます。" in text
    assert "12桁の番号の面は、上ですか下ですか。 -> 下です。写真の面が上です。" in text
    assert "原因の見込み: D-03 カードが応答しません" in text
    assert "‹" not in text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_notes_are_left_out_unless_asked_for_and_hide_numbers(lang: Lang) -> None:
    call = finished().note("番号は１２３４、電話 03-1234-5678、HJS0432E、0x8010001D\x1b[31m")
    words = load_words(lang)
    assert "HJS0432E" not in call.summary(words)
    with_notes = call.summary(words, notes=True)
    assert "HJS0432E" in with_notes
    assert "0x8010001D" in with_notes
    for hidden in ("1234", "１２３４", "5678", "\x1b"):
        assert hidden not in with_notes


@pytest.mark.parametrize("text", ["1234", "1234 5678 9012", "090-1234-5678", "１２３４", "番号1234です"])
def test_longer_numbers_are_hidden(text: str) -> None:
    assert "****" in without_numbers(text)
    assert not any(ch.isdigit() for ch in without_numbers(text))


@pytest.mark.parametrize("text", ["EW044-C300", "HJS0432E", "3回", "D-03", "0x80100067"])
def test_codes_and_counts_stay(text: str) -> None:
    assert without_numbers(text) == text


def test_what_was_typed_as_a_code_and_is_none_is_not_told() -> None:
    words = load_words("ja")
    assert "EW044-C300" in start(code="EW044-C300").summary(words)
    assert "YAMADA" not in start(code="YAMADA 19500101").summary(words)


def test_a_stop_and_an_open_call_are_told() -> None:
    words = load_words("ja")
    assert "途中で止めました" in start(symptom="lost").summary(words)
    assert "まだ分かっていません" in start(symptom="no_reader").summary(words)


def test_a_fix_that_failed_is_told() -> None:
    assert "試しましたが、直りませんでした: D-03" in finished().fix_failed("D-03").summary(load_words("ja"))
