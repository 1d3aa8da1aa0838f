"""The page the program lives on: what is wrong, and what to do now."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import OptionList

from jpkidoctor.screens.finding_panel import FindingPanel
from jpkidoctor.screens.key_bar import KeyLabel
from jpkidoctor.screens.page import FUNCTION_KEYS, QUIT_KEY, Page
from jpkidoctor.screens.selection import Selection, nth_node
from jpkidoctor.screens.spoken_code import SpokenCode
from jpkidoctor.screens.step_list import NodeList, StepList
from jpkidoctor.screens.text_scroll import set_border_words
from jpkidoctor.screens.view import View


class DiagnosisPage(Page):
    """Steps on the left, the finding on the right. Follows the first cause until the person moves."""

    PAGE = "page.diagnosis"
    ESC_GIVES_UP = True
    AUTO_FOCUS = "#steps"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "home", show=False),
        Binding("left", "back", show=False),
        Binding("right", "open", show=False),
        Binding("enter", "open", show=False),
    ]

    class NodeMissing(Message):
        """The person typed the id of a node that does not exist."""

        def __init__(self, node: str) -> None:
            super().__init__()
            self.node = node

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._selection = Selection()
        self._letter = ""
        """The step letter that was the key right before this one."""

    @property
    def selection(self) -> Selection:
        """What the person looks at."""
        return self._selection

    def compose_body(self) -> ComposeResult:
        """Steps, and the finding beside them."""
        with Horizontal(id="main"):
            with Vertical(id="left"):
                yield StepList(id="steps")
                yield SpokenCode(id="code")
            yield FindingPanel(id="finding")

    def keys(self, view: View) -> tuple[KeyLabel, ...]:
        """The function keys."""
        return (*FUNCTION_KEYS, QUIT_KEY)

    def show_body(self, view: View) -> None:
        """Steps, code, finding."""
        set_border_words(self.query_one("#left"), title=view.say("steps.title"))
        set_border_words(self.query_one("#finding"), title=view.say("finding.title"))
        self.query_one("#code", SpokenCode).show(view)
        self._show_selection()

    def follow(self) -> None:
        """Rest on the first cause again, and stay with it."""
        self._select(Selection())

    def open_node(self, node: str) -> None:
        """Show one node of the flow, and stay with it."""
        self._select(self._selection.to_node(node))

    def typed(self, character: str) -> bool:
        """A letter chooses a step; a digit right after it one of its nodes; a digit alone the n-th step or node."""
        letter, self._letter = self._letter, ""
        steps = [step.id for step in self.view.flow.steps]
        if character in steps:
            self._letter = character
            self._select(self._selection.to_step(character))
            return True
        if not character.isdigit():
            return super().typed(character)
        number = int(character)
        if letter or self._selection.listing:
            self._open_number(letter or self._selection.step, number)
        else:
            index = (number or 10) - 1
            if index < len(steps):
                self._select(self._selection.to_step(steps[index]))
        return True

    def _open_number(self, step: str, number: int) -> None:
        node = nth_node(self.view.flow, step, number)
        if node:
            self._select(self._selection.to_node(node))
        else:
            self.post_message(self.NodeMissing(f"{step}-{number:02d}"))

    def action_home(self) -> None:
        """Home: the first cause."""
        self.follow()

    def action_back(self) -> None:
        """Left: one level up."""
        self._select(self._selection.back() if not self._selection.following else self._selection)

    async def action_leave(self) -> None:
        """Esc: first stop what is going on, also what is slow to see, one thing a press; then one level up."""
        if self.view.looking and not self.view.busy:
            await self.app.run_action("app.cancel")
        else:
            await super().action_leave()

    def go_back(self) -> None:
        """Esc: one level up, and from a step back to the first cause. The page itself is never left."""
        deeper = self._selection.node or self._selection.listing
        self._select(self._selection.back() if deeper else Selection())

    def action_open(self) -> None:
        """Right or Enter: from the steps to the list of nodes, from there to a node."""
        nodes = self.query_one("#nodes", NodeList)
        if self._selection.listing and not self._selection.node and nodes.chosen:
            self._select(self._selection.to_node(nodes.chosen))
        elif not self._selection.listing:
            self._select(self._selection.to_list(self.view.diagnosis))

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp scroll the finding."""
        self.query_one("#finding", FindingPanel).turn_page(direction)

    @on(OptionList.OptionHighlighted, "#steps")
    def _step_moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_id and event.option_id != self._selection.shown_step(self.view.diagnosis):
            self._select(self._selection.to_step(event.option_id))

    @on(OptionList.OptionSelected, "#steps")
    def _step_opened(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._select(self._selection.to_list(self.view.diagnosis))

    @on(OptionList.OptionHighlighted, "#nodes")
    def _node_moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()

    @on(OptionList.OptionSelected, "#nodes")
    def _node_opened(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id:
            self._select(self._selection.to_node(event.option_id))

    def _select(self, selection: Selection) -> None:
        self._selection = selection
        self._show_selection()
        in_list = selection.listing and not selection.node
        self.set_focus(self.query_one("#nodes" if in_list else "#steps"))

    def _show_selection(self) -> None:
        diagnosis, busy = self.view.diagnosis, bool(self.view.busy)
        step = self._selection.shown_step(diagnosis, busy=busy)
        self.query_one("#steps", StepList).show(self.view, step)
        panel = self.query_one("#finding", FindingPanel)
        node = self._selection.shown_node(diagnosis, busy=busy)
        panel.show(self.view, step=step, node=node, listing=self._selection.listing)
