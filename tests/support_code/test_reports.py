"""Every report carries the code, and reports older than the code are still whole."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from jpkidoctor.commands.formats import encode as encode_report
from jpkidoctor.commands.report_desk import Desk
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.envelope import encode_json, redacted_report
from jpkidoctor.report.plain import plain_lines
from jpkidoctor.report.read import parse_report, read_report
from jpkidoctor.report.view import build_view
from jpkidoctor.screens.spoken_code import spoken_lines
from jpkidoctor.simulator.scenario import find_scenario
from jpkidoctor.support_code import qr
from jpkidoctor.support_code.decode import decode
from tests.scenarios.practice_run import Run, run_once

HERE = Path("report.json")


@pytest.fixture(scope="module")
def case(keys) -> Run:
    name = "card-upside-down"
    return run_once(name, find_scenario(name), keys)


@pytest.fixture(scope="module")
def code(case) -> str:
    return Desk().support_code(case.facts, case.diagnosis)


@pytest.mark.parametrize("form", ["json", "html", "md", "txt"])
def test_every_format_has_the_code(case, code, form):
    judge, words = load_judge(), load_words("ja")
    text = encode_report(redacted_report(case.facts, judge, words), form, words, judge.known).decode()
    assert decode(code).first_cause == case.diagnosis.first_cause
    assert f'"support_code": "{code}"' in text if form == "json" else f"対応番号: {code}" in text


def test_html_has_the_qr_code_of_the_digits(case, code):
    judge, words = load_judge(), load_words("ja")
    text = encode_report(redacted_report(case.facts, judge, words), "html", words, judge.known).decode()
    assert qr.svg(code.replace(" ", ""), f"対応番号: {code}") in text


def test_plain_ends_with_it(case, code):
    judge, words = load_judge(), load_words("ja")
    lines = list(plain_lines(build_view(redacted_report(case.facts, judge, words), words, judge.known)))
    assert lines[-1] == f"対応番号: {code}"


def test_a_report_from_before_the_code_is_whole_and_shows_none():
    """The file was written by the last program that knew no codes."""
    judge, words = load_judge(), load_words("ja")
    saved = read_report(Path(__file__).with_name("report_before_codes.json"))
    assert saved.report is not None
    assert saved.checksum_matches
    assert saved.report.support_code == ""
    for form in ("html", "md", "txt"):
        assert "対応番号" not in encode_report(saved.report, form, words, judge.known).decode()


def test_a_changed_code_breaks_the_check_number(case):
    judge, words = load_judge(), load_words("ja")
    data = json.loads(encode_json(redacted_report(case.facts, judge, words)))
    data["support_code"] = "1050 1264 0564 0000"
    assert not parse_report(json.dumps(data).encode(), HERE).checksum_matches


def test_a_strangers_text_in_place_of_a_code_is_harmless_in_html(case):
    judge, words = load_judge(), load_words("ja")
    report = msgspec.structs.replace(redacted_report(case.facts, judge, words), support_code="<script>1")
    text = encode_report(report, "html", words, judge.known).decode()
    assert "<script" not in text
    assert "&lt;script&gt;1" in text
    digits = msgspec.structs.replace(report, support_code="1" * 20_000)
    assert encode_report(digits, "html", words, judge.known)


@pytest.mark.parametrize(
    "columns,lines",
    [
        (24, ("４８２１  ０９３７", "５５１０")),
        (38, ("４８２１  ０９３７  ５５１０",)),
        (12, ("4821 0937", "5510")),
        (6, ("4821", "0937", "5510")),
        (1, ("4821", "0937", "5510")),
    ],
)
def test_the_screen_shows_it_as_large_as_there_is_room_and_breaks_between_groups(columns, lines):
    assert spoken_lines("4821 0937 5510", columns) == lines
    assert spoken_lines("", columns) == ()


def test_tall_windows_show_drawn_digits():
    drawn = spoken_lines("4821 0937 5510", 38, rows=6)
    assert len(drawn) == 6
    assert max(map(len, drawn)) <= 38
    assert set("".join(drawn)) <= set(" _|")
    assert spoken_lines("4821 0937 5510", 38, rows=5) == ("４８２１  ０９３７  ５５１０",)
