from __future__ import annotations

import pytest

from jpkidoctor.card.applications import JPKI_AID
from jpkidoctor.card.ca_cache import BEGINNING, DirectoryCache, NoCache
from jpkidoctor.card.channel import BadAnswerError, Deadline, open_free_channel
from jpkidoctor.card.files import FileRefusedError, der_length, open_file, read_der, read_part, select
from jpkidoctor.card.trace import Trace

from .connections import ScriptedConnection


def _channel(connection: ScriptedConnection):
    return open_free_channel(connection, Trace(), Deadline(60))


def _der(length: int) -> bytes:
    body = length - 4
    return b"\x30\x82" + body.to_bytes(2, "big") + bytes(body % 256 for _ in range(body))


@pytest.mark.parametrize(
    ("block", "length"),
    [
        (b"\x30\x82\x06\x2b", 1583),
        (b"\x30\x7f", 129),
        (b"\x30\x81\x80", 131),
        (b"\x30\x84\x00\x00\x00\x01", None),
        (b"\x31\x82\x06\x2b", None),
        (b"\x30", None),
        (b"", None),
        (b"\x30\x82\x06", None),
    ],
)
def test_the_length_comes_from_the_der_header(block: bytes, length: int | None):
    assert der_length(block) == length


def test_a_certificate_is_read_once_in_blocks_and_the_last_one_is_short():
    der = _der(600)
    connection = ScriptedConnection(der[256:512] + b"\x90\x00", der[512:600] + b"\x90\x00")
    assert read_der(_channel(connection), der[:256]) == der
    assert [command.hex() for command in connection.sent] == ["00b0010000", "00b0020058"]


def test_bytes_after_the_der_are_cut():
    der = _der(100)
    assert read_der(_channel(ScriptedConnection()), der + b"\xff" * 100) == der


def test_an_over_long_length_is_not_followed():
    connection = ScriptedConnection()
    with pytest.raises(BadAnswerError, match="length"):
        read_der(_channel(connection), b"\x30\x83\xff\xff\xff" + bytes(251))
    assert connection.sent == []


def test_a_file_that_ends_early_is_told():
    with pytest.raises(BadAnswerError, match="short_file"):
        read_der(_channel(ScriptedConnection(b"\x6b\x00")), _der(600)[:256])


def test_end_of_file_answers_are_no_error():
    assert read_part(_channel(ScriptedConnection(b"abc\x62\x82")), 0, 256) == b"abc"
    assert read_part(_channel(ScriptedConnection(b"\x6b\x00")), 300, 256) == b""


def test_a_refused_file_keeps_its_status_word():
    with pytest.raises(FileRefusedError) as caught:
        open_file(_channel(ScriptedConnection(b"\x6a\x82")), 0x0001)
    assert caught.value.sw == 0x6A82


def test_the_first_command_after_power_up_may_answer_6f00_once():
    connection = ScriptedConnection(b"\x6f\x00", b"\x90\x00")
    assert select(_channel(connection), JPKI_AID) == 0x9000
    stubborn = ScriptedConnection(b"\x6f\x00", b"\x6f\x00")
    assert select(_channel(stubborn), JPKI_AID) == 0x6F00


def test_the_cache_gives_back_what_it_kept_and_nothing_else(tmp_path):
    cache = DirectoryCache(tmp_path / "ca")
    der = _der(600)
    assert cache.find(der[:BEGINNING]) is None
    cache.keep(der)
    assert cache.find(der[:BEGINNING]) == der
    assert cache.find(der[: BEGINNING - 1] + b"\x07") is None
    assert cache.find(der[: BEGINNING - 1]) is None
    assert NoCache().find(der[:BEGINNING]) is None


def test_a_damaged_cache_file_looks_like_no_file(tmp_path):
    cache = DirectoryCache(tmp_path)
    der = _der(600)
    cache.keep(der)
    (file,) = tmp_path.iterdir()
    file.write_bytes(der[:400])
    assert cache.find(der[:BEGINNING]) is None


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path):
    (tmp_path / "ca").write_text("a file where the directory should be")
    DirectoryCache(tmp_path / "ca").keep(_der(600))
