"""The report as data: one versioned envelope around facts and worded findings.

JSON is this envelope written out; every other format is made of the same object, so all of them carry the
same sentences and the same checksum.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import Struct

from jpkidoctor.diagnosis import Diagnosis, Evidence, Finding, Status
from jpkidoctor.facts import Facts, OsFamily
from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.types import Who
from jpkidoctor.privacy import Public
from jpkidoctor.report.clean import clean
from jpkidoctor.report.redact import redact
from jpkidoctor.report.words import ReportWords
from jpkidoctor.support_code.encode import encode

REPORT_SCHEMA: Literal["jpkidoctor.report/1"] = "jpkidoctor.report/1"

Judge = Callable[[Facts], Diagnosis]
"""Makes a diagnosis of facts: ``checks.flow.diagnose`` with its tables already given."""


CLOSING_NODE = "L-01"
"""Judged ok only when nothing is broken; then it tells whom to call next, as a failure tells what to mend."""


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class ToolPart(_Part, frozen=True, kw_only=True):
    """Which program wrote the report."""

    name: Public = "jpkidoctor"
    version: Public


class EvidencePart(_Part, frozen=True, kw_only=True):
    """One thing a finding rests on, as id and blanks and as a sentence."""

    key: Public
    params: dict[str, str | int]
    text: str


class FixPart(_Part, frozen=True, kw_only=True):
    """Who can mend it, and how; both empty when there is nothing to mend."""

    who: tuple[Who, ...] = ()
    steps: tuple[str, ...] = ()


class FindingPart(_Part, frozen=True, kw_only=True):
    """One finding in words. ``title`` is the fault, or the healthy state of a finding that is ``ok``."""

    id: Public
    status: Status
    title: str
    variant: Public = ""
    because: Public = ""
    evidence: tuple[EvidencePart, ...] = ()
    meaning: str = ""
    fix: FixPart = FixPart()


class Report(_Part, frozen=True, kw_only=True):
    """One examination with its findings in words."""

    schema: Literal["jpkidoctor.report/1"] = REPORT_SCHEMA
    tool: ToolPart
    taken_at: dt.datetime
    first_cause: Public | None
    findings: tuple[FindingPart, ...]
    facts: Facts
    checksum: Public
    """Two groups of four digits (``4821 0937``): see ``checksum_of``."""
    support_code: Public = ""
    """Groups of four digits: the findings for the telephone. Empty in reports older than the code."""

    @property
    def first(self) -> FindingPart | None:
        """The finding that is the first cause."""
        return next((f for f in self.findings if f.id == self.first_cause), None)


def build_report(facts: Facts, diagnosis: Diagnosis, words: ReportWords) -> Report:
    """Word a diagnosis. Every string of the result is harmless (``safe_text``); nothing is hidden here."""
    facts = clean(facts)
    system = facts.host.os.value
    family = system.family if system else OsFamily.OTHER
    report = Report(
        tool=ToolPart(version=facts.tool_version),
        taken_at=facts.taken_at,
        first_cause=diagnosis.first_cause,
        findings=tuple(worded_finding(finding, family, words) for finding in diagnosis.findings),
        facts=facts,
        checksum="",
        support_code=encode(facts, diagnosis).grouped,
    )
    report = clean(report)
    return msgspec.structs.replace(report, checksum=checksum_of(report))


def redacted_report(facts: Facts, judge: Judge, words: ReportWords) -> Report:
    """A report that a stranger may read.

    The facts are redacted first and judged again, so no finding's evidence can hold what was hidden.
    """
    public = redact(facts).facts
    return build_report(public, judge(public), words)


def checksum_of(report: Report) -> str:
    """Eight digits in two groups, short enough to say on the telephone.

    They are the first 8 bytes of SHA-256, as a big-endian number modulo 10^8, over the report's JSON with an
    empty checksum, without white space, fields in the order of the types and other keys sorted, and without a
    support code that is empty (older reports have no such field). They tell two copies of one report from two
    reports, and a damaged file from a whole one; they do not prove who wrote it.
    """
    content = msgspec.json.encode(msgspec.structs.replace(report, checksum=""), order="deterministic")
    if not report.support_code:
        content = content.removesuffix(b',"support_code":""}') + b"}"  # it is the last field
    number = int.from_bytes(hashlib.sha256(content).digest()[:8], "big") % 10**8
    return f"{number // 10**4:04} {number % 10**4:04}"


def encode_json(report: Report) -> bytes:
    """The report as indented UTF-8 JSON, keys in the order of the types, with a line feed at the end."""
    return indented(report)


def json_schema() -> dict[str, Any]:
    """JSON Schema of the report, facts included; ``x-privacy`` tells how private a string is."""
    return msgspec.json.schema(Report)


def worded_finding(finding: Finding, family: OsFamily, words: ReportWords) -> FindingPart:
    """One finding in words, with what to do on one family of systems."""
    healthy = finding.status is Status.OK
    advised = finding.status in (Status.FAILED, Status.ATTENTION) or (healthy and finding.id == CLOSING_NODE)
    return FindingPart(
        id=finding.id,
        status=finding.status,
        title=words.ok(finding.id) if healthy else words.title(finding),
        variant=finding.variant,
        because=finding.because,
        evidence=tuple(_worded_evidence(evidence, words) for evidence in finding.evidence),
        meaning=words.meaning(finding) if advised else "",
        fix=FixPart(who=words.who(finding.id, finding.variant), steps=words.steps(finding.id, finding.variant, family))
        if advised
        else FixPart(),
    )


def _worded_evidence(evidence: Evidence, words: ReportWords) -> EvidencePart:
    return EvidencePart(key=evidence.key, params=dict(evidence.params), text=words.evidence(evidence))
