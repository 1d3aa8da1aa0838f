from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jpkidoctor.safe_text import safe_text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("ACS ACR39U ICC Reader 00 00", "ACS ACR39U ICC Reader 00 00"),
        ("ソニー株式会社 ＲＣ－Ｓ３００", "ソニー株式会社 ＲＣ－Ｓ３００"),
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b]0;title\x07name", "name"),
        ("\x1b]52;c;MTIzNA==\x1b\\name", "name"),
        ("\x1bP1$r0m\x1b\\name", "name"),
        ("\x9b31mname", "name"),
        ("\x1b(Bname", "name"),
        ("cut off \x1b[", "cut off"),
        ("one\ntwo\r\nthree\tfour", "one two three four"),
        ("a\u2028b\x85c", "a b c"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("ze\u200bro\ufeff", "zero"),
        ("a\x00b\x7fc", "abc"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("[red]markup[/red] stays text", "[red]markup[/red] stays text"),
        ("", ""),
    ],
)
def test_strings_from_outside_become_harmless(raw, shown):
    assert safe_text(raw) == shown


def test_a_long_string_is_cut_visibly():
    assert safe_text("x" * 501) == "x" * 499 + "…"
    assert safe_text("x" * 500) == "x" * 500
    assert len(safe_text("あ" * 10_000_000, 20)) == 20


@given(st.text(alphabet=st.characters(), max_size=200))
@example("\x1b\x1b[31m[31m")
@example("\x1b[\x1b]x\x07")
def test_no_text_can_steer_a_terminal(text):
    cleaned = safe_text(text)
    assert not any(unicodedata.category(ch) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for ch in cleaned)
    assert len(cleaned.splitlines()) <= 1
    cleaned.encode()


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text):
    assert safe_text(safe_text(text)) == safe_text(text)


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S")), max_size=200))
def test_ordinary_text_passes_unchanged(text):
    assert safe_text(text) == text
