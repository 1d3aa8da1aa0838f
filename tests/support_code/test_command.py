"""``jpkidoctor code`` as an agent runs it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from jpkidoctor.cli import main
from jpkidoctor.diagnosis import Diagnosis, Status
from jpkidoctor.support_code.encode import encode
from jpkidoctor.support_code.qr import half_blocks, hashes
from tests.support_code import making


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["code", *arguments])


@pytest.fixture
def code(blank_facts) -> str:
    findings = (
        making.finding("B-01/stopped", Status.FAILED, because="C-03"),
        making.finding("C-03/vendor", Status.FAILED),
        making.finding("H-04", Status.ATTENTION),
    )
    return encode(blank_facts, Diagnosis(findings=findings, first_cause="C-03")).grouped


def test_the_agent_sees_the_cause_what_to_do_and_the_rest(code):
    result = run(code)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("原因は C-03「")
    assert any(line.startswith("1. ") for line in lines)
    assert any(line.startswith("H-04 注意: ") for line in lines)
    assert any(line.startswith("B-01 異常: ") and "C-03 が直ると" in line for line in lines)
    assert "カード: 調べていません" in lines
    assert "‹" not in result.stdout
    result.stdout.encode("cp932")


def test_groups_may_be_typed_without_quotes(code):
    assert run(*code.split()).stdout == run(code.replace(" ", "-")).stdout


def test_json_is_one_envelope(code):
    result = run(code, "--json", "--lang", "en")
    data = json.loads(result.stdout)
    assert result.exit_code == 1
    assert list(data) == ["schema", "version", "first_cause", "findings", "context"]
    assert (data["schema"], data["version"], data["first_cause"]) == ("jpkidoctor.code/1", 1, "C-03")
    told = [(f["id"], f["status"], f["variant"], f["because"]) for f in data["findings"]]
    assert told == [
        ("C-03", "failed", "vendor", ""),
        ("H-04", "attention", "", ""),
        ("B-01", "failed", "stopped", "C-03"),
    ]
    assert all(f["title"] and f["meaning"] and f["fix"]["steps"] for f in data["findings"])
    assert data["context"] == {
        "os": "other",
        "reader": "none",
        "card": None,
        "signature_pin": "unknown",
        "authentication_pin": "unknown",
        "complete": False,
        "more": False,
    }


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_finding_has_words_without_the_evidence_that_the_code_does_not_carry(blank_facts, lang):
    for name in making.NAMES:
        one = making.finding(name, Status.FAILED)
        result = run(encode(blank_facts, Diagnosis(findings=(one,), first_cause=one.id)).digits, "--lang", lang)
        assert result.exit_code == 1
        assert "‹" not in result.stdout, name
        assert "{" not in result.stdout, name


def test_when_nothing_failed_the_agent_hears_whether_all_was_examined(blank_facts):
    nothing = run(encode(blank_facts, Diagnosis(findings=())).digits)
    assert nothing.exit_code == 0
    assert "最後までは調べていません" in nothing.stdout


def test_a_wrong_number_says_which_group_to_read_again(code):
    groups = code.split()
    groups[2] = f"{(int(groups[2]) + 1) % 10_000:04}"
    result = run(*groups)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "3組目" in result.stderr
    assert "group 3" in run(*groups, "--json", "--lang", "en").stderr
    assert run(*groups, "--qr").exit_code == 2


def test_qr_in_half_blocks_and_in_ascii(code):
    digits = code.replace(" ", "")
    blocks = run(code, "--qr")
    assert blocks.exit_code == 0
    assert blocks.stdout.splitlines() == list(half_blocks(digits))
    assert run(code, "--qr", "--ascii").stdout.splitlines() == list(hashes(digits))
