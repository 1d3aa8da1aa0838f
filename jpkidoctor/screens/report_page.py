"""Before a report is written: what it will hold beside what stays out, then a form and a place to save it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList

from jpkidoctor.report.preview import PreviewRow
from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.page import Page
from jpkidoctor.screens.ports import REPORT_FORMATS, ReportDesk, ReportFormat
from jpkidoctor.screens.side_by_side import SideBySide
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.typed_path import typed_path
from jpkidoctor.screens.view import View


class ReportPage(Page):
    """Enter on a form asks for the place; Enter there saves."""

    PAGE = "page.report"
    CHOOSES = True
    AUTO_FOCUS = "#forms"
    FORMS: ClassVar[tuple[ReportFormat, ...]] = REPORT_FORMATS

    class SaveRequested(Message):
        """The person wants the report in this form at this place."""

        def __init__(self, form: ReportFormat, path: Path) -> None:
            super().__init__()
            self.form = form
            self.path = path

    def __init__(self, view: View, desk: ReportDesk | None) -> None:
        super().__init__(view)
        self._desk = desk
        self._form: ReportFormat | None = None
        self._previewed: tuple[object, object, str] | None = None

    def compose_body(self) -> ComposeResult:
        """Preview above, forms and path below."""
        with TextScroll(id="preview"):
            yield SideBySide(id="columns")
        with Vertical(id="save"):
            yield TextLine(id="ask")
            yield ChoiceList(id="forms")
            path = Input(id="path", select_on_focus=False)
            path.cursor_blink = False
            yield path

    def show_body(self, view: View) -> None:
        """Preview and forms."""
        possible = self._desk is not None and view.facts is not None and view.diagnosis is not None
        self._preview(view)
        self.query_one("#preview", TextScroll).show(view)
        asks_path = self._form is not None
        self.query_one("#path").display = possible and asks_path
        self.query_one("#forms").display = possible and not asks_path
        ask = "save.path" if asks_path else "save.choose"
        if self._desk is None:
            ask = "save.not_available"
        elif not possible:
            ask = "save.nothing"
        self.query_one("#ask", TextLine).put((view.say(ask), "bold"))
        forms = [Choice(form, (view.say(f"save.form.{form}"),)) for form in self.FORMS]
        self.query_one("#forms", ChoiceList).put(forms)

    def typed(self, character: str) -> bool:
        """1 to 4 choose a form."""
        if character in ("1", "2", "3", "4") and self._form is None:
            self._ask_path(self.FORMS[int(character) - 1])
            return True
        return super().typed(character)

    def go_back(self) -> None:
        """From the path to the forms, from there to the diagnosis."""
        if self._form is None:
            super().go_back()
            return
        self._form = None
        self.show(self.view)
        self.query_one("#forms").focus()

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp scroll the preview."""
        self.query_one("#preview", TextScroll).turn_page(direction)

    @on(OptionList.OptionSelected, "#forms")
    def _form_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._ask_path(self.FORMS[event.option_index])

    @on(Input.Submitted, "#path")
    def _path_given(self, event: Input.Submitted) -> None:
        event.stop()
        if self._form is not None and event.value.strip():
            self.post_message(self.SaveRequested(self._form, typed_path(event.value)))

    def _ask_path(self, form: ReportFormat) -> None:
        if self._desk is None or self.view.facts is None or self.view.diagnosis is None:
            return
        self._form = form
        path = self.query_one("#path", Input)
        path.value = str(self._desk.default_path(self.view.facts, form))
        self.show(self.view)
        path.focus()

    def _preview(self, view: View) -> None:
        columns = self.query_one("#columns", SideBySide)
        if self._desk is None or view.facts is None or view.diagnosis is None:
            columns.put_rows((), view.say("save.sent"), view.say("save.hidden"), view.say("save.promise"))
            return
        wanted = (view.facts, view.diagnosis, view.words.lang)
        if wanted == self._previewed:
            return
        self._previewed = wanted
        rows: tuple[PreviewRow, ...] = self._desk.preview(view.facts, view.diagnosis, view.words.lang)
        count = view.say("save.count", count=len(rows), hidden=sum(1 for row in rows if row.hidden))
        note = f"{view.say('save.promise')}\n{count}"
        columns.put_rows(rows, view.say("save.sent"), view.say("save.hidden"), note)
