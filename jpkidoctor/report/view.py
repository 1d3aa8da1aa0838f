"""What a report shows, in words and in order: the one thing that HTML, Markdown, text and plain lines draw.

Every string here is already worded in one language and harmless; a format only adds its own signs and escapes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import FactStatus
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.report.envelope import CLOSING_NODE, FindingPart, Report
from jpkidoctor.report.tables import Table, card_table, certificate_table, computer_table, pin_table, reader_table
from jpkidoctor.report.times import local_time
from jpkidoctor.report.words import PinTable, ReportWords

_WORST_FIRST = (Status.FAILED, Status.ATTENTION, Status.UNKNOWN, Status.OK, Status.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Headings:
    """Titles of the parts of a report."""

    seen: str
    meaning: str
    todo: str
    who: str
    all_steps: str
    step: str
    status: str
    details: str
    remarks: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding in words."""

    id: str
    status: Status
    status_word: str
    title: str
    summary: str
    """The finding on one line: id, status, title, and why where that helps."""
    because: str
    """A sentence that names the deeper cause, or empty."""
    seen: tuple[str, ...]
    meaning: str
    who: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One layer of the flow with its findings, worst status first named."""

    id: str
    title: str
    status: Status
    status_word: str
    findings: tuple[FindingView, ...]
    ok_text: str
    """How many findings are healthy, in words; empty when none."""

    @property
    def noteworthy(self) -> tuple[FindingView, ...]:
        """The findings that are neither healthy nor without meaning here."""
        return tuple(f for f in self.findings if f.status not in (Status.OK, Status.NOT_APPLICABLE))


@dataclass(frozen=True, slots=True)
class ReportView:
    """A whole report in words."""

    lang: Lang
    title: str
    taken: str
    answer: str
    """The answer in one sentence: what is wrong, or that nothing is."""
    status: Status
    """Of the answer."""
    lead: FindingView | None
    """What to act on: the first cause, or with nothing broken the closing finding, which says whom to call."""
    others: tuple[FindingView, ...]
    """What else needs somebody's hands: failures with a cause of their own, then points of attention."""
    steps: tuple[StepView, ...]
    tables: tuple[Table, ...]
    remarks: tuple[str, ...]
    """What this report cannot say, and what was hidden."""
    end: str
    """The end-of-report line with the checksum."""
    footer: str
    headings: Headings
    support_code: str
    """Groups of four digits; empty in reports older than the code."""
    code_line: str
    """``対応番号: 4821 0937 5510``, or empty."""


def build_view(report: Report, words: ReportWords, pins: PinTable) -> ReportView:
    """Put a report in order for reading. ``words`` should speak the language the report was worded in."""
    findings = tuple(_finding(part, words) for part in report.findings)
    lead = _lead(report, findings)
    status, answer = _answer(report, lead, words)
    return ReportView(
        lang=words.lang,
        title=words.text("report.title"),
        taken=words.text("report.taken", time=local_time(report.taken_at), version=report.tool.version),
        answer=answer,
        status=status,
        lead=lead,
        others=_others(findings, lead),
        steps=_steps(findings, words),
        tables=_tables(report, words, pins),
        remarks=_remarks(report, words),
        end=words.text("report.end", checksum=report.checksum),
        footer=words.text("report.footer"),
        headings=_headings(words),
        support_code=report.support_code,
        code_line=words.text("report.code", code=report.support_code) if report.support_code else "",
    )


def _finding(part: FindingPart, words: ReportWords) -> FindingView:
    unknown = part.status is Status.UNKNOWN
    # The title names the fault; of a finding that could not be judged it must not sound like a verdict.
    title = words.text("report.unknown", title=part.title) if unknown else part.title
    because = words.text("report.because", node=part.because) if part.because else ""
    status_word = words.text(f"status.{part.status.value}")
    seen = tuple(evidence.text for evidence in part.evidence)
    why = because or (" ".join(seen) if unknown else "")
    return FindingView(
        id=part.id,
        status=part.status,
        status_word=status_word,
        title=title,
        summary=f"{part.id} {status_word}: {title} {why}".rstrip(),
        because=because,
        seen=seen,
        meaning=part.meaning,
        who=words.who_text(part.fix.who) if part.fix.who else "",
        steps=part.fix.steps,
    )


def _lead(report: Report, findings: tuple[FindingView, ...]) -> FindingView | None:
    """What a reader should act on: the first cause, else the closing finding when all is well."""
    if report.first is not None:
        return next(f for f in findings if f.id == report.first.id)
    return next((f for f in findings if f.id == CLOSING_NODE and f.status is Status.OK), None)


def _answer(report: Report, lead: FindingView | None, words: ReportWords) -> tuple[Status, str]:
    counts = Counter(part.status for part in report.findings)
    failures, cautions = counts[Status.FAILED], counts[Status.ATTENTION]
    if report.first is not None and lead is not None:
        return lead.status, words.text("report.answer.failed", node=lead.id, title=lead.title)
    if failures:
        return Status.FAILED, words.text("report.answer.failed_count", count=failures)
    if lead is not None:
        if not cautions:
            return Status.OK, lead.title
        return Status.ATTENTION, f"{lead.title} {words.text('report.answer.attention', count=cautions)}"
    if report.facts.card.status is not FactStatus.OK:
        return Status.UNKNOWN, words.text("report.answer.no_card")
    status = Status.ATTENTION if cautions else Status.UNKNOWN
    return status, words.text("report.answer.not_all", attention=cautions, unknown=counts[Status.UNKNOWN])


def _others(findings: tuple[FindingView, ...], lead: FindingView | None) -> tuple[FindingView, ...]:
    # A failure that follows from a deeper one goes away with it, so it gets no instructions of its own.
    own = [f for f in findings if f is not lead and not f.because]
    return tuple(f for status in (Status.FAILED, Status.ATTENTION) for f in own if f.status is status)


def _steps(findings: tuple[FindingView, ...], words: ReportWords) -> tuple[StepView, ...]:
    by_step: dict[str, list[FindingView]] = {}
    for finding in findings:
        by_step.setdefault(finding.id.partition("-")[0], []).append(finding)
    return tuple(_step(step, tuple(members), words) for step, members in by_step.items())


def _step(step: str, findings: tuple[FindingView, ...], words: ReportWords) -> StepView:
    worst = min((f.status for f in findings), key=_WORST_FIRST.index)
    healthy = sum(f.status is Status.OK for f in findings)
    return StepView(
        id=step,
        title=words.step_title(step),
        status=worst,
        status_word=words.text(f"status.{worst.value}"),
        findings=findings,
        ok_text=words.text("report.ok_count", count=healthy) if healthy else "",
    )


def _tables(report: Report, words: ReportWords, pins: PinTable) -> tuple[Table, ...]:
    facts = report.facts
    return (
        pin_table(facts, words, pins),
        certificate_table(facts, words),
        card_table(facts, words),
        reader_table(facts, words),
        computer_table(facts, words),
    )


def _remarks(report: Report, words: ReportWords) -> tuple[str, ...]:
    privacy = "report.remark.redacted" if report.facts.redacted else "report.remark.not_redacted"
    return tuple(words.text(key) for key in ("report.remark.revocation", "report.remark.no_pin", privacy))


def _headings(words: ReportWords) -> Headings:
    def heading(name: str) -> str:
        return words.text(f"report.heading.{name}")

    return Headings(
        seen=heading("seen"),
        meaning=heading("meaning"),
        todo=heading("todo"),
        who=heading("who"),
        all_steps=heading("all_steps"),
        step=heading("step"),
        status=heading("status"),
        details=heading("details"),
        remarks=heading("remarks"),
    )
