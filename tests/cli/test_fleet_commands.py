"""collect and check --facts FOLDER, as an administrator's tool runs them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from jpkidoctor.facts import Facts

from .test_check import run


def test_collected_facts_come_back_as_one_table(tmp_path: Path):
    for name in ("signature-locked", "healthy-contact"):
        done = run("collect", "--scenario", name, "--redact", "--out", str(tmp_path / f"{name}.json"))
        assert (done.returncode, done.stdout) == (0, b"")
        assert (tmp_path / f"{name}.json").stat().st_mode & 0o777 == 0o600
    table = tmp_path / "table.csv"
    done = run("check", "--facts", str(tmp_path), "--json", "--report", str(table))
    assert done.returncode == 1
    envelope = json.loads(done.stdout)
    assert [(row["file"], row["cause"]) for row in envelope["computers"]] == [
        ("signature-locked.json", "G-04"),
        ("healthy-contact.json", ""),
    ]
    assert table.read_text(encoding="utf-8-sig").splitlines()[0].startswith("判定,番号")


def test_collect_prints_one_document_and_nothing_else():
    done = run("collect", "--scenario", "signature-locked")
    assert (done.returncode, done.stderr) == (0, b"")
    facts = msgspec.json.decode(done.stdout, type=Facts)
    assert not facts.redacted
    assert facts.card.known


def test_collect_says_when_nothing_is_hidden(tmp_path: Path):
    path = tmp_path / "facts.json"
    done = run("collect", "--scenario", "signature-locked", "--out", str(path))
    assert "--redact" in done.stderr.decode()
    done = run("collect", "--scenario", "signature-locked", "--redact", "--out", str(path))  # again: replaced
    assert done.returncode == 0
    assert "--redact" not in done.stderr.decode()
    assert msgspec.json.decode(path.read_bytes(), type=Facts).redacted


def test_collect_into_a_folder_that_is_not_there(tmp_path: Path):
    done = run("collect", "--scenario", "signature-locked", "--out", str(tmp_path / "none" / "x.json"))
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
    assert done.stderr.strip()


def test_an_empty_folder_and_wrong_options_are_wrong_usage(tmp_path: Path):
    assert run("check", "--facts", str(tmp_path)).returncode == 2
    assert run("check", "--csv").returncode == 2
    (tmp_path / "x.json").write_text("{}")
    assert run("check", "--facts", str(tmp_path), "--report", str(tmp_path / "table.html")).returncode == 2
    assert run("check", "--facts", str(tmp_path)).returncode == 3
