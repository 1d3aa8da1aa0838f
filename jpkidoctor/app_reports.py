"""The application's part that saves reports: on a thread, and told when it is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import App
from textual.message import Message

if TYPE_CHECKING:
    from jpkidoctor.diagnosis import Diagnosis
    from jpkidoctor.facts import Facts
    from jpkidoctor.knowledge.types import Lang
    from jpkidoctor.screens.ports import ReportDesk, ReportFormat
    from jpkidoctor.screens.report_page import ReportPage
    from jpkidoctor.screens.view import View


class SavesReports(App[None]):
    """Mixed into the application, which has what is declared here."""

    _report: ReportDesk | None
    _facts: Facts | None
    _diagnosis: Diagnosis | None
    _lang: Lang

    class Written(Message):
        """A report was written, or could not be: then ``problem`` says why."""

        def __init__(self, path: Path, problem: OSError | None) -> None:
            super().__init__()
            self.path = path
            self.problem = problem

    def current_view(self) -> View:
        """Everything the pages may show now."""
        raise NotImplementedError

    def _say(self, notice: str) -> None:
        raise NotImplementedError

    # The page loads when it is opened, so its message is told by Textual's name for its handler.
    def on_report_page_save_requested(self, message: ReportPage.SaveRequested) -> None:
        """The person wants a report written."""
        if self._report is not None and self._facts is not None and self._diagnosis is not None:
            self._write(self._report, self._facts, self._diagnosis, message.form, message.path)

    @work(thread=True, exit_on_error=False, group="report")
    def _write(self, desk: ReportDesk, facts: Facts, diagnosis: Diagnosis, form: ReportFormat, path: Path) -> None:
        try:
            written = desk.write(facts, diagnosis, self._lang, form, path)
        except OSError as problem:
            self.post_message(self.Written(path, problem))
        else:
            self.post_message(self.Written(written, None))

    @on(Written)
    def _written(self, message: Written) -> None:
        view, path = self.current_view(), str(message.path)
        if message.problem is None:
            self._say(view.say("notice.saved", path=path))
        elif isinstance(message.problem, FileExistsError):
            self._say(view.say("notice.exists", path=path))
        else:
            self._say(view.say("notice.not_saved", reason=message.problem.strerror or type(message.problem).__name__))
