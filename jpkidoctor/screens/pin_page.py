"""What the pages share on which codes are typed: choose, see how the card stands, type, wait, read the result.

Each stage is seen before the next (sign-verify.md §7.1). A code goes from the field to the card in one object that
is wiped; these pages never see a character of it.
"""

from __future__ import annotations

from enum import IntEnum
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import ScreenSuspend
from textual.message import Message
from textual.widget import Widget

from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.facts import PinId
from jpkidoctor.screens.page import Page
from jpkidoctor.screens.pin_entry import PinEntry
from jpkidoctor.screens.pin_errand import CardKey, Errand, card_key, is_ready, two_left
from jpkidoctor.screens.pin_steps import PinSteps
from jpkidoctor.screens.pin_text import count_paragraphs, needs_text, ready_paragraphs, typing_paragraphs
from jpkidoctor.screens.ports import CardDesk, PinJob, PinResult
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECOND = "sign.page.second"


class Stage(IntEnum):
    CHOOSE = 1
    READY = 2
    TYPE = 3
    WORK = 4
    RESULT = 5


class PinPage(Page):
    """Digits choose and go on; Esc goes one stage back. Subclasses say what there is to do, and do it."""

    AUTO_FOCUS = "#body"
    HELD: ClassVar[str] = "notice.card_working"
    WORDS: ClassVar[str] = ""
    """First part of this page's message ids."""
    ONLY: ClassVar[Errand | None] = None
    """The one thing there is to do here: then nothing is chosen."""

    DEFAULT_CSS = """
    PinPage #ask { margin: 0 1; }
    PinPage #body { height: 1fr; padding: 1 1 0 1; }
    """

    class Told(Message):
        """A sentence while the work goes on."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    class Done(Message):
        """The work ended."""

        def __init__(self, result: PinResult) -> None:
            super().__init__()
            self.result = result

    class CardUsed(Message):
        """The card counts differently now: what is shown of it elsewhere is to be looked at anew."""

    def __init__(self, view: View, desk: CardDesk | None) -> None:
        super().__init__(view)
        self._desk = desk
        self._errand = self.ONLY
        self._stage = Stage.CHOOSE if self._errand is None else Stage.READY
        self._result: PinResult | None = None
        self._notice = ""
        self._told = ""
        self._confirmed: frozenset[PinId] = frozenset()
        self._card: CardKey = ()
        self._stop = Event()

    # -- what a page says and does -------------------------------------------------------------------------------

    def errands(self, view: View) -> Sequence[Errand]:
        """What can be chosen, in the order of the digits."""
        return ()

    def carry_out(self, desk: CardDesk, errand: Errand, job: PinJob) -> PinResult:
        """Do it, on a worker thread. Raises nothing."""
        raise NotImplementedError

    def choose_paragraphs(self, view: View) -> list[Para]:
        """The first stage."""
        said = [Para(view.say(f"{self.WORDS}.intro"))]
        for digit, errand in enumerate(self.errands(view), 1):
            said.append(Para(view.say(f"{self.WORDS}.{errand.id}"), lead=f"{digit} ", gap=True))
            said.append(Para(needs_text(view, errand), style="$status-quiet", indent=2))
        return said

    def refuse(self, typed: tuple[TypedPin, ...]) -> str:
        """A message id when what was typed cannot be right; nothing is sent then."""
        return ""

    def result_paragraphs(self, view: View, result: PinResult) -> list[Para]:
        """The last stage."""
        style = "bold $success" if result.done else "bold $error"
        said = [Para(sentence, style=style, gap=True) for sentence in result.sentences]
        return [*said, *count_paragraphs(view, result.tries)]

    # -- what is shown -------------------------------------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        """A line that asks, the codes, the text; a page may put something of its own between."""
        with Vertical():
            yield TextLine(id="ask")
            yield PinSteps(id="codes")
            yield from self.compose_chooser()
            with TextScroll(id="body", can_focus=True):
                yield Prose(id="text")

    def compose_chooser(self) -> ComposeResult:
        """What a page shows besides the text while one chooses."""
        yield from ()

    def show_body(self, view: View) -> None:
        """This stage."""
        if self._stage is Stage.TYPE and card_key(view) != self._card:
            self.go(Stage.READY, "sign.page.card_gone")  # the card went: what was typed is forgotten
            return
        self.query_one("#ask", TextLine).put((self.ask_line(view), "bold"))
        codes = self.query_one(PinSteps)
        codes.display = self._stage is Stage.TYPE
        codes.show(view)
        self.query_one("#text", Prose).put(self._paragraphs(view), spaced=view.large)
        self.query_one("#body", TextScroll).show(view)

    def ask_line(self, view: View) -> str:
        """The line over everything."""
        if self._desk is None:
            return view.say("card_page.not.saved_report" if view.saved else "sign.page.not_available")
        if self._errand is not None and self._stage is not Stage.CHOOSE:
            return view.say(f"{self.WORDS}.{self._errand.id}")
        return view.say(f"{self.WORDS}.ask")

    def _paragraphs(self, view: View) -> list[Para]:
        notice = [Para(view.say(self._notice), style="bold $warning", gap=True)] if self._notice else []
        if self._desk is None:
            return []
        if self._errand is None or self._stage is Stage.CHOOSE:
            return [*notice, *self.choose_paragraphs(view)]
        match self._stage:
            case Stage.READY:
                second = self._notice == _SECOND  # asked where going on stood before
                said = ready_paragraphs(view, self.WORDS, self._errand, go_on=not second)
                return [*said, *notice] if second else [*notice, *said]
            case Stage.TYPE:
                pins = self.query_one(PinSteps).pins
                return [*typing_paragraphs(view, pins, self._errand.passing), *notice]
            case Stage.WORK:
                told = [Para(line, gap=True) for line in self._told.split("\n")] if self._told else []
                return [Para(view.say("pin_page.working"), style="bold"), *told]
        end = Para(view.say("pin_page.end"), gap=True)
        return [*self.result_paragraphs(view, self._result), end] if self._result is not None else []

    # -- stages --------------------------------------------------------------------------------------------------

    def go(self, stage: Stage, notice: str = "") -> None:
        """To another stage; what was typed is forgotten."""
        self.query_one(PinSteps).forget()
        self._stage, self._notice = stage, notice
        self.show(self.view)
        self.resting_place().focus()

    def resting_place(self) -> Widget:
        """What has the focus when nothing is typed."""
        return self.query_one("#body")

    def choose(self, errand: Errand) -> None:
        """Go to the second stage of this."""
        self._errand, self._result = errand, None
        self.go(Stage.READY)

    def typed(self, character: str) -> bool:
        """Digits: what to do, going on, and the second confirmation."""
        if self._desk is not None and character.isdigit():
            if self._stage is Stage.CHOOSE:
                errands = self.errands(self.view)
                if 1 <= int(character) <= len(errands):
                    self.choose(errands[int(character) - 1])
                    return True
            elif self._stage is Stage.READY and character in ("1", "2") and self._errand is not None:
                self._go_on(self._desk, self._errand, twice=character == "2")
                return True
        return super().typed(character)

    def _go_on(self, desk: CardDesk, errand: Errand, *, twice: bool) -> None:
        """Open the field, at two tries left only after a second yes."""
        if not is_ready(self.view, errand):
            return
        low = two_left(self.view, errand)
        if low and not (twice and self._notice == _SECOND):
            self.go(Stage.READY, _SECOND)
            return
        if twice and not low:
            return
        self._confirmed, self._card = low, card_key(self.view)
        self._stage, self._notice = Stage.TYPE, ""
        self.show(self.view)
        self.query_one(PinSteps).begin(errand.asks, desk.rule)
        self.show(self.view)

    def on_pin_steps_next(self, message: PinSteps.Next) -> None:
        """One code is typed, the next is asked for."""
        message.stop()
        self._notice = ""
        self.show(self.view)

    def on_pin_entry_noticed(self, message: PinEntry.Noticed) -> None:
        """What the field has to say."""
        message.stop()
        if self._stage is Stage.TYPE:
            self._notice = message.key
            self.show(self.view)

    def on_pin_steps_given_up(self, message: PinSteps.GivenUp) -> None:
        """What was typed is wiped."""
        message.stop()
        if self._stage is Stage.TYPE:
            self.go(Stage.READY, message.key)

    def on_pin_steps_complete(self, message: PinSteps.Complete) -> None:
        """The codes, once: to the card and away."""
        message.stop()
        typed = self.query_one(PinSteps).take()
        desk, errand = self._desk, self._errand
        if not typed or desk is None or errand is None or self._stage is not Stage.TYPE:
            _wipe(typed)
            return
        refused = "sign.page.card_gone" if card_key(self.view) != self._card else self.refuse(typed)
        if refused:
            _wipe(typed)
            self.go(Stage.READY, refused)
            return
        self._stop, self._told, self._result = Event(), "", None
        reader = self.view.examined_reader
        job = PinJob(
            reader=reader.name if reader is not None else "",
            typed=typed,
            confirmed=self._confirmed,
            lang=self.view.words.lang,
            tell=lambda sentence: self.post_message(self.Told(sentence)),
            cancelled=self._stop.is_set,
        )
        self.go(Stage.WORK)
        self._carry_out(desk, errand, job)

    @work(thread=True, exit_on_error=False, group="pin")
    def _carry_out(self, desk: CardDesk, errand: Errand, job: PinJob) -> None:
        self.post_message(self.Done(self.carry_out(desk, errand, job)))

    def on_pin_page_told(self, message: Told) -> None:
        """How it goes."""
        self._told = message.sentence
        self.show(self.view)

    def on_pin_page_done(self, message: Done) -> None:
        """The result, until it is left."""
        self.finished(message.result)
        self.post_message(self.CardUsed())

    def finished(self, result: PinResult) -> None:
        """Show the result."""
        self._result = result
        self.go(Stage.RESULT)

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp."""
        self.query_one("#body", TextScroll).turn_page(direction)

    @property
    def stays(self) -> bool:
        """While the card has a code."""
        return self._stage is Stage.WORK

    def on_screen_suspend(self, event: ScreenSuspend) -> None:
        """Something opened over this page: whoever looks elsewhere types the codes again."""
        if self._stage is Stage.TYPE:
            self.go(Stage.READY, "pin_page.looked_away")

    def on_unmount(self) -> None:
        """The program ends: nobody waits for the card any longer."""
        self._stop.set()

    async def action_leave(self) -> None:
        """Esc belongs to the work here, whatever the examination does."""
        self.go_back()

    def go_back(self) -> None:
        """One stage back; while the card is at work, only a waiting for it is ended."""
        if self._stage is Stage.WORK:
            self._stop.set()
        elif self._stage is Stage.TYPE:
            self.go(Stage.READY)
        elif self._stage is Stage.RESULT and self.ONLY is not None:
            self._result = None
            self.go(Stage.READY)
        elif self._stage in (Stage.READY, Stage.RESULT) and self.ONLY is None:
            self._errand = self._result = None
            self.go(Stage.CHOOSE)
        else:
            super().go_back()


def _wipe(codes: tuple[TypedPin, ...]) -> None:
    for typed in codes:
        typed.wipe()
