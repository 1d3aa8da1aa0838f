"""The PIN's own way to the card, byte by byte."""

from __future__ import annotations

import pytest

from jpkidoctor.card.apdu import CommandApdu
from jpkidoctor.card.channel import CardLostError, Deadline, NotFreeError, TimeUpError
from jpkidoctor.card.pin_door import open_pin_channel
from jpkidoctor.card.pin_errors import PinAlreadySentError
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.typed_pin import TypedPin

from .connections import FunctionConnection, ScriptedConnection


def typed(text: str) -> TypedPin:
    return TypedPin(bytearray(text.encode()))


class Remembering(ScriptedConnection):
    """Keeps the buffers themselves, to see what becomes of them, and what stood in them."""

    def transmit(self, command: bytes) -> bytes:
        self.seen = bytes(command)
        self.buffer = command
        return super().transmit(command)


def test_verify_goes_out_as_it_should_and_its_buffer_is_wiped():
    connection = Remembering(b"\x90\x00")
    _, door = open_pin_channel(connection, Trace(), Deadline(5))
    pin = typed("ABC123")
    assert door.verify(pin) == 0x9000
    assert connection.seen == bytes.fromhex("0020008006414243313233")
    assert connection.buffer == b""


def test_the_buffer_is_wiped_when_the_card_is_lost():
    connection = Remembering(b"")
    _, door = open_pin_channel(connection, Trace(), Deadline(5))
    with pytest.raises(CardLostError):
        door.verify(typed("ABC123"))
    assert connection.buffer == b""


@pytest.mark.parametrize("answer", ["6C04", "6104", "9000", "63C2", "6700"])
def test_no_answer_makes_a_second_verify(answer):
    connection = FunctionConnection(lambda raw: bytes.fromhex(answer))
    _, door = open_pin_channel(connection, Trace(), Deadline(5))
    assert door.verify(typed("1234")) == int(answer, 16)
    with pytest.raises(PinAlreadySentError):
        door.verify(typed("1234"))
    assert len(connection.sent) == 1


def test_the_ordinary_way_never_carries_a_pin_nor_changes_one():
    connection = FunctionConnection(lambda raw: b"\x90\x00")
    channel, door = open_pin_channel(connection, Trace(), Deadline(5))
    door.verify(typed("1234"))
    for command in (
        CommandApdu(0x00, 0x20, 0x00, 0x80, b"1234"),
        CommandApdu(0x00, 0x24, 0x01, 0x80, b"4321"),
        CommandApdu(0x80, 0x32, 0x00, 0x80, b"4321"),
        CommandApdu(0x00, 0x88, 0x00, 0x99, b"x" * 8, le=256),
        CommandApdu(0x80, 0x2A, 0x01, 0x80, b"x", le=256),
        CommandApdu(0x80, 0xA2, 0x00, 0x16, le=256),
    ):
        with pytest.raises(NotFreeError):
            channel.send(command)
    assert len(connection.sent) == 1


@pytest.mark.parametrize("answer", ["63C2", "6984", "6C04"])
def test_signing_and_changing_stay_shut_after_a_wrong_pin(answer):
    connection = FunctionConnection(lambda raw: bytes.fromhex(answer))
    channel, door = open_pin_channel(connection, Trace(), Deadline(5))
    door.verify(typed("1234"))
    with pytest.raises(NotFreeError):
        channel.send(CommandApdu(0x80, 0x2A, 0x00, 0x80, b"x" * 51, le=256))
    with pytest.raises(NotFreeError):
        door.change(typed("4321"))


def test_a_cancelled_session_sends_no_pin():
    connection = ScriptedConnection()
    deadline = Deadline(5)
    _, door = open_pin_channel(connection, Trace(), deadline)
    deadline.cancel()
    with pytest.raises(TimeUpError):
        door.verify(typed("1234"))
    assert connection.sent == []
