"""F9: a digit opens what has no key of its own."""

import pytest

from jpkidoctor.screens.diagnosis_page import DiagnosisPage
from jpkidoctor.screens.menu_page import ENTRIES, MenuPage
from jpkidoctor.screens.pages import PAGES, load_page
from jpkidoctor.screens.pins_page import PinsPage
from jpkidoctor.screens.practice_page import PracticePage
from jpkidoctor.screens.readers_page import ReadersPage
from jpkidoctor.screens.trace_page import TracePage
from tests.screens.seeing import seen
from tests.screens.test_app import full_app

OPENS = {"1": ReadersPage, "2": TracePage, "3": PinsPage, "7": PracticePage}


@pytest.mark.parametrize("digit", OPENS)
async def test_two_keys_reach_every_page_of_the_menu(digit):
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", digit)
        await pilot.pause()
        assert isinstance(app.screen, OPENS[digit])
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)


async def test_enter_opens_the_marked_entry_and_full_width_digits_work():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, TracePage)
        await pilot.press("f9", "１")
        await pilot.pause()
        assert isinstance(app.screen, ReadersPage)


async def test_language_and_look_change_with_the_menu_open():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "5")
        await pilot.pause()
        assert isinstance(app.screen, MenuPage)
        assert "Card readers" in seen(app)
        await pilot.press("4")
        await pilot.pause()
        assert isinstance(app.screen, MenuPage)
        assert "Look: light" in seen(app)


async def test_the_practice_card_moves_from_the_menu_too():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "p", "r")
        await pilot.pause()
        assert app._practice.calls == ["insert", "remove"]


async def test_all_function_keys_fit_in_eighty_columns():
    for lang, last in (("ja", "F10終了"), ("en", "F10Quit")):
        app = full_app(lang=lang)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert last in seen(app).split("\n")[-1]


def test_every_entry_is_an_action_of_the_app_with_words():
    for entry in ENTRIES:
        if entry.action.startswith("page("):
            assert entry.action.removeprefix("page('").removesuffix("')") in PAGES


async def test_a_page_this_version_lacks_says_so(monkeypatch):
    monkeypatch.setattr("jpkidoctor.screens.pages.PAGES", {**PAGES, "guide": "no_such_page:NoSuchPage"})
    assert load_page("guide") is None
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)
        assert "この画面は、この版にはありません" in seen(app)


async def test_the_clock_is_compared_on_a_key_press_alone():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9")
        await pilot.pause()
        assert "ask time" not in app._examination.calls
        await pilot.press("0")
        await pilot.pause()
        assert app._examination.calls[-1] == "ask time"
        assert isinstance(app.screen, MenuPage)
