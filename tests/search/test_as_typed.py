"""Queries as people type and paste them, with what they are looking for."""

from __future__ import annotations

import pytest

from jpkidoctor.search.entry import Result
from jpkidoctor.search.index import Index

LONG_MESSAGE = """2026-11-23 10:42:03,512 ERROR [main] jp.go.jpki.mobile - 署名に失敗しました。
  java.lang.RuntimeException: SCardConnect failed: SCARD_W_UNRESPONSIVE_CARD (0x80100066)
\tat sun.security.smartcardio.CardImpl.<init>(CardImpl.java:83)
\tat javax.swing.JButton.fire(JButton.java:2022)
ReaderName = 'SONY FeliCa RC-S300/P 0', Protocol = T=1, 2024年 9000 円
"""

TYPED = [
    ("カード 読めない", "D-03"),
    ("カードが読み取れません", "D-03"),
    ("ｶｰﾄﾞ ﾖﾐﾄﾚﾅｲ", "D-03"),
    ("ICカードに接続できませんでした", "ICカードに接続できませんでした"),
    ("ICカードに\n接続できません\nでした。", "ICカードに接続できませんでした"),
    ("ankensyoubango", "step G"),
    ("anshoubangou wasureta", "G-04"),
    ("あんしょうばんごう わすれた", "G-04"),
    ("暗唱番号 ロック", "G-04"),
    ("rokku", "G-04"),
    ("ロックされた", "G-05"),
    ("4桁 忘れた", "G-05"),
    ("PIN locked", "G-04"),
    ("0120", "free_dial"),
    ("0120-95-0178", "free_dial"),
    ("パソリ", "sony-rc-s300-p"),
    ("pasori rcs300", "sony-rc-s300-p"),
    ("RC-S380", "sony-rc-s380-p"),
    ("rc s380", "sony-rc-s380-p"),
    ("SONY FeliCa RC-S300/P 0", "sony-rc-s300-p"),
    ("USB\\VID_054C&PID_0DC9\\5&1234", "sony-rc-s300-p"),
    ("スイカ", "felica"),
    ("hikkoshi", "J-04"),
    ("ひっこしした", "J-04"),
    ("引越したら使えない", "J-04"),
    ("ＥＷ０４４－Ｃ３００", "EW044-C300"),
    ("ew044c300", "EW044-C300"),
    ("EW044 C300", "EW044-C300"),
    ("エラー EW044ーC300 が出ました", "EW044-C300"),
    ("ＨＪＳ０４３２Ｅ", "HJS0432E"),
    ("-2146435043", "0x8010001D"),
    ("8010001d", "0x8010001D"),
    ("SW=63C2", "63Cx"),
    ("63 C2", "63Cx"),
    ("SW1=0x63, SW2=0xC2", "63Cx"),
    ("SW: 69 83", "6983"),
    ("コード 43", "43"),
    ("コード10で開始できません", "10"),
    ("SCARD_E_NO_SERVICE", "0x8010001D"),
    ("リーダーが認識されない", "C-01"),
    ("ri-da- ga mitsukaranai", "C-01"),
    ("ドライバー 入れ方", "C-03"),
    ("カードをなくした", "L-03"),
    ("funshitsu", "L-03"),
    ("マイナンバーカードを落としてしまいました", "L-03"),
    ("くれじっとかーど", "bank"),
    ("アップデートしたらつながらなくなった", "C-06"),
    ("有効期限", "J-02"),
    ("kigengire", "J-02"),
    ("シークレットモード", "H-07"),
    ("internet explorer", "H-04"),
    ("Windows 10", "H-01"),
    ("iphone", "H-09"),
    ("リモートデスクトップ", "B-02"),
    ("ゆうこうせいかくにん できない", "I-06"),
    ("詐欺かもしれない", "consumer_line"),
    ("税務署 イータックス", "K-01"),
    ("e-tax 送信できない", "K-10"),
    ("有効期限 いつ", "J-02"),
    ("ブラウザ 動かない", "I-05"),
    ("card reader not found", "C-01"),
    ("forgot my password", "G-04"),
    (LONG_MESSAGE, "0x80100066"),
]


def _named(found: tuple[Result, ...]) -> set[str]:
    """Ids of the hits, and the steps that they lead to: for a bare 暗証番号 any hit of step G will do."""
    return {hit.id for hit in found} | {f"step {node[0]}" for hit in found for node in hit.nodes}


@pytest.mark.parametrize(("query", "expected"), TYPED, ids=lambda value: value[:30])
def test_what_people_type_finds_it_among_the_first_three(index: Index, query: str, expected: str) -> None:
    assert expected in _named(index.search(query, 3))


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ("pasroi", "C-04"),  # swapped
        ("rokuk", "G-04"),
        ("hikoshi", "J-04"),  # missing
        ("anshobanggo", "step G"),  # extra
        ("anshoubamgou", "step G"),  # wrong
        ("incongito", "H-07"),
        ("flatpack", "B-03"),
        ("リモートデスクトプ", "B-02"),
        ("シークレツトモード", "H-07"),
        ("servise not runing", "B-01"),
        ("SCARD_E_NO_SERVCE", "0x8010001D"),
        ("EW044-C30O", "EW044-C300"),
    ],
)
def test_one_typing_error_a_word_is_forgiven(index: Index, wrong: str, expected: str) -> None:
    assert expected in _named(index.search(wrong, 3))


def test_an_empty_field_shows_what_is_asked_most(index: Index) -> None:
    assert [hit.id for hit in index.search("", 2)] == ["D-03", "G-04"]
    assert index.search(" 　\n") == index.search("")


def test_nonsense_finds_nothing(index: Index) -> None:
    assert index.search("qqqzzzxxx") == ()


def test_hits_speak_the_language_asked_for(index: Index) -> None:
    assert index.search("D-03", 1, "ja")[0].title == "カードが応答しません"
    english = index.search("D-03", 1, "en")[0]
    assert english.title == "The card does not answer"
    assert english.snippet.isascii()


def test_the_sentence_shown_is_the_one_that_fits(index: Index) -> None:
    symptom = index.search("黄色い印があります", 3)
    assert any(hit.id == "C-05" and "黄色い印" in hit.snippet for hit in symptom)


def test_a_number_in_a_long_text_is_not_taken_for_a_code(index: Index) -> None:
    found = index.search("2024年に9000円で買ったリーダーが、10日前から見つかりません", 3)
    assert "9000" not in {hit.id for hit in found}
    assert "10" not in {hit.id for hit in found}
    assert found[0].kind != "code"
