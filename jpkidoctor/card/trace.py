"""The APDU trace, redacted where it is written: what must not be seen is never stored.

VERIFY and CHANGE REFERENCE DATA lose their data, signature commands lose input and result, and reading an
EF that may hold personal data loses the answer. Only lengths stay (card-protocol.md §2, anchors D).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from jpkidoctor.card import applications as app
from jpkidoctor.card.apdu import CommandApdu

INS_NAMES = {
    0x20: "VERIFY",
    0x24: "CHANGE REFERENCE DATA",
    0x2A: "PSO: COMPUTE DIGITAL SIGNATURE",
    0x32: "CHANGE KEY",
    0x84: "GET CHALLENGE",
    0x88: "INTERNAL AUTHENTICATE",
    0xA4: "SELECT",
    0xB0: "READ BINARY",
    0xB2: "READ RECORD",
    0xC0: "GET RESPONSE",
    0xCA: "GET DATA",
}

_SECRET_COMMANDS = frozenset({0x20, 0x24, 0x2A, 0x32, 0x88})
_READ_COMMANDS = frozenset({0xB0, 0xB2, 0xC0, 0xCA})
# Answers that hold nothing of a person and may be shown; every other file's bytes are only counted.
_OPEN_FILES = frozenset(
    {
        (app.JPKI_AID, app.EF_TOKEN_INFO),
        (app.JPKI_AID, app.EF_AVAILABILITY),
        (app.JPKI_AID, app.EF_SIGNATURE_CA),
        (app.JPKI_AID, app.EF_AUTHENTICATION_CA),
    }
)


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One exchange. ``data`` and ``answer`` are hex, empty when hidden or none; the lengths always tell."""

    at_ms: float
    """Since the trace began."""
    ms: float
    name: str
    header: str
    """CLA INS P1 P2 in hex."""
    data: str
    data_length: int
    data_hidden: bool
    le: int | None
    sw: int | None
    """None when no answer came."""
    answer: str
    answer_length: int
    answer_hidden: bool
    application: str
    """AID in hex that was current, empty before the first SELECT."""
    file_id: int | None
    """EF that was current."""
    error: int = 0
    """PC/SC code when the exchange failed."""


class Trace:
    """Keeps the last exchanges of a card session. Safe to read from another thread."""

    def __init__(self, limit: int = 500) -> None:
        self._entries: deque[TraceEntry] = deque(maxlen=limit)
        self._lock = threading.Lock()
        self.count = 0
        """How many exchanges were added so far; a sign of life."""
        self._application = b""
        self._file_id: int | None = None

    def entries(self) -> tuple[TraceEntry, ...]:
        """A copy of what is kept, oldest first."""
        with self._lock:
            return tuple(self._entries)

    def clear(self) -> None:
        """Forget everything: another card, or the person asked."""
        with self._lock:
            self._entries.clear()
        self._application, self._file_id = b"", None

    def add(
        self, command: CommandApdu, answer: bytes, sw: int | None, *, at_ms: float, ms: float, error: int = 0
    ) -> None:
        """Store one exchange, hiding what must not be kept."""
        self._follow(command, sw)
        hide_data = command.ins in _SECRET_COMMANDS and bool(command.data)
        hide_answer = bool(answer) and not self._answer_is_open(command)
        entry = TraceEntry(
            at_ms=at_ms,
            ms=ms,
            name=INS_NAMES.get(command.ins, f"INS {command.ins:02X}"),
            header=bytes((command.cla, command.ins, command.p1, command.p2)).hex(" ").upper(),
            data="" if hide_data else command.data.hex(" ").upper(),
            data_length=len(command.data),
            data_hidden=hide_data,
            le=command.le,
            sw=sw,
            answer="" if hide_answer else answer.hex(" ").upper(),
            answer_length=len(answer),
            answer_hidden=hide_answer,
            application=self._application.hex().upper(),
            file_id=self._file_id,
            error=error,
        )
        with self._lock:
            self._entries.append(entry)
            self.count += 1

    def _follow(self, command: CommandApdu, sw: int | None) -> None:
        if command.ins != 0xA4 or sw != 0x9000:
            return
        if command.p1 == 0x04:
            self._application, self._file_id = command.data, None
        elif command.p1 == 0x02:
            self._file_id = int.from_bytes(command.data, "big")

    def _answer_is_open(self, command: CommandApdu) -> bool:
        if command.ins == 0xA4:
            return True
        if command.ins not in _READ_COMMANDS or command.ins == 0xCA:
            return False
        if command.ins == 0xB0 and command.p1 & 0x80:
            return False  # a short file id changes the current file: treat as personal
        if self._application == app.JPKI_AID and self._file_id == app.EF_TOKEN_INFO:
            # Only the label; a personal serial number follows it.
            end = (command.p1 << 8 | command.p2) + (command.le or 0)
            return end <= app.TOKEN_LABEL_LENGTH
        return (self._application, self._file_id) in _OPEN_FILES


def total_bytes(entries: Iterable[TraceEntry]) -> tuple[int, int]:
    """Bytes sent and received by these exchanges, status words included."""
    sent = received = 0
    for entry in entries:
        sent += 4 + (1 + entry.data_length if entry.data_length else 0) + (1 if entry.le is not None else 0)
        received += entry.answer_length + (2 if entry.sw is not None else 0)
    return sent, received
