"""The right side: the id large enough to read aloud, title and state, and the page of the finding."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widget import Widget

from jpkidoctor.screens import block_font
from jpkidoctor.screens.finding_text import node_page, waiting_page
from jpkidoctor.screens.flow_state import ALL_WELL, node_state, state_word, step_of
from jpkidoctor.screens.line_break import break_lines, fit
from jpkidoctor.screens.prose import Prose
from jpkidoctor.screens.step_list import NodeList
from jpkidoctor.screens.text_line import Piece, TextLine
from jpkidoctor.screens.text_scroll import TextScroll
from jpkidoctor.screens.themes import STATUS_STYLES
from jpkidoctor.screens.view import View

PLATE_HEIGHT = 18
"""Inner height from which the id is drawn three lines tall."""
ROOMY = 28
"""Inner height from which it is drawn five lines tall and sections stand apart."""


class FindingPanel(Widget):
    """Shows one of: a finding, the list of a step's nodes, the page before the first result."""

    DEFAULT_CSS = """
    FindingPanel { width: 1fr; height: 1fr; layout: vertical; border: solid $primary; padding: 0 1;
        border-subtitle-color: $status-attention; }
    FindingPanel #plate { height: auto; }
    FindingPanel #body { height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: View | None = None
        self._step = ""
        self._node = ""
        self._listing = False

    def compose(self) -> ComposeResult:
        """Plate, scrolling page, list of nodes. The lower border says when there is more."""
        yield TextLine(id="plate")
        with TextScroll(id="body", on_parent=True):
            yield Prose(id="page")
        yield NodeList(id="nodes")

    def show(self, view: View, *, step: str, node: str, listing: bool) -> None:
        """Show a node, or the list of a step, or (with neither) the page before the first result."""
        moved = (step, node, listing) != (self._step, self._node, self._listing)
        self._view, self._step, self._node, self._listing = view, step, node, listing
        body, nodes = self.query_one("#body", TextScroll), self.query_one("#nodes", NodeList)
        lists = not node and bool(step)
        body.display, nodes.display = not lists, lists
        if lists:
            self._plate_list(view, step)
            nodes.show(view, step, nodes.chosen)
        elif node:
            self._plate_node(view, node)
            page = node_page(view, node, todo_first=view.large or not self._roomy)
            self.query_one("#page", Prose).put(page, spaced=view.large, dense=not self._roomy and not view.large)
        else:
            self._put_plate((view.say("first.title"), "bold"))
            self.query_one("#page", Prose).put(waiting_page(view), dense=not self._roomy)
        if moved:
            body.scroll_to(y=0, animate=False)
        body.show(view)

    def turn_page(self, direction: int) -> None:
        """One page down (1) or up (-1)."""
        self.query_one("#body", TextScroll).turn_page(direction)

    def on_resize(self) -> None:
        """Another size is laid out otherwise."""
        if self._view is not None:
            self.show(self._view, step=self._step, node=self._node, listing=self._listing)

    @property
    def _roomy(self) -> bool:
        return self.content_size.height >= ROOMY and self.content_size.width >= 56

    def _plate_list(self, view: View, step: str) -> None:
        self._put_plate((view.say("list.title", letter=step, title=_step_title(view, step)), "bold"))

    def _plate_node(self, view: View, node: str) -> None:
        state = node_state(view, node)
        word = state_word(view, state)
        title = _node_title(view, node)
        letter, _, number = node.partition("-")
        spoken = view.say("finding.spoken", letter=letter, number=number.lstrip("0") or "0")
        style = STATUS_STYLES[state]
        size = self.content_size
        if size.height < PLATE_HEIGHT or size.width < 50:
            pieces = self._line_plate(node, title, (word, style))
        else:
            drawn = block_font.draw_large(node) if self._roomy else block_font.draw_small(node)
            pieces = self._drawn_plate(drawn, title, (word, style), spoken)
        self._put_plate(*pieces)

    def _put_plate(self, *pieces: Piece) -> None:
        plate = self.query_one("#plate", TextLine)
        plate.put(*pieces)
        plate.styles.height = plate.plain.count("\n") + 1

    def _drawn_plate(self, drawn: tuple[str, ...], title: str, status: tuple[str, str], spoken: str) -> list[Piece]:
        room = self.content_size.width - cell_len(drawn[0]) - 4
        beside: list[list[Piece]] = [[(text, "bold")] for text in break_lines(title, room)[: len(drawn) - 1]]
        beside += [[] for _ in range(len(drawn) - 1 - len(beside))]
        beside.append([(f" {status[0].strip()} ", f"{status[1]} reverse"), f"   {spoken}"])
        pieces: list[Piece] = []
        for number, (line, words) in enumerate(zip(drawn, beside, strict=True)):
            pieces += [("\n" if number else "") + " ", (line, "bold"), "   ", *words]
        return [*pieces, "\n"] if self._roomy else pieces

    def _line_plate(self, node: str, title: str, status: tuple[str, str]) -> list[Piece]:
        spaced = f" {' '.join(node)} "
        word = f" {status[0].strip()} "
        room = max(self.content_size.width - cell_len(spaced) - cell_len(word) - 3, 8)
        first, *rest = break_lines(title, room)
        pieces: list[Piece] = [(spaced, "bold reverse"), (f"  {fit(first, room)} ", "bold")]
        pieces.append((word, f"{status[1]} reverse"))
        for line in rest:
            pieces.append((f"\n{' ' * (cell_len(spaced) + 2)}{line}", "bold"))
        return pieces


def _step_title(view: View, step: str) -> str:
    return view.words.step_title(step)


def _node_title(view: View, node: str) -> str:
    """The fault's title; a healthy node goes by its step, for a title names a fault. That of the closing page says
    that all is well, and so stands there only when it is."""
    well = node_state(view, node) == "ok"
    if well if node != ALL_WELL else not well:
        return _step_title(view, step_of(node))
    finding = view.finding(node)
    return view.words.title(finding) if finding else view.flow.node(node).title.get(view.words.lang)
