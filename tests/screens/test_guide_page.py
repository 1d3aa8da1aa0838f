"""電話モード: a call with digits only, every way back, red stops, support codes, easy words, the record."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from textual.events import Paste

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.cli import main
from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import Facts
from jpkidoctor.guide.beginning import begin_typed, known_code
from jpkidoctor.guide.easy import load_easy_guide
from jpkidoctor.guide.tables import load_guide
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.screens import guide_page
from jpkidoctor.screens.diagnosis_page import DiagnosisPage
from jpkidoctor.screens.guide_page import GuidePage
from jpkidoctor.screens.prose import Para, Prose, lay_out
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.search_page import SearchPage
from jpkidoctor.support_code.encode import encode
from tests.screens import examinations as made
from tests.screens.doors import FakeReportDesk
from tests.screens.run_fake import make_app
from tests.screens.seeing import seen

SMALL = (80, 24)


async def opened(app: JpkiDoctorApp, pilot: Any) -> GuidePage:
    page = GuidePage(app.current_view())
    app.push_screen(page)
    await rest(app, pilot)
    return page


async def rest(app: JpkiDoctorApp, pilot: Any) -> None:
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


async def at_rest(app: JpkiDoctorApp, pilot: Any) -> None:
    """Until the picture stays the same: the layout settles in several steps, slowly on a busy computer."""
    same, before = 0, ""
    for _ in range(60):
        await pilot.pause(0.05)
        now = seen(app)
        same, before = (same + 1 if now == before else 0), now
        if same == 4:
            return


async def pressed(pilot: Any, *keys: str) -> None:
    await pilot.press(*keys)
    await rest(pilot.app, pilot)


async def typed_in(page: GuidePage, pilot: Any, text: str) -> None:
    """Open the field at the start, put a text in, and press Enter."""
    await pressed(pilot, "c")
    page.query_one("#typed", PlainField).value = text
    await pressed(pilot, "enter")


async def to_the_end(page: GuidePage, pilot: Any, digit: str = "1", most: int = 14) -> int:
    """Give the same answer until there is a conclusion; the number of answers."""
    for asked in range(most):
        if page.phase != "question":
            return asked
        await pressed(pilot, digit)
    raise AssertionError("the questions do not end")


def code_of(first_cause: str) -> str:
    finding = Finding(id=first_cause, status=Status.FAILED)
    return encode(made.facts(made.reader()), Diagnosis(findings=(finding,), first_cause=first_cause)).grouped


# --- a call -------------------------------------------------------------------------------------------


async def test_digits_alone_lead_from_the_message_to_the_turned_card():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1")
        asked = 0
        while page.phase == "question" and page.call is not None and page.call.question is not None:
            # The caller's card lies with the number below: the other questions this caller cannot answer.
            answer = {"face": "2", "card_in": "1"}.get(page.call.question.id, "0")
            await pressed(pilot, answer)
            asked += 1
        assert page.phase == "conclusion"
        assert page.call is not None and page.call.conclusion is not None
        assert page.call.conclusion.first == "D-03"
        assert asked < 10
        assert "カードを抜きます。" in page.query_one("#said", Prose).plain


async def test_question_answers_and_candidates_are_on_one_screen():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "1")
        screen = seen(app)
        assert page.call is not None and page.call.question is not None
        assert page.call.question.say.ja[:12] in screen
        assert "0 分からない" in screen
        assert "残っている候補" in screen and "########" in screen
        assert "消えた候補: D-01" in screen
        assert "暗証番号は聞きません。" in screen


async def test_full_width_digits_answer_as_well():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        assert page.typed("1") and page.call is not None
        await rest(app, pilot)
        await pilot.press("１")
        await rest(app, pilot)
        assert len(page.call.steps) == 1


async def test_every_symptom_can_be_chosen_by_digits():
    app = make_app()
    reached = set()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        for turn in ((), ("9",)):
            for digit in "12345678":
                await pressed(pilot, *turn, digit)
                if page.call is not None:
                    reached.add(page.call.symptom)
                    page._restart()
        assert reached == set(load_guide().symptoms)
        await pressed(pilot, "0")
        assert page.call is not None and page.call.symptom is None


async def test_arrows_and_enter_choose_a_symptom():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "down", "enter")
        assert page.call is not None
        assert page.call.symptom == list(load_guide().symptoms)[1]


async def test_a_digit_without_an_answer_does_nothing():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "9", "8", "7")
        assert page.call is not None and page.call.steps == ()


# --- back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["backspace", "left"])
async def test_undo_takes_one_answer_back_and_at_last_the_symptom(key: str):
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "1")
        assert page.call is not None
        first = page.call.steps[0]
        await pressed(pilot, "2", key)
        assert page.call.steps == (first,)
        await pressed(pilot, key, key)
        assert page.phase == "start"


async def test_up_and_enter_go_back_to_any_question():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "1", "1", "1")
        assert page.call is not None
        second = page.call.steps[1]
        await pressed(pilot, "up", "up", "enter")
        assert len(page.call.steps) == 1
        assert page.call.question is not None and page.call.question.id == second.question


async def test_escape_asks_before_a_call_is_lost():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "1", "escape")
        assert app.screen is page
        assert "もう一度 Esc" in seen(app)
        await pressed(pilot, "1", "escape")
        assert app.screen is page
        await pressed(pilot, "escape")
        assert isinstance(app.screen, DiagnosisPage)


async def test_searching_keeps_the_call():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "1", "f4")
        assert isinstance(app.screen, SearchPage)
        assert "Enter で" not in app.screen.query_one("#detail", Prose).plain
        await pressed(pilot, "enter")
        assert isinstance(app.screen, SearchPage)
        await pressed(pilot, "f3")
        assert app.screen is page
        assert page.call is not None and len(page.call.steps) == 1


# --- red stops ----------------------------------------------------------------------------------------


async def test_a_lost_card_shows_the_number_of_the_day_and_night_line_at_once():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        symptoms = [option for option in page._options if option.does == "symptom:lost"]
        await pressed(pilot, str(symptoms[0].digit))
        assert page.phase == "stop"
        assert "0120-95-0178" in seen(app) and "24時間" in seen(app)
        assert "止まってください" in seen(app)
        await pressed(pilot, "1")
        assert page.phase == "start"


async def test_any_stop_can_be_raised_during_a_call_and_taken_back():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "1")
        for number, stop in enumerate(load_guide().stops.values(), 1):
            await pressed(pilot, "s", str(number))
            assert page.call is not None and page.call.stop is stop
            assert stop.say.ja[:8] in seen(app)
            await pressed(pilot, "1")
            assert page.phase == "question" and len(page.call.steps) == 1


async def test_the_list_of_stops_closes_with_escape():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "s")
        assert page.phase == "stops"
        await pressed(pilot, "escape")
        assert page.phase == "question" and app.screen is page


# --- what a call begins with --------------------------------------------------------------------------


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


# --- words --------------------------------------------------------------------------------------------


async def test_language_key_rewords_the_question_and_keeps_the_call():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "1", "f7")
        assert page.call is not None and page.call.question is not None
        assert page.call.question.say.en[:20] in seen(app)
        screen = seen(app).replace("日本語", "")
        assert [ch for ch in screen if "ぁ" <= ch <= "ん" or "ァ" <= ch <= "ヶ" or "一" <= ch <= "龠"] == []


async def test_easy_key_rewords_the_question_and_the_steps():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1")
        said = page.query_one("#said", Prose)
        usual = said.plain
        await pressed(pilot, "e")
        assert said.plain != usual
        assert "やさしい日本語" in seen(app)
        await pressed(pilot, "e")
        assert said.plain == usual
        await typed_again(page, pilot)
        await pressed(pilot, "e")
        assert "カードをぬきます。" in said.plain


async def typed_again(page: GuidePage, pilot: Any) -> None:
    page._restart()
    await typed_in(page, pilot, code_of("D-03"))
    await to_the_end(page, pilot, "0")


async def test_easy_words_reach_symptoms_answers_and_red_stops():
    app = make_app("mute", "en")
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "e")
        assert "カードをなくしました。またはぬすまれました。" in seen(app)
        await pressed(pilot, "1")
        assert page.call is not None and page.call.question is not None
        easy = load_easy_guide()
        for answer in page.call.answers:
            assert easy.answer(page.call.question, answer)[:8] in page.query_one("#spoken", Prose).plain
        await pressed(pilot, "s", "1")
        assert easy.stop_say(load_guide().stops["lost"])[:10] in seen(app)


def test_all_easy_answers_of_a_question_can_be_seen_at_once():
    easy, width, height = load_easy_guide(), 28, 7
    for question in load_guide().questions.values():
        rows = [Para(easy.answer(question, each), lead="1 ") for each in question.answer]
        assert len(lay_out([*rows, Para("分からない", lead="0 ")], width)) <= height, question.id


# --- the end ------------------------------------------------------------------------------------------


async def test_what_did_not_help_leads_to_another_cause():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await typed_in(page, pilot, code_of("D-03"))
        await to_the_end(page, pilot, "0")
        assert page.call is not None and page.call.conclusion is not None
        await pressed(pilot, "2")
        await to_the_end(page, pilot, "0")
        assert page.call.candidates[0].node != "D-03"
        before = len(page.call.steps)
        await pressed(pilot, "backspace")
        assert len(page.call.steps) == before - 1


async def test_several_candidates_are_shown_one_after_the_other():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "0")
        await to_the_end(page, pilot, "0")
        assert page.call is not None and page.call.conclusion is not None
        assert not page.call.conclusion.sure
        first = page.query_one("#said", Prose).plain
        await pressed(pilot, "3")
        assert page.query_one("#said", Prose).plain != first
        for _ in page.call.conclusion.causes[1:]:
            await pressed(pilot, "3")
        assert page.query_one("#said", Prose).plain == first


async def test_record_is_written_once_and_never_over_another(tmp_path: Path):
    app = make_app()
    path = tmp_path / "call.txt"
    async with app.run_test(size=(132, 43)) as pilot:
        page = await opened(app, pilot)
        await typed_in(page, pilot, code_of("D-03"))
        await to_the_end(page, pilot, "0")
        for sentence in ("保存しました", "その名前のファイルがあります"):
            await pressed(pilot, "1")
            page.query_one("#typed", PlainField).value = str(path)
            await pressed(pilot, "enter")
            assert sentence in seen(app)
            if sentence == "保存しました":
                assert str(path) in seen(app).replace("\n", "")
                written = path.read_bytes()
        assert path.read_bytes() == written
        assert page.call is not None
        assert page.call.summary(page.view.words) in written.decode("utf-8-sig").replace("\r\n", "\n")


async def test_a_place_that_cannot_be_written_is_told(tmp_path: Path):
    app = make_app()
    async with app.run_test(size=(132, 43)) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "s", "1", "2")
        page.query_one("#typed", PlainField).value = str(tmp_path / "no" / "call.txt")
        await pressed(pilot, "enter")
        assert "保存先のフォルダーがありません" in seen(app)
        assert page.query_one("#typing").display


async def test_notes_stay_out_of_the_record_unless_wanted(tmp_path: Path):
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await typed_in(page, pilot, code_of("D-03"))
        await pressed(pilot, "n")
        page.query_one("#typed", PlainField).value = "青いリーダー 1234"
        await pressed(pilot, "enter")
        assert page.call is not None and page.call.notes[0].text == "青いリーダー 1234"
        assert "メモを残しました" in seen(app)
        await to_the_end(page, pilot, "0")
        for digit, held in (("1", False), ("4", True)):
            path = tmp_path / f"{digit}.txt"
            await pressed(pilot, digit)
            page.query_one("#typed", PlainField).value = str(path)
            await pressed(pilot, "enter")
            assert ("青いリーダー" in path.read_text("utf-8")) is held
            assert "1234" not in path.read_text("utf-8")


async def test_timer_follows_the_clock_of_the_view():
    now = made.NOON

    def clock() -> dt.datetime:
        return now

    app = JpkiDoctorApp(made.FakeExamination(made.pin_locked()), report=FakeReportDesk(), clock=clock)
    async with app.run_test(size=SMALL) as pilot:
        await opened(app, pilot)
        await pressed(pilot, "1")
        assert "00:00" in seen(app)
        now = made.NOON + dt.timedelta(seconds=125)
        app._show()
        await pilot.pause()
        assert "02:05" in seen(app)


async def test_damaged_tables_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def broken() -> Facts:
        raise KnowledgeError(tmp_path, "damaged")

    monkeypatch.setattr(guide_page, "load_guide", broken)
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pressed(pilot, "1", "c", "0")
        assert page.phase == "loading"
        assert "質問の表を読めません" in seen(app)


PICTURES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[int, int]]] = {
    "start": (("mute",), (), SMALL),
    "start-english": (("mute", "en"), (), SMALL),
    "question": (("mute",), ("1", "1", "0"), SMALL),
    "question-easy": (("mute",), ("1", "1", "e"), SMALL),
    "question-english": (("mute", "en"), ("1", "1", "0"), SMALL),
    "question-ascii": (("mute", "ja", "dark", "ascii"), ("1", "1"), SMALL),
    "question-wide": (("mute",), ("1", "1", "0"), (132, 43)),
    "question-large": (("mute", "ja", "large"), ("1", "1"), (132, 43)),
    "lost": (("mute",), ("1", "s", "1"), SMALL),
    "lost-english": (("mute", "en"), ("1", "s", "1"), SMALL),
    "end": (("mute",), ("m",), SMALL),
    "end-easy": (("mute",), ("m", "e"), SMALL),
    "end-english": (("mute", "en"), ("m",), SMALL),
    "end-wide": (("mute",), ("m",), (132, 43)),
}


@pytest.mark.parametrize("case", PICTURES)
def test_guide_page(snap_compare: Any, case: str):
    how, keys, size = PICTURES[case]

    async def open_page(pilot: Any) -> None:
        await opened(pilot.app, pilot)
        if keys:
            await pressed(pilot, *keys)
        await at_rest(pilot.app, pilot)

    assert snap_compare(make_app(*how), terminal_size=size, run_before=open_page)
