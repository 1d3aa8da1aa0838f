"""What a call begins with: a support code, a code or message, a saved report, this computer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from textual.events import Paste

from jpkidoctor.cli import main
from jpkidoctor.guide.beginning import begin_typed, known_code
from jpkidoctor.guide.tables import load_guide
from jpkidoctor.screens.guide_page import GuidePage
from jpkidoctor.screens.search_field import PlainField
from tests.screens.calling import SMALL, code_of, opened, pressed, rest, to_the_end, typed_in
from tests.screens.run_fake import make_app
from tests.screens.seeing import seen


@pytest.mark.parametrize("form", [str, lambda code: code.replace(" ", "-"), lambda code: code.translate(FULL_WIDTH)])
async def test_a_support_code_leads_straight_to_its_finding(form: Any):
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await typed_in(page, pilot, form(code_of("D-03")))
        assert page.call is not None and page.call.measured is not None
        assert page.call.measured.first_cause == "D-03"
        await to_the_end(page, pilot, "0")
        assert page.call.conclusion is not None and page.call.conclusion.first == "D-03"


FULL_WIDTH = str.maketrans("0123456789 ", "０１２３４５６７８９　")


async def test_a_misheard_support_code_says_which_group_to_read_again():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        code = code_of("D-03")
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        await typed_in(page, pilot, wrong)
        assert page.call is None
        assert "もう一度読んでもらいます" in seen(app)
        assert page.query_one("#typed", PlainField).value == wrong


async def test_a_code_on_the_screen_begins_the_call():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await typed_in(page, pilot, "ＥＷ０４４－Ｃ３００")
        assert page.call is not None and page.call.code is not None
        assert page.call.candidates[0].node == "I-05"


def test_a_code_inside_a_message_is_found_and_a_year_is_not():
    guide = load_guide()
    assert known_code(guide, "エラー EW044-C300 が発生しました") == "ew044c300"
    assert known_code(guide, "6983") == "6983"
    assert known_code(guide, "お金が6983円です") == ""


async def test_an_unknown_message_is_told_and_stays_in_the_field():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await typed_in(page, pilot, "何も知らない文[bold]")
        assert page.call is None
        assert "「何も知らない文[bold]」は表にありません。" in seen(app)


async def test_hostile_text_is_shown_as_plain_text():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "c")
        page.query_one("#typed", PlainField).post_message(Paste("\x1b]52;c;evil\x07\x1b[31m[red]x\n\u202ey"))
        await rest(app, pilot)
        await pressed(pilot, "enter")
        assert page.query_one("#typed", PlainField).value == "[red]x y"
        assert "「[red]x y」" in seen(app)
        assert "\x1b" not in seen(app)


async def test_own_examination_answers_beforehand():
    app = make_app("pin")
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "m")
        assert page.call is not None and page.call.measured is not None
        assert page.call.measured.first_cause == "G-05"
        assert page.call.candidates[0].node == "G-05"


async def test_own_examination_is_not_offered_before_there_is_one():
    app = make_app("first")
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "m")
        assert page.call is None


async def test_a_saved_report_answers_beforehand_and_a_bad_path_can_be_mended(tmp_path: Path):
    path = tmp_path / "report.json"
    CliRunner().invoke(main, ["check", "--scenario", "signature-locked", "--report", str(path)])
    app = make_app("first")
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "r")
        assert "報告書のファイル" in seen(app)
        field = page.query_one("#typed", PlainField)
        field.value = str(tmp_path / "none.json")
        await pressed(pilot, "enter")
        assert page.call is None and "none.json" in field.value
        field.value = str(path)
        await pressed(pilot, "enter")
        assert page.call is not None and page.call.measured is not None
        assert page.call.measured.first_cause == page.call.candidates[0].node
        assert page.call.candidates[0].node[0] == "G"
        assert "報告書の結果を使っています" in seen(app)


async def test_what_the_command_line_gave_begins_the_first_call_only():
    app = make_app(begin=begin_typed(load_guide(), code_of("D-03")))
    async with app.run_test(size=SMALL) as pilot:
        app.action_page("guide")
        await rest(app, pilot)
        page = app.screen
        assert isinstance(page, GuidePage)
        assert page.call is not None and page.call.measured is not None
        await pressed(pilot, "escape", "escape")
        await pressed(pilot, "f3")
        assert isinstance(app.screen, GuidePage) and app.screen.call is None


async def test_an_unknown_text_of_the_command_line_stands_in_the_field():
    app = make_app(begin=begin_typed(load_guide(), "何も知らない文"))
    async with app.run_test(size=SMALL) as pilot:
        app.action_page("guide")
        await rest(app, pilot)
        assert "「何も知らない文」は表にありません。" in seen(app)
        assert app.screen.query_one("#typed", PlainField).value == "何も知らない文"
