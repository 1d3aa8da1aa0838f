from __future__ import annotations

import json

import msgspec
import pytest

from jpkidoctor.diagnosis import Diagnosis, Evidence, Finding, Status
from jpkidoctor.report.envelope import build_report, checksum_of, encode_json, json_schema
from tests.report.conftest import CANARIES, READER_NAME, judge


def test_json_has_the_promised_shape(report):
    data = json.loads(encode_json(report))
    assert list(data) == ["schema", "tool", "taken_at", "first_cause", "findings", "facts", "checksum", "support_code"]
    assert data["schema"] == "jpkidoctor.report/1"
    assert data["tool"] == {"name": "jpkidoctor", "version": "0.1.0"}
    assert data["first_cause"] == "G-01"
    failed = next(f for f in data["findings"] if f["id"] == "G-01")
    assert list(failed) == ["id", "status", "title", "variant", "because", "evidence", "meaning", "fix"]
    assert failed["evidence"][0]["key"] == "locked"
    assert failed["evidence"][0]["params"]["reader"] == READER_NAME
    assert READER_NAME in failed["evidence"][0]["text"]
    assert failed["fix"] == {
        "who": ["user", "city_office"],
        "steps": ["windows で <b>一</b> をします。", "二をします。"],
    }


def test_healthy_findings_say_so_and_offer_nothing_to_mend(report):
    healthy = next(f for f in report.findings if f.status is Status.OK)
    assert (healthy.title, healthy.meaning, healthy.fix.steps) == ("良い B-01", "", ())


def test_json_is_utf8_indented_and_ends_with_a_line_feed(report):
    data = encode_json(report)
    assert data.endswith(b"}\n")
    assert b'\n  "schema"' in data
    assert "見えた".encode() in data


def test_the_redacted_report_cannot_leak_through_evidence(public_report):
    data = encode_json(public_report).decode()
    for canary in CANARIES:
        assert canary not in data
    assert "reader-A" in data
    assert public_report.facts.redacted


def test_checksum_is_two_groups_of_four_digits_and_follows_the_content(report):
    assert msgspec.convert(report.checksum, str).replace(" ", "").isdigit()
    assert [len(group) for group in report.checksum.split(" ")] == [4, 4]
    assert checksum_of(report) == report.checksum
    changed = msgspec.structs.replace(report, first_cause="A-01")
    assert checksum_of(changed) != report.checksum


def test_the_schema_accepts_keys_of_a_real_report(report):
    schema = json_schema()
    definition = schema["$defs"]["Report"]
    data = json.loads(encode_json(report))
    assert set(definition["required"]) <= set(data) <= set(definition["properties"])
    assert "jpkidoctor.facts/1" in json.dumps(schema)
    assert '"x-privacy": "personal"' in json.dumps(schema)


@pytest.mark.parametrize("evil", ["\x1b]52;c;AAAA\x07", "\ud800", "a\u202eb", "line\nbreak"])
def test_strings_from_outside_are_harmless_in_the_report(facts, words, evil):
    readers = tuple(msgspec.structs.replace(r, name=f"R{evil}") for r in facts.pcsc.readers.value)
    pcsc = msgspec.structs.replace(facts.pcsc, readers=msgspec.structs.replace(facts.pcsc.readers, value=readers))
    odd = msgspec.structs.replace(facts, pcsc=pcsc)
    report = build_report(odd, judge(odd), words)
    assert evil not in json.loads(encode_json(report))["findings"][3]["evidence"][0]["text"]


def test_a_first_cause_that_is_no_finding_is_survived(facts, words):
    diagnosis = Diagnosis(
        findings=(Finding(id="B-01", status=Status.OK, evidence=(Evidence("x"),)),), first_cause="Z-9"
    )
    assert build_report(facts, diagnosis, words).first is None
