"""F3 and F4 from anywhere: a call that goes on is never lost to another page."""

from jpkidoctor.screens.diagnosis_page import DiagnosisPage
from jpkidoctor.screens.guide_page import GuidePage
from jpkidoctor.screens.pins_page import PinsPage
from jpkidoctor.screens.rooms_page import RoomsPage
from jpkidoctor.screens.search_page import SearchPage
from tests.screens.test_app import app_of, full_app, made


async def test_f3_is_the_telephone_and_f4_the_search():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        assert isinstance(app.screen, GuidePage)
        await pilot.press("escape", "f4")
        await pilot.pause()
        assert isinstance(app.screen, SearchPage)
        await app.workers.wait_for_complete()


async def test_a_call_stays_below_the_pages_opened_from_it():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        call = app.screen
        await pilot.press("f6", "f5", "f9")
        await pilot.pause()
        await pilot.press("3")
        await pilot.pause()
        assert isinstance(app.screen, PinsPage)
        assert app.screen_stack[1] is call
        assert len(app.screen_stack) == 3
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is call
        await pilot.press("f6")
        await pilot.pause()
        assert isinstance(app.screen, RoomsPage)
        await pilot.press("f3")
        await pilot.pause()
        assert app.screen is call


async def test_examining_again_does_not_end_a_call():
    examination = made.FakeExamination(made.card_in_wrong_way())
    app = app_of()
    app._examination = examination
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()
        assert isinstance(app.screen, GuidePage)
        assert "refresh" in examination.calls


async def test_a_node_that_was_found_opens_on_the_diagnosis():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        await pilot.pause()
        app.screen.post_message(SearchPage.NodeOpened("C-03"))
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)
        assert app.screen.selection.node == "C-03"
