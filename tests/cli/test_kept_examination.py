"""The last examination stays for the next run: redacted, one file, only where a person let it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from jpkidoctor.cli import main
from jpkidoctor.commands import compare
from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.kept_examination import KeptExamination
from jpkidoctor.commands.sources import observe
from jpkidoctor.facts import Facts
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.report.redact import redact


@cache
def facts_of(name: str) -> Facts:
    return observe(load_known(), scenario=name)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    kept = tmp_path / "state" / "last-examination.json"
    monkeypatch.setattr(compare, "kept_path", lambda: kept)
    return kept


def test_a_later_run_finds_what_an_earlier_one_kept_without_names(path: Path) -> None:
    facts = facts_of("card-upside-down")
    KeptExamination(path).keep(facts)
    earlier = KeptExamination(path).earlier(facts_of("healthy-contact"))
    assert earlier is not None
    assert earlier[0] == redact(facts).facts
    assert earlier[1].first_cause == "D-03"
    assert facts.pcsc.readers.value is not None
    assert facts.pcsc.readers.value[0].name not in path.read_text(encoding="utf-8")
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_taking_the_card_out_does_not_replace_what_was_seen_of_it(path: Path) -> None:
    kept = KeptExamination(path)
    for name in ("card-upside-down", "no-card-in-slot"):
        kept.keep(facts_of(name))
    earlier = kept.earlier(facts_of("healthy-contact"))
    assert earlier is not None and earlier[1].first_cause == "D-03"
    kept.keep(facts_of("healthy-contact"))
    earlier = kept.earlier(facts_of("healthy-contact"))
    assert earlier is not None and earlier[1].first_cause is None


def test_another_kind_of_computer_is_not_compared(path: Path) -> None:
    KeptExamination(path).keep(facts_of("healthy-contact"))
    assert KeptExamination(path).earlier(facts_of("healthy-mac")) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema": "jpkidoctor.facts/9"}'])
def test_a_damaged_file_is_no_earlier_examination(content: bytes, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert KeptExamination(path).earlier(facts_of("healthy-contact")) is None


def test_a_place_that_cannot_be_written_stops_nothing(path: Path) -> None:
    path.parent.write_text("a file where the directory should be", encoding="utf-8")
    KeptExamination(path).keep(facts_of("healthy-contact"))
    assert path.parent.is_file()


def test_compare_takes_the_kept_one_as_before(path: Path, tmp_path: Path) -> None:
    after = tmp_path / "after.json"
    after.write_bytes(msgspec.json.encode(facts_of("healthy-contact")))
    nothing = CliRunner().invoke(main, ["compare", "--last", str(after)])
    assert nothing.exit_code == Exit.COULD_NOT_EXAMINE
    assert "残っていません" in nothing.output
    KeptExamination(path).keep(facts_of("card-upside-down"))
    told = CliRunner().invoke(main, ["compare", "--last", str(after)])
    assert told.exit_code == Exit.NOTHING_FAILED
    assert "D-03" in told.output and "なおった所" in told.output


def test_compare_needs_two_reports_or_the_kept_one(tmp_path: Path) -> None:
    for arguments in ([], ["a.json"], ["--last", "a.json", "b.json"], ["a.json", "b.json", "c.json"]):
        told = CliRunner().invoke(main, ["compare", *arguments])
        assert told.exit_code == Exit.WRONG_USAGE, arguments
