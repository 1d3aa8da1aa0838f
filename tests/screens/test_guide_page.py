"""電話モード: a call with digits only, every way back, red stops, easy words, the record."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.facts import Facts
from jpkidoctor.guide.easy import load_easy_guide
from jpkidoctor.guide.tables import load_guide
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.screens import guide_page
from jpkidoctor.screens.diagnosis_page import DiagnosisPage
from jpkidoctor.screens.guide_page import GuidePage
from jpkidoctor.screens.prose import Para, Prose, lay_out
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.search_page import SearchPage
from tests.screens import examinations as made
from tests.screens.calling import SMALL, code_of, opened, pressed, rest, to_the_end, typed_in
from tests.screens.doors import FakeReportDesk
from tests.screens.run_fake import make_app
from tests.screens.seeing import at_rest, seen

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
