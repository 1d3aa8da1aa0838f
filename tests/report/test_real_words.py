"""The report speaks with the words that are shipped, and finds every one of them."""

from __future__ import annotations

import datetime as dt

import pytest

from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import CardKind, FactStatus, PinState, ReaderKind, ServiceState, SessionKind
from jpkidoctor.files import WriteProblem
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.envelope import redacted_report
from jpkidoctor.report.formats import ReportFormat, render
from jpkidoctor.report.plain import plain_lines
from jpkidoctor.report.preview import preview
from jpkidoctor.report.read import ReadProblem
from jpkidoctor.report.redact import redact
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


@pytest.mark.parametrize("form", list(ReportFormat))
def test_a_report_of_many_faults_has_every_word(facts, real, form):
    report = redacted_report(facts, lambda _: everything_fails(real), real)
    text = render(report, form, real, FakePins(), windows=True).decode("utf-8-sig")
    # Evidence is missing here, so a title may show a blank by its name; a message id may not appear.
    assert f"{UNKNOWN_WORD}report." not in text
    assert f"{UNKNOWN_WORD}status." not in text
    assert not [canary for canary in CANARIES if canary in text]


def test_a_model_is_spoken_by_its_title(facts, real):
    report = redacted_report(facts, lambda _: Diagnosis(findings=()), real)
    tables = {table.id: table for table in build_view(report, real, FakePins()).tables}
    assert tables["readers"].rows[0][2] not in ("", "{model}")


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
