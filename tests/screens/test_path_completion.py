"""A place that is typed: what lies there, Tab, digits and arrows, in a folder as it is found on people's computers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from jpkidoctor.screens.path_completion import Entry, completed, files_at, list_folder, matching, place_of
from jpkidoctor.screens.path_entry import PathEntry, PathField, PathList
from jpkidoctor.screens.themes import VARIABLE_DEFAULTS
from jpkidoctor.screens.typed_path import typed_path
from jpkidoctor.screens.view import View
from tests.screens.run_fake import make_app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "deep.pdf").write_bytes(b"x")
    for name in ("契約書1.pdf", "契約書2.pdf", "Letter.txt", ".hidden", "evil\x1b[31m.pdf"):
        (tmp_path / name).write_bytes(b"x" * 1500)
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    return tmp_path


def names(folder: Path, begun: str = "", **options) -> list[str]:
    return [entry.name for entry in matching(list_folder(folder), begun, **options)]


def test_files_come_before_folders_and_nothing_hidden_or_disguised_is_shown(folder):
    assert names(folder) == ["Letter.txt", "契約書1.pdf", "契約書2.pdf", "sub"]
    assert names(folder, ".") == [".hidden"]
    assert names(folder, folders_only=True) == ["sub"]
    assert names(folder, likely=(".pdf",))[0] == "契約書1.pdf"


def test_names_are_found_in_any_case_and_as_macos_keeps_them(folder):
    (folder / "\u30ab\u3099.pdf").write_bytes(b"x")  # ga in two parts
    assert names(folder, "letter") == ["Letter.txt"]
    assert names(folder, "\u30ac") == ["\u30ab\u3099.pdf"]


def test_tab_goes_as_far_as_there_is_one_way(folder):
    listing = list_folder(folder)

    def tab(text: str) -> str:
        place = place_of(text)
        return completed(place, matching(listing, place.begun))

    assert tab("契") == "契約書"
    assert tab("契約書2") == "契約書2.pdf"
    assert tab("LET") == "Letter.txt"
    assert tab("s") == f"sub{os.sep}"
    assert tab("zz") == "zz"
    assert completed(place_of("~"), ()) == f"~{os.sep}"
    assert completed(place_of("a/ab"), (Entry("ABc", False), Entry("abd", False))) == "a/AB"


def test_a_closed_or_missing_folder_is_told_and_a_huge_one_cut(tmp_path, monkeypatch):
    from jpkidoctor.screens import path_completion

    assert not list_folder(tmp_path / "nowhere").readable
    assert not list_folder(Path("a\0b")).readable
    for number in range(5):
        (tmp_path / str(number)).touch()
    monkeypatch.setattr(path_completion, "MOST_ENTRIES", 3)
    assert list_folder(tmp_path).cut and len(list_folder(tmp_path).entries) == 3


def test_a_folder_stands_for_its_files_but_not_for_what_a_system_hides_in_it(folder):
    (folder / ".DS_Store").write_bytes(b"x")
    found = [path.name for path in files_at(folder)]
    assert "Letter.txt" in found and not any(name.startswith(".") for name in found) and "sub" not in found
    assert files_at(folder / "gone") == (folder / "gone",)


@pytest.mark.parametrize("text", ['"/a/b c.pdf"', "'/a/b c.pdf'", " /a/b c.pdf "])
def test_a_pasted_place_in_quotes_is_the_place(text):
    assert typed_path(text) == Path("/a/b c.pdf")


@pytest.fixture
def a_view() -> View:
    return make_app("mute").current_view()


class Asking(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.given: list[Path | None] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return VARIABLE_DEFAULTS

    def compose(self) -> ComposeResult:
        yield PathEntry(id="entry")

    def on_path_entry_given(self, message: PathEntry.Given) -> None:
        self.given.append(message.path)


async def listed(pilot, count: int) -> PathList:
    rows = pilot.app.query_one(PathList)
    for _ in range(200):
        await pilot.pause(0.02)
        if rows.option_count == count:
            return rows
    raise AssertionError(f"{rows.option_count} rows, not {count}: {rows.plain}")


async def test_arrows_and_digits_choose_and_a_folder_opens(folder, a_view):
    async with Asking().run_test(size=(60, 15)) as pilot:
        entry = pilot.app.query_one(PathEntry)
        entry.show(a_view)
        entry.begin(f"{folder}{os.sep}", likely=(".pdf",))
        rows = await listed(pilot, 4)
        assert "1 契約書1.pdf" in rows.plain and "2 KB" in rows.plain
        await pilot.press("2")  # into the field: it has the focus
        assert pilot.app.given == [] and entry.typing
        await pilot.press("backspace", "down", "2")
        assert pilot.app.given == [folder / "契約書2.pdf"]
        await pilot.press("down", "down", "down", "enter")  # the folder is the last row
        rows = await listed(pilot, 1)
        assert pilot.app.query_one(PathField).value == f"{folder}{os.sep}sub{os.sep}" and not entry.typing
        await pilot.press("enter")
        assert pilot.app.given[-1] == folder / "sub" / "deep.pdf"
        await pilot.press("up")
        assert entry.typing
        await pilot.press("enter")
        assert pilot.app.given[-1] == folder / "sub"
        await pilot.press("down", "d", "e")  # a letter in the list goes on in the field
        assert entry.typing and pilot.app.query_one(PathField).value.endswith(f"sub{os.sep}de")


async def test_tab_completes_and_an_empty_field_is_an_answer_too(folder, a_view, monkeypatch):
    monkeypatch.chdir(folder)
    async with Asking().run_test(size=(60, 15)) as pilot:
        entry = pilot.app.query_one(PathEntry)
        entry.show(a_view)
        entry.begin()
        await listed(pilot, 4)
        await pilot.press("enter", *"let", "tab")
        assert pilot.app.given == [None]
        assert pilot.app.query_one(PathField).value == "Letter.txt"
        await pilot.press("enter")
        assert pilot.app.given[-1] == Path("Letter.txt")
