"""Reading elementary files: SELECT once, read once, the length from the DER header in the first block."""

from __future__ import annotations

from jpkidoctor.card.apdu import read_binary, select_application, select_file
from jpkidoctor.card.channel import BadAnswerError, Channel
from jpkidoctor.card.status_words import SW

BLOCK = 256
MAX_FILE = 8 * 1024
"""Largest file that is read. A certificate is under 2 KB; a longer length is garbage."""


class FileRefusedError(Exception):
    """The card answered SELECT or READ BINARY with an error status word."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"{sw:04X}")
        self.sw = sw


def select(channel: Channel, aid: bytes) -> int:
    """SELECT an application and return the status word.

    The first command after power-up may answer 6F00 on a healthy card, so that one is asked again once
    (card-protocol.md §4.6).
    """
    response = channel.send(select_application(aid))
    if response.sw == SW.NO_DIAGNOSIS:
        response = channel.send(select_application(aid))
    return response.sw


def open_file(channel: Channel, file_id: int) -> None:
    """SELECT an EF. Raises FileRefusedError."""
    response = channel.send(select_file(file_id))
    if not response.ok:
        raise FileRefusedError(response.sw)


def read_part(channel: Channel, offset: int, length: int) -> bytes:
    """One READ BINARY of the current EF; empty at or past its end. Raises FileRefusedError."""
    response = channel.send(read_binary(offset, length))
    if response.sw in (SW.OK, SW.END_OF_FILE):
        return response.data
    if response.sw == SW.WRONG_OFFSET:
        return b""
    raise FileRefusedError(response.sw)


def der_length(block: bytes) -> int | None:
    """Total length of the DER SEQUENCE that starts this block, None when it is not one."""
    if len(block) < 2 or block[0] != 0x30:
        return None
    first = block[1]
    if first < 0x80:
        return 2 + first
    count = first & 0x7F
    if not 1 <= count <= 3 or len(block) < 2 + count:
        return None
    return 2 + count + int.from_bytes(block[2 : 2 + count], "big")


def read_der(channel: Channel, first: bytes) -> bytes:
    """The rest of a DER file whose first block was read; bytes after the DER are cut.

    Raises BadAnswerError when the first block is no DER, promises more than MAX_FILE, or the card stops
    before the promised end; FileRefusedError when it answers an error.
    """
    total = der_length(first)
    if total is None:
        raise BadAnswerError("not_der")
    if total > MAX_FILE:
        raise BadAnswerError("length")
    data = bytearray(first)
    while len(data) < total:
        part = read_part(channel, len(data), min(BLOCK, total - len(data)))
        if not part:
            raise BadAnswerError("short_file")
        data += part
    return bytes(data[:total])
