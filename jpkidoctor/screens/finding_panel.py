"""The right side: the id large enough to read aloud, title and state, and the page of the finding."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget

from jpkidoctor.screens import block_font
from jpkidoctor.screens.finding_text import node_page, waiting_page
from jpkidoctor.screens.flow_state import ALL_WELL, node_state, state_word, step_of
from jpkidoctor.screens.line_break import break_lines, fit
from jpkidoctor.screens.prose import Prose
from jpkidoctor.screens.step_list import NodeList
from jpkidoctor.screens.text_line import Piece, TextLine
from jpkidoctor.screens.themes import STATUS_STYLES
from jpkidoctor.screens.view import View

ROOMY = 22
"""Inner height from which the id is drawn large and sections stand apart."""


class FindingPanel(Widget):
    """Shows one of: a finding, the list of a step's nodes, the page before the first result."""

    DEFAULT_CSS = """
    FindingPanel { width: 1fr; height: 1fr; layout: vertical; border: solid $primary; padding: 0 1; }
    FindingPanel #plate { height: auto; }
    FindingPanel #body { height: 1fr; scrollbar-size-vertical: 1; }
    FindingPanel #more { height: 1; color: $status-quiet; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: View | None = None
        self._step = ""
        self._node = ""
        self._listing = False

    def compose(self) -> ComposeResult:
        """Plate, scrolling page, list of nodes, and a line that says when there is more."""
        yield TextLine(id="plate")
        with VerticalScroll(id="body", can_focus=False):
            yield Prose(id="page")
        yield NodeList(id="nodes")
        yield TextLine(id="more")

    def on_mount(self) -> None:
        """Keep the line about more text true while scrolling."""
        self.watch(self.query_one("#body"), "scroll_y", self._say_more, init=False)
        self.watch(self.query_one("#body"), "virtual_size", self._say_more, init=False)

    def show(self, view: View, *, step: str, node: str, listing: bool) -> None:
        """Show a node, or the list of a step, or (with neither) the page before the first result."""
        moved = (step, node, listing) != (self._step, self._node, self._listing)
        self._view, self._step, self._node, self._listing = view, step, node, listing
        body, nodes = self.query_one("#body"), self.query_one("#nodes", NodeList)
        lists = not node and bool(step)
        body.display, nodes.display = not lists, lists
        if lists:
            self._plate_list(view, step)
            nodes.show(view, step, nodes.chosen)
        elif node:
            self._plate_node(view, node)
            page = node_page(view, node)
            self.query_one("#page", Prose).put(page, spaced=view.large, dense=not self._roomy and not view.large)
        else:
            self.query_one("#plate", TextLine).put((view.say("first.title"), "bold"))
            self.query_one("#page", Prose).put(waiting_page(view), dense=not self._roomy)
        if moved:
            body.scroll_to(y=0, animate=False)
        self._say_more()

    def scroll_page(self, direction: int) -> None:
        """One page down (1) or up (-1)."""
        body = self.query_one("#body", VerticalScroll)
        body.scroll_relative(y=direction * max(body.size.height - 2, 1), animate=False)

    def on_resize(self) -> None:
        """Another size is laid out otherwise."""
        if self._view is not None:
            self.show(self._view, step=self._step, node=self._node, listing=self._listing)

    @property
    def _roomy(self) -> bool:
        return self.content_size.height >= ROOMY and self.content_size.width >= 56

    def _plate_list(self, view: View, step: str) -> None:
        self.query_one("#plate", TextLine).put((view.say("list.title", step=step, title=_step_title(view, step)), "bold"))

    def _plate_node(self, view: View, node: str) -> None:
        state = node_state(view, node)
        word = state_word(view, state)
        title = _node_title(view, node)
        letter, _, number = node.partition("-")
        spoken = view.say("finding.spoken", letter=letter, number=number.lstrip("0") or "0")
        style = STATUS_STYLES[state]
        if self._roomy:
            pieces = self._large_plate(node, title, (word, style), spoken)
        else:
            pieces = self._small_plate(node, title, (word, style))
        self.query_one("#plate", TextLine).put(*pieces)

    def _large_plate(self, node: str, title: str, status: tuple[str, str], spoken: str) -> list[Piece]:
        drawn = block_font.draw(node).split("\n")
        room = self.content_size.width - cell_len(drawn[0]) - 4
        first = break_lines(title, room)
        second = fit(first[1], room) if len(first) > 1 else ""
        return [
            (drawn[0], "bold"),
            "    ",
            (first[0], "bold"),
            (f"\n{drawn[1]}", "bold"),
            "    ",
            (second, "bold"),
            (f"\n{drawn[2]}", "bold"),
            "    ",
            (f" {status[0]} ", f"{status[1]} reverse"),
            f"   {spoken}",
        ]

    def _small_plate(self, node: str, title: str, status: tuple[str, str]) -> list[Piece]:
        spaced = " ".join(node)
        room = self.content_size.width - cell_len(spaced) - 4 - cell_len(status[0]) - 2
        return [
            (f" {spaced} ", "bold reverse"),
            (f"  {fit(title, max(room, 4))}", "bold"),
            (f" {status[0]} ", f"{status[1]} reverse"),
        ]

    def _say_more(self) -> None:
        if self._view is None:
            return
        body = self.query_one("#body", VerticalScroll)
        more = self.query_one("#more", TextLine)
        if not body.display:
            more.put("")
        elif body.max_scroll_y and body.scroll_y < body.max_scroll_y:
            more.put(self._view.say("more.below"))
        elif body.max_scroll_y:
            more.put(self._view.say("more.above"))
        else:
            more.put("")


def _step_title(view: View, step: str) -> str:
    return view.words.step_title(step)


def _node_title(view: View, node: str) -> str:
    """The fault's title; a healthy node goes by its step, for a title names a fault."""
    if node_state(view, node) == "ok" and node != ALL_WELL:
        return _step_title(view, step_of(node))
    finding = view.finding(node)
    return view.words.title(finding) if finding else view.flow.node(node).title.get(view.words.lang)
