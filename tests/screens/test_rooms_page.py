"""F6: the rooms of the portal, from the list to an entry and back."""

import pytest

from jpkidoctor.knowledge import overlay
from jpkidoctor.knowledge.library import load_library
from jpkidoctor.screens.choice_list import ChoiceList
from jpkidoctor.screens.diagnosis_page import DiagnosisPage
from jpkidoctor.screens.prose import Prose
from jpkidoctor.screens.room_entry import entry_text, entry_title
from tests.screens import examinations as made
from tests.screens.seeing import seen
from tests.screens.test_app import full_app

ROOMS = [room.id for room in load_library().rooms if room.id != "map"]


def detail(app) -> str:
    return app.screen.query_one("#detail", Prose).plain


def rows(app) -> str:
    return app.screen.query_one("#rows", ChoiceList).plain


async def test_the_map_lists_every_room_and_a_digit_opens_one():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6")
        await pilot.pause()
        for room in ROOMS:
            assert load_library().room(room).title.ja in rows(app)
        await pilot.press("6")
        await pilot.pause()
        assert app.screen.room == "certificates"
        assert "0120-95-0178" in detail(app)


@pytest.mark.parametrize("number,room", list(enumerate(ROOMS)))
async def test_every_room_opens_with_entries_and_escape_comes_back(number, room):
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6", *["down"] * number, "enter")
        await pilot.pause()
        assert app.screen.room == room
        assert load_library().room(room).title.ja in seen(app)
        assert "20" in detail(app) or room == "notices"
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.room == "map"
        assert app.screen.query_one("#rows", ChoiceList).chosen == f"map/1.{number}"
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)


async def test_an_entry_takes_the_whole_width_and_scrolls_to_its_end():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6", "8", "enter")
        await pilot.pause()
        assert not app.screen.query_one("#list").display
        assert "e-Tax・確定申告書等作成コーナー" in seen(app)
        for _ in range(6):
            await pilot.press("pagedown")
        await pilot.pause()
        assert "最終確認日" in seen(app)
        await pilot.press("pageup", "up", "down", "escape")
        await pilot.pause()
        assert app.screen.query_one("#list").display
        assert app.screen.room == "online"


async def test_questions_fixes_and_terms_are_tabs():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6", "3")
        await pilot.pause()
        assert "[質問]  直し方   用語" in seen(app)
        await pilot.press("right")
        await pilot.pause()
        assert app.screen.room == "fixes"
        await pilot.press("left", "left")
        await pilot.pause()
        assert app.screen.room == "glossary"
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.room == "map"


async def test_a_digit_in_a_room_goes_to_its_part():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6", "6", "6")
        await pilot.pause()
        assert "失効と有効性確認" in detail(app).split("\n")[0]


async def test_revocation_is_explained_and_nothing_is_run(monkeypatch):
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6", "6", "6", "down", "down", "enter")
        await pilot.pause()
        entry = load_library().procedure("certificate_revocation")
        assert entry.title.ja in detail(app)
        assert entry.warning.ja in detail(app)
        assert app._examination.calls == ["start"]


async def test_readiness_shows_the_present_diagnosis_as_a_checklist():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6", "2")
        await pilot.pause()
        assert "[異常] D-03 カードが応答しません" in detail(app)
        assert "[正常] B-01 " in detail(app)
        assert "先に D-03 を直します。" in detail(app)
        app._examination.post(made.all_well())
        await pilot.pause()
        assert "[異常]" not in detail(app)
        assert "準備ができています" in detail(app)


@pytest.mark.parametrize("digit,room", [("8", "notices"), ("9", "about")])
async def test_notices_and_about_are_two_keys_away_also_from_another_room(digit, room):
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", digit)
        await pilot.pause()
        assert app.screen.room == room
        await pilot.press("f6")
        await pilot.pause()
        assert app.screen.room == "map"
        assert len(app.screen_stack) == 2


async def test_without_notices_the_room_says_so():
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "8")
        await pilot.pause()
        assert "いま、お知らせはありません。" in detail(app)


NOTICES = """
[[notice]]
id = "stop"
date = 2026-11-20
until = 2026-11-25
title = { ja = "窓口が休み\\u001b[31mです", en = "Office closed" }
text = { ja = "25日まで休みです。", en = "Closed until the 25th." }
checked = 2026-11-20
confidence = "A"

[[notice]]
id = "over"
date = 2026-11-01
until = 2026-11-02
title = { ja = "終わったお知らせ", en = "An old notice" }
text = { ja = "終わりました。", en = "It is over." }
checked = 2026-11-01
confidence = "A"
"""


async def test_the_organisations_notices_are_marked_and_old_ones_left_out(tmp_path, monkeypatch):
    (tmp_path / "notices.toml").write_text(NOTICES, encoding="utf-8")
    monkeypatch.setenv(overlay.VARIABLE, str(tmp_path))
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "8")
        await pilot.pause()
        assert "窓口が休みです" in rows(app)
        assert "\x1b" not in seen(app)
        assert "終わったお知らせ" not in rows(app)
        assert "25日まで休みです。" in detail(app)
        assert "この組織の情報" in detail(app)


async def test_a_damaged_table_of_the_organisation_is_told_and_the_program_goes_on(tmp_path, monkeypatch):
    (tmp_path / "notices.toml").write_text("[[notice]]\nid = 3\n", encoding="utf-8")
    monkeypatch.setenv(overlay.VARIABLE, str(tmp_path))
    app = full_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9", "8")
        await pilot.pause()
        assert "案内の表を読めませんでした。" in detail(app)
        assert "notices.toml" in detail(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_entry_has_words_and_says_when_it_was_checked(lang):
    view = full_app(lang=lang).current_view()
    library = load_library()
    for room in library.rooms:
        for item in library.items_of(room):
            text = entry_text(item, view, library)
            plain = "\n".join(para.lead + para.text for para in text)
            assert entry_title(item, view) == text[0].text
            assert item.checked.isoformat() in plain
            assert "‹" not in plain, plain
            if item.confidence in ("C", "K"):
                assert view.say(f"knowledge.confidence.{item.confidence}") in plain


async def test_stale_entries_say_the_day_they_were_last_checked():
    late = made.NOON.replace(year=2032)
    app = full_app(clock=lambda: late)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6", "6")
        await pilot.pause()
        entry = load_library().procedure("lost_card")
        assert f"最終確認日 {entry.checked.isoformat()}" in detail(app).split("\n")[-2]
