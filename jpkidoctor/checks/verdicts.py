"""The few ways a check can answer, so that each check reads like its sentence in the flow."""

from __future__ import annotations

from jpkidoctor.diagnosis import Evidence, Finding, Status
from jpkidoctor.facts import Fact, FactStatus

Param = str | int


def seen(key: str, **params: Param) -> Evidence:
    """One thing that was seen; ``key`` is a sentence of ``evidence.toml``."""
    return Evidence(key, dict(params))


def ok(node: str, *evidence: Evidence) -> Finding:
    """This layer works."""
    return Finding(id=node, status=Status.OK, evidence=evidence)


def attention(node: str, *evidence: Evidence, variant: str = "") -> Finding:
    """Works, but should be looked at."""
    return Finding(id=node, status=Status.ATTENTION, evidence=evidence, variant=variant)


def failed(node: str, *evidence: Evidence, variant: str = "") -> Finding:
    """Broken."""
    return Finding(id=node, status=Status.FAILED, evidence=evidence, variant=variant)


def unknown(node: str, *evidence: Evidence) -> Finding:
    """Cannot be judged from these facts."""
    return Finding(id=node, status=Status.UNKNOWN, evidence=evidence)


def not_applicable(node: str, *evidence: Evidence) -> Finding:
    """Has no meaning for this computer, reader or card."""
    return Finding(id=node, status=Status.NOT_APPLICABLE, evidence=evidence)


def unobserved(node: str, fact: Fact, name: str) -> Finding:  # type: ignore[type-arg]
    """The fact a check needs was not observed: unknown, and why. ``not_applicable`` stays what it is."""
    if fact.status is FactStatus.NOT_APPLICABLE:
        return not_applicable(node)
    return unknown(node, seen("unobserved", fact=name, status=fact.status.value, note=fact.note))


def waits_for(node: str, step: str) -> Finding:
    """Cannot be looked at before a layer below works."""
    return unknown(node, seen("waits_for", step=step))
