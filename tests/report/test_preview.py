from __future__ import annotations

from jpkidoctor.facts import Facts
from jpkidoctor.privacy import Privacy
from jpkidoctor.report.preview import field_key, preview
from jpkidoctor.report.redact import redact
from jpkidoctor.report.walk import text_places
from tests.report.conftest import CANARIES, READER_NAME


def test_hidden_values_stand_beside_what_is_sent(facts, words):
    rows = preview(facts, redact(facts), words)
    reader = next(row for row in rows if row.here == READER_NAME)
    assert (reader.sent, reader.hidden) == ("reader-A", True)
    assert reader.label == words.text("report.field.readers.name")
    assert any(row.here == "CA******" and row.sent == words.text("report.hidden") for row in rows)
    assert not any("CANARY-SERIAL" in row.here or "CANARY-SUBJECT" in row.here for row in rows)


def test_nothing_that_is_sent_is_a_canary(facts, words):
    sent = "\n".join(row.sent for row in preview(facts, redact(facts), words))
    assert [canary for canary in CANARIES if canary in sent] == []


def test_it_says_that_no_pin_is_there_and_that_dates_tell_a_birthday(facts, words):
    rows = preview(facts, redact(facts), words)
    assert any(row.label == words.text("report.preview.pin") and row.hidden for row in rows)
    dated = [row for row in rows if row.note]
    assert any("2032-05-17" in row.sent for row in dated)
    assert any("2027-05-17" in row.sent for row in dated)


def test_every_place_that_can_be_hidden_has_a_name_in_words(words):
    places = {place for place, mark in text_places(Facts) if mark is not Privacy.PUBLIC}
    assert len(places) == 9
    for place in places:
        assert words.text(field_key(place))
