"""署名する: one step after the other, each seen before the next (sign-verify.md §7.1 item 5).

1 purpose, 2 files, 3 what would be signed and what the card says, 4 PIN, 5 signing, 6 result. The PIN goes from
the field to the card in one object that is wiped; this page never sees a character of it.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import ScreenSuspend
from textual.message import Message

from jpkidoctor.facts import PinId
from jpkidoctor.screens.page import Page
from jpkidoctor.screens.pin_entry import PinEntry
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.sign_text import (
    FORMS,
    card_paragraphs,
    format_paragraphs,
    plan_paragraphs,
    result_paragraphs,
    running_paragraphs,
)
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.typed_path import typed_path
from jpkidoctor.screens.view import View
from jpkidoctor.signing.job import Confirmations
from jpkidoctor.signing.readiness import Caution, Readiness, judge_readiness
from jpkidoctor.signing.request import SigningRequest

if TYPE_CHECKING:
    from jpkidoctor.card.typed_pin import TypedPin
    from jpkidoctor.screens.ports import SignatureDesk, SigningOutcome
    from jpkidoctor.signing.job_hands import Progress
    from jpkidoctor.signing.key import SignatureFormat
    from jpkidoctor.signing.plan import SigningPlan


class Step(IntEnum):
    PURPOSE = 1
    FILES = 2
    PLAN = 3
    PIN = 4
    SIGNING = 5
    RESULT = 6


class SignPage(Page):
    """Digits choose; Esc goes one step back, and while signing stops after the current file."""

    PAGE = "page.sign"
    AUTO_FOCUS = "#body"

    DEFAULT_CSS = """
    SignPage #ask, SignPage #path, SignPage #pin { margin: 0 1; }
    SignPage #body { height: 1fr; padding: 0 1; }
    """

    class Planned(Message):
        """The files were looked at."""

        def __init__(self, plan: SigningPlan) -> None:
            super().__init__()
            self.plan = plan

    class Told(Message):
        """Signing went on."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    class Done(Message):
        """Signing ended."""

        def __init__(self, outcome: SigningOutcome) -> None:
            super().__init__()
            self.outcome = outcome

    def __init__(self, view: View, desk: SignatureDesk | None) -> None:
        super().__init__(view)
        self._desk = desk
        self._step = Step.PURPOSE
        self._form: SignatureFormat | None = None
        self._plan: SigningPlan | None = None
        self._progress: Progress | None = None
        self._outcome: SigningOutcome | None = None
        self._notice = ""
        self._second = False
        self._many = False
        self._stop = Event()

    def compose_body(self) -> ComposeResult:
        """A line that asks, the fields, the text."""
        with Vertical():
            yield TextLine(id="ask")
            yield PlainField(id="path")
            yield PinEntry(id="pin")
            with TextScroll(id="body", can_focus=True):
                yield Prose(id="text")

    # -- what is shown -----------------------------------------------------------------------------------------

    def show_body(self, view: View) -> None:
        """This step."""
        if self._step is Step.PIN and self._readiness(view) is None:
            self._to(Step.PLAN, "sign.page.card_gone")  # the card went: what was typed is forgotten
            return
        self.query_one("#path").display = self._step is Step.FILES
        self.query_one("#pin").display = self._step is Step.PIN
        ask = view.say("sign.page.not_available") if self._desk is None else view.say(f"sign.page.ask{int(self._step)}")
        self.query_one("#ask", TextLine).put((f"{int(self._step)}/6 ", "bold"), (ask, "bold"))
        self.query_one("#text", Prose).put(self._paragraphs(view))
        self.query_one("#body", TextScroll).show(view)

    def _paragraphs(self, view: View) -> list[Para]:
        notice = [Para(view.say(self._notice), style="bold $warning", gap=True)] if self._notice else []
        match self._step:
            case Step.PURPOSE:
                return format_paragraphs(view)
            case Step.FILES:
                return [Para(view.say("sign.page.files")), *notice]
            case Step.PLAN if self._plan is not None:
                return [*notice, *plan_paragraphs(view, self._plan, self._readiness(view))]
            case Step.PIN:
                return [
                    Para(view.say("sign.page.step4"), style="bold"),
                    *card_paragraphs(view, self._readiness(view)),
                    Para(view.say("pin.entry.how"), gap=True),
                    *notice,
                ]
            case Step.SIGNING:
                return running_paragraphs(view, self._progress, self._stop.is_set())
            case Step.RESULT if self._outcome is not None:
                if self._outcome.result is not None:
                    return result_paragraphs(view, self._outcome.result)
                return [
                    Para(view.say("sign.page.step6"), style="bold"),
                    Para(self._outcome.sentence, style="bold $error", gap=True),
                    Para(view.say("sign.page.nothing_signed"), gap=True),
                ]
        return notice

    def _readiness(self, view: View) -> Readiness | None:
        """From the live examination: the card is asked nothing more for this."""
        facts = view.facts
        card = facts.card.value if facts is not None else None
        if card is None or facts is None or facts.card.note == "pending" or card.link.lost:
            return None
        return judge_readiness(card, PinId.SIGNATURE, view.now)

    # -- steps -------------------------------------------------------------------------------------------------

    def _to(self, step: Step, notice: str = "") -> None:
        if step is not Step.PIN:
            self.query_one("#pin", PinEntry).forget()
        self._step, self._notice = step, notice
        self.show(self.view)
        self.query_one({Step.FILES: "#path", Step.PIN: "#pin"}.get(step, "#body")).focus()

    def typed(self, character: str) -> bool:
        """Digits: the purpose in step 1, going on in step 3."""
        if self._desk is None:
            return super().typed(character)
        if self._step is Step.PURPOSE and character.isdigit() and 1 <= int(character) <= len(FORMS):
            self._form = FORMS[int(character) - 1]
            self._to(Step.FILES)
            return True
        if self._step is Step.PLAN and character == "1":
            self._go_on()
            return True
        if self._step is Step.PLAN and character == "3" and self._plan is not None and self._plan.many:
            self._many = True
            self._go_on()
            return True
        if self._step is Step.PLAN and character == "2" and self._asks_twice(self._readiness(self.view)):
            if self._plan is not None and self._plan.ready and (self._many or not self._plan.many):
                self._second = True
                self._open_pin()
            return True
        return super().typed(character)

    @staticmethod
    def _asks_twice(readiness: Readiness | None) -> bool:
        return readiness is not None and Caution.TWO_LEFT in readiness.cautions

    def _go_on(self) -> None:
        readiness = self._readiness(self.view)
        if self._plan is None or not self._plan.ready or readiness is None or not readiness.ready():
            return
        if self._plan.many and not self._many:
            self._to(Step.PLAN, "sign.page.many")
            return
        if self._asks_twice(readiness):
            self._to(Step.PLAN, "sign.page.second")
            return
        self._second = False
        self._open_pin()

    def _open_pin(self) -> None:
        readiness = self._readiness(self.view)
        if self._desk is None or readiness is None or not readiness.ready():
            return
        self.query_one("#pin", PinEntry).ask(self._desk.rule(PinId.SIGNATURE))
        self._to(Step.PIN)

    @on(PlainField.Submitted, "#path")
    def _path_given(self, event: PlainField.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if text and self._desk is not None and self._form is not None:
            self._notice = "sign.page.looking"
            self.show(self.view)
            self._look(self._desk, typed_path(text), self._form)

    @work(thread=True, exit_on_error=False, group="sign", exclusive=True)
    def _look(self, desk: SignatureDesk, path: Path, form: SignatureFormat) -> None:
        try:
            files = tuple(sorted(p for p in path.iterdir() if p.is_file())) if path.is_dir() else (path,)
        except OSError:  # a folder that is closed to us: the plan says what is wrong with it
            files = (path,)
        self.post_message(self.Planned(desk.plan(SigningRequest(files, form))))

    def on_sign_page_planned(self, message: Planned) -> None:
        """Show what would be signed."""
        if self._step is Step.FILES:
            self._plan, self._many, self._second = message.plan, False, False
            self._to(Step.PLAN)

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
        self._stop = Event()
        self._progress = self._outcome = None
        self._to(Step.SIGNING)
        self._sign(self._desk, self._plan, typed)

    @work(thread=True, exit_on_error=False, group="sign")
    def _sign(self, desk: SignatureDesk, plan: SigningPlan, typed: TypedPin) -> None:
        confirmed = Confirmations(files=True, personal_data=True, two_left=self._second, many=self._many)
        outcome = desk.sign(
            plan,
            typed,
            confirmed,
            self.view.words.lang,
            lambda progress: self.post_message(self.Told(progress)),
            self._stop.is_set,
        )
        self.post_message(self.Done(outcome))

    def on_sign_page_told(self, message: Told) -> None:
        """How far it is."""
        self._progress = message.progress
        self.show(self.view)

    def on_sign_page_done(self, message: Done) -> None:
        """The result, until it is left."""
        self._outcome = message.outcome
        self._to(Step.RESULT)

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
        if self._step is Step.SIGNING:
            self._stop.set()
            self.show(self.view)
        elif self._step in (Step.FILES, Step.PLAN, Step.PIN):
            self._to(Step(int(self._step) - 1))
        else:
            super().go_back()
