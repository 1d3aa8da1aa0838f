"""The areas of the telephone page: what to say and the answers above, what was asked and what is left below."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from jpkidoctor.guide.engine import Call
from jpkidoctor.screens.choice_list import ChoiceList
from jpkidoctor.screens.guide_options import Option, Phase
from jpkidoctor.screens.guide_text import conclusion_paras, past_rows, question_paras, rest_paras, stop_paras
from jpkidoctor.screens.prose import Para, Prose, lay_out
from jpkidoctor.screens.search_scroll import SettledScroll
from jpkidoctor.screens.text_scroll import set_border_words
from jpkidoctor.screens.view import View

_RED = frozenset({"stop", "stops"})


class SaidScroll(SettledScroll):
    """The area of what is said. What stands in it depends on its width, which comes some time after a phase was put."""

    class Resized(Message):
        """It has another size now."""

    def on_resize(self) -> None:
        """Tell each new size."""
        self.post_message(self.Resized())


class GuidePanels(Widget):
    """Which areas are there depends on the phase: a question shows all four, a start one list, the end two."""

    DEFAULT_CSS = """
    GuidePanels { width: 1fr; height: 1fr; layout: vertical; }
    GuidePanels Horizontal { height: 1fr; }
    GuidePanels #answers { width: 32; height: 1fr; border: solid $primary; padding: 0 1; }
    GuidePanels #past { width: 32; height: 1fr; border: solid $primary; }
    GuidePanels #say, GuidePanels #rest { width: 1fr; height: 1fr; border: solid $primary; padding: 0 1; }
    GuidePanels.-start #answers { width: 1fr; }
    GuidePanels.-red #say, GuidePanels.-red #answers { border: double $status-failed; }
    GuidePanels.-question #upper { height: 9; }
    GuidePanels #options { height: 1fr; }
    """

    def compose(self) -> ComposeResult:
        """All areas; ``show`` hides those that are not wanted."""
        with Horizontal(id="upper"):
            with SaidScroll(id="say"):
                yield Prose(id="said")
            with Vertical(id="answers"):
                yield Prose(id="spoken")
                yield ChoiceList(id="options")
        with Horizontal(id="lower"):
            with Vertical(id="past"):
                yield ChoiceList(id="steps")
            with Vertical(id="rest"):
                yield Prose(id="remaining")

    def put_phase(self, phase: Phase) -> None:
        """Show the areas of a phase."""
        asks = phase == "question"
        self.set_class(phase in ("start", "loading"), "-start")
        self.set_class(phase in _RED, "-red")
        self.set_class(asks, "-question")
        self.query_one("#lower").display = asks
        self.query_one("#say").display = phase not in ("start", "loading", "stops")
        self.query_one("#answers").styles.width = "1fr" if phase == "stops" else None
        self.query_one("#options").display = not asks and phase != "loading"

    def turn_page(self, direction: int) -> None:
        """PgDn and PgUp."""
        self.query_one("#say", SettledScroll).turn_page(direction)

    def back_to_top(self) -> None:
        """Show what is said from its beginning."""
        self.query_one("#say", SettledScroll).scroll_to(y=0, animate=False)

    def show_start(self, view: View, options: Sequence[Option], opening: Sequence[Para]) -> None:
        """A list to choose from, with a sentence above it."""
        title = "phone.stops" if self.has_class("-red") else "phone.start.title"
        set_border_words(self.query_one("#answers"), title=view.say(title))
        self.query_one("#spoken", Prose).put(opening)
        self._put_options(options)

    def show_question(self, view: View, call: Call, options: Sequence[Option], *, easy: bool) -> None:
        """The question, its answers, the steps so far, and what is left."""
        say = "phone.say.easy" if easy else "phone.say"
        self._titles(view, view.say(say, number=len(call.steps) + 1), view.say("phone.answers"))
        self.query_one("#said", Prose).put(question_paras(view, call, easy=easy), spaced=view.large)
        self.query_one("#say", SettledScroll).show(view)
        answers = [Para(option.text, lead=f"{option.digit} ", style="bold") for option in options]
        size = self.query_one("#answers").content_region
        roomy = len(lay_out(answers, max(size.width, 2), spaced=True)) <= size.height
        self.query_one("#spoken", Prose).put(answers, spaced=roomy)
        set_border_words(self.query_one("#past"), title=view.say("phone.past"))
        set_border_words(self.query_one("#rest"), title=view.say("phone.rest"))
        steps = self.query_one("#steps", ChoiceList)
        rows = past_rows(view, call, max(steps.content_region.width - 2, 8), easy=easy)
        grown = steps.option_count != len(rows)
        steps.put(rows, rows[-1].id if grown else None)
        region = self.query_one("#rest").content_region
        self.query_one("#remaining", Prose).put(rest_paras(view, call, max(region.width, 20), region.height))

    def show_stop(self, view: View, call: Call, options: Sequence[Option], *, easy: bool) -> None:
        """A red stop."""
        self._titles(view, view.say("phone.stop"), view.say("phone.choice"))
        if call.stop is not None:
            self.query_one("#said", Prose).put(stop_paras(view, call.stop, easy=easy), dense=self.size.height < 26)
        self._end(view, options)

    def show_conclusion(
        self, view: View, call: Call, options: Sequence[Option], which: int, os: str | None, *, easy: bool
    ) -> None:
        """What to tell the caller, and the record."""
        self._titles(view, view.say("phone.end.easy" if easy else "phone.end"), view.say("phone.choice"))
        width = max(self.query_one("#say").content_region.width, 30)
        page = conclusion_paras(view, call, which, os, easy=easy, width=width)
        self.query_one("#said", Prose).put(page, spaced=view.large)
        self._end(view, options)

    def _end(self, view: View, options: Sequence[Option]) -> None:
        self.query_one("#say", SettledScroll).show(view)
        self.query_one("#spoken", Prose).put(())
        self._put_options(options)

    def _titles(self, view: View, say: str, answers: str) -> None:
        set_border_words(self.query_one("#say"), title=say)
        set_border_words(self.query_one("#answers"), title=answers)

    def _put_options(self, options: Sequence[Option]) -> None:
        self.query_one("#options", ChoiceList).put([option.choice for option in options])
