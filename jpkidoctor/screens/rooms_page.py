"""F6: the rooms of the portal. A list of rooms, a room with its entries, an entry over the whole width."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from jpkidoctor.knowledge.library import Item, Library, load_library
from jpkidoctor.knowledge.library_types import Notice, Room, Section
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.knowledge.types import Node
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.flow_state import node_state, state_word
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.list_page import ListPage
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.room_entry import (
    READINESS_ROOM,
    checked_line,
    entry_text,
    entry_title,
    readiness_words,
    room_text,
)
from jpkidoctor.screens.text_line import Piece, TextLine
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.view import View

MAP = "map"
"""The room that lists the others."""
TABS = ("questions", "fixes", "glossary")
"""Rooms that were tabs of one page of the portal (portal-knowledge.md section 1)."""


class RoomsPage(ListPage):
    """Enter goes deeper, Esc comes back. Digits choose a room in the list, a part within a room."""

    PAGE = "page.rooms"
    CHOOSES = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "tab(1)", show=False),
        Binding("left", "tab(-1)", show=False),
        # Only reached while an entry has the whole width and no list has the focus.
        Binding("down", "line(1)", show=False),
        Binding("up", "line(-1)", show=False),
    ]

    def __init__(self, view: View, room: str = MAP) -> None:
        super().__init__(view)
        self._path = [room]
        self._marks: dict[str, str] = {}
        """The row each room was left on."""
        self._wide = False
        self._rows: dict[str, tuple[Section, Item | None]] = {}
        self._problem = ""

    def compose_body(self) -> ComposeResult:
        """Tabs where the room has some, then list and details."""
        yield TextLine(id="tabs")
        yield from super().compose_body()

    def enter(self, room: str) -> None:
        """Go to a room, from wherever one is."""
        self._leave_mark()
        self._path = [room]
        self._show_room()

    @property
    def room(self) -> str:
        """Id of the room that is shown."""
        return self._path[-1]

    # --- what is shown ------------------------------------------------------------------------------

    def show_body(self, view: View) -> None:
        """Tabs, rows and details."""
        tabs = self.query_one("#tabs", TextLine)
        tabs.display = self.room in TABS
        if tabs.display:
            tabs.put(*self._tab_words(view))
        self.query_one("#list").display = not self._wide
        super().show_body(view)

    def list_title(self, view: View) -> str:
        """Name of the room."""
        room = self._room()
        return safe_text(room.title.get(view.words.lang)) if room else super().list_title(view)

    def rows(self, view: View) -> list[Choice]:
        """A heading a part, and below it the part's entries."""
        self._rows = {}
        room = self._room()
        if room is None:
            return []
        width = max(self.query_one("#rows").content_region.width - 2, 10)
        made: list[Choice] = []
        number = 0
        for part, section in enumerate(room.sections, 1):
            row = f"{room.id}/{part}"
            self._rows[row] = (section, None)
            head = f"{part} " if room.id != MAP else ""
            made.append(
                Choice(row, ((fit(head + _clean(section.title.get(view.words.lang)), width), "bold $heading"),))
            )
            for place, item in enumerate(self._items(section)):
                row = f"{room.id}/{part}.{place}"
                self._rows[row] = (section, item)
                lead, title = "  ", entry_title(item, view)
                if room.id == MAP and isinstance(item, Room):
                    number += 1
                    lead = f"{number:>2} "
                elif room.id == READINESS_ROOM and isinstance(item, Node):
                    lead = f"  {state_word(view, node_state(view, item.id))} "
                    title = f"{item.id} {readiness_words(item.id, view)}"
                made.append(Choice(row, (fit(lead + title, width),)))
        return made

    def wanted_row(self, view: View, chosen: str) -> str | None:
        """Where the room was left, at first the first entry of its first part; without one, that part's heading."""
        if chosen in self._rows:
            return chosen
        marked = self._marks.get(self.room)
        if marked in self._rows:
            return marked
        first = list(self._rows.items())[:2]
        return next((row for row, (_, item) in reversed(first) if item is not None or row == first[0][0]), None)

    def under(self, view: View) -> str:
        """How to move."""
        return view.say("rooms.how_map" if self.room == MAP else "rooms.how")

    def detail(self, view: View, row: str) -> list[Para]:
        """The marked entry; for a heading what its part is about."""
        if self._problem:
            return [Para(view.say("rooms.broken"), style="bold $status-failed"), Para(self._problem, gap=True)]
        if row not in self._rows:
            return []
        section, item = self._rows[row]
        try:
            return entry_text(item, view, self._library()) if item else self._part(view, section)
        except KnowledgeError as error:
            return [Para(view.say("rooms.broken"), style="bold $status-failed"), Para(safe_text(str(error)), gap=True)]

    def _part(self, view: View, section: Section) -> list[Para]:
        lang = view.words.lang
        text = [Para(_clean(section.title.get(lang)), style="bold")]
        text += [Para(_clean(section.text.get(lang)), gap=True)] if section.text else []
        items = self._items(section)
        if any(reference.startswith("notice:") for reference in section.entries) and not items:
            text.append(Para(view.say("room.no_notices"), gap=True))
        text += [Para(entry_title(item, view), lead="- ", gap=not number) for number, item in enumerate(items)]
        room = self._room()
        if room is not None:
            text += room_text(room, view)[:1] + checked_line(room, view)
        return text

    def _tab_words(self, view: View) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        for each in TABS:
            room = self._library().room(each)
            word = _clean(room.short.get(view.words.lang)) if room else each
            pieces += [(f"[{word}]", "bold reverse") if each == self.room else f" {word} ", " "]
        return (" ", *pieces, (view.say("rooms.how_tabs"), "$status-quiet"))

    # --- moving ---------------------------------------------------------------------------------------

    def chose(self, row: str) -> None:
        """Enter: into a room, or the entry over the whole width."""
        _, item = self._rows.get(row, (None, None))
        if isinstance(item, Room):
            self._leave_mark()
            self._path.append(item.id)
            self._show_room()
        else:
            self._set_wide(True)

    def typed(self, character: str) -> bool:
        """A digit: the n-th room of the list, or the n-th part of a room."""
        if not character.isdigit():
            return super().typed(character)
        if not self._wide:
            number = int(character) or 10
            if self.room == MAP:
                rooms = [row for row, (_, item) in self._rows.items() if isinstance(item, Room)]
                if number <= len(rooms):
                    self.chose(rooms[number - 1])
            elif f"{self.room}/{number}" in self._rows:
                self._mark(f"{self.room}/{number}")
        return True

    def go_back(self) -> None:
        """Esc: from an entry to its room, from there to the list, from there to the diagnosis."""
        if self._wide:
            self._set_wide(False)
        elif len(self._path) > 1:
            self._leave_mark()
            self._path.pop()
            self._show_room()
        else:
            super().go_back()

    def action_tab(self, direction: int) -> None:
        """Left and Right: the neighbouring tab; where there is none, up and down the rooms as in the diagnosis."""
        if self.room in TABS and not self._wide:
            self._leave_mark()
            self._path[-1] = TABS[(TABS.index(self.room) + direction) % len(TABS)]
            self._show_room()
        elif direction < 0 and (self._wide or len(self._path) > 1):
            self.go_back()
        elif direction > 0 and not self._wide:
            self.chose(self.query_one("#rows", ChoiceList).chosen)

    def action_line(self, direction: int) -> None:
        """Up and Down scroll an entry that has the whole width."""
        self.query_one("#details", TextScroll).scroll_relative(y=direction, animate=False)

    def _set_wide(self, wide: bool) -> None:
        self._wide = wide
        self.show(self.view)
        if wide:
            self.set_focus(None)
        else:
            self.query_one("#rows").focus()

    def _show_room(self) -> None:
        self._wide = False
        self._problem = ""
        self.show(self.view)
        rows = self.query_one("#rows", ChoiceList)
        rows.focus()
        self.query_one("#details", TextScroll).scroll_home(animate=False)

    def _mark(self, row: str) -> None:
        rows = self.query_one("#rows", ChoiceList)
        rows.highlighted = list(self._rows).index(row)

    def _leave_mark(self) -> None:
        self._marks[self.room] = self.query_one("#rows", ChoiceList).chosen

    # --- the library ----------------------------------------------------------------------------------

    def _library(self) -> Library:
        return load_library()

    def _room(self) -> Room | None:
        try:
            return self._library().room(self.room)
        except KnowledgeError as error:
            self._problem = safe_text(str(error))
            return None

    def _items(self, section: Section) -> list[Item]:
        """The entries of a part; notices that are over are left out."""
        try:
            items = [item for reference in section.entries for item in self._library().items(reference)]
        except KnowledgeError as error:
            self._problem = safe_text(str(error))
            return []
        today = self.view.now.date()
        return [i for i in items if not (isinstance(i, Notice) and i.until is not None and i.until < today)]


def _clean(text: str) -> str:
    return safe_text(text, 2000)
