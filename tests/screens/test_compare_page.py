"""F9 6: the present examination beside the first one, or beside a saved report."""

import pytest

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.diagnosis import Diagnosis
from jpkidoctor.facts import Facts
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.live import Event, Update
from jpkidoctor.report.envelope import encode_json, redacted_report
from jpkidoctor.screens.compare_page import ComparePage
from jpkidoctor.screens.diagnosis_page import DiagnosisPage
from jpkidoctor.screens.prose import Prose
from tests.screens import examinations as made
from tests.screens.doors import FakePractice
from tests.screens.seeing import seen

SOLVED = Event(made.NOON, "event.solved", {"id": "D-03"})


def solved() -> Update:
    update = made.all_well()
    return Update(update.facts, update.diagnosis, "", (SOLVED, *update.events))


def text(app) -> str:
    return app.screen.query_one("#detail", Prose).plain


def app_of(*updates, **more) -> JpkiDoctorApp:
    return JpkiDoctorApp(made.FakeExamination(*updates), clock=made.still_clock, **more)


async def test_the_first_examination_of_the_session_is_what_is_compared_with():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "6")
        await pilot.pause()
        assert "前と同じです。" in text(app)
        app._examination.post(solved())
        await pilot.pause()
        assert "異常は、すべてなおりました。" in text(app)
        assert "D-03 カードが応答しません（異常から正常に）" in text(app)
        assert "利用者証明用の暗証番号: 前は 未確認、後は ロック" in text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)


async def test_a_solved_fault_offers_the_comparison_by_itself():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "F9 6" not in seen(app)
        app._examination.post(solved())
        await pilot.pause()
        assert "D-03 はなおりました。F9 6 で、前の検査とくらべられます。" in seen(app)


class FakeMemory:
    """An earlier run's examination, and what was kept since."""

    def __init__(self, earlier: Update | None) -> None:
        self._earlier = earlier
        self.kept: list[Facts] = []

    def earlier(self, now: Facts) -> tuple[Facts, Diagnosis] | None:
        assert self.kept == [], "looked back after this run's own was kept"
        return (self._earlier.facts, self._earlier.diagnosis) if self._earlier else None

    def keep(self, facts: Facts) -> None:
        self.kept.append(facts)


async def settled(app, pilot) -> None:
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


async def test_the_same_computer_in_a_later_run_offers_the_comparison_by_itself():
    memory = FakeMemory(made.card_in_wrong_way())
    app = app_of(made.all_well(), memory=memory)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        assert "前の検査 (2026-11-24 10:42) から変わりました。F9 6" in seen(app)
        await pilot.press("f9", "6")
        await pilot.pause()
        assert "異常は、すべてなおりました。" in text(app)
        assert "3  前に動かしたときの検査とくらべる" in seen(app)
        await pilot.press("1")
        await pilot.pause()
        assert "変わった所はありません。" in text(app)
        await pilot.press("3")
        await pilot.pause()
        assert "異常は、すべてなおりました。" in text(app)
    assert memory.kept == [made.all_well().facts]


async def test_nothing_is_offered_when_nothing_was_kept_or_nothing_changed():
    for earlier in (None, made.all_well()):
        app = app_of(made.all_well(), memory=FakeMemory(earlier))
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(app, pilot)
            assert "F9 6" not in seen(app)
            await pilot.press("f9", "6")
            await pilot.pause()
            assert ("3  前に" in seen(app)) == (earlier is not None)


async def test_a_fault_that_only_cannot_be_judged_any_more_offers_nothing():
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        waiting = made.diagnosis("C-01", pending_from="C")
        app._examination.post(Update(made.facts(), waiting, "", (SOLVED,)))
        await pilot.pause()
        assert "F9 6" not in seen(app)


async def test_an_examination_still_going_on_is_not_the_first():
    app = app_of(made.hanging_card())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "6")
        await pilot.pause()
        assert "まだ、くらべる結果がありません。" in text(app)


async def test_another_practice_case_begins_anew():
    app = app_of(made.card_in_wrong_way(), practice=FakePractice())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "7", "down", "enter")
        await pilot.pause()
        await pilot.press("f9", "6")
        await pilot.pause()
        assert "前と同じです。" in text(app)
        assert "原因 G-05" in text(app)


async def type_path(pilot, path) -> None:
    await pilot.press("2")
    await pilot.pause()
    pilot.app.screen.query_one("#path").value = str(path)
    await pilot.press("enter")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_a_saved_report_can_be_compared_with(tmp_path):
    path = tmp_path / "before.json"
    path.write_bytes(encode_json(redacted_report(made.pin_locked().facts, load_judge(), load_words("ja"))))
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "6")
        await type_path(pilot, path)
        assert "券面事項入力補助用の暗証番号: 前は 残り1回、後は 未確認" in text(app)
        await pilot.press("1")
        await pilot.pause()
        assert "前と同じです。" in text(app)


@pytest.mark.parametrize("content", [None, "not a report", "{}"])
async def test_a_file_that_is_no_report_is_told_and_the_path_stays_to_be_mended(tmp_path, content):
    path = tmp_path / "before.json"
    if content is not None:
        path.write_text(content)
    app = app_of(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "6")
        await type_path(pilot, path)
        assert "before.json" in text(app)
        assert "前と同じです。" in text(app)
        await pilot.press("2")
        await pilot.pause()
        assert app.screen.query_one("#path").value == str(path)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, ComparePage)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)
