"""Findings and the diagnosis made of them. Ids and codes only; the words live in ``knowledge/``."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from jpkidoctor.privacy import Public


class Status(StrEnum):
    """State of one step of the flow."""

    OK = "ok"
    ATTENTION = "attention"
    """Works, but should be looked at. Never the first cause."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Could not be judged; the evidence says why. Never becomes a failure."""
    NOT_APPLICABLE = "not_applicable"


class Evidence(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing a finding rests on: a sentence id of ``evidence.toml`` and what fills its blanks."""

    key: Public
    params: dict[str, str | int] = {}


class Finding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The judgement of one node of the flow (``C-03``)."""

    id: Public
    status: Status
    evidence: tuple[Evidence, ...] = ()
    variant: Public = ""
    """Which wording of the node fits (``polkit``); empty is the general one."""
    because: Public = ""
    """Id of the deeper failed finding that explains this failure, else empty."""


class Diagnosis(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All findings in flow order, and the first thing that is really broken."""

    findings: tuple[Finding, ...]
    first_cause: Public | None = None

    def finding(self, node: str) -> Finding:
        """The finding of one node. Raises KeyError for an id that is not in the flow."""
        for finding in self.findings:
            if finding.id == node:
                return finding
        raise KeyError(node)

    @property
    def failed(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.status is Status.FAILED)
