"""The report speaks with the words that are shipped, and finds every one of them."""

from __future__ import annotations

import datetime as dt

import pytest

from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import CardKind, FactStatus, PinState, ReaderKind, ServiceState, SessionKind
from jpkidoctor.files import WriteProblem
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.envelope import encode_json, redacted_report
from jpkidoctor.report.html import render_html
from jpkidoctor.report.markdown import render_markdown
from jpkidoctor.report.plain import plain_lines
from jpkidoctor.report.preview import preview
from jpkidoctor.report.read import ReadProblem
from jpkidoctor.report.redact import redact
from jpkidoctor.report.text import render_text
from jpkidoctor.report.view import build_view
from tests.report.conftest import CANARIES, FakePins

UNKNOWN_WORD = "\u2039"
"""What the words put around an id that has no sentence."""


@pytest.fixture(name="real", params=["ja", "en"])
def shipped_words(request):
    return load_words(request.param)


def everything_fails(words):
    nodes = [node for node in words.flow.nodes if not node.startswith("A")]
    return Diagnosis(findings=tuple(Finding(id=node, status=Status.FAILED) for node in nodes), first_cause=nodes[0])


@pytest.mark.parametrize("render", [render_html, render_markdown, render_text])
def test_a_report_of_many_faults_has_every_word(facts, real, render):
    report = redacted_report(facts, lambda _: everything_fails(real), real)
    text = render(build_view(report, real, FakePins()))
    # Evidence is missing here, so a title may show a blank by its name; a message id may not appear.
    assert f"{UNKNOWN_WORD}report." not in text
    assert f"{UNKNOWN_WORD}status." not in text
    assert not [canary for canary in CANARIES if canary in text]


def test_a_model_is_spoken_by_its_title(facts, real):
    report = redacted_report(facts, lambda _: Diagnosis(findings=()), real)
    tables = {table.id: table for table in build_view(report, real, FakePins()).tables}
    assert tables["readers"].rows[0][2] not in ("", "sony-rc-s300-p")


def test_plain_and_preview_have_every_word(facts, real):
    report = redacted_report(facts, lambda _: everything_fails(real), real)
    for line in plain_lines(build_view(report, real, FakePins())):
        line.encode("cp932")
    for row in preview(facts, redact(facts), real):
        assert UNKNOWN_WORD not in row.label + row.sent + row.note


def test_every_word_made_from_an_enum_exists(real):
    for prefix, members in (
        ("report.card_kind", CardKind),
        ("report.fact", FactStatus),
        ("report.pin", [state for state in PinState if state is not PinState.TRIES]),
        ("report.reader_kind", ReaderKind),
        ("report.service", ServiceState),
        ("report.session", SessionKind),
        ("report.read", ReadProblem),
        ("report.write", WriteProblem),
        ("status", Status),
    ):
        for member in members:
            said = real.text(f"{prefix}.{member.value}", path="p", at="$")
            assert UNKNOWN_WORD not in said, (prefix, member)


def test_taken_at_is_japanese_time(facts, real):
    assert facts.taken_at == dt.datetime(2026, 11, 23, 1, 42, tzinfo=dt.UTC)
    report = redacted_report(facts, lambda _: Diagnosis(findings=()), real)
    assert "2026-11-23 10:42 JST" in build_view(report, real, FakePins()).taken


def test_the_real_judge_and_tables_fit(facts, real):
    judge = load_judge()
    report = redacted_report(facts, judge, real)
    view = build_view(report, real, judge.known)
    assert report.first_cause == "G-04"
    assert view.lead is not None and view.lead.steps
    for text in (encode_json(report).decode(), render_html(view), render_text(view), *plain_lines(view)):
        assert UNKNOWN_WORD not in text
        assert not [canary for canary in CANARIES if canary in text]


def test_redaction_does_not_change_the_verdict(facts):
    judge = load_judge()
    assert judge(redact(facts).facts).first_cause == judge(facts).first_cause
    statuses = [finding.status for finding in judge(facts).findings]
    assert [finding.status for finding in judge(redact(facts).facts).findings] == statuses
