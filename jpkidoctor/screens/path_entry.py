"""A field for a place on the disk, with what lies there below it: Tab completes, arrows and digits choose."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.message import Message
from textual.widgets import OptionList

from jpkidoctor.screens.choice_list import Choice
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.page import fold_key
from jpkidoctor.screens.path_completion import Entry, Listing, completed, list_folder, matching, place_of
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.typed_path import typed_path
from jpkidoctor.screens.view import View
from jpkidoctor.screens.width_list import WidthList

DIGITS = 9
_SIZE_CELLS = 10


class PathField(PlainField):
    """The field itself. Tab and Down are told to the entry around it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("down", "go_down", show=False),
    ]

    class Completing(Message):
        """Tab was pressed."""

    class GoingDown(Message):
        """Down was pressed."""

    def action_complete(self) -> None:
        """Tab."""
        self.post_message(self.Completing())

    def action_go_down(self) -> None:
        """Down."""
        self.post_message(self.GoingDown())


class PathList(WidthList):
    """What lies in the folder. Digits choose one of the first nine; Up from the first row goes back to the field, and
    so does a letter, which is typed there.
    """

    class Numbered(Message):
        """A digit was typed; ``place`` counts from 0."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    class Left(Message):
        """Up was pressed on the first row, or Tab anywhere, or something was typed."""

        def __init__(self, typed: str = "") -> None:
            super().__init__()
            self.typed = typed

    def on_key(self, event: Key) -> None:
        """Digits, and the ways back to the field."""
        digit = fold_key(event.character)
        if digit.isdigit() and digit != "0":
            event.stop()
            self.post_message(self.Numbered(int(digit) - 1))
        elif event.key == "tab" or (event.key == "up" and not self.highlighted):
            event.stop()
            event.prevent_default()
            self.post_message(self.Left())
        elif event.character is not None and event.is_printable:
            event.stop()
            self.post_message(self.Left(event.character))


class PathEntry(Vertical):
    """Field and list. The page hears of ``Given`` and gives words by ``show``."""

    DEFAULT_CSS = """
    PathEntry { height: 1fr; }
    PathEntry #where { margin-top: 1; color: $status-quiet; }
    PathEntry #listing { height: 1fr; }
    """

    class Given(Message):
        """A place was chosen; None when Enter was pressed on an empty field."""

        def __init__(self, path: Path | None) -> None:
            super().__init__()
            self.path = path

    class _Listed(Message):
        def __init__(self, listing: Listing) -> None:
            super().__init__()
            self.listing = listing

    def __init__(self, *, id: str, likely: Sequence[str] = ()) -> None:
        super().__init__(id=id)
        self._folders_only = False
        self._likely = tuple(likely)
        self._listing: Listing | None = None
        self._wanted: Path | None = None
        self._view: View | None = None

    def compose(self) -> ComposeResult:
        """Field, the folder's name, and its entries."""
        yield PathField(id="path")
        yield TextLine(id="where")
        yield PathList(id="listing")

    # -- what the page does with it ------------------------------------------------------------------------

    def show(self, view: View) -> None:
        """Use the words of this view; the folder is looked at only while this is on the screen."""
        self._view = view
        if self.display:
            self._look()
            self._show_listing()

    def begin(self, text: str = "", *, folders_only: bool = False, likely: Sequence[str] = ()) -> None:
        """Ask for a place, with ``text`` in the field. Names that end in ``likely`` are shown first."""
        self._folders_only, self._likely = folders_only, tuple(likely)
        self._listing = self._wanted = None  # the folder may look different by now
        field = self.query_one(PathField)
        field.value = text
        field.cursor_position = len(text)
        field.focus()
        self._look()

    @property
    def typing(self) -> bool:
        """Whether keys go into the field: letters are no commands then."""
        return self.query_one(PathField).has_focus

    # -- the folder ------------------------------------------------------------------------------------------

    def _look(self) -> None:
        folder = place_of(self.query_one(PathField).value).folder
        if folder != self._wanted:
            self._wanted = folder
            self._read(folder)

    @work(thread=True, exit_on_error=False, group="folder")
    def _read(self, folder: Path) -> None:
        self.post_message(self._Listed(list_folder(folder)))

    @on(_Listed)
    def _listed(self, message: _Listed) -> None:
        message.stop()
        if message.listing.folder == self._wanted:
            self._listing = message.listing
            self._show_listing()

    def _entries(self) -> tuple[Entry, ...]:
        place = place_of(self.query_one(PathField).value)
        if self._listing is None or self._listing.folder != place.folder:
            return ()
        return matching(self._listing, place.begun, folders_only=self._folders_only, likely=self._likely)

    def _show_listing(self) -> None:
        view = self._view
        if view is None:
            return
        entries, listing = self._entries(), self._listing
        head = place_of(self.query_one(PathField).value).head
        folder = head or _here()
        if listing is None or listing.folder != self._wanted:
            where = view.say("path.looking", folder=folder)
        elif not listing.readable:
            where = view.say("path.closed", folder=folder)
        else:
            where = view.say("path.cut" if listing.cut else "path.where", folder=folder, count=len(entries))
        self.query_one("#where", TextLine).put(where)

        def make(room: int) -> list[Choice]:
            return [Choice(entry.name, (_row(place, entry, room - 1),)) for place, entry in enumerate(entries)]

        self.query_one(PathList).put_made(make)

    # -- keys ------------------------------------------------------------------------------------------------

    @on(PlainField.Changed)
    def _changed(self, event: PlainField.Changed) -> None:
        event.stop()
        self._look()
        self._show_listing()

    @on(PlainField.Submitted)
    def _submitted(self, event: PlainField.Submitted) -> None:
        event.stop()
        self.post_message(self.Given(typed_path(event.value) if event.value.strip() else None))

    @on(PathField.Completing)
    def _completing(self, message: PathField.Completing) -> None:
        message.stop()
        field = self.query_one(PathField)
        field.value = completed(place_of(field.value), self._entries())
        field.cursor_position = len(field.value)

    @on(PathField.GoingDown)
    def _going_down(self, message: PathField.GoingDown) -> None:
        message.stop()
        if self._entries():
            self.query_one(PathList).focus()

    @on(PathList.Numbered)
    def _numbered(self, message: PathList.Numbered) -> None:
        message.stop()
        self._choose(message.place)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._choose(event.option_index)

    @on(PathList.Left)
    def _left(self, message: PathList.Left) -> None:
        message.stop()
        field = self.query_one(PathField)
        field.focus()
        if message.typed:
            field.insert_text_at_cursor(message.typed)

    def _choose(self, place: int) -> None:
        """A file is given; a folder is opened, in the list as in the field."""
        entries = self._entries()
        if not 0 <= place < len(entries):
            return
        entry, field = entries[place], self.query_one(PathField)
        head = place_of(field.value).head
        if not entry.folder:
            self.post_message(self.Given(typed_path(head + entry.name)))
            return
        field.value = head + entry.name + os.sep
        field.cursor_position = len(field.value)
        self.query_one(PathList).highlighted = 0


def _here() -> str:
    try:
        return f"{Path.cwd()}{os.sep}"
    except OSError:  # the folder that we were started in is gone
        return f".{os.sep}"


def _row(place: int, entry: Entry, room: int) -> str:
    lead = f"{place + 1} " if place < DIGITS else "  "
    if entry.folder:
        return fit(lead + entry.name + os.sep, room)
    size = _size(entry.size)
    return fit(lead + entry.name, max(room - _SIZE_CELLS - 1, 10)) + " " * (_SIZE_CELLS - cell_len(size) + 1) + size


def _size(size: int) -> str:
    for unit in ("B", "KB", "MB"):
        if size < 1024 or unit == "MB":
            return f"{size} {unit}"
        size = -(-size // 1024)
    return ""
