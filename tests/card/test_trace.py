"""What must not be seen is never stored: the trace hides at the source."""

from __future__ import annotations

from jpkidoctor.card.apdu import CommandApdu, query_tries, read_binary, select_application, select_file
from jpkidoctor.card.applications import (
    CARD_FACE_INPUT_AID,
    EF_AUTHENTICATION_CERTIFICATE,
    EF_SIGNATURE_CA,
    EF_TOKEN_INFO,
    JPKI_AID,
)
from jpkidoctor.card.trace import Trace, TraceEntry


def _add(trace: Trace, command: CommandApdu, answer: bytes = b"", sw: int = 0x9000) -> TraceEntry:
    trace.add(command, answer, sw, at_ms=0, ms=1)
    return trace.entries()[-1]


def _selected(aid: bytes, file_id: int) -> Trace:
    trace = Trace()
    _add(trace, select_application(aid))
    _add(trace, select_file(file_id))
    return trace


def test_a_pin_is_not_kept():
    entry = _add(Trace(), CommandApdu(0, 0x20, 0, 0x80, b"ABC123"))
    assert entry.data == ""
    assert entry.data_hidden
    assert entry.data_length == 6
    assert b"ABC123".hex() not in repr(entry).lower().replace(" ", "")


def test_the_query_without_data_hides_nothing():
    entry = _add(Trace(), query_tries(), sw=0x63C5)
    assert not entry.data_hidden
    assert entry.sw == 0x63C5


def test_signature_input_and_result_are_not_kept():
    entry = _add(Trace(), CommandApdu(0x80, 0x2A, 0, 0x80, b"digest", 256), b"signature")
    assert (entry.data, entry.answer) == ("", "")


def test_certificates_of_a_person_are_only_counted():
    trace = _selected(JPKI_AID, EF_AUTHENTICATION_CERTIFICATE)
    entry = _add(trace, read_binary(0, 256), b"\x30\x82" + bytes(254))
    assert entry.answer == ""
    assert entry.answer_length == 256


def test_ca_certificates_are_public():
    entry = _add(_selected(JPKI_AID, EF_SIGNATURE_CA), read_binary(0, 2), b"\x30\x82")
    assert entry.answer == "30 82"


def test_the_token_label_is_shown_but_not_the_serial_number_behind_it():
    trace = _selected(JPKI_AID, EF_TOKEN_INFO)
    assert _add(trace, read_binary(0, 32), b"JPKIAPICCTOKEN2".ljust(32)).answer != ""
    assert _add(trace, read_binary(0, 160), bytes(160)).answer == ""
    assert _add(trace, read_binary(80, 16), b"serial").answer == ""


def test_the_same_file_number_in_another_application_is_personal():
    assert _add(_selected(CARD_FACE_INPUT_AID, EF_SIGNATURE_CA), read_binary(0, 4), b"name").answer == ""


def test_reading_by_short_file_id_is_not_shown_because_it_moves_the_current_file():
    trace = _selected(JPKI_AID, EF_SIGNATURE_CA)
    assert _add(trace, CommandApdu(0, 0xB0, 0x8A, 0, le=256), b"person").answer == ""


def test_only_the_last_exchanges_are_kept():
    trace = Trace(limit=3)
    for offset in range(5):
        _add(trace, read_binary(offset, 1), b"x")
    assert [entry.header for entry in trace.entries()] == ["00 B0 00 02", "00 B0 00 03", "00 B0 00 04"]
    trace.clear()
    assert trace.entries() == ()
