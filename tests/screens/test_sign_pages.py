"""Signing in the screens, end to end on the practice card, one step a screen; strangers judge the files."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from textual.events import Paste

from jpkidoctor.commands.signature_desk import Signatures
from jpkidoctor.screens.pin_entry import PinEntry
from jpkidoctor.screens.sign_steps import Step
from tests.screens.practising import (
    CARD,
    PASSWORD,
    card_is_read,
    case_of,
    practising,
    shown,
    to_the_card,
    to_the_content,
    until,
)
from tests.screens.seeing import seen
from tests.signing.formats.conftest import make_pdf


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf())
    return path


def pdfsig(path: Path) -> str:
    return subprocess.run(["pdfsig", str(path)], capture_output=True, check=False).stdout.decode()


async def test_each_step_is_a_screen_of_its_own_and_a_stranger_accepts_the_file(pdf):
    before = pdf.read_bytes()
    async with practising() as (app, pilot, _):
        page = await to_the_content(app, pilot, pdf)
        assert "3/9" in seen(app) and "SHA-256" in seen(app) and "PDF: 1 ページ" in seen(app)
        await pilot.press("1")
        assert "4/9" in seen(app) and "a-signed.pdf" in seen(app) and "ネットワークは使いません" in shown(app)
        await pilot.press("1")
        assert "5/9" in seen(app) and "氏名・住所・生年月日・性別" in shown(app)
        await pilot.press("1")
        assert "6/9" in seen(app) and "マイナンバーカード" in seen(app) and "残りは5回" in seen(app)
        await pilot.press("1")
        assert page._step is Step.PIN and "英大文字と数字" in shown(app)
        await pilot.press(*PASSWORD, "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        said = shown(app)
        assert "1件のうち1件に署名し、確かめました" in said
        assert "改ざんはありません。" in said and "失効は未確認です。" in said and "テスト用（JPKI-TEST）" in said
        assert "花子" not in said
        text = page.query_one("#text").plain
        lines = text[text.index("失効は未確認です。") :].splitlines()
        marks = [line.split(": ")[1].split(" - ")[0] for line in lines if ": " in line and " - " in line]
        order = ["NG", "未確認", "OK", "該当なし"]
        assert len(marks) > 10 and marks == sorted(marks, key=order.index)  # what is NG is said first
        assert "Signature is Valid." in pdfsig(pdf.with_name("a-signed.pdf")) and pdf.read_bytes() == before


async def test_a_stamp_and_a_folder_are_chosen_and_a_stranger_accepts_the_file(pdf, tmp_path):
    out = tmp_path / "署名ずみ"
    out.mkdir()
    async with practising() as (app, pilot, _):
        page = await to_the_content(app, pilot, pdf, "2")
        await pilot.press("1", "4")
        await until(pilot, lambda: "1ページ目の右下" in seen(app))
        await pilot.press("2")
        app.screen.query_one("#path").value = str(tmp_path / "nowhere")
        await pilot.press("enter")
        await until(pilot, lambda: "フォルダがありません" in shown(app))
        app.screen.query_one("#path").value = str(tmp_path) + "/"
        await until(pilot, lambda: "署名ずみ" in seen(app))
        await pilot.press("down", "1", "up", "enter")
        await until(pilot, lambda: page._plan.request.out is not None)
        assert page._plan.files[0].output == out / "a-signed.pdf"
        await pilot.press("1", "1", "1", *PASSWORD, "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        judged = pdfsig(out / "a-signed.pdf")
        assert "Signature is Valid." in judged and "ETSI.CAdES.detached" in judged
        drawn = (out / "a-signed.pdf").read_bytes()
        assert b"/KozGoPr6N-Medium-UniJIS-UTF16-H" in drawn and b"/Rect" in drawn[pdf.stat().st_size :]
        assert sorted(p.name for p in tmp_path.iterdir()) == ["a.pdf", "署名ずみ"]


async def test_a_timestamp_server_is_named_and_said_to_be_on_the_network(tmp_path, tmp_path_factory):
    from tests.signing.formats.tsa import Authority, serve

    letter = tmp_path / "letter.txt"
    letter.write_text("手紙", encoding="utf-8")
    with serve(Authority(tmp_path_factory.mktemp("tsa")).answer) as url:
        async with practising() as (app, pilot, _):
            page = await to_the_content(app, pilot, letter, "4")
            await pilot.press("1", "3")
            assert "ネットワークを使います" in shown(app)
            page.query_one("#url").value = "ftp://example.jp/"
            await pilot.press("enter")
            await until(pilot, lambda: "書き方が違います" in shown(app))
            page.query_one("#url").value = url
            await pilot.press("enter")
            await until(pilot, lambda: page._plan.request.timestamp_url == url)
            assert "ハッシュだけを送ります" in shown(app)
            await pilot.press("1", "1", "1", *PASSWORD, "enter")
            await until(pilot, lambda: page._step is Step.RESULT)
            assert "タイムスタンプの発行元は未確認です" in page.query_one("#text").plain


async def test_a_form_without_a_place_for_a_timestamp_offers_none(tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("x")
    async with practising() as (app, pilot, _):
        page = await to_the_content(app, pilot, letter, "5")
        await pilot.press("1", "3", "4")
        assert "この形には付けられません" in shown(app) and page._plan.request.timestamp_url == ""


async def test_files_are_added_one_after_the_other_and_a_batch_ends_with_counts_and_a_list(tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(name)
    async with practising() as (app, pilot, _):
        page = await to_the_content(app, pilot, tmp_path / "a.txt", "4")
        await pilot.press("2")
        assert "すでに選んだファイル: 1件" in shown(app).replace("ァイル:1件", "ァイル: 1件")
        app.screen.query_one("#path").value = f"{tmp_path}/"
        await until(pilot, lambda: "c.txt" in seen(app))
        await pilot.press("down", "2")
        await until(pilot, lambda: page._step is Step.CONTENT and len(page._plan.files) == 2)
        await pilot.press("1", "1", "1", "1", *PASSWORD, "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        said = shown(app)
        assert "2件のうち2件" in said and "合計2件:" in said and "失効は未確認です。" in said
        (saved,) = tmp_path.glob("jpkidoctor-signing-*.txt")
        assert saved.name in said
        body = json.loads(saved.with_suffix(".json").read_text())
        assert [one["verified"]["intact"] for one in body["outcomes"]] == ["ok", "ok"]
        judged = subprocess.run(
            ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "b.txt.p7s", "-content",
             tmp_path / "b.txt", "-noverify"], capture_output=True, check=False,
        )  # fmt: skip
        assert judged.returncode == 0 and not (tmp_path / "c.txt.p7s").exists()


async def test_what_cannot_be_signed_is_left_out_of_a_folder_with_one_key(pdf, tmp_path):
    (tmp_path / "note.txt").write_text("no pdf")
    async with practising() as (app, pilot, _):
        page = await to_the_content(app, pilot, tmp_path)
        await pilot.press("1")
        assert page._step is Step.CONTENT and "PDFではありません" in shown(app)
        await pilot.press("3")
        assert [file.path for file in page._plan.files] == [pdf] and page._plan.ready
        await pilot.press("1")
        assert page._step is Step.FORM


async def test_a_wrong_password_says_how_many_are_left_and_the_files_need_not_be_chosen_again(pdf):
    async with practising() as (app, pilot, _):
        page = await to_the_card(app, pilot, pdf)
        await pilot.press("1", *"wrong99", "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        assert "残りは4回" in seen(app) and "署名したファイルはありません" in seen(app)
        assert list(pdf.parent.iterdir()) == [pdf]
        await pilot.press("escape")
        await until(pilot, lambda: page._step is Step.CARD and "残りは4回" in seen(app))


async def test_at_one_try_left_the_field_does_not_open(pdf, tmp_path_factory):
    case = case_of(tmp_path_factory, "pins = { signature = 2 }", "pins = { signature = 1 }", "two-tries-left")
    async with practising(case) as (app, pilot, _):
        page = await to_the_card(app, pilot, pdf, opens=("f9", "s"))
        assert "あと1回" in shown(app)
        await pilot.press("1", "2", "3")
        assert page._step is Step.CARD


async def test_at_two_left_a_second_yes_is_needed(pdf):
    async with practising("two-tries-left") as (app, pilot, _):
        page = await to_the_card(app, pilot, pdf)
        await pilot.press("1", "3")
        assert page._step is Step.CARD and "よければ2" in shown(app)
        await pilot.press("2")
        assert page._step is Step.PIN
        await pilot.press("escape", "1")
        assert page._step is Step.CARD  # the yes was for one attempt


async def test_an_expired_certificate_signs_after_a_yes_that_says_it_is_refused(pdf, tmp_path_factory):
    case = case_of(tmp_path_factory, CARD, CARD + "certificate_days = -3\n")
    async with practising(case) as (app, pilot, _):
        page = await to_the_card(app, pilot, pdf)
        await pilot.press("1", "2")
        assert page._step is Step.CARD and "受け取る側で断られます" in shown(app)
        await pilot.press("3")
        assert page._step is Step.PIN
        await pilot.press(*PASSWORD, "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        assert page._outcome.result.complete and "有効期間:NG" in shown(app)


async def test_a_certificate_that_turns_out_expired_after_the_pin_is_told_and_may_be_overridden(pdf, tmp_path_factory):
    case = case_of(tmp_path_factory, CARD, CARD + "signature_certificate_days = -2\n")
    async with practising(case) as (app, pilot, _):
        page = await to_the_card(app, pilot, pdf)
        await pilot.press("1", *PASSWORD, "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        assert page._outcome.expired and list(pdf.parent.iterdir()) == [pdf]
        await pilot.press("escape")
        await until(pilot, lambda: page._step is Step.CARD and "3断られると分かったうえで" in shown(app))
        await pilot.press("1")
        assert page._step is Step.CARD
        await pilot.press("3", *PASSWORD, "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        assert page._outcome.result.complete


async def test_no_override_opens_a_locked_card(pdf, tmp_path_factory):
    card = CARD + "certificate_days = -3\npins = { signature = 'locked' }\n"
    async with practising(case_of(tmp_path_factory, CARD, card)) as (app, pilot, _):
        page = await to_the_card(app, pilot, pdf, opens=("f9", "s"))
        await pilot.press("1", "2", "3")
        assert page._step is Step.CARD and "ロックされています" in shown(app)


async def test_the_card_that_was_shown_signs_and_no_other(pdf):
    given = []

    class Noting(Signatures):
        def sign(self, plan, reader, typed, *rest):
            given.append(reader)
            return super().sign(plan, reader, typed, *rest)

    async with practising() as (app, pilot, hands):
        app._signatures = Noting(lambda: hands.world, hands.lend_card)
        page = await to_the_card(app, pilot, pdf)
        shown_reader = app._facts.pcsc.examined_reader.name
        await pilot.press("1", "7")
        hands.remove()
        hands.insert()  # the same place, and it may be another card
        await until(pilot, lambda: page._step is Step.CARD and "カードを読んで" not in shown(app))
        assert page.query_one("#pin").count == 0
        await card_is_read(app, pilot)
        await pilot.press("1", *PASSWORD, "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        assert given == [shown_reader]


async def test_a_card_taken_out_wipes_what_was_typed(pdf):
    async with practising() as (app, pilot, hands):
        page = await to_the_card(app, pilot, pdf)
        await pilot.press("1", *"abc")
        entry = page.query_one(PinEntry)
        assert entry.count == 3
        hands.remove()
        await until(pilot, lambda: page._step is Step.CARD)
        assert entry.count == 0


async def test_no_character_of_a_pin_is_drawn_pasted_or_kept(pdf):
    async with practising() as (app, pilot, _):
        page = await to_the_card(app, pilot, pdf)
        await pilot.press("1", *"QZX7")
        entry = page.query_one(PinEntry)
        assert "QZX7" not in app.export_screenshot() and "QZX7" not in seen(app)
        assert not any("QZX7" in repr(value) for value in vars(entry).values() if not isinstance(value, bytearray))
        entry.post_message(Paste("ABC123"))
        await until(pilot, lambda: "貼り付けはできません" in seen(app))
        assert entry.count == 4
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "使えない文字" in seen(app))
        typed = entry._typed
        page.query_one("#body").focus()
        await until(pilot, lambda: entry.count == 0)
        assert bytes(typed) == b""


async def test_a_pin_that_nobody_finishes_is_forgotten(pdf):
    async with practising() as (app, pilot, _):
        page = await to_the_card(app, pilot, pdf)
        await pilot.press("1")
        entry = page.query_one(PinEntry)
        entry._forget_after_s = 0.2
        await pilot.press("a")
        await until(pilot, lambda: "打った字を消しました" in seen(app))
        assert entry.count == 0


async def test_no_key_takes_the_page_away_while_it_signs_and_the_card_is_never_said_to_be_held(
    tmp_path, tmp_path_factory
):
    for number in range(3):
        (tmp_path / f"{number}.pdf").write_bytes(make_pdf())
    case = case_of(tmp_path_factory, CARD, CARD + "faults = { signature_delay_ms = 400 }\n")
    async with practising(case) as (app, pilot, _):
        page = await to_the_card(app, pilot, tmp_path)
        await pilot.press("1", *PASSWORD, "enter")
        await until(pilot, lambda: page._progress is not None)
        for key in ("f1", "f2", "f8"):
            await pilot.press(key)
            assert page._step is Step.SIGNING and app.screen is page
            assert "Escで止めます" in seen(app)
        await until(pilot, lambda: page._step is Step.RESULT)
        assert "3件のうち3件" in seen(app)
        events = [event.key for event in app._events]
        assert "event.card_lent" in events
        await until(pilot, lambda: any(event.key == "event.card_back" for event in app._events))
        assert not any(event.params.get("id") == "F-03" for event in app._events)


async def test_a_home_of_nobody_is_a_missing_file_and_no_crash():
    async with practising() as (app, pilot, _):
        await pilot.press("f5", "5", "1")
        app.screen.query_one("#path").value = "~nosuchperson/x.pdf"
        await pilot.press("enter")
        await until(pilot, lambda: "ファイルがありません" in shown(app))


async def test_a_folder_that_is_closed_to_us_is_told(tmp_path, monkeypatch):
    def closed(self):
        raise PermissionError(self)

    monkeypatch.setattr(Path, "iterdir", closed)
    async with practising() as (app, pilot, _):
        await to_the_content(app, pilot, tmp_path)
        assert "ふつうのファイルではありません" in shown(app)


async def test_more_than_fifty_files_need_a_yes_of_their_own(tmp_path):
    for number in range(51):
        (tmp_path / f"{number}.txt").write_text(str(number))
    async with practising() as (app, pilot, _):
        page = await to_the_content(app, pilot, tmp_path, "3")
        await pilot.press("1")
        assert page._step is Step.CONTENT and "50件を超えています" in page.query_one("#text").plain
        await pilot.press("4")
        assert page._step is Step.FORM and page._yes.many


async def test_the_palette_over_the_field_wipes_it(pdf):
    async with practising() as (app, pilot, _):
        page = await to_the_card(app, pilot, pdf)
        await pilot.press("1", *"abc")
        entry = page.query_one(PinEntry)
        assert entry.count == 3
        await pilot.press("ctrl+p")
        await until(pilot, lambda: entry.count == 0)


async def test_esc_goes_one_step_back_and_then_out(pdf):
    async with practising() as (app, pilot, _):
        page = await to_the_card(app, pilot, pdf)
        await pilot.press("escape", "escape", "2", *"sub", "escape", "1", "1")  # a folder begun and left
        steps = []
        for _ in range(5):
            await pilot.press("escape")
            steps.append(page._step)
        assert steps == [Step.NOTICE, Step.FORM, Step.CONTENT, Step.FILES, Step.PURPOSE]
        assert page.query_one("#path").value == str(pdf)
        await pilot.press("escape")
        assert app.screen is not page


async def test_a_list_that_cannot_be_saved_does_not_hide_what_was_signed(tmp_path, monkeypatch):
    from jpkidoctor.files import FileWriteError, WriteProblem
    from jpkidoctor.signing import summary

    def full(result, words):
        raise FileWriteError(tmp_path, WriteProblem.NOT_WRITABLE)

    monkeypatch.setattr(summary, "save_summary", full)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    async with practising() as (app, pilot, _):
        page = await to_the_card(app, pilot, tmp_path, "3")
        await pilot.press("1", *PASSWORD, "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        assert "2件のうち2件" in shown(app) and page._outcome.summary is None and page._outcome.summary_problem
