"""What an administrator gets of a folder of facts files: one table, worst first, that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.fleet import exit_of_fleet, file_bytes
from jpkidoctor.facts import Facts, FactStatus, PinId, PinState
from jpkidoctor.fleet.folder import Fleet, NoFactsError, judge_folder
from jpkidoctor.fleet.row import Verdict, row_of
from jpkidoctor.fleet.table import NAME_CELLS, csv_text, json_bytes, no_formula, text_lines
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.words import load_words
from tests.checks import worlds

JA, EN = load_words("ja"), load_words("en")
HEALTHY = worlds.windows()
LOCKED = worlds.with_pin(HEALTHY, PinId.SIGNATURE, PinState.BLOCKED)
NO_CARD = worlds.without_card_facts(HEALTHY, FactStatus.TIMEOUT)
ONE_LEFT = worlds.with_pin(HEALTHY, PinId.SIGNATURE, PinState.TRIES, 1)
STOPPED = worlds.with_pcsc(HEALTHY, context=worlds.found(0x8010001D))


def judged(folder: Path) -> Fleet:
    return judge_folder(folder, load_judge(), JA)


def put(folder: Path, name: str, facts: Facts) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.encode(facts))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "a-well.json", HEALTHY)
    put(tmp_path, "b-one-left.json", ONE_LEFT)
    put(tmp_path, "c-no-card.json", NO_CARD)
    put(tmp_path, "d-locked.json", LOCKED)
    put(tmp_path, "second floor/e-stopped.JSON", STOPPED)
    put(tmp_path, "second floor/f-locked.json", LOCKED)
    (tmp_path / "g-torn.json").write_bytes(msgspec.json.encode(HEALTHY)[:200])
    (tmp_path / "notes.txt").write_text("not a facts file")
    return tmp_path


def test_the_worst_stands_first_and_among_faults_the_deepest(folder: Path):
    fleet = judged(folder)
    assert [(row.file, row.verdict.value, row.cause) for row in fleet.rows] == [
        ("second floor/e-stopped.JSON", "failed", "B-01"),
        ("d-locked.json", "failed", "G-04"),
        ("second floor/f-locked.json", "failed", "G-04"),
        ("g-torn.json", "unreadable", ""),
        ("c-no-card.json", "unknown", ""),
        ("b-one-left.json", "attention", ""),
        ("a-well.json", "ok", ""),
    ]
    assert fleet.skipped == 1


def test_every_row_is_what_check_says_of_that_file_alone(folder: Path):
    judge = load_judge()
    for row in judged(folder).rows:
        if row.verdict is not Verdict.UNREADABLE:
            facts = msgspec.json.decode((folder / row.file).read_bytes(), type=Facts)
            diagnosis = judge(facts)
            assert row.cause == (diagnosis.first_cause or "")
            assert len(row.also) + bool(row.cause) == sum(not f.because for f in diagnosis.failed)


def test_counts_by_cause_reader_and_system(folder: Path):
    put(folder, "mac.json", worlds.macos())
    fleet = judged(folder)
    assert (fleet.causes[0].name, fleet.causes[0].count) == ("G-04", 2)
    assert sum(s.count for s in fleet.causes) == 3
    systems = {s.name: (s.count, s.failed) for s in fleet.systems}
    assert systems[next(name for name in systems if name.startswith("Windows 11"))] == (6, 3)
    assert any(name.startswith("macOS") and number == (1, 0) for name, number in systems.items())
    assert sum(s.count for s in fleet.readers) == len(fleet.rows) - 1  # the torn file tells no reader


def test_two_patch_levels_are_one_system():
    names = set()
    for version in ("25H2 (26200.7019)", "25H2 (26200.7171)"):
        facts = worlds.with_os(HEALTHY, name="Windows 11", version=version, build=26200)
        names.add(row_of("pc", facts, load_judge(), JA).system)
    assert names == {"Windows 11 25H2"}


def test_a_reader_of_no_known_model_is_counted_without_its_serial_number():
    names = set()
    for serial in ("21120535200129", "21120535200777"):
        facts = worlds.with_reader(HEALTHY, name=f"Acme Reader 7 [CCID] ({serial}) 00 00", model="")
        names.add(row_of("pc", facts, load_judge(), JA).reader)
    assert names == {"Acme Reader 7 [CCID]"}


def test_text_has_the_table_then_what_is_common_then_the_total(folder: Path):
    lines = list(text_lines(judged(folder), JA))
    assert lines[1].startswith("異常")
    assert "B-01" in lines[1]
    assert "全部で 7台: 異常 3、読めず 1、未確認 1、注意 1、正常 1" in lines
    assert any(line.startswith("2台") and "G-04" in line for line in lines)
    assert lines.index("== 原因ごとの台数 ==") > 7
    assert any(".json で終わらない" in line and line.endswith("1") for line in lines)


def test_a_long_name_keeps_both_its_ends_and_the_columns_stay_straight(folder: Path):
    put(folder, "庁舎三階窓口の共用パソコン" * 3 + "-0042.json", LOCKED)
    lines = list(text_lines(judged(folder), JA))
    row = next(line for line in lines if "-0042.json" in line)
    assert "庁舎三階" in row
    assert ".." in row
    system_at = {_cells(line[: line.index("Windows 11")]) for line in lines[1:9] if "Windows 11" in line}
    assert len(system_at) == 1
    assert max(system_at) <= NAME_CELLS + 20


def _cells(text: str) -> int:
    return sum(2 if ord(ch) > 0x2E7F else 1 for ch in text)


def test_csv_has_one_line_a_computer_and_its_words_in_english(folder: Path):
    table = list(csv.reader(io.StringIO(csv_text(judged(folder), EN))))
    assert len(table) == 8
    assert table[0][:2] == ["Verdict", "Node"]
    assert {row[0] for row in table[1:]} == {"Fault", "Unread", "Unknown", "Caution", "OK"}


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1+1", "\u00a0=1", " =1", '","=1'])
def test_no_cell_is_a_formula(tmp_path: Path, name: str):
    put(tmp_path, name.replace("/", "_") + ".json", worlds.with_os(HEALTHY, name=name, version=""))
    rows = list(csv.reader(io.StringIO(csv_text(judged(tmp_path), JA))))
    assert len(rows) == 2
    assert len(rows[1]) == len(rows[0])
    for cell in rows[1]:
        assert not cell.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@given(st.text())
def test_no_text_at_all_is_a_formula(text: str):
    assert not no_formula(text).lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_escapes_in_names_reach_nobody(tmp_path: Path):
    put(tmp_path, "pc\x1b]0;owned\x07.json", worlds.with_os(HEALTHY, name="Win\x1b[31mdows", version=""))
    fleet = judged(tmp_path)
    shown = "\n".join(text_lines(fleet, JA)) + csv_text(fleet, JA) + json_bytes(fleet, JA, worlds.NOW).decode()
    assert "\x1b" not in shown
    assert "\\u001b" not in shown


def test_json_is_one_envelope(folder: Path):
    envelope = json.loads(json_bytes(judged(folder), JA, worlds.NOW))
    assert envelope["schema"] == "jpkidoctor.fleet/1"
    assert envelope["counts"]["verdicts"] == {"failed": 3, "unreadable": 1, "unknown": 1, "attention": 1, "ok": 1}
    assert envelope["counts"]["causes"][0] | {"title": ""} == {"id": "G-04", "variant": "", "title": "", "count": 2}
    assert len(envelope["computers"]) == 7
    assert envelope["computers"][0]["file"] == "second floor/e-stopped.JSON"


def test_a_saved_csv_opens_right_in_a_japanese_excel(folder: Path):
    data = file_bytes(judged(folder), "csv", JA, worlds.NOW)
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data


def test_reports_may_stand_among_facts_and_a_changed_one_is_told(tmp_path: Path):
    from jpkidoctor.report.envelope import encode_json, redacted_report

    data = encode_json(redacted_report(LOCKED, load_judge(), JA))
    (tmp_path / "whole.json").write_bytes(data)
    (tmp_path / "changed.json").write_bytes(data.replace(b'"0.1.0"', b'"0.1.9"'))
    rows = {row.file: row for row in judged(tmp_path).rows}
    assert rows["whole.json"].cause == rows["changed.json"].cause == "G-04"
    assert (rows["whole.json"].changed, rows["changed.json"].changed) == (False, True)
    assert sum("確認番号が合いません" in line for line in text_lines(judged(tmp_path), JA)) == 1


def test_exit_codes(tmp_path: Path):
    put(tmp_path, "well.json", HEALTHY)
    assert exit_of_fleet(judged(tmp_path)) is Exit.NOTHING_FAILED
    put(tmp_path, "no-card.json", NO_CARD)
    assert exit_of_fleet(judged(tmp_path)) is Exit.COULD_NOT_EXAMINE
    put(tmp_path, "locked.json", LOCKED)
    assert exit_of_fleet(judged(tmp_path)) is Exit.SOMETHING_FAILED


def test_a_folder_without_facts_says_so(tmp_path: Path):
    (tmp_path / "readme.md").write_text("")
    with pytest.raises(NoFactsError) as caught:
        judged(tmp_path)
    assert caught.value.others == 1


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_pipe_a_dead_link_and_a_link_in_a_circle_do_not_stop_it(tmp_path: Path):
    put(tmp_path, "well.json", HEALTHY)
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle").symlink_to(tmp_path)
    rows = {row.file: row for row in judged(tmp_path).rows}
    assert set(rows) == {"well.json", "pipe.json", "gone.json"}
    assert (rows["pipe.json"].problem, rows["gone.json"].problem) == ("unreadable", "not_found")


def test_progress_counts_to_the_end(folder: Path):
    told: list[tuple[int, int]] = []
    judge_folder(folder, load_judge(), JA, lambda done, all_: told.append((done, all_)))
    assert told == [(n, 7) for n in range(1, 8)]


def test_redacted_facts_are_judged_the_same():
    from jpkidoctor.report.redact import redact

    for facts in (HEALTHY, LOCKED, STOPPED, ONE_LEFT):
        row = row_of("pc", facts, load_judge(), JA)
        hidden = row_of("pc", redact(facts).facts, load_judge(), JA)
        assert replace(row, reader="") == replace(hidden, reader="")
