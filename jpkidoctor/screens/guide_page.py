"""電話モード: a call from the first sentence to the fix, with digits only.

Nothing here decides anything about causes: the page shows one ``Call`` of the engine and replaces it by the next.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList

from jpkidoctor.diagnosis import Diagnosis
from jpkidoctor.guide.beginning import Beginning, os_of
from jpkidoctor.guide.engine import Call, GuideError, start
from jpkidoctor.guide.tables import Guide, load_guide
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.event_strip import EventStrip
from jpkidoctor.screens.guide_begin import Origin, read_saved, read_typed
from jpkidoctor.screens.guide_options import Option, Phase, keys_of, options_of, pages
from jpkidoctor.screens.guide_panels import GuidePanels, SaidScroll
from jpkidoctor.screens.guide_record import default_path, save_record
from jpkidoctor.screens.guide_status import opening_paras, status_pieces
from jpkidoctor.screens.guide_text import told_os
from jpkidoctor.screens.guide_typing import TypingLine
from jpkidoctor.screens.key_bar import KeyLabel
from jpkidoctor.screens.page import Page
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.view import View


class GuidePage(Page):
    """Digits answer, Backspace or left takes back, E is easy Japanese, N a note, S a red stop."""

    PAGE = "phone.page"
    AUTO_FOCUS = None

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace,left", "undo", show=False),
    ]

    DEFAULT_CSS = """
    GuidePage #status { padding: 0 1; }
    GuidePage.-wide #answers, GuidePage.-wide #past { width: 46; }
    GuidePage.-very-wide #answers, GuidePage.-very-wide #past { width: 52; }
    GuidePage.-narrow #answers, GuidePage.-narrow #past { width: 26; }
    GuidePage GuidePanels.-start #answers, GuidePage.-wide GuidePanels.-start #answers,
    GuidePage.-narrow GuidePanels.-start #answers, GuidePage.-very-wide GuidePanels.-start #answers { width: 1fr; }
    GuidePage.-tall GuidePanels.-question #upper { height: 14; }
    GuidePage.-ascii #say, GuidePage.-ascii #answers, GuidePage.-ascii #past, GuidePage.-ascii #rest {
        border: ascii $primary;
    }
    GuidePage.-ascii GuidePanels.-red #say, GuidePage.-ascii GuidePanels.-red #answers { border: ascii $status-failed; }
    """

    class _Ready(Message):
        """The tables are there, or (None) cannot be read."""

        def __init__(self, guide: Guide | None) -> None:
            super().__init__()
            self.guide = guide

    class _Saved(Message):
        """A record was written, or not; ``sentence`` says which."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    class _Read(Message):
        """A saved report was read, or (a sentence says why) could not be."""

        def __init__(self, found: Beginning | str) -> None:
            super().__init__()
            self.found = found

    def __init__(self, view: View, begin: Beginning | None = None) -> None:
        super().__init__(view)
        self._begin_with = begin
        self._guide: Guide | None = None
        self._broken = False
        self._call: Call | None = None
        self._origin = Origin()
        self._symptom_page = 0
        self._choosing_stop = False
        self._which = 0
        """The cause that is shown at the end."""
        self._easy = False
        self._with_notes = False
        self._notice = ""
        self._lang = view.words.lang
        self._leaving = False
        self._arranged: Phase | None = None

    @property
    def call(self) -> Call | None:
        """The call that is going on."""
        return self._call

    @property
    def phase(self) -> Phase:
        """What is shown now."""
        if self._guide is None:
            return "loading"
        if self._call is None:
            return "start"
        if self._choosing_stop:
            return "stops"
        if self._call.stop is not None:
            return "stop"
        return "question" if self._call.question is not None else "conclusion"

    # --- what is shown ------------------------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        """The areas, a line of state, and a field that is open only when something is typed."""
        yield GuidePanels(id="panels")
        yield TextLine(id="status")
        yield TypingLine(id="typing")

    def on_mount(self) -> None:
        """Read the tables in the background."""
        super().on_mount()
        self.query_one(EventStrip).styles.height = 1
        self._prepare()

    def keys(self, view: View) -> tuple[KeyLabel, ...]:
        """The page's own keys first."""
        return keys_of(view, self._call, easy=self._easy)

    def show_body(self, view: View) -> None:
        """This moment of the call."""
        if view.words.lang != self._lang:
            self._lang, self._notice = view.words.lang, ""  # a sentence in the other language
        phase, panels = self.phase, self.query_one("#panels", GuidePanels)
        if phase != self._arranged:
            self._arranged = phase
            panels.put_phase(phase)
            self.call_after_refresh(self._settle)
        options = self._options
        if self._call is None or phase == "stops":
            panels.show_start(view, options, opening_paras(view, phase, broken=self._broken))
        elif phase == "stop":
            panels.show_stop(view, self._call, options, easy=self._easy)
        elif phase == "question":
            panels.show_question(view, self._call, options, easy=self._easy)
        else:
            os = told_os(self._call, self._origin.os)
            panels.show_conclusion(view, self._call, options, self._which, os, easy=self._easy)
        self._show_line(view)

    def on_resize(self) -> None:
        """Rows and bars depend on the width."""
        if self._ready:
            self.show_body(self.view)

    @on(SaidScroll.Resized)
    def _resized(self) -> None:
        if self._ready:
            self.show_body(self.view)

    def _settle(self) -> None:
        """The areas have their sizes now."""
        if self.is_mounted:
            self.show(self.view)
            self._focus()

    def _show_line(self, view: View) -> None:
        typing = self.query_one("#typing", TypingLine)
        typing.show(view)
        line = self.query_one("#status", TextLine)
        if self._notice:
            line.put((self._notice, "bold $status-attention"))
        elif self._call is None:
            how = "phone.start.field.open" if typing.asks else "phone.start.field.closed"
            line.put((view.say(how), "$status-quiet"))
        else:
            line.put(*status_pieces(view, self._call, self._origin, self.size.width - 2))

    @property
    def _options(self) -> tuple[Option, ...]:
        if self._guide is None:
            return ()
        return options_of(self.view, self.phase, self._guide, self._call, self._symptom_page, easy=self._easy)

    # --- keys -------------------------------------------------------------------------------------

    def typed(self, character: str) -> bool:
        """A digit does what stands beside it; a letter is one of the page's keys."""
        self._notice, self._leaving = "", False
        if character.isdigit():
            wanted = next((option for option in self._options if option.digit == int(character)), None)
            if wanted is not None:
                self._do(wanted.does)
            return True
        call = self._call
        match character:
            case "C" if call is None and self._guide is not None:
                self._typing.open(self.view, "code")
            case "R" if call is None and self._guide is not None:
                self._typing.open(self.view, "report")
            case "M" if call is None and self.view.diagnosis is not None:
                self._begin(Origin("measured", os=os_of(self.view.facts)), measured=self.view.diagnosis)
            case "E" if self._guide is not None:
                self._easy = not self._easy
            case "N" if call is not None:
                self._typing.open(self.view, "note")
            case "S" if call is not None and self.phase != "stop":
                self._choosing_stop = not self._choosing_stop
            case _:
                return super().typed(character)
        self.show(self.view)
        return True

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp scroll what is said."""
        self.query_one("#panels", GuidePanels).turn_page(direction)

    def action_undo(self) -> None:
        """Backspace or left: one step back; before the first question, to the start."""
        self._notice, self._leaving = "", False
        if self._call is None:
            self._symptom_page = 0
            self.show(self.view)
        elif self._choosing_stop:
            self._continue(self._call)
        elif self._call.steps or self._call.raised:
            self._move(self._call.undo())
        else:
            self._restart()

    def go_back(self) -> None:
        """Esc: close the field or the list of stops; leave a call only when asked twice."""
        call = self._call
        if self._typing.asks:
            self._close_field()
        elif self._choosing_stop and call is not None:
            self._continue(call)
        elif call is not None and call.steps and not self._leaving:
            self._leaving = True
            self._notice = self.view.say("phone.sure_to_leave")
            self.show(self.view)
        else:
            super().go_back()

    @on(OptionList.OptionSelected, "#options")
    def _option_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id:
            self._notice, self._leaving = "", False
            self._do(event.option_id)

    @on(OptionList.OptionSelected, "#steps")
    def _step_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._call is not None and event.option_id and int(event.option_id) < len(self._call.steps):
            self._move(self._call.undo(to=int(event.option_id)))

    # --- what digits do -----------------------------------------------------------------------------

    def _do(self, does: str) -> None:
        verb, _, what = does.partition(":")
        call = self._call
        if call is None:
            match verb:
                case "symptom":
                    self._begin(Origin("symptom"), symptom=what)
                case "unknown":
                    self._begin(Origin())
                case "turn" if self._guide is not None:
                    self._symptom_page = (self._symptom_page + 1) % pages(self._guide)
                    self.show(self.view)
            return
        match verb:
            case "answer":
                self._move(call.answer(int(what)))
            case "stop":
                self._move(call.raise_stop(what))
            case "continue":
                self._continue(call)
            case "failed" if call.conclusion is not None:
                causes = call.conclusion.causes
                self._move(call.fix_failed(causes[self._which % len(causes)].node))
            case "other":
                self._which += 1
                self.show(self.view)
                self.query_one("#panels", GuidePanels).back_to_top()
            case "save" | "save_notes":
                self._with_notes = verb == "save_notes"
                self._typing.open(self.view, "path", str(default_path(self.view.now)))
            case "copy":
                self.app.copy_to_clipboard(call.summary(self.view.words))
                self._notice = self.view.say("phone.copied")
                self.show(self.view)
            case "new":
                self._restart()

    def _begin(
        self, origin: Origin, *, symptom: str | None = None, code: str | None = None, measured: Diagnosis | None = None
    ) -> None:
        self._origin = origin
        try:
            call = start(symptom=symptom, code=code, measured=measured, guide=self._guide, clock=self._seconds)
        except (GuideError, KnowledgeError):
            self._notice = self.view.say("phone.failed")
            self.show(self.view)
        else:
            self._move(call)

    def _continue(self, call: Call) -> None:
        """Back from a red stop, or from choosing one."""
        if self._choosing_stop or call.stop is None:
            self._move(call)
        elif call.raised or call.steps:
            self._move(call.undo())
        else:
            self._restart()

    def _restart(self) -> None:
        self._call, self._origin, self._choosing_stop, self._symptom_page = None, Origin(), False, 0
        self.show(self.view)

    def _move(self, call: Call) -> None:
        self._call, self._choosing_stop, self._which = call, False, 0
        self.show(self.view)
        self.query_one("#panels", GuidePanels).back_to_top()

    def _seconds(self) -> float:
        return self.view.now.timestamp()

    # --- the field ------------------------------------------------------------------------------------

    @property
    def _typing(self) -> TypingLine:
        return self.query_one("#typing", TypingLine)

    def _close_field(self) -> None:
        self._notice = ""
        self._typing.close()
        self.show(self.view)
        self._focus()

    @on(TypingLine.Given)
    def _given(self, message: TypingLine.Given) -> None:
        text, call = message.text, self._call
        if not text:
            self._close_field()
        elif message.asks == "code":
            self._begin_typed(text)
        elif message.asks == "report":
            self._notice = self.view.say("phone.report.reading")
            self.show(self.view)
            self._read(Path(text), self.view)
        elif message.asks == "note" and call is not None:
            self._call = call.note(safe_text(text))
            self._close_field()
            self._notice = self.view.say("phone.note.kept")
            self.show(self.view)
        elif message.asks == "path" and call is not None:
            self._save(call.summary(self.view.words, notes=self._with_notes), Path(text), self.view)

    def _begin_typed(self, text: str) -> None:
        if self._guide is None:
            return
        try:
            found = read_typed(self.view, self._guide, text)
        except KnowledgeError:
            found = self.view.say("phone.failed")
        self._begin_found(found)

    def _begin_found(self, found: Beginning | str) -> None:
        """Begin a call; a sentence is told, and what was typed stays to be mended."""
        if isinstance(found, str):
            self._notice = found
            self.show(self.view)
            return
        self._close_field()
        origin = Origin(found.kind, text=safe_text(found.text, 60), os=found.os)
        self._begin(origin, code=found.code or None, measured=found.measured)
        if found.warning:
            self._notice = self.view.say(found.warning, **found.blanks)
            self.show(self.view)

    def _focus(self) -> None:
        """Arrows belong to the list that is there."""
        if not self._typing.asks:
            target = self.query_one("#steps" if self.phase == "question" else "#options")
            self.set_focus(target if target.display else None)

    # --- in the background ----------------------------------------------------------------------------

    @work(thread=True, exit_on_error=False, group="guide")
    def _prepare(self) -> None:
        try:
            guide = load_guide()
        except KnowledgeError:
            self.post_message(self._Ready(None))
        else:
            self.post_message(self._Ready(guide))

    @on(_Ready)
    def _prepared(self, message: _Ready) -> None:
        self._guide, self._broken = message.guide, message.guide is None
        self.show(self.view)
        begin, self._begin_with = self._begin_with, None
        if begin is None or self._guide is None:
            return
        if begin.kind == "unknown":
            self._typing.open(self.view, "code", begin.text)
            self._begin_typed(begin.text)
        else:
            self._begin_found(begin)

    @work(thread=True, exit_on_error=False, exclusive=True, group="report")
    def _read(self, path: Path, view: View) -> None:
        try:
            found = read_saved(view, path)
        except KnowledgeError:
            found = view.say("phone.failed")
        self.post_message(self._Read(found))

    @on(_Read)
    def _report_read(self, message: _Read) -> None:
        if self._typing.asks == "report":  # else the person went on with something else meanwhile
            self._begin_found(message.found)

    @work(thread=True, exit_on_error=False, group="record")
    def _save(self, text: str, path: Path, view: View) -> None:
        self.post_message(self._Saved(save_record(text, path, view.words)))

    @on(_Saved)
    def _saved(self, message: _Saved) -> None:
        if message.sentence.startswith(self.view.say("phone.save.done", path="")):
            self._close_field()
        self._notice = message.sentence
        self.show(self.view)
