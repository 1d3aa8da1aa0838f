"""署名する: one step after the other, each seen before the next (``sign_steps.py``).

The PIN goes from the field to the card in one object that is wiped; this page never sees a character of it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.events import ScreenSuspend

from jpkidoctor.facts import PinId
from jpkidoctor.screens import sign_card as card
from jpkidoctor.screens import sign_text as text
from jpkidoctor.screens.page import Page
from jpkidoctor.screens.path_completion import files_at
from jpkidoctor.screens.path_entry import PathEntry
from jpkidoctor.screens.pin_entry import PinEntry
from jpkidoctor.screens.pin_errand import CardKey, card_key
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.sign_body import Field, Shown, SignBody
from jpkidoctor.screens.sign_messages import Done, Planned, Refused, Told
from jpkidoctor.screens.sign_result import outcome_paragraphs, running_paragraphs
from jpkidoctor.screens.sign_steps import Asking, Step
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.view import View
from jpkidoctor.signing.job import Confirmations
from jpkidoctor.signing.plan import without_problems
from jpkidoctor.signing.request import PDF_FORMATS, WITHOUT_TIMESTAMP, XML_FORMATS, SigningRequest

if TYPE_CHECKING:
    from jpkidoctor.card.typed_pin import TypedPin
    from jpkidoctor.screens.ports import SignatureDesk, SigningOutcome
    from jpkidoctor.signing.job_hands import Progress
    from jpkidoctor.signing.key import SignatureFormat
    from jpkidoctor.signing.plan import SigningPlan
    from jpkidoctor.signing.readiness import Readiness


class SignPage(Page):
    """Digits choose; Esc goes one step back, and while signing stops after the current file."""

    PAGE = "page.sign"
    AUTO_FOCUS = "#body"

    def __init__(self, view: View, desk: SignatureDesk | None) -> None:
        super().__init__(view)
        self._desk = desk
        self._step = Step.PURPOSE
        self._asking = Asking.NOTHING
        self._form: SignatureFormat | None = None
        self._plan: SigningPlan | None = None
        self._place = ""
        """As it was typed for FILES: the field is used for the folder of the outputs as well."""
        self._adding = False
        """In FILES: the next place is added to the plan, and does not take its place."""
        self._yes = Confirmations()
        self._expired_after_pin = False
        """The card's signature certificate turned out to be out of its time."""
        self._progress: Progress | None = None
        self._card_shown: CardKey = ()
        """The card that was shown when the PIN was asked for: no other gets it."""
        self._outcome: SigningOutcome | None = None
        self._notice = ""
        """Message id."""
        self._refused = ""
        """A sentence from the desk."""
        self._run_number = 0
        self._stop = Event()

    def compose_body(self) -> ComposeResult:
        """Everything between top line and strip."""
        yield SignBody(id="sign")

    # -- what is shown -----------------------------------------------------------------------------------------

    def show_body(self, view: View) -> None:
        """This step."""
        readiness = card.readiness_of(view) if self._step is Step.PIN else None
        ready = readiness is not None and readiness.ready(allow_expired=self._yes.expired)
        if self._step is Step.PIN and (not ready or card_key(view) != self._card_shown):
            self._to(Step.CARD, "sign.page.card_gone")  # it went, or is another one: what was typed is forgotten
            return
        shown = Shown(self._step, view.say(self._ask()), self._field(), tuple(self._paragraphs(view)), self._keys(view))
        self.query_one(SignBody).show(view, shown)

    def _field(self) -> Field:
        if self._step is Step.FILES or self._asking is Asking.FOLDER:
            return Field.PLACE
        if self._asking is Asking.SERVER:
            return Field.SERVER
        return Field.PIN if self._step is Step.PIN else Field.NOTHING

    def _keys(self, view: View) -> str:
        if self._desk is None or self._asking is not Asking.NOTHING:
            return ""
        match self._step:
            case Step.CONTENT if self._plan is not None:
                return text.content_keys(view, self._plan)
            case Step.FORM if self._plan is not None:
                return text.form_keys(view, self._plan)
            case Step.NOTICE:
                return view.say("sign.page.notice.keys")
            case Step.CARD:
                readiness = card.readiness_of(view)
                return card.card_keys(view, readiness, expired=self._expired(readiness), accepted=self._yes.expired)
        return ""

    def _ask(self) -> str:
        if self._desk is None:
            return "sign.page.not_available"
        if self._asking is not Asking.NOTHING:
            return "sign.page.ask.folder" if self._asking is Asking.FOLDER else "sign.page.ask.server"
        if self._step is Step.RESULT and self._outcome is not None and self._outcome.result is None:
            return "sign.page.ask.nothing"
        return f"sign.page.ask{int(self._step)}"

    def _paragraphs(self, view: View) -> list[Para]:
        said = view.say(self._notice) if self._notice else self._refused
        notice = [Para(said, style="bold $warning", gap=True)] if said else []
        if self._asking is Asking.FOLDER:
            return [Para(view.say("sign.page.folder.how")), *notice]
        if self._asking is Asking.SERVER:
            return [*text.server_paragraphs(view), *notice]
        match self._step:
            case Step.PURPOSE:
                return text.purpose_paragraphs(view)
            case Step.FILES:
                return [*text.files_paragraphs(view, self._plan if self._adding else None), *notice]
            case Step.CONTENT if self._plan is not None:
                return [*notice, *text.content_paragraphs(view, self._plan)]
            case Step.FORM if self._plan is not None:
                return [*notice, *text.form_paragraphs(view, self._plan)]
            case Step.NOTICE:
                return text.notice_paragraphs(view)
            case Step.CARD:
                return [*self._card_paragraphs(view), *notice]
            case Step.PIN:
                return [*card.pin_paragraphs(view, card.readiness_of(view)), *notice]
            case Step.SIGNING:
                return running_paragraphs(view, self._progress, self._stop.is_set())
            case Step.RESULT if self._outcome is not None:
                return outcome_paragraphs(view, self._outcome)
        return notice

    def _card_paragraphs(self, view: View) -> list[Para]:
        readiness = card.readiness_of(view)
        said = card.card_paragraphs(view, readiness, reading=card.is_being_read(view))
        return said + card.expired_paragraphs(view, accepted=not self._expired(readiness) or self._yes.expired)

    def _expired(self, readiness: Readiness | None) -> bool:
        return card.is_expired(readiness) or self._expired_after_pin

    # -- steps -------------------------------------------------------------------------------------------------

    def _to(self, step: Step, notice: str = "") -> None:
        if step is not Step.PIN:
            self.query_one("#pin", PinEntry).forget()
        if step is Step.CARD and self._step not in (Step.CARD, Step.PIN):
            self._yes = replace(self._yes, two_left=False, expired=False)  # said for one attempt only
        self._step, self._asking, self._notice, self._refused = step, Asking.NOTHING, notice, ""
        self.show(self.view)
        if step is Step.FILES:
            self.query_one(PathEntry).begin("" if self._adding else self._place, likely=self._likely())
        else:
            self.query_one("#pin" if step is Step.PIN else "#body").focus()
            self.query_one("#body", TextScroll).scroll_home(animate=False)

    def _likely(self) -> tuple[str, ...]:
        if self._form in PDF_FORMATS:
            return (".pdf",)
        return (".xml",) if self._form in XML_FORMATS else ()

    def typed(self, character: str) -> bool:
        """Digits, by the step that is shown."""
        if self._desk is not None and self._asking is Asking.NOTHING and character.isdigit():
            match self._step:
                case Step.PURPOSE:
                    return self._purpose_digit(int(character))
                case Step.CONTENT if self._plan is not None:
                    return self._content_digit(self._plan, character)
                case Step.FORM if self._plan is not None:
                    return self._form_digit(self._plan, character)
                case Step.NOTICE if character == "1":
                    self._yes = replace(self._yes, personal_data=True)
                    self._to(Step.CARD)
                    return True
                case Step.CARD:
                    return self._card_digit(self._desk, character)
        return super().typed(character)

    def _purpose_digit(self, digit: int) -> bool:
        if not 1 <= digit <= len(text.FORMS):
            return False
        self._form = text.FORMS[digit - 1]
        self._plan, self._adding, self._yes, self._expired_after_pin = None, False, Confirmations(), False
        self._to(Step.FILES)
        return True

    def _content_digit(self, plan: SigningPlan, character: str) -> bool:
        if character == "1" and plan.ready and plan.many and not self._yes.many:
            self._to(Step.CONTENT, "sign.page.many")
        elif plan.ready and (character == "1" or (character == "4" and plan.many)):
            self._yes = replace(self._yes, files=True, many=plan.many)
            self._to(Step.FORM)
        elif character == "2":
            self._adding = True
            self._to(Step.FILES)
        elif character == "3" and not plan.ready and len(without_problems(plan).files):
            self._plan = without_problems(plan)
            self._to(Step.CONTENT)
        else:
            return False
        return True

    def _form_digit(self, plan: SigningPlan, character: str) -> bool:
        request = plan.request
        if character == "1" and plan.ready:
            self._to(Step.NOTICE)
        elif character == "2":
            self._ask_for(Asking.FOLDER)
            self.query_one(PathEntry).begin(str(request.out or ""), folders_only=True)
        elif character == "3" and plan.form not in WITHOUT_TIMESTAMP:
            self._ask_for(Asking.SERVER)
            field = self.query_one("#url", PlainField)
            field.value = request.timestamp_url
            field.focus()
        elif character == "4" and plan.form in PDF_FORMATS:
            self._change(plan, replace(request, stamp=not request.stamp))
        else:
            return False
        return True

    def _ask_for(self, asking: Asking) -> None:
        self._asking, self._notice, self._refused = asking, "", ""
        self.show(self.view)

    def _card_digit(self, desk: SignatureDesk, character: str) -> bool:
        readiness = card.readiness_of(self.view)
        meant, self._yes = card.answer(character, readiness, self._yes, expired=self._expired(readiness))
        if meant is card.Answer.GO_ON:
            self._card_shown = card_key(self.view)
            self.query_one("#pin", PinEntry).ask(desk.rule(PinId.SIGNATURE))
            self._to(Step.PIN)
        elif meant is card.Answer.ONCE_MORE:
            self.show(self.view)
        return meant is not card.Answer.NOTHING

    # -- files, place, server ----------------------------------------------------------------------------------

    def on_path_entry_given(self, message: PathEntry.Given) -> None:
        """A file or folder to sign, or the folder of the outputs."""
        message.stop()
        plan, path = self._plan, message.path
        if self._asking is Asking.FOLDER and plan is not None:
            self._change(plan, replace(plan.request, out=path))
        elif self._step is Step.FILES and path is None:
            if self._adding:
                self._to(Step.CONTENT)
        elif self._step is Step.FILES and path is not None and self._desk is not None and self._form is not None:
            before = plan.request if plan is not None and self._adding else SigningRequest((), self._form)
            self._place = self.query_one("#path", PlainField).value
            self._notice = "sign.page.looking"
            self.show(self.view)
            self._look(self._desk, self._next_run(), path, before, self._stop)

    @on(PlainField.Submitted, "#url")
    def _server_given(self, event: PlainField.Submitted) -> None:
        event.stop()
        if self._plan is not None and self._asking is Asking.SERVER:
            self._change(self._plan, replace(self._plan.request, timestamp_url=event.value.strip()))

    def _next_run(self) -> int:
        """What an earlier look still has to say does not count any more."""
        self._stop.set()
        self._stop = Event()
        self._run_number += 1
        return self._run_number

    @work(thread=True, exit_on_error=False, group="sign", exclusive=True)
    def _look(self, desk: SignatureDesk, run: int, path: Path, before: SigningRequest, stop: Event) -> None:
        files = (*before.files, *(file for file in files_at(path) if file not in before.files))
        plan = desk.plan(replace(before, files=files), None, stop.is_set)
        if not stop.is_set():
            self.post_message(Planned(run, plan))

    def _change(self, plan: SigningPlan, request: SigningRequest) -> None:
        """The same files with another place, server or stamp."""
        if self._desk is not None:
            self._rename(self._desk, self._next_run(), plan, request)

    @work(thread=True, exit_on_error=False, group="sign", exclusive=True)
    def _rename(self, desk: SignatureDesk, run: int, plan: SigningPlan, request: SigningRequest) -> None:
        problem = desk.problem_of(request, self.view.words.lang)
        self.post_message(Refused(run, problem) if problem else Planned(run, desk.plan(request, plan)))

    @on(Planned)
    def _show_plan(self, message: Planned) -> None:
        """Show what would be signed, or how it would be named."""
        if message.run_number == self._run_number and self._step in (Step.FILES, Step.FORM):
            self._plan, self._adding = message.plan, False
            self._yes = replace(self._yes, many=False) if self._step is Step.FILES else self._yes
            self._to(Step.CONTENT if self._step is Step.FILES else Step.FORM)

    @on(Refused)
    def _show_refusal(self, message: Refused) -> None:
        """Say why; what was typed stays."""
        if message.run_number == self._run_number:
            self._notice, self._refused = "", message.sentence
            self.show(self.view)

    # -- the PIN, and signing ----------------------------------------------------------------------------------

    def on_pin_entry_noticed(self, message: PinEntry.Noticed) -> None:
        """What the field has to say."""
        message.stop()
        self._notice = message.key
        self.show(self.view)

    def on_pin_entry_given(self, message: PinEntry.Given) -> None:
        """The PIN, once: to the card and away."""
        message.stop()
        typed = message.entry.take()
        if typed is None or self._desk is None or self._plan is None or self._step is not Step.PIN:
            if typed is not None:
                typed.wipe()
            return
        self._next_run()
        self._progress = self._outcome = None
        self._to(Step.SIGNING)
        reader = self.view.examined_reader
        self._sign(self._desk, self._plan, reader.name if reader is not None else "", typed, self._stop)

    @work(thread=True, exit_on_error=False, group="sign")
    def _sign(self, desk: SignatureDesk, plan: SigningPlan, reader: str, typed: TypedPin, stop: Event) -> None:
        def tell(progress: Progress) -> None:
            self.post_message(Told(progress))

        outcome = desk.sign(plan, reader, typed, self._yes, self.view.words.lang, tell, stop.is_set)
        self.post_message(Done(outcome))

    @on(Told)
    def _show_progress(self, message: Told) -> None:
        """How far it is."""
        self._progress = message.progress
        self.show(self.view)

    @on(Done)
    def _show_result(self, message: Done) -> None:
        """The result, until it is left."""
        self._outcome = message.outcome
        self._expired_after_pin = message.outcome.expired
        self._to(Step.RESULT)

    # -- leaving -----------------------------------------------------------------------------------------------

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp."""
        self.query_one("#body", TextScroll).turn_page(direction)

    @property
    def stays(self) -> bool:
        """While signing."""
        return self._step is Step.SIGNING

    def on_screen_suspend(self, event: ScreenSuspend) -> None:
        """Something opened over this page: whoever looks elsewhere types the PIN again."""
        self.query_one("#pin", PinEntry).forget()

    def on_unmount(self) -> None:
        """The program ends: no further file is begun."""
        self._stop.set()

    async def action_leave(self) -> None:
        """Esc belongs to the signing here, whatever the examination does."""
        self.go_back()

    def go_back(self) -> None:
        """One step back; while signing, stop after the current file."""
        step = self._step
        if step is Step.SIGNING:
            self._stop.set()
            self.show(self.view)
        elif self._asking is not Asking.NOTHING:
            self._next_run()
            self._to(Step.FORM)
        elif step is Step.FILES and self._adding:
            self._next_run()
            self._adding = False
            self._to(Step.CONTENT)
        elif step is Step.RESULT and self._outcome is not None and self._outcome.result is None:
            self._to(Step.CARD)  # nothing was signed: the files need not be chosen again
        elif step in (Step.PURPOSE, Step.RESULT):
            super().go_back()
        else:
            self._next_run()
            self._to(Step(int(step) - 1))
