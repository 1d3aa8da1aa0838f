"""What the person looks at. Until they move, the screen follows the diagnosis; after that it stays put."""

from __future__ import annotations

from dataclasses import dataclass

from jpkidoctor.diagnosis import Diagnosis
from jpkidoctor.knowledge.flow import Flow
from jpkidoctor.screens.flow_state import main_finding, resting_node, step_of


@dataclass(frozen=True, slots=True)
class Selection:
    """``step`` empty: follow the diagnosis. ``node`` empty: the step's own page. ``listing``: its list of nodes."""

    step: str = ""
    node: str = ""
    listing: bool = False

    @property
    def following(self) -> bool:
        return not self.step

    def shown_step(self, diagnosis: Diagnosis | None, *, busy: bool = False) -> str:
        """Letter of the step that is marked in the list, empty before anything is known."""
        if self.step:
            return self.step
        node = resting_node(diagnosis, busy=busy)
        return step_of(node) if node else ""

    def shown_node(self, diagnosis: Diagnosis | None, *, busy: bool = False) -> str:
        """Id of the node whose page is shown, empty for a list of nodes or before anything is known."""
        if self.node:
            return self.node
        if self.following:
            return resting_node(diagnosis, busy=busy) or ""
        if self.listing:
            return ""
        finding = main_finding(diagnosis, self.step)
        return finding.id if finding else ""

    def to_step(self, step: str) -> Selection:
        """The person moved to a step."""
        return Selection(step=step)

    def to_list(self, diagnosis: Diagnosis | None) -> Selection:
        """The person asked for the nodes of the step that is shown."""
        step = self.shown_step(diagnosis)
        return Selection(step=step, listing=True) if step else self

    def to_node(self, node: str) -> Selection:
        """The person opened one node."""
        return Selection(step=step_of(node), node=node, listing=True)

    def back(self) -> Selection:
        """One level up: node, list, step; a step stays."""
        if self.node and self.listing:
            return Selection(step=self.step, listing=True)
        return Selection(step=self.step)


def nth_node(flow: Flow, step: str, number: int) -> str:
    """The id ``D-03`` for step D and 3, empty when the flow has no such node."""
    wanted = f"{step}-{number:02d}"
    return wanted if wanted in flow.nodes else ""
