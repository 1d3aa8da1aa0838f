"""The diagnosis page, driven with keys."""

import pytest

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.facts import ReaderKind
from jpkidoctor.screens.selection import Selection
from tests.screens import examinations as made
from tests.screens.seeing import seen


def app_of(*updates, **more) -> JpkiDoctorApp:
    return JpkiDoctorApp(made.FakeExamination(*updates), clock=made.still_clock, **more)


async def test_rests_on_the_first_cause_and_says_what_to_do():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = seen(app)
        assert "D - 0 3" in screen
        assert "カードが応答しません" in screen
        assert "1 カードを抜きます。" in screen
        assert "できる人: ご本人" in screen
        assert ">D  カードの向き   異常" in screen


async def test_a_healthy_card_comes_to_rest_on_the_people_to_call():
    app = app_of(made.all_well())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = seen(app)
        assert "L - 0 1" in screen
        assert "申請サービスの窓口に電話します。" in screen
        assert "失効は未確認です" in screen


async def test_every_step_says_its_state_in_words():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = seen(app)
        for word in ("正常", "異常", "注意", "まだ", "聞く"):
            assert word in screen


@pytest.mark.parametrize("keys,step", [(["down"], "E"), (["up"], "C"), (["2"], "B"), (["0"], "J"), (["h"], "H")])
async def test_arrows_digits_and_letters_choose_a_step(keys, step):
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert app.screen.selection.step == step


async def test_letter_then_digit_opens_a_node_as_it_is_said_on_the_phone():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("c", "4")
        await pilot.pause()
        assert "C - 0 4" in seen(app)
        await pilot.press("escape", "escape", "escape")
        await pilot.press("d", "9")
        await pilot.pause()
        assert "D-09 という番号はありません" in seen(app)


async def test_enter_lists_the_nodes_with_the_healthy_sentence_and_opens_one():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("b", "enter")
        await pilot.pause()
        assert "B-01  正常    カードと話す窓口が動いて" in seen(app)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.screen.selection.node == "B-02"
        await pilot.press("left")
        assert app.screen.selection == Selection(step="B", listing=True)


async def test_home_goes_back_to_the_first_cause():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("b", "enter", "enter", "home")
        await pilot.pause()
        assert app.screen.selection.following
        assert "D - 0 3" in seen(app)


async def test_a_new_result_moves_the_page_only_while_nobody_browses():
    examination = made.FakeExamination(made.card_in_wrong_way())
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("b", "enter", "down")
        await pilot.pause()
        before = app.screen.query_one("#nodes").chosen
        examination.post(made.pin_locked())
        await pilot.pause()
        assert app.screen.selection == Selection(step="B", listing=True)
        assert app.screen.query_one("#nodes").chosen == before == "B-02"
        assert "利用者証明用の番号がロックされています（G-05）" in seen(app)
        await pilot.press("home")
        await pilot.pause()
        assert "G - 0 5" in seen(app)


async def test_the_page_follows_from_result_to_result():
    examination = made.FakeExamination(made.card_in_wrong_way())
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for update, wanted in ((made.pin_locked(), "G - 0 5"), (made.all_well(), "L - 0 1")):
            examination.post(update)
            await pilot.pause()
            assert wanted in seen(app)


async def test_an_interview_step_shows_what_to_ask():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("a", "1")
        await pilot.pause()
        screen = seen(app)
        assert "ご本人に聞きます" in screen
        assert "電話での聞き方" in screen


async def test_the_card_is_drawn_for_the_reader_at_hand():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(132, 43)) as pilot:
        await pilot.pause()
        assert "[##]" in seen(app)
    flat = app_of(made.card_in_wrong_way(kind=ReaderKind.CONTACTLESS, name="SONY FeliCa RC-S300/S"))
    async with flat.run_test(size=(132, 43)) as pilot:
        await pilot.pause()
        assert "[##]" not in seen(flat)
        assert "真ん中に平らに置く" in seen(flat)


async def test_the_id_is_drawn_large_where_there_is_room():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(132, 43)) as pilot:
        await pilot.pause()
        assert "####" + " " * 16 + "######    ######" in seen(app)
    middle = app_of(made.card_in_wrong_way())
    async with middle.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert "| )  _  | |  _|" in seen(middle)
        assert "電話では「D の 3」" in seen(middle)


async def test_page_down_scrolls_and_the_border_says_that_there_is_more():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "続きがあります（PgDn）" in seen(app)
        await pilot.press("pagedown", "pagedown")
        await pilot.pause()
        assert "どういうことか" in seen(app)
        assert "上に戻る（PgUp）" in seen(app)


async def test_before_the_first_result_the_page_says_so():
    app = app_of(made.hanging_card())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = seen(app)
        assert "最初の検査には数秒かかります" in screen
        assert "調べています: 電子証明書  0秒  Escで中止" in screen


async def test_showing_the_same_again_repaints_nothing():
    examination = made.FakeExamination(made.card_in_wrong_way())
    app = JpkiDoctorApp(examination, clock=made.still_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        touched = []
        for widget in app.screen.query("*"):
            widget.refresh = lambda *a, _w=widget, **k: touched.append(_w) or _w
        update = made.card_in_wrong_way()
        examination.post(type(update)(update.facts, update.diagnosis, "", ()))
        await pilot.pause()
        assert touched == []


async def test_a_check_that_waits_says_what_it_waits_for():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("g", "2")
        await pilot.pause()
        screen = seen(app)
        assert "まだ調べていません。" in screen
        assert "正常になると調べられます" in screen


async def test_a_failure_that_follows_from_another_names_it():
    from jpkidoctor.diagnosis import Finding, Status
    from jpkidoctor.live import Update

    follows = Finding(id="C-01", status=Status.FAILED, because="B-01")
    cause = Finding(id="B-01", status=Status.FAILED)
    update = Update(made.facts(), made.diagnosis("B-01", {"B-01": cause, "C-01": follows}), "", ())
    app = app_of(update)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("c", "1")
        await pilot.pause()
        assert "B-01 が原因かもしれません。先に B-01 を直します。" in seen(app)
