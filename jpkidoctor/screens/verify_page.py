"""署名を確かめる: a file or a folder, three verdicts that are never merged, then line by line."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList

from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.page import Page
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.typed_path import typed_path
from jpkidoctor.screens.view import View
from jpkidoctor.signing.verify.lines import file_rows, folder_row, verdict_rows
from jpkidoctor.signing.verify.request import Asked

if TYPE_CHECKING:
    from jpkidoctor.screens.ports import SignatureDesk
    from jpkidoctor.signing.verify.status import FileStatus

TELL_EVERY_S = 0.3
MOST_ROWS = 2000
"""The worst of a huge folder; the numbers at the top count all."""


class VerifyPage(Page):
    """A path above, the result below. Esc goes from one file back to the folder, then out."""

    PAGE = "page.verify"
    CHOOSES = True
    AUTO_FOCUS = "#path"

    DEFAULT_CSS = """
    VerifyPage #ask, VerifyPage #path { margin: 0 1; }
    VerifyPage #result { height: 1fr; padding: 0 1; }
    VerifyPage #files { height: 1fr; }
    """

    class Found(Message):
        """Files were verified; ``done`` when they were the last."""

        def __init__(self, run: int, statuses: list[FileStatus], done: bool) -> None:
            super().__init__()
            self.run_number = run
            self.statuses = statuses
            self.done = done

    _STYLES: ClassVar[dict[str, str]] = {"bad": "bold $error", "unjudged": "$warning", "good": "$success"}

    def __init__(self, view: View, desk: SignatureDesk | None) -> None:
        super().__init__(view)
        self._desk = desk
        self._run_number = 0
        self._stop = Event()
        self._root = Path()
        self._statuses: list[FileStatus] = []
        self._running = False
        self._opened: int | None = None
        self._reveal = False

    def compose_body(self) -> ComposeResult:
        """Field, list of files, text."""
        with Vertical():
            yield TextLine(id="ask")
            yield PlainField(id="path")
            yield ChoiceList(id="files")
            with TextScroll(id="result", can_focus=True):
                yield Prose(id="text")

    def show_body(self, view: View) -> None:
        """What is asked, and what was found."""
        if self._desk is None:
            self.query_one("#ask", TextLine).put((view.say("sign.page.not_available"), "bold"))
        elif self._running:
            self.query_one("#ask", TextLine).put((view.say("verify.page.running", count=len(self._statuses)), "bold"))
        else:
            self.query_one("#ask", TextLine).put((view.say("verify.page.ask"), "bold"))
        many = len(self._statuses) > 1 and self._opened is None
        self.query_one("#files").display = many
        self.query_one("#result").display = not many
        if many:
            self._show_files(view)
        else:
            self.query_one("#text", Prose).put(self._paragraphs(view))
        self.query_one("#result", TextScroll).show(view)

    def _show_files(self, view: View) -> None:
        room = max(self.query_one("#files").content_region.width - 2, 20)
        rows = []
        for place, status in enumerate(self._statuses[:MOST_ROWS]):
            piece = (fit(folder_row(self._shortly(status), view.words), room), self._STYLES[status.judgement.value])
            rows.append(Choice(str(place), (piece,)))
        self.query_one("#files", ChoiceList).put(rows)

    def _shortly(self, status: FileStatus) -> FileStatus:
        """With the path below the folder that was asked for: a long one would hide the name."""
        path = Path(status.path)
        return replace(status, path=str(path.relative_to(self._root))) if path.is_relative_to(self._root) else status

    def _paragraphs(self, view: View) -> list[Para]:
        status = self._shown_status()
        if status is None:
            return [Para(view.say("verify.page.how")), Para(view.say("verify.page.promise"), gap=True)]
        rows = list(file_rows(status, view.words, reveal=self._reveal))
        verdicts: tuple[str, ...] = verdict_rows(status.verdicts, view.words) if status.signatures else ()
        paragraphs = []
        for row in rows:
            head = row in verdicts
            paragraphs.append(Para(row, style="bold" if head else "", gap=head and row == verdicts[0]))
        paragraphs.append(Para(view.say("verify.page.keys"), gap=True))
        return paragraphs

    def _shown_status(self) -> FileStatus | None:
        if self._opened is not None:
            return self._statuses[self._opened]
        return self._statuses[0] if len(self._statuses) == 1 else None

    # -- keys ------------------------------------------------------------------------------------------------

    @on(PlainField.Submitted, "#path")
    def _path_given(self, event: PlainField.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if not text or self._desk is None:
            return
        self._stop.set()
        self._stop = Event()
        self._run_number += 1
        self._statuses, self._opened, self._running, self._reveal = [], None, True, False
        self._root = typed_path(text)
        self.show(self.view)
        self._verify(self._desk, self._root, self._run_number, self._stop)

    @work(thread=True, exit_on_error=False, group="verify")
    def _verify(self, desk: SignatureDesk, path: Path, run: int, stop: Event) -> None:
        batch: list[FileStatus] = []
        told = time.monotonic()
        for status in desk.verify(Asked((path,)), stop.is_set):
            batch.append(status)
            if time.monotonic() - told >= TELL_EVERY_S:
                self.post_message(self.Found(run, batch, done=False))
                batch, told = [], time.monotonic()
        self.post_message(self.Found(run, batch, done=True))

    def on_verify_page_found(self, message: Found) -> None:
        """Sort in what was found: the worst first."""
        if message.run_number != self._run_number:
            return
        from jpkidoctor.signing.verify.folder import worst_first

        opened = self._statuses[self._opened] if self._opened is not None else None
        self._statuses = worst_first([*self._statuses, *message.statuses])
        if opened is not None:
            self._opened = self._statuses.index(opened)
        self._running = not message.done
        self.show(self.view)
        if message.done:
            self.query_one("#files" if len(self._statuses) > 1 else "#result").focus()

    @on(OptionList.OptionSelected, "#files")
    def _file_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._opened = event.option_index
        self.show(self.view)

    def typed(self, character: str) -> bool:
        """V shows personal values, and hides them again."""
        if character == "V" and self._shown_status() is not None and not self.query_one("#path").has_focus:
            self._reveal = not self._reveal
            self.show(self.view)
            return True
        return super().typed(character)

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp."""
        self.query_one("#result", TextScroll).turn_page(direction)

    def go_back(self) -> None:
        """From one file to the folder; then to where one came from."""
        if self._opened is not None:
            self._opened = None
            self._reveal = False
            self.show(self.view)
            self.query_one("#files").focus()
            return
        self._stop.set()
        super().go_back()
