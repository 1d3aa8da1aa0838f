"""Command and response APDUs (ISO/IEC 7816-4, short form only) and the few commands this program sends.

Bytes and notes: card-protocol.md §3.2 and §4. There is no builder here for VERIFY with data: a diagnosis
has no way to make one.
"""

from __future__ import annotations

from dataclasses import dataclass

SHORT_MAX = 256


@dataclass(frozen=True, slots=True)
class CommandApdu:
    """One command. ``le`` is the expected length 1 to 256, None for no answer data."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None

    def __post_init__(self) -> None:
        if len(self.data) > 255:
            raise ValueError(f"short APDU data is at most 255 bytes, not {len(self.data)}")
        if self.le is not None and not 1 <= self.le <= SHORT_MAX:
            raise ValueError(f"short APDU Le is 1 to 256, not {self.le}")

    def __bytes__(self) -> bytes:
        body = bytes((self.cla, self.ins, self.p1, self.p2))
        if self.data:
            body += bytes((len(self.data),)) + self.data
        if self.le is not None:
            body += bytes((self.le & 0xFF,))
        return body

    @classmethod
    def parse(cls, raw: bytes) -> CommandApdu:
        """Read a short command APDU. Raises ValueError when the lengths do not fit."""
        if len(raw) < 4:
            raise ValueError("a command APDU has at least 4 bytes")
        cla, ins, p1, p2 = raw[:4]
        body = raw[4:]
        if not body:
            return cls(cla, ins, p1, p2)
        if len(body) == 1:
            return cls(cla, ins, p1, p2, le=body[0] or SHORT_MAX)
        length = body[0]
        if length == 0 or len(body) not in (length + 1, length + 2):
            raise ValueError("Lc does not fit the command's length")
        data = body[1 : 1 + length]
        le = (body[-1] or SHORT_MAX) if len(body) == length + 2 else None
        return cls(cla, ins, p1, p2, data, le)


@dataclass(frozen=True, slots=True)
class ResponseApdu:
    """One answer: data and status word."""

    data: bytes
    sw: int

    @property
    def ok(self) -> bool:
        """True for 9000."""
        return self.sw == 0x9000

    @classmethod
    def parse(cls, raw: bytes) -> ResponseApdu:
        """Split a raw answer. Raises ValueError when it is shorter than a status word."""
        if len(raw) < 2:
            raise ValueError("a response APDU has at least 2 bytes")
        return cls(data=raw[:-2], sw=int.from_bytes(raw[-2:], "big"))


def select_application(aid: bytes) -> CommandApdu:
    """SELECT by the full AID (a card accepts a prefix, so a short one may reach the wrong application)."""
    return CommandApdu(0x00, 0xA4, 0x04, 0x0C, aid)


def select_file(file_id: int) -> CommandApdu:
    """SELECT an EF below the current DF. P1 must be 02 on these cards."""
    return CommandApdu(0x00, 0xA4, 0x02, 0x0C, file_id.to_bytes(2, "big"))


def read_binary(offset: int, length: int) -> CommandApdu:
    """READ BINARY of 1 to 256 bytes at a 15-bit offset."""
    if not 0 <= offset <= 0x7FFF:
        raise ValueError(f"READ BINARY offset is 0 to 32767, not {offset}")
    return CommandApdu(0x00, 0xB0, offset >> 8, offset & 0xFF, le=length)


def read_record(number: int) -> CommandApdu:
    """READ RECORD of the current EF."""
    return CommandApdu(0x00, 0xB2, number, 0x04, le=SHORT_MAX)


def query_tries() -> CommandApdu:
    """VERIFY without data for the current PIN EF: asks the tries left and costs none.

    A case-1 command of exactly four bytes; one byte more answers 6700 (card-protocol.md §3.2).
    """
    return CommandApdu(0x00, 0x20, 0x00, 0x80)


def get_response(length: int) -> CommandApdu:
    """GET RESPONSE after 61xx."""
    return CommandApdu(0x00, 0xC0, 0x00, 0x00, le=length)
