"""The command line as users and programs use it: one envelope, one line a finding, honest exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from jpkidoctor.facts import Facts


def run(*arguments: str, **kwargs) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "jpkidoctor", *arguments]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, **kwargs)


def test_json_is_one_envelope_and_nothing_else():
    done = run("check", "--scenario", "signature-locked", "--json")
    assert done.returncode == 1
    assert done.stderr == b""
    report = json.loads(done.stdout)
    assert report["schema"] == "jpkidoctor.report/1"
    assert report["first_cause"] == "G-04"
    assert report["tool"]["name"] == "jpkidoctor"
    finding = next(f for f in report["findings"] if f["id"] == "G-04")
    assert finding["status"] == "failed"
    assert finding["title"]
    assert finding["evidence"]
    assert finding["fix"]["steps"]
    assert finding["fix"]["who"]
    facts = msgspec.json.decode(json.dumps(report["facts"]), type=Facts)
    assert facts.redacted


def test_healthy_exits_zero_with_null_as_first_cause():
    done = run("check", "--scenario", "healthy-contact", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["first_cause"] is None


def test_plain_is_one_finding_a_line_in_code_page_932():
    done = run("check", "--scenario", "signature-locked", "--plain")
    text = done.stdout.decode()
    text.encode("cp932")
    lines = text.splitlines()
    assert "G-04" in lines[0]
    assert sum(line.startswith("G-04 ") for line in lines) == 1
    assert not any(ch in text for ch in "│┌┐└┘─━")


def test_plain_in_english():
    done = run("check", "--scenario", "signature-locked", "--plain", "--lang", "en")
    assert b"The cause is G-04" in done.stdout


@pytest.mark.parametrize("suffix", ["html", "txt", "md", "json"])
def test_a_report_is_saved_for_its_owner_alone(tmp_path: Path, suffix: str):
    report = tmp_path / f"report.{suffix}"
    done = run("check", "--scenario", "signature-locked", "--plain", "--report", str(report))
    assert done.returncode == 1
    assert report.stat().st_mode & 0o777 == 0o600
    assert "G-04" in report.read_text(encoding="utf-8-sig")
    assert list(tmp_path.iterdir()) == [report]


def test_a_saved_report_is_judged_again_to_the_same_end(tmp_path: Path):
    report = tmp_path / "report.json"
    run("check", "--scenario", "signature-locked", "--report", str(report))
    again = run("check", "--facts", str(report), "--json")
    assert again.returncode == 1
    assert json.loads(again.stdout)["first_cause"] == "G-04"


def test_scenarios_are_listed():
    done = run("scenarios", "--json")
    listed = json.loads(done.stdout)
    assert listed["schema"] == "jpkidoctor.scenarios/1"
    assert len(listed["scenarios"]) >= 40
    assert b"healthy-contact" in run("scenarios").stdout


def test_the_schema_describes_what_check_prints():
    schema = json.loads(run("schema").stdout)
    assert "Report" in schema["$ref"]
    assert "x-privacy" in json.dumps(schema)


def test_version():
    assert run("--version").stdout.startswith(b"jpkidoctor")
