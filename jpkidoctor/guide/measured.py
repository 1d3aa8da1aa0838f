"""What an examination says to a call: which causes it rules out or points at, which questions it makes needless."""

from __future__ import annotations

from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.guide.tables import Guide, Weights
from jpkidoctor.guide.types import Limits, Question

ALL_WELL = "L-01"
"""Node of "everything here is well": its good state is a cause of the call, not an excluded one."""


def measured_factors(guide: Guide, measured: Diagnosis | None) -> Weights:
    """One factor a cause; 1 for what was not measured or could not be judged."""
    if measured is None:
        return (1.0,) * len(guide.causes)
    findings = {finding.id: finding for finding in measured.findings}
    return tuple(
        _of_all_well(measured, guide.limits)
        if cause.node == ALL_WELL
        else _of_finding(findings.get(cause.node), measured, guide.limits)
        for cause in guide.causes
    )


def settles(measured: Diagnosis | None, question: Question) -> bool:
    """True when findings have decided everything that a question is about."""
    if measured is None:
        return False
    nodes = (question.node,) if question.settled_by is None else question.settled_by
    status = {finding.id: finding.status for finding in measured.findings}
    return bool(nodes) and all(status.get(node, Status.UNKNOWN) is not Status.UNKNOWN for node in nodes)


def _of_finding(finding: Finding | None, measured: Diagnosis, limits: Limits) -> float:
    if finding is None:
        return 1.0
    match finding.status:
        case Status.OK | Status.NOT_APPLICABLE:
            return limits.ruled_out
        case Status.ATTENTION:
            return limits.attention
        case Status.FAILED if finding.id == measured.first_cause:
            return limits.first_cause
        case Status.FAILED:
            return limits.follows if finding.because else limits.failed
    return 1.0


def _of_all_well(measured: Diagnosis, limits: Limits) -> float:
    if measured.failed:
        return 1 / limits.all_well
    found = next((f.status for f in measured.findings if f.id == ALL_WELL), Status.UNKNOWN)
    return limits.all_well if found is Status.OK else 1.0
