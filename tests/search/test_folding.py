"""Width, case, kana and spelling make no difference; nothing that is typed raises."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpkidoctor.search.fold import chunks, fold, squash
from jpkidoctor.search.index import Index, load_index
from jpkidoctor.search.romaji import kana_to_latin, one_spelling

INDEX = load_index()
JAPANESE = st.text(st.sampled_from("カードﾘｰﾀﾞｰパソリＥＷ０４４－Ｃabc123 暗証番号失効読めないをｯー・!"), max_size=30)


@given(st.text(max_size=60) | JAPANESE)
@settings(max_examples=120, deadline=None)
def test_equivalent_texts_find_the_same(query: str) -> None:
    assert INDEX.search(query) == INDEX.search(unicodedata.normalize("NFKC", query))


@given(JAPANESE)
@settings(max_examples=80, deadline=None)
def test_case_and_kana_make_no_difference(query: str) -> None:
    plain = unicodedata.normalize("NFKC", query)
    hiragana = "".join(chr(ord(ch) - 0x60) if "ァ" <= ch <= "ヶ" else ch for ch in plain)
    expected = INDEX.search(query)
    assert INDEX.search(query.upper()) == expected
    assert INDEX.search(query.lower()) == expected
    assert INDEX.search(hiragana) == expected


@given(st.text(max_size=300), st.integers(-3, 30), st.sampled_from(["ja", "en"]))
@settings(max_examples=150, deadline=None)
def test_nothing_typed_raises(query: str, limit: int, lang: str) -> None:
    found = INDEX.search(query, limit, lang)  # type: ignore[arg-type]
    assert len(found) <= max(limit, 0)
    assert list(found) == sorted(found, key=lambda hit: -hit.score)
    assert found == INDEX.search(query, limit, lang)  # type: ignore[arg-type]


HOSTILE = [
    "\x1b[31mあか\x1b]0;title\x07",
    "\ud800\udfff",
    "\u202eOLOHCYSP\u202c",
    "[bold]カード[/bold]",
    "((((((((((*+?{}|^$\\",
    "0x" + "f" * 5000,
    "-" * 3000 + "9" * 3000,
    "ﷺ" * 2000,
    "か\u3099" * 2000,
    "{pin} {card} %s %n",
    "' OR 1=1; --",
    "\0" * 50,
]


@pytest.mark.parametrize("query", HOSTILE, ids=ascii)
def test_hostile_texts_are_only_texts(index: Index, query: str) -> None:
    assert all(0 < hit.score < 150 for hit in index.search(query))


def test_a_pasted_text_is_cut(index: Index) -> None:
    start = "EW044-C300 " + "あいうえお かきくけこ " * 200
    assert index.search(start + "HJS0432E", 50) == index.search(start, 50)
    assert index.search(start)[0].id == "EW044-C300"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anshou", "ansyou"),
        ("anshō", "annsyo"),
        ("shinbun", "shimbun"),
        ("matchi", "macchi"),
        ("macchi", "matti"),
        ("fairu", "fairu"),
        ("jouhou", "zyoho"),
        ("tsuushin", "tusin"),
        ("kēsu", "keesu"),
        ("o", "wo"),
        ("chekku", "tyekku"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert one_spelling(fold(one)) == one_spelling(fold(other))


def test_different_words_stay_different() -> None:
    words = ["kado", "kadou", "rokku", "roku", "katei", "kate", "ichi", "itchi"]
    assert len({one_spelling(word) for word in words}) == 6  # long vowels fall, double consonants stay


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("しょうめい", "syoumei"),
        ("ろっく", "rokku"),
        ("ふぁいる", "fairu"),
        ("かーど", "kado"),
        ("てぃっしゅ", "tissyu"),
    ],
)
def test_kana_is_spelled_in_kunrei(kana: str, latin: str) -> None:
    assert kana_to_latin(kana) == latin


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＥＷ０４４ーＣ３００", "ew044-c300"),
        ("ｶｰﾄﾞ", "かーど"),
        ("RC\u2010S300", "rc-s300"),
        ("カ\u200bード", "かーど"),
    ],
)
def test_folding(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_pieces_of_a_text() -> None:
    assert list(chunks(fold("パソリ RC-S300が読めない!"))) == ["ぱそり", "rc-s300", "が読めない"]
    assert squash("rc-s300/p 1") == "rcs300p1"


def test_kanji_are_read_by_the_longest_word() -> None:
    readings = INDEX.readings
    assert (
        readings.sound(fold("暗証番号")) == readings.sound(fold("アンショウバンゴウ")) == one_spelling("anshoubangou")
    )
    assert readings.sound("引っ越し") == readings.sound("引越し") == "hikkosi"
