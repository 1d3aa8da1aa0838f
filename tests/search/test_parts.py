"""The parts of the index: codes in texts, typing errors, tables that are missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.knowledge.library import Library
from jpkidoctor.knowledge.load import data_directory
from jpkidoctor.search.asked import load_asked
from jpkidoctor.search.codes import codes_in
from jpkidoctor.search.fold import fold
from jpkidoctor.search.index import Index, load_index
from jpkidoctor.search.readings import load_readings
from jpkidoctor.search.terms import file_terms, runs
from jpkidoctor.search.typing_errors import file_words, one_error_apart


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("-2146435043", "0x8010001d"),
        ("2148532253", "0x8010001d"),
        ("0xFFFFFFFF8010001D", "0x8010001d"),
        ("hresult 8010001D", "0x8010001d"),
        ("0x6D", "0x0000006d"),
        ("SW1=63 SW2=C2", "63c2"),
        ("sw:6983", "6983"),
        ("VID_054C&PID_0DC9", "054c0dc9"),
        ("エラー(-106)です", "-106"),
        ("error code: 115", "115"),
    ],
)
def test_codes_are_seen_in_a_text(text: str, key: str) -> None:
    assert key in set(codes_in(fold(text)))


@pytest.mark.parametrize(
    "text",
    ["2026-11-23 10:42", "03-6457-9585 に電話してください。お願いします", "合計は 6983 円で、送料は別にかかります"],
)
def test_dates_and_prices_are_no_status_words(text: str) -> None:
    assert {"6983", "1123", "9585", "1042"}.isdisjoint(codes_in(fold(text)))


def test_words_that_meet_by_one_error() -> None:
    filed = file_words(["reader", "leader", "rokku", "abc"])
    assert filed.near("reader") == ("leader",)
    assert filed.near("raeder") == ("reader",)
    assert filed.near("rader") == ("reader",)
    assert filed.near("roukku") == ("rokku",)
    assert filed.near("abd") == ()  # too short to be sure
    assert filed.near("raedre") == ()  # two errors


def test_a_long_word_with_several_errors_is_told_by_the_rest() -> None:
    filed = file_words(["ansyobango", "kensyo", "bango", "kogoenban"])
    assert [word for word, _ in filed.resembling("ankensyobango")] == ["ansyobango"]
    assert filed.resembling("xyzxyzxyzxyz") == ()
    assert filed.resembling("bangou") == ()  # short: other words are too near


WORDS = st.text(st.sampled_from("abcd"), min_size=4, max_size=9)


@given(WORDS, st.data())
def test_every_single_error_is_found(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    ch = data.draw(st.sampled_from("abcdx"))
    wrong = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + ch + word[at:],
                word[:at] + ch + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            ]
        )
    )
    if len(wrong) >= 4 and wrong != word:
        assert one_error_apart(word, wrong)
        assert file_words([word]).near(wrong) == (word,)


def test_a_term_in_a_title_covers_more_than_one_in_a_sentence() -> None:
    filed = file_terms([({"card"}, set()), ({"pin"}, {"card"}), ({"pin"}, set())])
    covered = filed.coverage(("card",))
    assert covered[0] == pytest.approx(1.0)
    assert 0 < covered[1] < covered[0]
    assert 2 not in covered
    assert filed.coverage(("nowhere",)) == {}


def test_runs_of_characters() -> None:
    assert runs("abcab", 2) == ["ab", "bc", "ca"]
    assert runs("a", 2) == ["a"]
    assert runs("", 2) == []


def test_a_missing_table_leaves_the_rest_searchable(tmp_path: Path) -> None:
    shutil.copytree(data_directory() / "flow", tmp_path / "flow")
    shutil.copy(data_directory() / "errors.toml", tmp_path)
    found = load_index(Library((tmp_path,)))
    assert {entry.kind for entry in found.entries} == {"node", "code"}
    assert found.search("0x8010001D")[0].id == "0x8010001D"
    assert found.search("") == ()


def test_an_index_is_built_once() -> None:
    assert load_index() is load_index()


def test_what_callers_say_names_entries_and_nodes_that_are_there(index: Index) -> None:
    asked = load_asked()
    names = {f"{entry.kind}:{entry.id}" for entry in index.entries}
    assert set(asked.most_asked) <= names
    assert {also.entry for also in asked.also} <= names
    assert len({also.entry for also in asked.also}) == len(asked.also)
    nodes = {entry.id for entry in index.entries if entry.kind == "node"}
    assert all(set(entry.nodes) <= nodes for entry in index.entries)


def test_readings_are_kana_and_enough() -> None:
    words = [pair for group in load_readings().words.values() for pair in group]
    assert len(words) >= 300
    assert all(all("ぁ" <= ch <= "ゖ" or ch == "ー" for ch in reading) for _, reading in words)


def test_the_words_of_all_titles_have_readings(index: Index) -> None:
    for entry in index.entries:
        if entry.kind in ("node", "reader", "pin", "card", "contact"):
            left = [
                word
                for word, reading in index.readings.segments(fold(entry.title.ja))
                if word == reading and "一" <= word <= "龥"
            ]
            assert left == [], entry.title.ja
