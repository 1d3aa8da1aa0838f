"""調べる: the field keeps the keyboard; hits and details follow what is typed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from textual.events import Paste

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.knowledge.library import load_library
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.screens import search_page
from jpkidoctor.screens.choice_list import ChoiceList
from jpkidoctor.screens.diagnosis_page import DiagnosisPage
from jpkidoctor.screens.prose import Prose
from jpkidoctor.screens.search_detail import details
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.search_page import SearchPage
from jpkidoctor.search.index import load_index
from tests.screens.run_fake import make_app
from tests.screens.seeing import at_rest, seen

SMALL = (80, 24)


async def opened(app: JpkiDoctorApp, pilot: Any) -> SearchPage:
    page = SearchPage(app.current_view())
    app.push_screen(page)
    await rest(app, pilot)
    return page


async def rest(app: JpkiDoctorApp, pilot: Any) -> None:
    """Until nothing is searched any more: a search that ends may begin the next one."""
    for _ in range(3):
        await pilot.pause()
        await app.workers.wait_for_complete()
    await pilot.pause()


async def asked(app: JpkiDoctorApp, pilot: Any, page: SearchPage, text: str) -> SearchPage:
    page.query_one("#query", PlainField).value = text
    await rest(app, pilot)
    return page


async def test_empty_field_shows_what_is_asked_most():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        assert page.hits[0].id == "D-03"
        assert "よくあるお困りごと" in seen(app)
        assert "カードを抜きます。" in seen(app)


@pytest.mark.parametrize(
    ("typed", "kind", "id"),
    [
        ("カードが応答しません", "node", "D-03"),
        ("ｄ－０３", "node", "D-03"),
        ("kaadoga outou shimasen", "node", "D-03"),
        ("EW044-C300", "code", "EW044-C300"),
        ("６９８３", "code", "6983"),
        ("The card does not answer", "node", "D-03"),
    ],
)
async def test_hits_by_kanji_romaji_code_and_full_width(typed: str, kind: str, id: str):
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await asked(app, pilot, await opened(app, pilot), typed)
        assert (page.hits[0].kind, page.hits[0].id) == (kind, id)
        assert page.marked == page.hits[0]


async def test_keys_type_into_the_field_and_arrows_move_the_mark():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        await pilot.press(*"rokku")
        await rest(app, pilot)
        assert page.query_one("#query", PlainField).value == "rokku"
        first = page.query_one("#detail", Prose).plain
        await pilot.press("down")
        await pilot.pause()
        assert page.marked == page.hits[1]
        assert page.query_one("#detail", Prose).plain != first


async def test_other_words_put_the_mark_back_on_the_best_hit():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await asked(app, pilot, await opened(app, pilot), "ロック")
        await pilot.press("down", "down")
        await asked(app, pilot, page, "リーダー")
        assert page.marked == page.hits[0]


async def test_enter_asks_for_the_diagnosis_of_the_first_node():
    app = make_app()
    heard = []

    class Listening(SearchPage):
        def on_search_page_node_opened(self, message: SearchPage.NodeOpened) -> None:
            heard.append(message.node)

    async with app.run_test(size=SMALL) as pilot:
        page = Listening(app.current_view())
        app.push_screen(page)
        await rest(app, pilot)
        await asked(app, pilot, page, "EW044-C300")
        await pilot.press("enter")
        await pilot.pause()
        assert heard == [page.hits[0].nodes[0]]


async def test_escape_empties_the_field_and_then_leaves():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await asked(app, pilot, await opened(app, pilot), "abc")
        await pilot.press("escape")
        await rest(app, pilot)
        assert app.screen is page
        assert page.hits[0].id == "D-03"
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, DiagnosisPage)


async def test_nothing_found_says_what_to_try():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await asked(app, pilot, await opened(app, pilot), "[/鬱鬱]")
        assert page.hits == ()
        assert "「[/鬱鬱]」は見つかりません。" in seen(app)


async def test_hostile_paste_becomes_one_line_of_plain_text():
    app = make_app()
    hostile = "\x1b]0;owned\x07EW044\x1b[2J-C300\n\x9b31mエラー[bold red]\u202e"
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        page.query_one("#query", PlainField).post_message(Paste(hostile))
        await rest(app, pilot)
        value = page.query_one("#query", PlainField).value
        assert value == "EW044-C300 エラー[bold red]"
        assert "\x1b" not in seen(app)
        assert page.hits[0].id == "EW044-C300"


async def test_paste_goes_where_the_cursor_is_and_has_an_end():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await opened(app, pilot)
        field = page.query_one("#query", PlainField)
        await pilot.press("a", "b", "left")
        field.post_message(Paste("x" * 9000))
        await rest(app, pilot)
        assert field.value.startswith("axxx")
        assert len(field.value) <= 400


async def test_typing_works_while_the_index_is_being_built(monkeypatch: pytest.MonkeyPatch):
    go = threading.Event()
    index = load_index(load_library())

    def slow(_library: object) -> object:
        go.wait(10)
        return index

    monkeypatch.setattr(search_page, "load_index", slow)
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = SearchPage(app.current_view())
        app.push_screen(page)
        await pilot.pause()
        assert "準備しています" in seen(app)
        await pilot.press(*"D-03")
        assert page.hits == ()
        go.set()
        await rest(app, pilot)
        assert page.hits[0].id == "D-03"


async def test_damaged_tables_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Any):
    def broken(_library: object) -> object:
        raise KnowledgeError(tmp_path, "damaged")

    monkeypatch.setattr(search_page, "load_index", broken)
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await opened(app, pilot)
        assert "知識の表を読めません" in seen(app)


async def test_language_key_rewords_hits_and_keeps_the_mark():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await asked(app, pilot, await opened(app, pilot), "G-04")
        await pilot.press("f7")
        await rest(app, pilot)
        assert page.marked is not None and page.marked.title == page.view.words.title("G-04")
        for word in ("症状", "確認日", "直し方", "見つかった", "よくある"):
            assert word not in seen(app)
        assert "What to do" in seen(app)


async def test_each_kind_has_details_with_date_and_confidence():
    app = make_app()
    index, library = load_index(), load_library()
    first = {}
    for entry in index.entries:
        first.setdefault(entry.kind, entry)
    async with app.run_test(size=SMALL):
        for lang in ("ja", "en"):
            if lang == "en":
                app.action_language()
            view = app.current_view()
            for kind, entry in first.items():
                hit = next(
                    hit for hit in index.search(entry.title.ja, 40, lang) if (hit.kind, hit.id) == (kind, entry.id)
                )
                text = "\n".join(para.text for para in details(view, library, hit))
                assert "‹" not in text, (kind, text)
                assert view.say("find.mark", date="", confidence="", words="").split()[0] in text, kind


async def test_every_entry_of_the_index_has_details():
    app = make_app()
    async with app.run_test(size=SMALL):
        view, index, library = app.current_view(), load_index(), load_library()
        for entry in index.entries:
            hit = search_page.Result(entry.kind, entry.id, entry.title.ja, entry.nodes, 1.0, "")
            text = "\n".join(para.text for para in details(view, library, hit))
            assert "‹" not in text and "確認日" in text, (entry.kind, entry.id)


async def test_readers_are_marked_as_reference_only():
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        page = await asked(app, pilot, await opened(app, pilot), "RC-S380")
        assert next(hit for hit in page.hits if hit.kind == "reader").id
        while page.marked is not None and page.marked.kind != "reader":
            await pilot.press("down")
        assert "参考です。公式の一覧ではありません。" in page.query_one("#detail", Prose).plain


async def test_rows_fit_at_sixty_columns():
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        page = await opened(app, pilot)
        assert page.query_one("#rows", ChoiceList).option_count == len(page.hits)
        assert all(len(line) <= 60 for line in seen(app).split("\n"))


PICTURES: dict[str, tuple[tuple[str, ...], str, tuple[int, int]]] = {
    "asked": (("mute",), "", SMALL),
    "kanji": (("mute",), "暗証番号", SMALL),
    "english": (("mute", "en"), "locked", SMALL),
    "reader-ascii": (("mute", "ja", "dark", "ascii"), "RC-S300", SMALL),
    "wide": (("mute",), "EW044-C300", (132, 43)),
}


@pytest.mark.parametrize("case", PICTURES)
def test_search_page(snap_compare: Any, case: str):
    how, typed, size = PICTURES[case]

    async def open_page(pilot: Any) -> None:
        await asked(pilot.app, pilot, await opened(pilot.app, pilot), typed)
        await at_rest(pilot.app, pilot)

    assert snap_compare(make_app(*how), terminal_size=size, run_before=open_page)
