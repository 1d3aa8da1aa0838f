"""What the list of steps says: the state of each step made of its findings, and where the screen rests."""

from __future__ import annotations

from typing import Literal

from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.look import PENDING
from jpkidoctor.screens.view import View

ALL_WELL = "L-01"
"""The closing node: card, reader and software are in order (portal-knowledge.md §10 L)."""

State = Literal["ok", "attention", "failed", "unknown", "not_applicable", "pending", "looking", "ask"]
"""A status, or: ``pending`` not examined yet, ``looking`` being examined now, ``ask`` never examined by a program, a
person is asked."""

_HEAVIEST_FIRST: tuple[State, ...] = ("failed", "looking", "attention", "unknown", "ok", "not_applicable", "pending")
_SHOWN: dict[Status, State] = {
    Status.OK: "ok",
    Status.ATTENTION: "attention",
    Status.FAILED: "failed",
    Status.UNKNOWN: "unknown",
    Status.NOT_APPLICABLE: "not_applicable",
}
_WAITS = "waits_for"
"""Evidence of a check that could not begin because an earlier step failed."""


def step_of(node: str) -> str:
    """``D`` of ``D-03``."""
    return node.partition("-")[0]


def findings_of(diagnosis: Diagnosis | None, step: str) -> tuple[Finding, ...]:
    """The findings of one step, in flow order."""
    if diagnosis is None:
        return ()
    return tuple(f for f in diagnosis.findings if step_of(f.id) == step)


def shown_state(finding: Finding) -> State:
    """State of one finding.

    A failure that only follows from a deeper one (``because``) is shown as unknown: it was not really judged. An
    unknown that waits for an earlier step is shown as not examined yet, and so is the closing page until all is well.
    One that waits for a fact that is slow to see is shown as being looked at.
    """
    if finding.status is Status.FAILED and finding.because:
        return "unknown"
    if finding.id == ALL_WELL and finding.status is not Status.OK:
        return "pending"
    if finding.status is Status.UNKNOWN and any(item.key.endswith(_WAITS) for item in finding.evidence):
        return "pending"
    if finding.status is Status.UNKNOWN and any(item.params.get("note") == PENDING.note for item in finding.evidence):
        return "looking"
    return _SHOWN[finding.status]


def step_state(diagnosis: Diagnosis | None, step: str) -> State:
    """The heaviest state among a step's findings; a step without any is one to ask about."""
    if diagnosis is None or not diagnosis.findings:
        return "pending"
    states = {shown_state(finding) for finding in findings_of(diagnosis, step)}
    return next((state for state in _HEAVIEST_FIRST if state in states), "ask")


def node_state(view: View, node: str) -> State:
    """State of one node, also when no check looked at it."""
    finding = view.finding(node)
    if finding is not None:
        return shown_state(finding)
    return "ask" if view.diagnosis is not None and view.diagnosis.findings else "pending"


def state_word(view: View, state: State) -> str:
    """The state in the person's language."""
    return view.say("state.ask") if state == "ask" else view.words.text(f"status.{state}")


def resting_node(diagnosis: Diagnosis | None, *, busy: bool = False) -> str | None:
    """Where the screen rests by itself: the first cause, else the closing page.

    None while nothing is known, and while something is still being read and nothing is wrong so far.
    """
    if diagnosis is None:
        return None
    if diagnosis.first_cause:
        return diagnosis.first_cause
    closing = next((f for f in diagnosis.findings if f.id == ALL_WELL), None)
    if closing is None or (busy and closing.status is not Status.OK):
        return None
    return closing.id


def main_finding(diagnosis: Diagnosis | None, step: str) -> Finding | None:
    """The finding a step is opened on: the first cause, else its heaviest failure or warning, else None."""
    findings = findings_of(diagnosis, step)
    if diagnosis is not None:
        for finding in findings:
            if finding.id == diagnosis.first_cause or finding.id == ALL_WELL:
                return finding
    for wanted in ("failed", "attention"):
        for finding in findings:
            if shown_state(finding) == wanted:
                return finding
    return None
