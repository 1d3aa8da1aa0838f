"""Before and after: the present examination beside the first of this session, a saved report, or an earlier run."""

from __future__ import annotations

from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList

from jpkidoctor.judge import load_judge
from jpkidoctor.report.compare import Examined, compare
from jpkidoctor.report.compare_text import LineKind, comparison_lines
from jpkidoctor.report.read import ReportReadError, SavedReport, read_report
from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.page import Page
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.view import View

_STYLES: dict[LineKind, str] = {
    "answer": "bold",
    "heading": "bold $heading",
    "fixed": "$status-ok",
    "new": "bold $status-failed",
    "left": "$status-failed",
    "warning": "$status-attention",
}
_CHOICES = ("with_first", "with_saved", "with_earlier")


class ComparePage(Page):
    """1 compares with the first examination of this session, 2 asks for a saved report, 3 takes an earlier run's."""

    PAGE = "page.compare"
    CHOOSES = True
    AUTO_FOCUS = "#choices"

    class ReportRead(Message):
        """A saved report was read, or could not be."""

        def __init__(self, read: SavedReport | ReportReadError) -> None:
            super().__init__()
            self.read = read

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._saved: Examined | None = None
        """What a saved report holds; None while the first examination of this session is looked at."""
        self._with_earlier: bool | None = None
        """None until the person chose: then an earlier run's is shown while nothing changed in this session."""
        self._asks_path = False
        self._note = ""
        """Message id about the file that was read, empty for none."""
        self._problem: ReportReadError | None = None

    def compose_body(self) -> ComposeResult:
        """The comparison above, with what to compare below."""
        with TextScroll(id="details"):
            yield Prose(id="detail")
        with Vertical(id="against"):
            yield TextLine(id="ask")
            yield ChoiceList(id="choices")
            path = Input(id="path", select_on_focus=False)
            path.cursor_blink = False
            yield path

    def show_body(self, view: View) -> None:
        """The comparison as it is now; it follows the live examination."""
        self.query_one("#detail", Prose).put(self._text(view), spaced=view.large)
        self.query_one("#details", TextScroll).show(view)
        self.query_one("#path").display = self._asks_path
        self.query_one("#choices").display = not self._asks_path
        ask = self.query_one("#ask", TextLine)
        ask.display = self._asks_path
        ask.put((view.say("compare.path"), "bold"))
        rows = [Choice(each, (view.say(f"compare.{each}"),)) for each in self._choices(view)]
        self.query_one("#choices", ChoiceList).put(rows)
        self.query_one("#against").styles.height = len(rows) + 2

    def typed(self, character: str) -> bool:
        """1, 2 and 3 choose."""
        choices = self._choices(self.view)
        if not self._asks_path and character in [str(number) for number in range(1, len(choices) + 1)]:
            self._choose(choices[int(character) - 1])
            return True
        return super().typed(character)

    def go_back(self) -> None:
        """From the path to the choices, from there to the diagnosis."""
        if self._asks_path:
            self._ask_path(False)
        else:
            super().go_back()

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp scroll the comparison."""
        self.query_one("#details", TextScroll).turn_page(direction)

    @on(OptionList.OptionSelected, "#choices")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._choose(self._choices(self.view)[event.option_index])

    @on(Input.Submitted, "#path")
    def _path_given(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self._note, self._problem = "compare.reading", None
            self._read(Path(event.value.strip()).expanduser())
            self._ask_path(False)

    @on(ReportRead)
    def _report_read(self, message: ReportRead) -> None:
        self._note, self._problem = "", None
        if isinstance(message.read, ReportReadError):
            self._problem = message.read
        else:
            facts = message.read.facts
            self.query_one("#path", Input).value = ""  # a path that could not be read stays, to be mended
            self._saved = Examined(facts, load_judge()(facts))
            self._note = "" if message.read.checksum_matches else "compare.damaged"
        self.show(self.view)

    @work(thread=True, exclusive=True, exit_on_error=False, group="compare")
    def _read(self, path: Path) -> None:
        try:
            self.post_message(self.ReportRead(read_report(path)))
        except ReportReadError as problem:
            self.post_message(self.ReportRead(problem))

    def _choose(self, choice: str) -> None:
        if choice == "with_saved":
            self._ask_path(True)
            return
        self._saved, self._note, self._problem = None, "", None
        self._with_earlier = choice == "with_earlier"
        self.show(self.view)

    @staticmethod
    def _choices(view: View) -> tuple[str, ...]:
        """The third one only when an earlier run kept an examination."""
        return _CHOICES if view.earlier is not None else _CHOICES[:2]

    def _before(self, view: View) -> Examined | None:
        if self._saved is not None:
            return self._saved
        unchanged = view.first is not None and view.first[1] == view.diagnosis
        if view.earlier is not None and (self._with_earlier or (self._with_earlier is None and unchanged)):
            return Examined(*view.earlier)
        return Examined(*view.first) if view.first else None

    def _ask_path(self, asks: bool) -> None:
        self._asks_path = asks
        self.show(self.view)
        self.query_one("#path" if asks else "#choices").focus()

    def _text(self, view: View) -> list[Para]:
        text = []
        if self._problem is not None:
            key = f"report.read.{self._problem.reason.value}"
            sentence = view.say(key, path=str(self._problem.path), at=self._problem.at)
            text.append(Para(sentence, style="bold $status-failed"))
        if self._note:
            text.append(Para(view.say(self._note), style="$status-attention"))
        before = self._before(view)
        if before is None or view.facts is None or view.diagnosis is None:
            return [*text, Para(view.say("compare.nothing_yet"))]
        for line in comparison_lines(compare(before, Examined(view.facts, view.diagnosis)), view.words):
            heading = line.kind == "heading"
            indent = 0 if line.kind in ("answer", "time", "heading") else 2
            text.append(Para(line.text, style=_STYLES.get(line.kind, ""), indent=indent, gap=heading))
        return text
