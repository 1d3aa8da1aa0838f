"""The application around the pages: keys, language, looks, reports, practice, and a card that hangs."""

import asyncio
import threading
from dataclasses import replace

import pytest
from textual.command import CommandPalette

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.card.winscard import State
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.live import Event, Update
from jpkidoctor.screens.card_page import CardPage
from jpkidoctor.screens.diagnosis_page import DiagnosisPage
from jpkidoctor.screens.help_page import HelpPage
from jpkidoctor.screens.menu_page import MenuPage
from jpkidoctor.screens.pins_page import PinsPage
from jpkidoctor.screens.ports import SavedVerdict
from jpkidoctor.screens.practice_page import PracticePage
from jpkidoctor.screens.report_page import ReportPage
from tests.screens import examinations as made
from tests.screens.doors import FakePractice, FakeReportDesk
from tests.screens.seeing import seen

PAGES = {"f1": HelpPage, "f5": CardPage, "f8": ReportPage, "f9": MenuPage}
READERS, TRACE, LOOK, PRACTICE = ("f9", "1"), ("f9", "2"), ("f9", "4"), ("f9", "7")


def app_of(*updates, trace=(), **more) -> JpkiDoctorApp:
    return JpkiDoctorApp(made.FakeExamination(*updates, trace=trace), **{"clock": made.still_clock, **more})


def full_app(update=None, **more) -> JpkiDoctorApp:
    update = update or made.card_in_wrong_way()
    return app_of(update, trace=made.exchanges(), practice=FakePractice(), report=FakeReportDesk(), **more)


@pytest.mark.parametrize("key", PAGES)
async def test_function_keys_open_pages_and_escape_goes_back(key):
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(app.screen, PAGES[key])
        await pilot.press(key)
        await pilot.pause()
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)


async def test_pages_replace_each_other_and_do_not_pile_up():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*PAGES)
        await pilot.pause()
        assert len(app.screen_stack) == 2


async def test_language_key_rewords_the_whole_screen():
    app = full_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f7")
        await pilot.pause()
        screen = seen(app).replace("日本語", "").replace("カードが裏返し", "")
        assert "The card does not answer" in screen
        assert [ch for ch in screen if "ぁ" <= ch <= "ん" or "ァ" <= ch <= "ヶ" or "一" <= ch <= "龠"] == []
        await pilot.press("f7")
        await pilot.pause()
        assert "カードが応答しません" in seen(app)


@pytest.mark.parametrize("keys", [["f1"], ["f5"], ["f5", "2"], ["f9"], READERS, TRACE])
async def test_language_key_rewords_every_page(keys):
    app = full_app(made.pin_locked())
    async with app.run_test(size=(132, 43)) as pilot:
        await pilot.press(*keys, "f7")
        await pilot.pause()
        screen = seen(app).replace("日本語", "").replace("Language / 言語", "")
        assert [ch for ch in screen if "ぁ" <= ch <= "ん" or "ァ" <= ch <= "ヶ" or "一" <= ch <= "龠"] == []


async def test_look_key_goes_through_all_looks_and_says_which():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        for theme, word in (
            ("light", "明るい"),
            ("contrast", "くっきり"),
            ("contrast", "大きい行間"),
            ("dark", "暗い"),
        ):
            await pilot.press(*LOOK)
            await pilot.pause()
            assert app.theme == f"jpkidoctor-{theme}"
            assert f"表示: {word}" in seen(app)


async def test_large_look_spaces_the_steps_and_puts_them_first():
    app = full_app(theme="large")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        lines = seen(app).split("\n")
        first = next(i for i, line in enumerate(lines) if "1 カードを抜きます。" in line)
        assert lines[first + 1][30:-1].strip(" │") == ""
        assert "見えたこと" not in "\n".join(lines[:first])


async def test_keys_answer_while_a_card_hangs_and_escape_stops_first_then_goes_back():
    examination = made.FakeExamination(made.hanging_card())
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*TRACE, "escape")
        await pilot.pause()
        assert examination.calls == ["start", "cancel"]
        assert "中止しています" in seen(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)
        await pilot.press("down", "f2")
        assert examination.calls == ["start", "cancel", "refresh"]


async def test_escape_gives_up_what_is_slow_one_press_at_a_time_and_elsewhere_leads_back():
    examination = made.FakeExamination(made.still_looking())
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "まだ調べています: ブラウザの拡張機能  Escで待たない  ほか2件" in seen(app)
        await pilot.press(*TRACE)
        assert "Escで待たない" not in seen(app)
        await pilot.press("escape")
        assert isinstance(app.screen, DiagnosisPage)
        assert examination.calls == ["start"]
        await pilot.press("escape")
        assert examination.calls == ["start", "give up extensions"]
        examination.post(replace(made.still_looking(), looking=("products",)))
        await pilot.pause()
        assert "まだ調べています: 入っているソフト  Escで待たない" in seen(app)
        await pilot.press("escape")
        assert examination.calls[-1] == "give up products"
        given_up = Event(made.NOON, "event.given_up", {"looked_at": "host.products"})
        examination.post(replace(made.still_looking(), looking=(), events=(given_up,)))
        await pilot.pause()
        assert "中止しました" in seen(app)
        assert "待つのをやめました: 入っているソフト" in seen(app)


async def test_waiting_is_counted_in_seconds_and_named_after_a_while():
    now = [made.NOON]
    app = app_of(made.hanging_card(), clock=lambda: now[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        now[0] = made.NOON + made.dt.timedelta(seconds=12)
        app._tick()
        await pilot.pause()
        assert "返事を待っています: 電子証明書  12秒" in seen(app)


async def test_after_a_stop_the_strip_says_how_to_go_on():
    examination = made.FakeExamination(made.hanging_card())
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("escape")
        update = made.hanging_card()
        examination.post(type(update)(update.facts, update.diagnosis, "", ()))
        await pilot.pause()
        assert "F2 で、もう一度調べます" in seen(app)


async def test_updates_from_another_thread_arrive_and_keep_every_event():
    examination = made.FakeExamination()
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        thread = threading.Thread(target=lambda: [examination.post(made.card_in_wrong_way()) for _ in range(50)])
        thread.start()
        while thread.is_alive():
            await asyncio.sleep(0.01)
        await pilot.pause()
        assert len(app.current_view().events) == 100
        assert "D - 0 3" in seen(app)


HOSTILE = "\x1b]52;c;QUJD\x07\x1b[31m[bold red]Reader[/] [Smart Card] [0]\u202e\x9b5m"


@pytest.mark.parametrize("key", ["home", "f5"])
async def test_a_hostile_reader_name_is_shown_and_does_no_harm(key):
    update = made.card_in_wrong_way(name=HOSTILE)
    app = full_app(update)
    async with app.run_test(size=(132, 43)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        screen = seen(app)
        assert "[bold red]Reader[/] [Smart Card] [0]" in screen
        assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(screen)


@pytest.mark.parametrize(
    "size,look", [((60, 20), "dark"), ((60, 20), "large"), ((20, 6), "dark"), ((132, 43), "large")]
)
async def test_no_size_breaks_a_page(size, look):
    app = full_app(theme=look)
    async with app.run_test(size=size) as pilot:
        for key in ("home", "enter", "down", "enter", *PAGES, "ctrl+p"):
            await pilot.press(key)
            await pilot.pause()
        assert app.is_running


async def test_ascii_uses_no_line_or_block_characters_on_any_page():
    app = full_app(ascii=True)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("home", "enter", *PAGES, "2", "ctrl+p"):
            await pilot.press(key)
            await pilot.pause(0.3 if key == "ctrl+p" else 0)
            drawn = {ch for ch in seen(app) if "\u2500" <= ch <= "\u25ff" or ch == "…"}
            assert drawn == set(), key


async def test_command_palette_speaks_japanese_and_has_no_screenshot():
    app = full_app()
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause(0.5)
        assert isinstance(app.screen, CommandPalette)
        screen = seen(app)
        for words in ("操作を選びます", "報告書を作る", "練習: カードを裏返す", "終了する"):
            assert words in screen
        for words in ("Search", "Screenshot", "Theme", "Quit", "Keys", "Maximize"):
            assert words not in screen


async def test_command_palette_finds_by_key_and_says_when_nothing_fits():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p", *"zzz")
        await pilot.pause(0.8)
        assert "見つかりません" in seen(app)
        await pilot.press("backspace", "backspace", "backspace", "f", "5")
        await pilot.press("escape")
        await pilot.press("ctrl+p", *"pins")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert isinstance(app.screen, PinsPage)


async def test_ctrl_c_says_how_to_quit_in_japanese():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert "終わるには F10 を押します" in seen(app)


@pytest.mark.parametrize("key", ["f10", "ctrl+q"])
async def test_quitting_stops_the_examination(key):
    examination = made.FakeExamination(made.all_well())
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    async with app.run_test() as pilot:
        await pilot.press(key)
    assert examination.calls[-1] == "stop"


async def test_choosing_a_reader_tells_the_examination():
    examination = made.FakeExamination(made.card_in_wrong_way(name="Reader A"))
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*READERS)
        await pilot.pause()
        await pilot.press("enter", "0")
        await pilot.pause()
        assert examination.calls[1:] == ["choose Reader A", "choose None"]


async def test_reader_page_says_state_and_code_in_words():
    app = full_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*READERS)
        await pilot.pause()
        screen = seen(app)
        for words in ("カードあり（PRESENT）", "返事なし（MUTE）", "0x0220", "0x80100067", "ATR: なし"):
            assert words in screen


async def test_trace_page_says_status_words_and_never_hidden_data():
    app = full_app()
    async with app.run_test(size=(132, 43)) as pilot:
        await pilot.press(*TRACE)
        await pilot.pause()
        assert "63C3 残り3回" in seen(app)
        assert "返事なし" in seen(app)
        await pilot.press("up")
        await pilot.pause()
        assert "記録していません（256バイト）" in seen(app)
        assert "公的個人認証AP" in seen(app)


async def test_trace_page_follows_new_traffic_until_the_person_moves():
    examination = made.FakeExamination(made.hanging_card(), trace=made.exchanges()[:3])
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*TRACE)
        await pilot.pause()
        rows = app.screen.query_one("#rows")
        assert rows.chosen == "2"
        examination._trace = made.exchanges()[:5]
        app._tick()
        await pilot.pause()
        assert rows.chosen == "4"
        await pilot.press("up")
        examination._trace = made.exchanges()
        app._tick()
        await pilot.pause()
        assert rows.chosen == "3"


async def test_pin_board_says_tries_and_lock_in_words():
    app = full_app(made.pin_locked())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f5", "2")
        await pilot.pause()
        screen = seen(app)
        for words in ("残り5回", "[#####]", "ロック", "残り1回 止めます", "回数は減りません"):
            assert words in screen


async def test_report_shows_what_is_hidden_then_saves_where_the_person_says():
    desk = FakeReportDesk()
    app = app_of(made.card_in_wrong_way(), report=desk)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f8")
        await pilot.pause()
        assert "1A2B3C4D" in seen(app)
        await pilot.press("2")
        await pilot.pause()
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert desk.written == [("ja", "txt", desk.default_path(None, "txt"))]
        assert "保存しました: jpkidoctor-20261124-1042.txt" in seen(app)
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)


@pytest.mark.parametrize(
    "problem,words", [(FileExistsError(17, "File exists"), "同じ名前"), (PermissionError(13, "no"), "保存できません")]
)
async def test_a_report_that_cannot_be_saved_says_why(problem, words):
    app = app_of(made.card_in_wrong_way(), report=FakeReportDesk(problem))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f8", "1")
        await pilot.pause()
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert words in seen(app)


async def test_typing_a_path_is_not_taken_for_a_command():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f8", "1")
        await pilot.pause()
        await pilot.press("p", "r", "1")
        await pilot.pause()
        assert app.screen.query_one("#path").value.endswith("pr1")


async def test_practice_keys_move_the_card_and_the_banner_says_it_is_practice():
    practice = FakePractice()
    app = app_of(made.card_in_wrong_way(), practice=practice)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "練習です。本物のカードは見ていません" in seen(app)
        await pilot.press("p", "r", "t", *PRACTICE)
        await pilot.pause()
        await pilot.press("1", "2", "3")
        await pilot.pause()
        assert practice.calls == ["insert", "remove", "turn_over"] * 2


async def test_practice_keys_do_nothing_with_a_real_card():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p", "r", "t", *PRACTICE)
        await pilot.pause()
        assert isinstance(app.screen, MenuPage)
        assert "練習" not in seen(app)


async def test_starting_a_practice_case_replaces_the_examination():
    practice, first = FakePractice(), made.FakeExamination(made.card_in_wrong_way())
    app = JpkiDoctorApp(first, practice=practice, first_page="practice", clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, PracticePage)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert practice.calls == ["start pin_locked"]
        while "stop" not in first.calls:
            await asyncio.sleep(0.01)
        assert "G - 0 5" in seen(app)
        first.post(made.card_in_wrong_way())
        await pilot.pause()
        assert "G - 0 5" in seen(app)


async def test_a_saved_report_shows_both_verdicts():
    saved = SavedVerdict(made.NOON, "C-05", "0.1")
    app = app_of(made.card_in_wrong_way(), saved=saved)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        screen = seen(app)
        assert "保存された報告書  2026-11-24  当時: C-05  いまの判定: D-03（違います）" in screen
        assert "検査はしていません" in screen


@pytest.mark.parametrize("keys", [["ctrl+p"], ["f8", "1"]])
async def test_no_cursor_blinks(keys):
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause(0.3)
        assert [field.cursor_blink for field in app.screen.query("Input")] == [False]


async def test_reader_page_says_what_the_atr_hints_at_and_that_it_is_only_a_hint():
    card = next(card for card in load_known().cards if card.atrs)
    examined = made.reader(flags=State.PRESENT, atr=card.atrs[0])
    app = full_app(Update(made.facts(examined), made.diagnosis(), "", ()))
    async with app.run_test(size=(132, 43)) as pilot:
        await pilot.press(*READERS)
        await pilot.pause()
        screen = seen(app)
        assert card.title.ja[:8] in screen
        assert "決め手にはしません" in screen


async def test_reader_page_does_not_guess_at_an_unknown_atr():
    examined = made.reader(flags=State.PRESENT, atr="3B0000")
    app = full_app(Update(made.facts(examined), made.diagnosis(), "", ()))
    async with app.run_test(size=(132, 43)) as pilot:
        await pilot.press(*READERS)
        await pilot.pause()
        assert "ATR: 3B 00 00" in seen(app)
        assert "ATRからの見当: なし" in seen(app)


async def test_keys_answer_while_updates_pour_in():
    examination = made.FakeExamination()
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    running = threading.Event()
    running.set()

    def pour():
        while running.is_set():
            examination.post(made.card_in_wrong_way())

    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        thread = threading.Thread(target=pour, daemon=True)
        thread.start()
        try:
            await pilot.press("b")
            assert app.screen.selection.step == "B"
            await pilot.press("f5")
            assert isinstance(app.screen, CardPage)
        finally:
            running.clear()
            thread.join()


@pytest.mark.parametrize("command,call", [("again", "refresh"), ("cancel", "cancel"), ("insert", "insert")])
async def test_palette_commands_work_over_another_page(command, call):
    examination, practice = made.FakeExamination(made.hanging_card()), FakePractice()
    app = JpkiDoctorApp(examination, practice=practice, clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*TRACE, "ctrl+p", *command)
        await pilot.pause(0.5)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert call in (*examination.calls, *practice.calls)
        assert app.screen.view.practice


async def test_home_from_the_palette_closes_the_page_and_follows_again():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("b", *TRACE, "ctrl+p", *"home")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert isinstance(app.screen, DiagnosisPage)
        assert app.screen.selection.following
