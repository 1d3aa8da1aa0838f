from __future__ import annotations

import json
import os

import msgspec
import pytest

from jpkidoctor.report.envelope import encode_json
from jpkidoctor.report.read import MAX_BYTES, ReadProblem, ReportReadError, read_report


@pytest.fixture
def saved(tmp_path, report):
    path = tmp_path / "report.json"
    path.write_bytes(encode_json(report))
    return path


def problem(path) -> ReportReadError:
    with pytest.raises(ReportReadError) as caught:
        read_report(path)
    return caught.value


def altered(path, change) -> None:
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def test_a_saved_report_comes_back_the_same(saved, report):
    back = read_report(saved)
    assert back.report == report
    assert back.facts == report.facts
    assert back.checksum_matches


def test_a_report_saved_again_by_notepad_is_still_whole(saved):
    saved.write_bytes(b"\xef\xbb\xbf" + saved.read_bytes().replace(b"\n", b"\r\n"))
    assert read_report(saved).checksum_matches


def test_a_bare_facts_file_is_accepted(tmp_path, facts):
    path = tmp_path / "facts.json"
    path.write_bytes(msgspec.json.encode(facts))
    back = read_report(path)
    assert (back.facts, back.report, back.checksum_matches) == (facts, None, True)


def test_a_changed_report_is_read_with_a_warning(saved):
    altered(saved, lambda data: data["facts"]["host"]["os"]["value"].update(build=19045))
    assert not read_report(saved).checksum_matches


def test_a_time_without_a_zone_is_taken_as_utc(saved):
    altered(saved, lambda data: data["facts"].update(taken_at="2026-11-23T01:42:00"))
    assert read_report(saved).facts.taken_at.utcoffset().total_seconds() == 0


def test_a_strangers_strings_are_cleaned(saved):
    def poison(data):
        data["facts"]["pcsc"]["readers"]["value"][0]["name"] = "A\x1b[2JB\u202e"
        data["findings"][0]["title"] = "\x1b]0;owned\x07title"
        data["findings"][3]["evidence"][0]["params"] = {"k\x1b": "\x9b31mred"}

    altered(saved, poison)
    back = read_report(saved)
    assert back.facts.pcsc.readers.value[0].name == "AB"
    assert back.report.findings[0].title == "title"
    assert back.report.findings[3].evidence[0].params == {"k": "red"}


def test_bad_files_have_each_their_own_reason(saved, tmp_path):
    whole = saved.read_bytes()
    assert problem(tmp_path / "nothing.json").reason is ReadProblem.NOT_FOUND
    assert problem(tmp_path).reason is ReadProblem.UNREADABLE
    for data, reason in (
        (whole[: len(whole) // 2], ReadProblem.TRUNCATED),
        (b"", ReadProblem.TRUNCATED),
        (b"hello", ReadProblem.NOT_JSON),
        (whole.decode().encode("utf-16"), ReadProblem.NOT_JSON),
        (whole.replace(b"JPKIAPICCTOKEN2", b"\xff"), ReadProblem.NOT_JSON),
        (b"[1, 2]", ReadProblem.OTHER_SCHEMA),
        (b"{}", ReadProblem.OTHER_SCHEMA),
        (b'{"schema": 7}', ReadProblem.OTHER_SCHEMA),
        (b'{"schema": "jpkidoctor.report/0"}', ReadProblem.OTHER_SCHEMA),
        (b'{"schema": "x", "y": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", ReadProblem.TOO_DEEP),
    ):
        saved.write_bytes(data)
        assert problem(saved).reason is reason, data[:40]


def test_a_newer_schema_is_named(saved):
    saved.write_text('{"schema": "jpkidoctor.report/2", "new": 1}')
    error = problem(saved)
    assert (error.reason, error.at) == (ReadProblem.NEWER_SCHEMA, "jpkidoctor.report/2")


def test_the_first_bad_field_is_named(saved):
    altered(saved, lambda data: data["facts"]["card"]["value"].update(kind="passport"))
    error = problem(saved)
    assert (error.reason, error.at) == (ReadProblem.WRONG_SHAPE, "$.facts.card.value.kind")


def test_an_unknown_field_is_refused(saved):
    altered(saved, lambda data: data["facts"].update({"pin\x1b": "1"}))
    error = problem(saved)
    assert (error.reason, error.at) == (ReadProblem.WRONG_SHAPE, "$.facts")


def test_a_huge_file_is_not_even_opened(saved):
    with saved.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert problem(saved).reason is ReadProblem.TOO_LARGE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_does_not_make_us_wait(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    assert problem(tmp_path / "pipe.json").reason is ReadProblem.UNREADABLE


def test_every_reason_has_a_sentence(words):
    for reason in ReadProblem:
        assert "a.json" in words.text(f"report.read.{reason.value}", path="a.json", at="$")
