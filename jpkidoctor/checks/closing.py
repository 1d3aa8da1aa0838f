"""L: the last word, made of the findings before it."""

from __future__ import annotations

from collections.abc import Mapping

from jpkidoctor.checks.verdicts import not_applicable, ok, seen, unknown
from jpkidoctor.diagnosis import Evidence, Finding, Status

NEEDED = ("B-01", "C-01", "E-01", "E-03", "G-04", "G-05", "J-01", "J-02")
"""What must have been looked at before anyone may be told that card, reader and software are in order."""

_PENDING = "pending"
"""Note of a fact that is being looked at while the others are shown already (``look.PENDING``)."""


def all_is_well(findings: Mapping[str, Finding]) -> Finding:
    """L-01. Said only when nothing failed and the layers that decide were really examined."""
    node = "L-01"
    if any(finding.status is Status.FAILED for finding in findings.values()):
        return not_applicable(node)
    missing = [need for need in NEEDED if need not in findings or findings[need].status is Status.UNKNOWN]
    missing += [finding.id for finding in findings.values() if _is_awaited(finding) and finding.id not in missing]
    if missing:
        return unknown(node, *(seen("not_judged", node=need) for need in missing))
    caution = [finding for finding in findings.values() if finding.status is Status.ATTENTION]
    return ok(node, *(_caution(finding) for finding in caution))


def _is_awaited(finding: Finding) -> bool:
    """It is being looked at now, and may still turn out to be the cause."""
    if finding.status is not Status.UNKNOWN:
        return False
    return any(evidence.params.get("note") == _PENDING for evidence in finding.evidence)


def _caution(finding: Finding) -> Evidence:
    """With its variant: the general words of a node may speak of another fault."""
    if not finding.variant:
        return seen("caution", node=finding.id)
    return seen("caution", node=finding.id, variant=finding.variant)
