"""The left side: the steps of the flow, each with its letter, short title and state in words."""

from __future__ import annotations

from collections.abc import Iterable

from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.flow_state import node_state, state_word, step_state
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.themes import STATUS_STYLES
from jpkidoctor.screens.view import View

STATUS_CELLS = 7
"""The widest status word, 未確認 or ``unknown``, in cells."""


class StepList(ChoiceList):
    """Rows of steps. Narrow lists show the letter and the state only."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: View | None = None
        self._chosen = ""

    def show(self, view: View, chosen: str) -> None:
        """Show the state of every step and mark one."""
        self._view, self._chosen = view, chosen
        self.put([self._row(view, step.id) for step in view.flow.steps], chosen or None)

    def on_resize(self) -> None:
        """Another width has room for other titles."""
        if self._view is not None:
            self.show(self._view, self._chosen)

    def _row(self, view: View, step: str) -> Choice:
        state = step_state(view.diagnosis, step)
        word = fit(state_word(view, state), STATUS_CELLS)
        # The mark, the letter and two blanks stand before the title; one blank and the state after it.
        room = self.content_region.width - 4 - STATUS_CELLS - 1
        if room < 8:
            return Choice(step, (f"{step} ", (word, STATUS_STYLES[state])))
        title = view.words.step_title(step) if room >= 24 else view.words.step_short(step)
        return Choice(step, (f"{step}  {fit(title, room)} ", (word, STATUS_STYLES[state])))


class NodeList(ChoiceList):
    """All nodes of one step, examined or not: id, state, and the fault's title or the healthy sentence."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: View | None = None
        self._step = ""

    def show(self, view: View, step: str, chosen: str) -> None:
        """Show the nodes of a step and mark one."""
        self._view, self._step = view, step
        self.put(list(self._rows_of(view, step)), chosen or None)

    def on_resize(self) -> None:
        """The width comes some time after the list was shown."""
        if self._view is not None:
            self.show(self._view, self._step, self.chosen)

    def _rows_of(self, view: View, step: str) -> Iterable[Choice]:
        room = max(self.content_region.width - 1 - 6 - STATUS_CELLS - 1, 10)
        for node in view.flow.nodes_of(step):
            state = node_state(view, node.id)
            finding = view.finding(node.id)
            if state == "ok":
                text = view.words.ok(node.id)
            else:
                text = view.words.title(finding) if finding else node.title.get(view.words.lang)
            word = fit(state_word(view, state), STATUS_CELLS)
            yield Choice(node.id, (f"{node.id}  ", (word, STATUS_STYLES[state]), f" {fit(text, room)}"))
