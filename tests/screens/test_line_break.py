from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from jpkidoctor.screens.line_break import NOT_FIRST, NOT_LAST, break_lines, fit

japanese = st.text(alphabet="カードが応答しません。、「」（）ーっABC 123", max_size=80)


def test_a_line_never_begins_with_a_full_stop():
    assert break_lines("応答しません。次へ", 12) == ("応答しませ", "ん。次へ")


def test_a_line_never_ends_with_an_opening_bracket():
    assert break_lines("面が上「番号」", 8) == ("面が上", "「番号」")


def test_a_latin_word_stays_whole():
    assert break_lines("開くと Smart Card です", 12) == ("開くと Smart", "Card です")


def test_a_word_wider_than_the_line_is_cut():
    assert break_lines("3BE000FF8131FE4514", 8) == ("3BE000FF", "8131FE45", "14")


def test_line_feeds_are_kept():
    assert break_lines("一\n\n二", 10) == ("一", "", "二")


@given(japanese, st.integers(2, 40))
def test_no_line_is_wider_than_asked(text, width):
    assert all(cell_len(line) <= width for line in break_lines(text, width))


@given(japanese, st.integers(2, 40))
def test_nothing_but_blanks_is_lost(text, width):
    assert "".join(break_lines(text, width)).replace(" ", "") == text.replace(" ", "")


def test_rules_hold_in_ordinary_sentences():
    text = "署名用の番号を覚えていれば、スマホに「JPKI暗証番号リセット」を入れます。アプリで予約します。"
    for width in range(10, 60):
        lines = break_lines(text, width)
        assert not [line for line in lines if line[0] in NOT_FIRST or line[-1] in NOT_LAST], width


@given(st.text(max_size=40), st.integers(0, 30))
def test_fit_gives_exactly_the_cells_asked_for(text, cells):
    assert cell_len(fit(text, cells)) == cells


def test_what_is_cut_is_marked_without_an_ellipsis_character():
    assert fit("カードが応答しません", 10) == "カードが.."
