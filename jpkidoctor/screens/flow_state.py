"""What the list of steps says: the state of each step made of its findings, and where the screen rests."""

from __future__ import annotations

from collections.abc import Iterable

from jpkidoctor.diagnosis import Diagnosis, Finding, Status

ALL_WELL = "L-01"
"""The closing node: card, reader and software are in order (portal-knowledge.md §10 L)."""

_HEAVIEST_FIRST = (Status.FAILED, Status.ATTENTION, Status.UNKNOWN, Status.OK, Status.NOT_APPLICABLE)

PENDING = "pending"


def step_of(node: str) -> str:
    """``D`` of ``D-03``."""
    return node.partition("-")[0]


def findings_of(diagnosis: Diagnosis | None, step: str) -> tuple[Finding, ...]:
    """The findings of one step, in flow order."""
    if diagnosis is None:
        return ()
    return tuple(f for f in diagnosis.findings if step_of(f.id) == step)


def step_state(findings: Iterable[Finding]) -> str:
    """The heaviest state among a step's findings, as the end of a ``status.`` key; ``pending`` without any.

    """
    states = {shown_status(finding) for finding in findings}
    return next((status.value for status in _HEAVIEST_FIRST if status in states), PENDING)


def shown_status(finding: Finding) -> Status:
    """A failure that only follows from a deeper one (``because``) is shown as unknown: it was not really judged."""
    return Status.UNKNOWN if finding.status is Status.FAILED and finding.because else finding.status


def resting_node(diagnosis: Diagnosis | None) -> str | None:
    """Where the screen rests by itself: the first cause, else the closing page, None while nothing is known."""
    if diagnosis is None:
        return None
    if diagnosis.first_cause:
        return diagnosis.first_cause
    return next((f.id for f in diagnosis.findings if f.id == ALL_WELL), None)


def main_finding(diagnosis: Diagnosis | None, step: str) -> Finding | None:
    """The finding a step is opened on: the first cause, else its heaviest failure or warning, else None."""
    findings = findings_of(diagnosis, step)
    if diagnosis is not None:
        for finding in findings:
            if finding.id == diagnosis.first_cause or finding.id == ALL_WELL:
                return finding
    for wanted in (Status.FAILED, Status.ATTENTION):
        for finding in findings:
            if finding.status is wanted:
                return finding
    return None
