"""調べる: one field over everything the program knows; hits as one types, details of the marked one beside them."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, OptionList

from jpkidoctor.knowledge.library import Library, load_library
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.event_strip import EventStrip
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.page import Page, is_call
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.search_detail import details
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.search_scroll import SettledScroll
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.text_scroll import set_border_words
from jpkidoctor.screens.view import View
from jpkidoctor.search.entry import Result
from jpkidoctor.search.index import Index, load_index

MOST_HITS = 40
_KIND_CELLS = {"ja": 9, "en": 10}


class SearchPage(Page):
    """The field keeps the keyboard all the time; up and down move the mark, Enter opens, Esc empties, then leaves."""

    PAGE = "find.page"
    CHOOSES = True
    AUTO_FOCUS = "#query"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
    ]

    DEFAULT_CSS = """
    SearchPage #ask { height: 1; background: $panel; padding: 0 1; }
    SearchPage #ask TextLine { width: auto; }
    SearchPage #query { width: 1fr; }
    SearchPage #hits { width: 1fr; height: 1fr; border: solid $primary; }
    SearchPage #about { width: 1fr; height: 1fr; border: solid $primary; padding: 0 1; }
    SearchPage.-normal #hits { width: 43; }
    SearchPage.-ascii #hits, SearchPage.-ascii #about { border: ascii $primary; }
    SearchPage #hint { padding: 0 1; color: $status-quiet; }
    """

    class NodeOpened(Message):
        """The person wants to see a node on the diagnosis page."""

        def __init__(self, node: str) -> None:
            super().__init__()
            self.node = node

    class _Ready(Message):
        """The index is there, or (None) its tables cannot be read."""

        def __init__(self, index: Index | None, library: Library | None) -> None:
            super().__init__()
            self.index = index
            self.library = library

    class _Found(Message):
        """The hits of one query."""

        def __init__(self, wanted: tuple[str, Lang], hits: tuple[Result, ...]) -> None:
            super().__init__()
            self.wanted = wanted
            self.hits = hits

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._index: Index | None = None
        self._library: Library | None = None
        self._broken = False
        self._hits: tuple[Result, ...] = ()
        self._searching: tuple[str, Lang] | None = None
        self._shown: tuple[str, Lang] | None = None
        """Query and language of the hits in the list."""

    def compose_body(self) -> ComposeResult:
        """Field above, hits and details below."""
        with Horizontal(id="ask"):
            yield TextLine(id="label")
            yield PlainField(id="query")
        yield TextLine(id="hint")
        with Horizontal(id="main"):
            with Vertical(id="hits"):
                yield ChoiceList(id="rows")
            with SettledScroll(id="about"):
                yield Prose(id="detail")

    def on_mount(self) -> None:
        """Read the tables in the background while the person types."""
        super().on_mount()
        self.query_one("#rows", ChoiceList).can_focus = False
        self.query_one(EventStrip).styles.height = 1
        self._prepare()

    @property
    def hits(self) -> tuple[Result, ...]:
        """The hits in the list."""
        return self._hits

    @property
    def marked(self) -> Result | None:
        """The hit under the mark."""
        chosen = self.query_one("#rows", ChoiceList).chosen
        return self._hits[int(chosen)] if chosen.isdigit() and int(chosen) < len(self._hits) else None

    # --- what is shown ------------------------------------------------------------------------------

    def show_body(self, view: View) -> None:
        """Labels, hits, details."""
        self.query_one("#label", TextLine).put((view.say("find.field"), "bold"))
        self.query_one("#hint", TextLine).put(view.say("find.hint"))
        self._search()
        self._show_hits()

    def on_resize(self) -> None:
        """Columns depend on the width."""
        if self._ready:
            self._show_hits()

    def _show_hits(self) -> None:
        view, rows = self.view, self.query_one("#rows", ChoiceList)
        set_border_words(self.query_one("#hits"), title=self._title())
        set_border_words(self.query_one("#about"), title=view.say("find.detail"))
        kind_cells = _KIND_CELLS[view.words.lang]
        room = max(rows.content_region.width - 2 - kind_cells, 8)
        choices = []
        for number, hit in enumerate(self._hits):
            kind = fit(view.say(f"search.kind.{hit.kind}"), kind_cells - 1) + " "
            title = f"{hit.id} {hit.title}" if hit.kind == "node" else hit.title
            choices.append(Choice(str(number), ((kind, "$status-quiet"), fit(safe_text(title), room))))
        rows.put(choices)
        self._show_detail()

    def _title(self) -> str:
        view = self.view
        if self._index is None or self._shown is None:
            return view.say("find.page")
        if not self._shown[0].strip():
            return view.say("find.asked")
        return view.say("find.found", number=len(self._hits)) if self._hits else view.say("find.nothing")

    def _show_detail(self) -> None:
        scroll, prose = self.query_one("#about", SettledScroll), self.query_one("#detail", Prose)
        if prose.put(self._detail(), spaced=self.view.large):
            scroll.scroll_to(y=0, animate=False)
        scroll.show(self.view)

    def _detail(self) -> list[Para]:
        view, hit = self.view, self.marked
        if self._broken:
            return [Para(view.say("find.failed"), style="bold $status-failed")]
        if self._library is None or self._shown is None:
            return [Para(view.say("find.preparing"), style="bold $status-attention")]
        if hit is not None:
            return details(view, self._library, hit, opens=not self._above_a_call)
        nothing = view.say("find.nothing.text", query=safe_text(self._shown[0], 80))
        return [Para(nothing, style="bold"), *(Para(view.say(f"find.nothing.{k}"), gap=True) for k in ("try", "phone"))]

    # --- keys -------------------------------------------------------------------------------------

    def action_move(self, direction: int) -> None:
        """Up and down: the mark."""
        rows = self.query_one("#rows", ChoiceList)
        if direction > 0:
            rows.action_cursor_down()
        else:
            rows.action_cursor_up()

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp scroll the details."""
        self.query_one("#about", SettledScroll).turn_page(direction)

    def go_back(self) -> None:
        """Esc: empty the field; when it is empty, leave."""
        field = self.query_one("#query", PlainField)
        if field.value:
            field.value = ""
        else:
            super().go_back()

    @property
    def _above_a_call(self) -> bool:
        return any(map(is_call, self.app.screen_stack))

    @on(Input.Changed, "#query")
    def _typed_more(self, event: Input.Changed) -> None:
        event.stop()
        self._search()

    @on(Input.Submitted, "#query")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._open_marked()

    @on(OptionList.OptionHighlighted, "#rows")
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_detail()

    @on(OptionList.OptionSelected, "#rows")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._open_marked()

    def _open_marked(self) -> None:
        hit = self.marked
        node = next((node for node in hit.nodes if node in self.view.flow.nodes), None) if hit else None
        if node is not None and not self._above_a_call:  # the diagnosis page would take the place of the call
            self.post_message(self.NodeOpened(node))

    # --- searching --------------------------------------------------------------------------------

    @work(thread=True, exit_on_error=False, group="index")
    def _prepare(self) -> None:
        try:
            library = load_library()
            index = load_index(library)
        except KnowledgeError:
            self.post_message(self._Ready(None, None))
        else:
            self.post_message(self._Ready(index, library))

    @on(_Ready)
    def _prepared(self, message: _Ready) -> None:
        self._index, self._library = message.index, message.library
        self._broken = message.index is None
        self._search()
        self._show_hits()

    def _search(self) -> None:
        """Search for what stands in the field now. One search runs at a time; when it ends, only the newest is next."""
        wanted = (self.query_one("#query", PlainField).value, self.view.words.lang)
        if self._index is not None and self._searching is None and wanted != self._shown:
            self._searching = wanted
            self._look_up(self._index, wanted)

    @work(thread=True, exit_on_error=False, group="search")
    def _look_up(self, index: Index, wanted: tuple[str, Lang]) -> None:
        hits: tuple[Result, ...] = ()
        try:
            hits = index.search(wanted[0], limit=MOST_HITS, lang=wanted[1])
        finally:  # whatever happens, the next query must not wait for this one
            self.post_message(self._Found(wanted, hits))

    @on(_Found)
    def _found(self, message: _Found) -> None:
        self._searching = None
        again = self._shown is not None and message.wanted[0] == self._shown[0]
        self._hits, self._shown = message.hits, message.wanted
        rows = self.query_one("#rows", ChoiceList)
        if not again and rows.option_count:
            rows.highlighted = 0  # other hits: the best one is meant; another language keeps the mark
        self._show_hits()
        self._search()
