from __future__ import annotations

import pytest

from jpkidoctor.card.apdu import CommandApdu, query_tries, read_binary, select_application
from jpkidoctor.card.applications import JPKI_AID
from jpkidoctor.card.channel import (
    BadAnswerError,
    CardLostError,
    Channel,
    Deadline,
    NotFreeError,
    TimeUpError,
    open_free_channel,
)
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.winscard import E_NO_SERVICE, W_REMOVED_CARD, W_RESET_CARD, PcscError

from .connections import FunctionConnection, ScriptedConnection


def _channel(connection: ScriptedConnection, deadline: Deadline | None = None) -> Channel:
    return open_free_channel(connection, Trace(), deadline or Deadline(60))


def test_61xx_is_followed_with_get_response():
    connection = ScriptedConnection(b"ab\x61\x02", b"cd\x90\x00")
    assert _channel(connection).send(read_binary(0, 256)).data == b"abcd"
    assert connection.sent[1].hex() == "00c0000002"


def test_6cxx_asks_again_once_with_the_right_length():
    connection = ScriptedConnection(b"\x6c\x10", b"0123456789abcdef\x90\x00")
    response = _channel(connection).send(read_binary(0, 256))
    assert response.data == b"0123456789abcdef"
    assert connection.sent == [bytes.fromhex("00b0000000"), bytes.fromhex("00b0000010")]


def test_verify_is_never_repeated_for_6cxx():
    connection = ScriptedConnection(b"\x6c\x00")
    assert _channel(connection).send(query_tries()).sw == 0x6C00
    assert len(connection.sent) == 1


def test_endless_61xx_ends():
    connection = FunctionConnection(lambda command: b"\x61\x01")
    with pytest.raises(BadAnswerError, match="endless"):
        _channel(connection).send(read_binary(0, 256))
    assert len(connection.sent) < 100


@pytest.mark.parametrize("raw", [b"", b"\x90"])
def test_success_with_fewer_than_two_bytes_is_a_card_torn_out(raw: bytes):
    # SCardTransmit itself says success (pcsc-lab.md §5).
    with pytest.raises(CardLostError) as caught:
        _channel(ScriptedConnection(raw)).send(read_binary(0, 256))
    assert caught.value.code == 0


@pytest.mark.parametrize("code", [W_REMOVED_CARD, W_RESET_CARD])
def test_a_lost_card_keeps_its_code(code: int):
    with pytest.raises(CardLostError) as caught:
        _channel(ScriptedConnection(PcscError(code, "SCardTransmit"))).send(read_binary(0, 1))
    assert caught.value.code == code
    assert not caught.value.service_gone


def test_a_dead_service_is_told_apart_from_a_lost_card():
    with pytest.raises(CardLostError) as caught:
        _channel(ScriptedConnection(PcscError(E_NO_SERVICE, "SCardTransmit"))).send(read_binary(0, 1))
    assert caught.value.service_gone


def test_an_over_long_answer_is_not_believed():
    with pytest.raises(BadAnswerError, match="too_long"):
        _channel(ScriptedConnection(bytes(65533))).send(read_binary(0, 256))


@pytest.mark.parametrize("sw", [b"\x00\x00", b"\xff\xff", b"\xa5\x5a"])
def test_a_status_word_that_is_none_is_garbage(sw: bytes):
    with pytest.raises(BadAnswerError, match="status_word"):
        _channel(ScriptedConnection(b"data" + sw)).send(read_binary(0, 256))


def test_nothing_is_sent_after_the_deadline_or_a_cancel():
    now = [0.0]
    late = Deadline(5, clock=lambda: now[0])
    connection = ScriptedConnection(b"\x90\x00")
    channel = _channel(connection, late)
    channel.send(read_binary(0, 1))
    now[0] = 5.0
    with pytest.raises(TimeUpError) as caught:
        channel.send(read_binary(0, 1))
    assert not caught.value.cancelled

    cancelled = Deadline(60)
    cancelled.cancel()
    with pytest.raises(TimeUpError) as caught:
        _channel(connection, cancelled).send(read_binary(0, 1))
    assert caught.value.cancelled
    assert len(connection.sent) == 1


@pytest.mark.parametrize(
    "command",
    [
        CommandApdu(0, 0x20, 0, 0x80, b"1234"),
        CommandApdu(0, 0x20, 0, 0x80, le=256),
        CommandApdu(0, 0x24, 1, 0x80, b"1234"),
        CommandApdu(0x80, 0x32, 0, 0x80, b"1234"),
        CommandApdu(0x80, 0x2A, 0, 0x80, b"x", 256),
        CommandApdu(0, 0x88, 0, 0x99, b"x", 256),
        CommandApdu(0, 0x84, 0, 0, le=8),
    ],
)
def test_a_diagnosis_cannot_send_what_may_cost_a_try(command: CommandApdu):
    connection = ScriptedConnection()
    with pytest.raises(NotFreeError):
        _channel(connection).send(command)
    assert connection.sent == []


def test_select_read_and_query_are_free():
    connection = ScriptedConnection(b"\x90\x00", b"\x90\x00", b"\x63\xc5")
    channel = _channel(connection)
    channel.send(select_application(JPKI_AID))
    channel.send(read_binary(0, 1))
    assert channel.send(query_tries()).sw == 0x63C5
