"""署名を確かめる: a file or a folder, three verdicts that are never merged, then line by line with what it means."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import OptionList

from jpkidoctor.screens.choice_list import Choice
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.page import Page
from jpkidoctor.screens.path_completion import folder_text
from jpkidoctor.screens.path_entry import PathEntry, PathField
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.verify_text import (
    JUDGEMENT_STYLES,
    StatusRow,
    explanation,
    file_head,
    file_keys,
    status_rows,
    takes_original,
    touki_rows,
)
from jpkidoctor.screens.view import View
from jpkidoctor.screens.width_list import WidthList, hanging
from jpkidoctor.signing.verify.lines import folder_row
from jpkidoctor.signing.verify.request import Asked
from jpkidoctor.signing.verify.status import FileStatus, Judgement, Kind

if TYPE_CHECKING:
    from jpkidoctor.screens.ports import SignatureDesk

TELL_EVERY_S = 0.3
MOST_ROWS = 2000
"""The worst of a huge folder; the numbers at the top count all."""
LIKELY = (".p7s", ".p7m", ".pdf", ".xml", ".sig", ".p7", ".cms")
"""Names that signatures often have are shown first; what a file is, its content says."""


class Mode(Enum):
    """What the page shows."""

    ASK = auto()
    FILES = auto()
    FILE = auto()
    ORIGINAL = auto()
    """Asks for the original of the file that is open."""


class VerifyPage(Page):
    """A place, then its files worst first, then one file line by line. Esc goes back the same way."""

    PAGE = "page.verify"
    CHOOSES = True
    AUTO_FOCUS = "#path"

    DEFAULT_CSS = """
    VerifyPage #ask, VerifyPage #keys { margin: 0 2; }
    VerifyPage #hint, VerifyPage #entry, VerifyPage #files, VerifyPage #file { margin: 1 2 0 2; }
    VerifyPage #files { height: 1fr; }
    VerifyPage #whole { height: 3; margin: 1 2 0 2; }
    VerifyPage #file { height: 1fr; layout: vertical; }
    VerifyPage #lines { height: 1fr; }
    VerifyPage #explain { height: 7; border-top: solid $primary; border-bottom: blank; }
    VerifyPage.-tall #explain { height: 9; }
    VerifyPage.-very-wide #file { layout: horizontal; }
    VerifyPage.-very-wide #lines { width: 3fr; height: 100%; }
    VerifyPage.-very-wide #explain { width: 2fr; height: 100%; margin: 0 0 0 2; border-top: none; }
    VerifyPage.-ascii #explain { border-top: ascii $panel; }
    """

    class Found(Message):
        """Files were verified; ``done`` when they were the last."""

        def __init__(self, run: int, statuses: list[FileStatus], done: bool) -> None:
            super().__init__()
            self.run_number = run
            self.statuses = statuses
            self.done = done

    class Again(Message):
        """The open file was verified with its original; None when the original cannot be read."""

        def __init__(self, run: int, number: int, status: FileStatus | None) -> None:
            super().__init__()
            self.run_number = run
            self.number = number
            self.status = status

    def __init__(self, view: View, desk: SignatureDesk | None) -> None:
        super().__init__(view)
        self._desk = desk
        self._mode = Mode.ASK
        self._run_number = 0
        self._stop = Event()
        self._root = Path()
        self._found: dict[int, FileStatus] = {}
        """By the number in which they came."""
        self._order: list[int] = []
        """Worst first."""
        self._checking = False
        self._opened: int | None = None
        self._reveal = False
        self._touki = False
        self._notice = ""
        self._rows: dict[str, StatusRow] = {}

    def compose_body(self) -> ComposeResult:
        """Field, list of files, lines of one file with what they mean."""
        with Vertical():
            yield TextLine(id="ask")
            yield Prose(id="hint")
            yield PathEntry(id="entry", likely=LIKELY)
            yield WidthList(id="files")
            yield Prose(id="whole")
            with Container(id="file"):
                yield WidthList(id="lines")
                with TextScroll(id="explain"):
                    yield Prose(id="text")
            yield TextLine(id="keys")

    # -- what is shown -----------------------------------------------------------------------------------------

    def show_body(self, view: View) -> None:
        """What is asked, and what was found."""
        asks = self._mode in (Mode.ASK, Mode.ORIGINAL)
        entry, hint = self.query_one(PathEntry), self.query_one("#hint", Prose)
        entry.display = hint.display = asks
        self.query_one("#files").display = self.query_one("#whole").display = self._mode is Mode.FILES
        self.query_one("#file").display = self._mode is Mode.FILE
        self.query_one("#keys").display = not asks
        self.query_one("#ask", TextLine).put((self._ask(view), "bold"))
        status = self._shown_status()
        if asks:
            hint.put(self._hint(view))
            entry.show(view)
        elif self._mode is Mode.FILES:
            self._show_files(view)
            self.query_one("#keys", TextLine).put((view.say("verify.page.keys"), "bold"))
        elif status is not None:
            self._show_file(view, status)
            keys = file_keys(status, view, touki=self._touki, revealed=self._reveal)
            self.query_one("#keys", TextLine).put((keys, "bold"))

    def _ask(self, view: View) -> str:
        status = self._shown_status()
        if self._desk is None:
            return view.say("sign.page.not_available")
        if self._mode is Mode.ORIGINAL:
            return view.say("verify.page.ask.original")
        if self._mode is Mode.FILE and status is not None:
            return file_head(self._shortly(status), view)
        if self._mode is Mode.FILES or self._checking:
            count = Counter(status.judgement for status in self._found.values())
            numbers = {"bad": count[Judgement.BAD], "unjudged": count[Judgement.UNJUDGED]}
            numbers["good"] = count[Judgement.GOOD]
            if self._checking:
                return view.say("verify.page.running", count=len(self._found), **numbers)
            return view.say("verify.folder_total", total=len(self._found), **numbers)
        return view.say("verify.page.ask")

    def _hint(self, view: View) -> list[Para]:
        notice = [Para(view.say(self._notice), style="bold $warning")] if self._notice else []
        if self._mode is Mode.ORIGINAL:
            return [Para(view.say("verify.page.original.how")), *notice]
        return [Para(view.say("verify.page.how")), Para(view.say("verify.page.promise")), *notice]

    def _show_files(self, view: View) -> None:
        def make(room: int) -> list[Choice]:
            rows = []
            for number in self._order[:MOST_ROWS]:
                status = self._found[number]
                text = fit(folder_row(self._shortly(status), view.words), room)
                rows.append(Choice(str(number), ((text, JUDGEMENT_STYLES[status.judgement]),)))
            return rows

        self.query_one("#files", WidthList).put_made(make)
        self._show_whole(view)

    def _show_whole(self, view: View) -> None:
        """The marked file once more, with nothing cut."""
        chosen = self.query_one("#files", WidthList).chosen
        status = self._found.get(int(chosen)) if chosen else None
        text = folder_row(self._shortly(status), view.words) if status is not None else ""
        self.query_one("#whole", Prose).put((Para(text, style=JUDGEMENT_STYLES[status.judgement] if status else ""),))

    def _show_file(self, view: View, status: FileStatus) -> None:
        rows = touki_rows(status, view) if self._touki else status_rows(status, view, reveal=self._reveal)
        self._rows = {row.id: row for row in rows}

        def make(room: int) -> list[Choice]:
            return [Choice(row.id, ((hanging(row.text, room), row.style),)) for row in rows]

        self.query_one("#lines", WidthList).put_made(make)
        self._explain(view)

    def _explain(self, view: View) -> None:
        chosen = self._rows.get(self.query_one("#lines", WidthList).chosen)
        self.query_one("#text", Prose).put(explanation(view, chosen))
        self.query_one("#explain", TextScroll).show(view)

    def _shortly(self, status: FileStatus) -> FileStatus:
        """With the path below the folder that was asked for: a long one would hide the name."""
        path = Path(status.path)
        if path != self._root and path.is_relative_to(self._root):
            return replace(status, path=str(path.relative_to(self._root)))
        return status

    def _shown_status(self) -> FileStatus | None:
        return self._found.get(self._opened) if self._opened is not None else None

    def _to(self, mode: Mode, notice: str = "") -> None:
        self._mode, self._notice = mode, notice
        self.show(self.view)
        if mode is Mode.FILES or mode is Mode.FILE:
            self.query_one("#files" if mode is Mode.FILES else "#lines").focus()

    # -- files and folders -------------------------------------------------------------------------------------

    def on_path_entry_given(self, message: PathEntry.Given) -> None:
        """A place to check, or the original of the open file."""
        message.stop()
        if message.path is None or self._desk is None:
            return
        self._next_run()
        status = self._shown_status()
        if self._mode is Mode.ORIGINAL and status is not None and self._opened is not None:
            self._verify_again(self._desk, self._run_number, self._opened, Path(status.path), message.path)
            return
        self._found, self._order, self._opened = {}, [], None
        self._checking, self._reveal, self._touki, self._notice = True, False, False, ""
        self._root = message.path
        self.show(self.view)
        self._verify(self._desk, self._root, self._run_number, self._stop)

    def _next_run(self) -> None:
        self._stop.set()
        self._stop = Event()
        self._run_number += 1
        self._checking = False

    @work(thread=True, exit_on_error=False, group="verify")
    def _verify(self, desk: SignatureDesk, path: Path, run: int, stop: Event) -> None:
        batch: list[FileStatus] = []
        told = time.monotonic()
        for status in desk.verify(Asked((path,), touki=True), stop.is_set):
            batch.append(status)
            if time.monotonic() - told >= TELL_EVERY_S:
                self.post_message(self.Found(run, batch, done=False))
                batch, told = [], time.monotonic()
        self.post_message(self.Found(run, batch, done=True))

    @work(thread=True, exit_on_error=False, group="verify")
    def _verify_again(self, desk: SignatureDesk, run: int, number: int, path: Path, original: Path) -> None:
        status = None
        with suppress(OSError):  # told as None
            status = next(desk.verify(Asked((path,), content=original, touki=True), lambda: False), None)
        self.post_message(self.Again(run, number, status))

    def on_verify_page_found(self, message: Found) -> None:
        """Sort in what was found: the worst first."""
        if message.run_number != self._run_number:
            return
        for status in message.statuses:
            self._found[len(self._found)] = status
        self._sort()
        self._checking = not message.done
        if self._mode is Mode.FILE:
            self.show(self.view)  # one of them is being read
        elif message.done and len(self._found) == 1:
            self._opened = 0
            self._to(Mode.FILE)
        elif self._found:
            self._to(Mode.FILES)
        elif message.done:
            self._to(Mode.ASK, "verify.page.nothing")

    def on_verify_page_again(self, message: Again) -> None:
        """The same file with its original beside it."""
        if message.run_number != self._run_number:
            return
        if message.status is None:
            self._to(Mode.ORIGINAL, "verify.page.original.bad")
            return
        self._found[message.number] = message.status
        self._sort()
        self._to(Mode.FILE)

    def _sort(self) -> None:
        from jpkidoctor.signing.verify.folder import worst_first

        places = {id(status): number for number, status in self._found.items()}
        self._order = [places[id(status)] for status in worst_first(self._found.values())]

    # -- keys ------------------------------------------------------------------------------------------------

    @on(OptionList.OptionSelected, "#files")
    def _file_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._opened = int(event.option_id or 0)
        self._touki = self._reveal = False
        self._to(Mode.FILE)

    @on(OptionList.OptionHighlighted, "#files")
    def _file_marked(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._mode is Mode.FILES:
            self._show_whole(self.view)

    @on(OptionList.OptionHighlighted, "#lines")
    def _line_chosen(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._mode is Mode.FILE:
            self._explain(self.view)
            self.query_one("#explain", TextScroll).scroll_home(animate=False)

    def typed(self, character: str) -> bool:
        """V shows personal values and hides them again, O asks for the original, T shows the registry entries."""
        status = self._shown_status()
        if self._mode is Mode.FILE and status is not None:
            if character == "V":
                self._reveal = not self._reveal
            elif character == "T" and status.kind is Kind.PDF:
                self._touki = not self._touki
            elif character == "O" and takes_original(status):
                self._to(Mode.ORIGINAL)
                self.query_one(PathEntry).begin(folder_text(Path(status.path)))
                return True
            else:
                return super().typed(character)
            self.show(self.view)
            return True
        return super().typed(character)

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp."""
        if self._mode is Mode.FILE:
            self.query_one("#explain", TextScroll).turn_page(direction)

    def on_unmount(self) -> None:
        """Nobody waits for what is still being checked."""
        self._stop.set()

    def go_back(self) -> None:
        """From the original to its file, from there to the folder, then to the place, then out."""
        if self._mode is Mode.ORIGINAL:
            self._to(Mode.FILE)
        elif self._mode is Mode.FILE and (len(self._found) > 1 or self._checking):
            self._opened, self._reveal, self._touki = None, False, False
            self._to(Mode.FILES)
        elif self._mode is Mode.ASK:
            self._stop.set()
            super().go_back()
        else:
            self._next_run()
            self._opened, self._reveal, self._touki = None, False, False
            self._to(Mode.ASK)
            self.query_one(PathEntry).begin(self.query_one("#path", PathField).value, likely=LIKELY)
