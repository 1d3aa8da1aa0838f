"""The code on the diagnosis page, in every look and size."""

from __future__ import annotations

import pytest

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.screens.spoken_code import SpokenCode
from jpkidoctor.screens.themes import LOOKS
from tests.screens import examinations as made
from tests.screens.doors import FakeReportDesk
from tests.screens.seeing import seen

LONGEST = "1050 1264 0564 1111 2222 3333 4444"


class DeskWithCode(FakeReportDesk):
    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    def support_code(self, facts, diagnosis):
        return self.code


def app_of(code: str, look: str = "dark", ascii: bool = False) -> JpkiDoctorApp:
    examination = made.FakeExamination(made.card_in_wrong_way())
    return JpkiDoctorApp(examination, clock=made.still_clock, report=DeskWithCode(code), theme=look, ascii=ascii)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("ascii", [False, True])
async def test_at_80x24_the_longest_code_stands_whole_in_wide_digits_below_all_steps(look, ascii):
    app = app_of(LONGEST, look, ascii)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        screen = seen(app)
        for line in (
            "対応番号",
            "１０５０  １２６４",
            "０５６４  １１１１",
            "２２２２  ３３３３",
            "４４４４",
            "L  まとめ",
        ):
            assert line in screen


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (110, 32), (130, 40)])
async def test_no_line_of_the_code_is_cut_in_any_window(size):
    app = app_of(LONGEST)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        code = app.screen.query_one(SpokenCode)
        lines = code.plain.split("\n")
        assert code.content_region.height == len(lines)
        screen = seen(app)
        for line in lines[1:]:
            assert line.rstrip() in screen


async def test_another_width_shows_other_digits():
    app = app_of(LONGEST)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        await pilot.pause()
        assert "1050 1264" in seen(app)


async def test_without_a_code_there_is_no_label():
    app = app_of("")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "対応番号" not in seen(app)
