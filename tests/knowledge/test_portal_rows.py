"""Every row of the 2017 portal's top page leads to a room of today (portal-knowledge section 1, 48 rows)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jpkidoctor.knowledge.library import Library, load_library
from jpkidoctor.knowledge.load import data_directory

ROWS = range(1, 49)
HIDDEN = {2, 14, 15, 19, 20, 21, 22, 23, 24, 48}
"""Rows that visitors did not see: HTML comments, and row 2, which only browsers without scripts showed."""

PAGES = {
    5: "/faq/index.html",
    6: "/contact/index.html",
    9: "/prepare/index.html",
    10: "/download/index.html",
    12: "/procedure/index.html",
    16: "/download/ie.pdf",
    21: "/procedure/password.html",
    23: "/download/howto_win/settings.html",
    29: "/jpkiguide/start-up_guide.html",
    41: "/online/index.html",
    44: "/verifier.html",
}
ROOMS = {
    "map", "first_steps", "readiness", "questions", "fixes", "glossary", "certificates", "client", "online", "phone",
    "notices", "contacts", "about",
}  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library((data_directory(),))


def rows_that_lead_nowhere(library: Library) -> list[str]:
    """One line a row without an entry, without a room, or whose room does not hold it."""
    by_row = {entry.row: entry for entry in library.history if entry.row is not None}
    wrong = []
    for row in ROWS:
        entry = by_row.get(row)
        if entry is None:
            wrong.append(f"{row}: no entry")
        elif (room := library.room(entry.room)) is None:
            wrong.append(f"{row}: no room {entry.room}")
        elif entry not in library.items_of(room):
            wrong.append(f"{row}: {entry.id} is not in {room.id}")
    return wrong


def test_every_row_of_the_portal_leads_to_a_room_that_holds_it(library: Library) -> None:
    assert rows_that_lead_nowhere(library) == []


def test_the_walk_fails_for_a_row_that_leads_nowhere(tmp_path: Path) -> None:
    shutil.copytree(data_directory(), tmp_path, ignore=shutil.ignore_patterns("scenarios", "hosts"), dirs_exist_ok=True)
    history, rooms = tmp_path / "history.toml", tmp_path / "rooms.toml"
    text = history.read_text(encoding="utf-8").replace("row = 7\n", "").replace('room = "phone"', 'room = "cellar"', 1)
    history.write_text(text, encoding="utf-8")
    rooms.write_text(rooms.read_text(encoding="utf-8").replace('  "history:lock_5_3",\n', ""), encoding="utf-8")
    assert rows_that_lead_nowhere(load_library((tmp_path,))) == [
        "7: no entry",
        "18: no room cellar",
        "21: lock_5_3 is not in certificates",
    ]


def test_no_row_stands_twice_and_hidden_rows_are_told(library: Library) -> None:
    rows = [entry.row for entry in library.history if entry.row is not None]
    assert rows == list(ROWS)
    assert {entry.row for entry in library.history if entry.row and entry.shown == "hidden"} == HIDDEN


def test_rows_name_the_page_of_2017(library: Library) -> None:
    by_row = {entry.row: entry.page for entry in library.history}
    assert {row: by_row[row] for row in PAGES} == PAGES


def test_the_rooms_of_the_portal_are_there_and_the_map_lists_them_all(library: Library) -> None:
    assert {room.id for room in library.rooms} == ROOMS
    first = library.rooms[0]
    assert first.id == "map"
    assert {item.id for item in library.items_of(first) if hasattr(item, "sections")} == ROOMS - {"map"}


def test_no_room_is_empty_but_that_of_notices(library: Library) -> None:
    for room in library.rooms:
        for section in room.sections:
            found = [item for reference in section.entries for item in library.items(reference)]
            assert found or section.text or section.entries == ("notice:*",), (room.id, section.title.ja)


def test_short_titles_fit_a_narrow_list(library: Library) -> None:
    assert all(len(room.short.ja) <= 7 and len(room.short.en) <= 14 for room in library.rooms)


def test_the_five_steps_are_the_first_thing_a_newcomer_sees(library: Library) -> None:
    room = library.room("first_steps")
    assert room
    steps = ("step_card", "step_certificate", "step_reader", "step_client", "step_apply")
    assert room.sections[0].entries == tuple(f"procedure:{step}" for step in steps)


def test_every_procedure_and_service_can_be_reached_from_a_room(library: Library) -> None:
    for kind, table in (("procedure", library.procedures), ("service", library.services), ("myth", library.myths)):
        for entry in table:
            assert library.rooms_with(f"{kind}:{entry.id}"), entry.id
