"""The Textual application: one examination, its pages, keys, language and look.

It never waits for a card: updates come from the examination's thread through a mailbox and a message, and the
pages are redrawn from one frozen View.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message

from jpkidoctor.app_look import ChangesLook
from jpkidoctor.app_practice import Practises
from jpkidoctor.app_reports import SavesReports
from jpkidoctor.diagnosis import Diagnosis, Status
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.screens.diagnosis_page import DiagnosisPage
from jpkidoctor.screens.mailbox import Mailbox
from jpkidoctor.screens.page import Page, is_call
from jpkidoctor.screens.ports import (
    CardDesk,
    Clock,
    Memory,
    PracticeControls,
    ReportDesk,
    SavedVerdict,
    ScenarioChoice,
    SignatureDesk,
)
from jpkidoctor.screens.remembering import Earlier, Remembering
from jpkidoctor.screens.themes import THEMES, VARIABLE_DEFAULTS, Look, theme_name
from jpkidoctor.screens.view import View

if TYPE_CHECKING:
    from textual.command import Provider

    from jpkidoctor.card.trace import TraceEntry
    from jpkidoctor.facts import Facts
    from jpkidoctor.guide.beginning import Beginning
    from jpkidoctor.live import Event, Examination, Update
    from jpkidoctor.screens.pin_page import PinPage
    from jpkidoctor.screens.readers_page import ReadersPage
    from jpkidoctor.screens.search_page import SearchPage

EVENTS_KEPT = 200
NOTICE_SECONDS = 6


def _commands() -> type[Provider]:
    from jpkidoctor.screens.palette import DoctorCommands  # with the first Ctrl+P

    return DoctorCommands


def local_time() -> dt.datetime:
    """Now, in the computer's zone."""
    return dt.datetime.now().astimezone()


class JpkiDoctorApp(ChangesLook, SavesReports, Practises):
    """The diagnosis on the screen.

    Args:
        examination: What is watched. It is started when the screen is there and stopped when it goes.
        lang: Language of the words; F7 changes it.
        theme: The look; the menu changes it.
        ascii: Draw frames with ASCII only (``screens.console.needs_ascii`` tells when).
        practice: The practice mode's hands; None for the real thing.
        report: Makes reports; None when none can be made.
        signatures: Signs and verifies; None when there is nothing to sign with.
        cards: Reads certificates and does what needs a code; None when there is no card to do it with.
        memory: Keeps the last examination for the next run; None keeps nothing.
        saved: The verdict of a saved report that is being looked at.
        scenario: The practice case the examination is of, named in the banner.
        first_page: Name of the page to open over the diagnosis, empty for none.
        begin: What the first call of the telephone page begins with.
        clock: The time with its zone. A clock that stands still makes every picture the same.
    """

    TITLE = "jpkidoctor"
    CSS_PATH = "screens/screens.tcss"
    COMMANDS: ClassVar = {_commands}
    ESCAPE_TO_MINIMIZE = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "page('help')", show=False),
        Binding("f2", "again", show=False),
        Binding("f3", "page('guide')", show=False),
        Binding("f4", "page('search')", show=False),
        Binding("f5", "page('card')", show=False),
        Binding("f6", "page('rooms')", show=False),
        Binding("f7", "language", show=False),
        Binding("f8", "page('report')", show=False),
        Binding("f9", "page('menu')", show=False),
        Binding("f10", "quit", show=False),
        Binding("ctrl+q", "quit", show=False, priority=True),
    ]

    class Arrived(Message):
        """An update waits in the mailbox."""

        def __init__(self, mailbox: Mailbox) -> None:
            super().__init__()
            self.mailbox = mailbox

    class Remembered(Message):
        """An earlier run examined this computer."""

        def __init__(self, earlier: Earlier) -> None:
            super().__init__()
            self.earlier = earlier

    def __init__(
        self,
        examination: Examination,
        *,
        lang: Lang = "ja",
        theme: Look = "dark",
        ascii: bool = False,
        practice: PracticeControls | None = None,
        report: ReportDesk | None = None,
        signatures: SignatureDesk | None = None,
        cards: CardDesk | None = None,
        memory: Memory | None = None,
        saved: SavedVerdict | None = None,
        scenario: ScenarioChoice | None = None,
        first_page: str = "",
        begin: Beginning | None = None,
        clock: Clock = local_time,
    ) -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self._examination = examination
        self._lang: Lang = lang
        self._look: Look = theme
        self._ascii = ascii
        self._practice = practice
        self._report = report
        self._signatures = signatures
        self._cards = cards
        self._saved = saved
        self._memory = Remembering(memory) if memory is not None else None
        self._earlier: Earlier | None = None
        self._first_page = first_page
        self._begin = begin
        self._clock = clock
        self._words = load_words(lang)
        self._flow = load_flow()
        self._known = load_known()
        self._mailbox = Mailbox()
        self._scenario = scenario
        self._facts: Facts | None = None
        self._diagnosis: Diagnosis | None = None
        self._first: tuple[Facts, Diagnosis] | None = None
        self._code = ""
        self._events: tuple[Event, ...] = ()
        self._busy = ""
        self._looking: tuple[str, ...] = ()
        self._busy_since = clock()
        self._cancelled = False
        self._notice = ""
        self._notice_until = clock()
        self.animation_level = "none"
        self.theme = theme_name(theme)

    # --- life -------------------------------------------------------------------------------------

    def get_default_screen(self) -> DiagnosisPage:
        """The page the program lives on."""
        return DiagnosisPage(self.current_view())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colour names, for the moment before a theme of ours is set."""
        return VARIABLE_DEFAULTS

    def on_mount(self) -> None:
        """Start the examination and the clock."""
        self._start()
        self.set_interval(1.0, self._tick)
        if self._first_page:
            self.call_after_refresh(self.action_page, self._first_page)

    def on_unmount(self) -> None:
        """End the examination's threads."""
        self._examination.stop()

    def _start(self) -> None:
        self._mailbox = Mailbox()
        self._examination.start(partial(self._receive, self._mailbox))

    def _begin_anew(self) -> None:
        self._facts, self._diagnosis, self._first, self._code, self._events = None, None, None, "", ()
        self._busy, self._looking, self._cancelled, self._notice = "", (), False, ""
        self._home()
        self._start()
        self._show()

    # --- what is shown ------------------------------------------------------------------------------

    def current_view(self) -> View:
        """Everything the pages may show now."""
        now = self._clock()
        return View(
            words=self._words,
            flow=self._flow,
            known=self._known,
            now=now,
            facts=self._facts,
            diagnosis=self._diagnosis,
            first=self._first,
            earlier=(self._earlier.facts, self._earlier.diagnosis) if self._earlier else None,
            busy=self._busy,
            busy_seconds=max(int((now - self._busy_since).total_seconds()), 0),
            looking=self._looking,
            cancelled=self._cancelled,
            events=self._events,
            trace=self._trace(),
            notice=self._notice,
            support_code=self._code,
            practice=self._practice is not None,
            scenario=self._scenario.title.get(self._lang) if self._scenario else "",
            saved=self._saved,
            ascii=self._ascii,
            large=self._look == "large",
        )

    def _trace(self) -> tuple[TraceEntry, ...]:
        showing = bool(self.screen_stack) and any(
            isinstance(screen, Page) and screen.SHOWS_TRACE for screen in self.screen_stack
        )
        return self._examination.trace() if showing else ()

    def _show(self) -> None:
        view = self.current_view()
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.show(view)

    def _tick(self) -> None:
        if self._notice and self._clock() >= self._notice_until:
            self._notice = ""
        self._show()

    def _say(self, notice: str) -> None:
        self._notice = notice
        self._notice_until = self._clock() + dt.timedelta(seconds=NOTICE_SECONDS)
        self._show()

    # --- the examination ----------------------------------------------------------------------------

    def _receive(self, mailbox: Mailbox, update: Update) -> None:
        """Called on the examination's thread."""
        if mailbox.put(update):
            self.post_message(self.Arrived(mailbox))

    @on(Arrived)
    def _arrived(self, message: Arrived) -> None:
        update = message.mailbox.take()
        if update is None or message.mailbox is not self._mailbox:
            return
        if (update.facts, update.diagnosis) != (self._facts, self._diagnosis):
            self._facts, self._diagnosis = update.facts, update.diagnosis
            self._code = self._report.support_code(update.facts, update.diagnosis) if self._report else ""
        if not update.busy and update.diagnosis.findings:
            if self._memory is not None and (self._first is None or update.events):
                self._remember(self._memory, update.facts, update.diagnosis)
            self._first = self._first or (update.facts, update.diagnosis)
        self._events = (*self._events, *update.events)[-EVENTS_KEPT:]
        if update.busy != self._busy:
            if update.busy and not self._busy:
                self._cancelled = False
            self._busy, self._busy_since = update.busy, self._clock()
        if update.looking and not self._looking:
            self._cancelled = False
        self._looking = update.looking
        solved = next((event.params.get("id") for event in update.events if event.key == "event.solved"), None)
        if solved is not None and any(f.id == solved and f.status is Status.OK for f in update.diagnosis.findings):
            self._say(self.current_view().say("notice.compare", id=solved))
        self._show()

    @work(thread=True, exit_on_error=False, group="memory")
    def _remember(self, memory: Remembering, facts: Facts, diagnosis: Diagnosis) -> None:
        earlier = memory.examined(facts, diagnosis)
        if earlier is not None:
            self.post_message(self.Remembered(earlier))

    @on(Remembered)
    def _remembered(self, message: Remembered) -> None:
        self._earlier = message.earlier
        if message.earlier.differs:
            view = self.current_view()
            at = message.earlier.facts.taken_at.astimezone(view.now.tzinfo)
            self._say(view.say("notice.compare_earlier", time=f"{at:%Y-%m-%d %H:%M}"))
        self._show()

    def action_again(self) -> None:
        """F2: examine everything again, and rest on the result; a call that goes on stays open."""
        if self._held_open():
            return
        self._cancelled = False
        if not any(map(is_call, self.screen_stack)):
            self._home()
        self._examination.refresh()
        self._show()

    def action_cancel(self) -> None:
        """Give up the card's reading, else the slow fact of the computer that is named: one a press."""
        if self._busy:
            self._cancelled = True
            self._examination.cancel()
        elif self._looking:
            self._cancelled = len(self._looking) == 1
            self._examination.give_up_one(self._looking[0])
        else:
            return
        self._show()

    def action_ask_time(self) -> None:
        """Hold the clock against a time server: the only key of these pages that uses the network."""
        self._examination.ask_time()

    # The pages load when they are opened, so their messages are told by Textual's names for handlers.
    def on_readers_page_chosen(self, message: ReadersPage.Chosen) -> None:
        """The person chose a reader to examine."""
        self._examination.choose_reader(message.name)
        view = self.current_view()
        name = message.name
        self._say(view.say("notice.reader", reader=name) if name else view.say("notice.reader_automatic"))

    def on_pin_page_card_used(self, message: PinPage.CardUsed) -> None:
        """A code was sent: look again at what the card counts."""
        self._examination.refresh()

    def on_search_page_node_opened(self, message: SearchPage.NodeOpened) -> None:
        """The person found a node and wants to see it."""
        self._home()
        base = self.screen_stack[0]
        if isinstance(base, DiagnosisPage):
            base.open_node(message.node)

    @on(DiagnosisPage.NodeMissing)
    def _node_missing(self, message: DiagnosisPage.NodeMissing) -> None:
        self._say(self.current_view().say("notice.no_node", id=message.node))

    # --- pages --------------------------------------------------------------------------------------

    def action_page(self, name: str) -> None:
        """Open a page over the diagnosis, or over a call that goes on; a page that is open already stays."""
        from jpkidoctor.screens.pages import Hands, open_page

        if name == "practice" and self._practice is None:
            return
        if self._held_open():
            return
        view = self.current_view()
        begin = self._begin if name == "guide" else None
        if begin is not None:
            self._begin = None
        hands = Hands(self._practice, self._report, self._signatures, self._cards, begin)
        if not open_page(self, name, view, hands):
            self._say(view.say("notice.no_page"))
        self.call_after_refresh(self._show)

    def _held_open(self) -> bool:
        """True, and said, while a page shows work whose end must be seen."""
        held = next((screen for screen in self.screen_stack if isinstance(screen, Page) and screen.stays), None)
        if held is not None:
            self._say(self.current_view().say(held.HELD))
        return held is not None

    def _home(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()
        base = self.screen_stack[0]
        if isinstance(base, DiagnosisPage):
            base.follow()

    def action_home(self) -> None:
        """Close what is open and rest on the first cause."""
        self._home()

    def action_command_palette(self) -> None:
        """Ctrl+P: all commands, in the person's language."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=self.current_view().say("palette.placeholder")))

    def on_command_palette_opened(self) -> None:
        """Nothing on these screens blinks, the palette's field neither."""
        from textual.widgets import Input

        for field in self.screen.query(Input):
            field.cursor_blink = False

    def action_help_quit(self) -> None:
        """Ctrl+C: say how to quit."""
        self._say(self.current_view().say("notice.quit"))
