"""Words: blanks, fallbacks and both languages, on a small catalogue; then the shipped one."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from jpkidoctor.diagnosis import Evidence, Finding, Status
from jpkidoctor.facts import OsFamily
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.load import KnowledgeError, data_directory, read_table
from jpkidoctor.knowledge.types import Lang, WordsFile
from jpkidoctor.knowledge.words import Words, load_words

EXTRA = """
[text]
'event.reader' = { ja = 'リーダー {reader} ({note}) が来ました', en = '{reader} ({note}) came' }
'evidence.pin_tries' = { ja = '{pin}: 残り {tries} 回', en = '{pin}: {tries} left' }
'evidence.looks_like' = { ja = '見えたカード: {card}', en = 'looks like {card}' }
'evidence.used' = { ja = '使用: {used}', en = 'used: {used}' }
'param.used.1' = { ja = 'はい', en = 'yes' }
'param.used.0' = { ja = 'いいえ', en = 'no' }
'param.note.pending' = { ja = '調べています', en = 'pending' }
"""

PINS = """
[[pin]]
id = 'signature'
title = { ja = '署名用の暗証番号', en = 'signature PIN' }
short = { ja = '署名用', en = 'signature' }
form = { ja = '英数字', en = 'letters' }
shortest = 6
longest = 16
alphabet = 'capitals_and_digits'
tries = 5
used_for = { ja = '申告', en = 'filing' }
reset = { ja = '窓口', en = 'office' }
checked = 2026-11-22
confidence = 'A'
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    shutil.copytree(data_directory() / "flow", tmp_path / "flow")
    (tmp_path / "words").mkdir()
    shutil.copy(data_directory() / "words" / "common.toml", tmp_path / "words")
    (tmp_path / "words" / "extra.toml").write_text(EXTRA, encoding="utf-8")
    (tmp_path / "pins.toml").write_text(PINS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def ja(directory: Path) -> Words:
    return load_words("ja", directory)


@pytest.fixture
def en(directory: Path) -> Words:
    return load_words("en", directory)


def found(node: str, variant: str = "", *evidence: Evidence) -> Finding:
    return Finding(id=node, status=Status.FAILED, variant=variant, evidence=evidence)


# --- messages -------------------------------------------------------------------------------------


def test_a_message_has_its_blanks_filled_in_both_languages(ja: Words, en: Words) -> None:
    assert ja.text("event.reader", reader="SCR3310", note="USB") == "リーダー SCR3310 (USB) が来ました"
    assert en.text("event.reader", reader="SCR3310", note="USB") == "SCR3310 (USB) came"


def test_a_value_that_is_an_id_is_spoken_in_words(ja: Words, en: Words) -> None:
    assert ja.text("event.reader", reader="X", note="pending") == "リーダー X (調べています) が来ました"
    assert ja.evidence(Evidence("used", {"used": True})) == "使用: はい"
    assert en.evidence(Evidence("used", {"used": 0})) == "used: no"


def test_a_pin_id_is_spoken_by_its_title_from_the_table(ja: Words, en: Words) -> None:
    tries = Evidence("pin_tries", {"pin": "signature", "tries": 1})
    assert ja.evidence(tries) == "署名用の暗証番号: 残り 1 回"
    assert en.evidence(tries) == "signature PIN: 1 left"


def test_a_card_without_a_table_keeps_its_id(ja: Words) -> None:
    assert ja.evidence(Evidence("looks_like", {"card": "etc"})) == "見えたカード: etc"


def test_strings_from_outside_cannot_steer_the_terminal(ja: Words) -> None:
    spoken = ja.text("event.reader", reader="\x1b[31mev\u202eil\n{note}", note="")
    assert spoken == "リーダー evil {note} () が来ました"
    assert "\x1b" not in ja.evidence(Evidence("\x1b]0;x\x07y", {}))


def test_a_missing_message_names_its_key_and_never_raises(ja: Words) -> None:
    assert ja.text("no.such.key", a=1) == "‹no.such.key›"
    assert ja.evidence(Evidence("none")) == "‹evidence.none›"
    assert ja.text("event.reader") == "リーダー ‹reader› (‹note›) が来ました"


def test_a_parameter_may_have_any_name(ja: Words) -> None:
    assert ja.evidence(Evidence("used", {"used": 1, "key": "a", "self": "b"})) == "使用: はい"


# --- findings -------------------------------------------------------------------------------------


def test_a_finding_brings_its_variant_and_its_evidence(ja: Words, en: Words) -> None:
    low = found("G-02", "one_left", Evidence("pin_tries", {"pin": "signature", "tries": 1}))
    assert ja.title(low) == "署名用の暗証番号はあと1回です"
    assert en.title(low) == "One try left: signature PIN"
    assert ja.title("G-02", "one_left", {"pin": "signature"}) == ja.title(low)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_evidence_that_is_another_node_says_what_that_is_about(lang: Lang) -> None:
    words = load_words(lang)
    for node in words.flow.nodes:
        for key, said in (("caution", words.title(node)), ("not_judged", words.ok(node).rstrip("。."))):
            sentence = words.evidence(Evidence(key, {"node": node}))
            assert node in sentence and said in sentence and "{" not in sentence, sentence


def test_the_first_evidence_fills_a_blank(ja: Words) -> None:
    both = (Evidence("looks_like", {"card": "一枚目"}), Evidence("looks_like", {"card": "二枚目"}))
    assert ja.title(found("E-01", "other", *both)) == "一枚目のようです"


def test_a_blank_that_nothing_fills_gets_a_general_word(ja: Words, en: Words) -> None:
    assert ja.title("E-01", "other") == "別のカードのようです"
    assert en.title("E-01", "other") == "This seems to be another card: kind not known"
    assert ja.title("G-02", "two_left") == "暗証番号はあと2回です"


def test_a_variant_without_its_own_words_uses_those_of_the_node(ja: Words) -> None:
    assert ja.meaning("B-01", "stopped") == ja.meaning("B-01")
    assert ja.title("B-01", "stopped") != ja.title("B-01")
    assert ja.title("B-01", "from_a_later_version") == ja.title("B-01")


def test_an_unknown_node_never_raises(ja: Words) -> None:
    assert ja.title("Z-99") == ja.meaning("Z-99") == ja.ok("Z-99") == "‹Z-99›"
    assert ja.symptom("Z-99") == ja.question("Z-99") == ja.title(found("Z-99")) == "‹Z-99›"
    assert ja.steps("Z-99") == ()
    assert ja.who("Z-99") == ()
    assert ja.step_title("Z") == ja.step_short("Z") == "‹Z›"


def test_healthy_state_symptom_and_question_of_a_node(ja: Words, en: Words) -> None:
    assert ja.ok("D-03") == "カードが応答しました。"
    assert en.ok("D-03") == "The card answers."
    assert "ICカードに接続できませんでした" in ja.symptom("D-03")
    assert "12桁の番号の面" in ja.question("D-03")


# --- what to do -----------------------------------------------------------------------------------


def test_steps_are_those_of_variant_and_system(ja: Words) -> None:
    assert "systemctl" in ja.steps("B-01", "stopped", OsFamily.LINUX)[0]
    assert "サービス" in ja.steps("B-01", "stopped", "windows")[0]
    assert ja.steps("B-01", "not_installed", "linux")[0].startswith("pcscd")


def test_where_the_system_is_not_known_a_step_names_its_system(ja: Words, en: Words) -> None:
    for system in (None, OsFamily.OTHER):
        steps = ja.steps("C-04", "", system)
        assert steps[1].startswith("Windows: ")
        assert any(step.startswith("Linux: ") for step in steps)
    assert en.steps("D-03")[0] == "Take the card out."


def test_a_variant_not_known_here_gets_the_general_steps(ja: Words) -> None:
    assert ja.steps("D-01", "from_a_later_version") == ja.steps("D-01") != ja.steps("D-01", "contact")


def test_who_can_mend_it_may_depend_on_the_variant(ja: Words, en: Words) -> None:
    assert ja.who("D-04") == ("user", "city_office")
    assert ja.who("D-04", "two_readers") == ("city_office",)
    assert ja.who_text("city_office") == "市区町村の窓口"
    assert en.who_text(en.who("D-04")) == "yourself, your city office"


def test_steps_of_the_flow_have_a_long_and_a_short_name(ja: Words, en: Words) -> None:
    assert ja.step_title("D") == ja.step_title("D-03") == "カードの有無・向き"
    assert ja.step_short("D") == "カードの向き"
    assert en.step_title("D") == "Card position"


# --- loading --------------------------------------------------------------------------------------


def test_a_key_in_two_files_is_refused(directory: Path) -> None:
    (directory / "words" / "more.toml").write_text("[text]\n'status.ok' = { ja = 'x', en = 'x' }\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=re.escape("status.ok stands in another file")):
        load_words("ja", directory)


def test_a_text_without_english_is_refused(directory: Path) -> None:
    (directory / "words" / "more.toml").write_text("[text]\n'a.b' = { ja = 'x' }\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="en"):
        load_words("ja", directory)


def test_a_broken_title_table_does_not_silence_the_words(directory: Path) -> None:
    (directory / "pins.toml").write_text("[[", encoding="utf-8")
    words = load_words("ja", directory)
    assert words.evidence(Evidence("pin_tries", {"pin": "signature", "tries": 1})) == "signature: 残り 1 回"


# --- the shipped catalogue ------------------------------------------------------------------------

WORD_FILES = sorted((data_directory() / "words").glob("*.toml"))


def test_shipped_words_speak_both_languages_and_are_read_once() -> None:
    assert load_words("ja") is load_words("ja")
    assert load_words("ja").title("D-03") == "カードが応答しません"
    assert load_words("en").title("D-03") == "The card does not answer"


@pytest.mark.parametrize("status", [*(status.value for status in Status), "pending"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_status_has_a_word_of_its_own(status: str, lang: Lang) -> None:
    texts = read_table(data_directory() / "words" / "common.toml", WordsFile).text
    assert texts[f"status.{status}"].get(lang)
    spoken = [text.get(lang) for key, text in texts.items() if key.startswith("status.")]
    assert len(set(spoken)) == len(spoken) == len(Status) + 2  # and "not yet", "looking"


def test_everybody_who_can_help_has_a_name() -> None:
    texts = read_table(data_directory() / "words" / "common.toml", WordsFile).text
    people = {who for node in load_flow().nodes.values() for who in node.who}
    people |= {who for node in load_flow().nodes.values() for v in node.variants.values() for who in v.who}
    assert {f"who.{who}" for who in people} <= set(texts)


@pytest.mark.parametrize("path", WORD_FILES, ids=lambda path: path.name)
def test_both_languages_have_the_same_blanks(path: Path) -> None:
    blanks = re.compile(r"\{(\w+)\}")
    for key, text in read_table(path, WordsFile).text.items():
        assert Counter(blanks.findall(text.ja)).keys() == Counter(blanks.findall(text.en)).keys(), key


@pytest.mark.parametrize("path", WORD_FILES, ids=lambda path: path.name)
def test_japanese_words_can_be_printed_on_a_japanese_windows_console(path: Path) -> None:
    for key, text in read_table(path, WordsFile).text.items():
        try:
            text.ja.encode("cp932")
        except UnicodeEncodeError as error:
            pytest.fail(f"{key}: {text.ja[error.start]!r}")
