from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.card.apdu import (
    CommandApdu,
    ResponseApdu,
    get_response,
    query_tries,
    read_binary,
    read_record,
    select_application,
    select_file,
)
from jpkidoctor.card.applications import JPKI_AID


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (select_application(JPKI_AID), "00A4040C0AD392F000260100000001"),
        (select_file(0x000A), "00A4020C02000A"),
        (read_binary(0, 256), "00B0000000"),
        (read_binary(0x0100, 47), "00B001002F"),
        (read_record(1), "00B2010400"),
        (query_tries(), "00200080"),
        (get_response(0x12), "00C0000012"),
    ],
)
def test_commands_are_the_bytes_of_the_fact_sheet(command: CommandApdu, wire: str):
    assert bytes(command).hex().upper() == wire


def test_the_query_for_tries_is_exactly_four_bytes_for_a_fifth_answers_6700():
    assert len(bytes(query_tries())) == 4


@given(
    st.integers(0, 255),
    st.integers(0, 255),
    st.binary(max_size=255),
    st.none() | st.integers(1, 256),
)
def test_a_command_reads_back_as_it_was_written(ins: int, p2: int, data: bytes, le: int | None):
    command = CommandApdu(0x00, ins, 0x00, p2, data, le)
    assert CommandApdu.parse(bytes(command)) == command


@pytest.mark.parametrize("wire", ["", "00A404", "00A4040C05AABB", "00A4040C00AABB"])
def test_a_command_with_wrong_lengths_is_refused(wire: str):
    with pytest.raises(ValueError, match=r"bytes|Lc"):
        CommandApdu.parse(bytes.fromhex(wire))


@pytest.mark.parametrize("le", [0, 257, -1])
def test_le_is_1_to_256(le: int):
    with pytest.raises(ValueError, match="Le"):
        CommandApdu(0, 0xB0, 0, 0, le=le)


def test_an_offset_above_fifteen_bits_is_refused_because_p1_would_mean_a_short_file_id():
    with pytest.raises(ValueError, match="offset"):
        read_binary(0x8000, 1)


def test_a_response_needs_a_status_word():
    assert ResponseApdu.parse(bytes.fromhex("01029000")) == ResponseApdu(b"\x01\x02", 0x9000)
    with pytest.raises(ValueError, match="2 bytes"):
        ResponseApdu.parse(b"\x90")
