"""The practice card: raw command APDU in, raw response APDU out, like the real one.

Behaviour: card-protocol.md §2 to §4 (with its confidence marks) and pcsc-lab.md §6. Not built: secure messaging,
INTERNAL AUTHENTICATE and ``80 A2``, because nobody outside has what they need, and extended length, because
no program in the field uses it for these files; all of them answer an error status word.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from enum import StrEnum

from jpkidoctor.card.apdu import CommandApdu
from jpkidoctor.card.status_words import SW
from jpkidoctor.simulator.card_commands import CONDITIONS_NOT_SATISFIED, Answer, Session, answer
from jpkidoctor.simulator.card_data import CardData, FaultCounts, FaultKind

_FAULTY_BYTES = {
    FaultKind.GARBAGE: bytes.fromhex("A55A00FF0000"),
    FaultKind.ONE_BYTE: b"\x90",
    FaultKind.TOO_LONG: bytes(65_531) + b"\x90\x00",
    FaultKind.TORN: b"",
    FaultKind.SILENT: b"",
}
_INS_COUNTED = {FaultCounts.VERIFY: 0x20, FaultCounts.CHANGES: 0x24, FaultCounts.SIGNATURES: 0x2A}


class Link(StrEnum):
    """What became of the link to the card in this power session; the reader looks at it after a command."""

    SOUND = "sound"
    TORN = "torn"
    RESET = "reset"


class PracticeCard:
    """One card. PIN counters live as long as the object, verification until power-off.

    Safe to use from several threads: commands are answered one after another. ``transmit`` never raises.
    """

    def __init__(
        self,
        data: CardData,
        *,
        sleep: Callable[[float], object] = time.sleep,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._data = data
        self._sleep = sleep
        self._lock = threading.Lock()
        self._gone = threading.Event()
        self._session = Session(data, random_bytes)
        self._link = Link.SOUND
        self._powered = False
        self._commands = 0
        self._counted = 0
        self._power_ups = 0
        self._rest = b""
        """Answer bytes that wait for GET RESPONSE."""

    @property
    def data(self) -> CardData:
        return self._data

    @property
    def atr(self) -> bytes:
        """Answer to reset; empty for a card that never answers."""
        return b"" if self._data.faults.mute else self._data.atr

    @property
    def mute(self) -> bool:
        return self._data.faults.mute

    @property
    def link(self) -> Link:
        """Torn or reset in the middle of a command of this power session, or sound."""
        return self._link

    @property
    def powered(self) -> bool:
        return self._powered

    def power_on(self) -> bytes:
        """Power up and return the ATR, empty when mute. Verification is as it was if power never left."""
        with self._lock:
            if not self._powered and not self.mute:
                self._powered = True
                self._power_ups += 1
                self._commands = self._counted = 0
                self._link = Link.SOUND
                self._gone.clear()
            return self.atr

    def power_off(self) -> None:
        """Take the power away: verification and the current files are forgotten, a silent command ends."""
        self._gone.set()
        with self._lock:
            if self._powered:  # a PIN that another program verified stays so until power really leaves
                self._session.power_off()
            self._powered = False
            self._link = Link.SOUND  # whoever puts it in again begins anew
            self._rest = b""

    def reset(self) -> bytes:
        """Warm reset: the current application is forgotten, a verified PIN is not (card-protocol.md §4.6)."""
        with self._lock:
            self._session.warm_reset()
            self._rest = b""
            self._link = Link.SOUND
            return self.atr if self._powered else b""

    def tries_left(self, aid: bytes, file_id: int) -> int:
        """Tries left of one PIN. Raises KeyError when the card has no such PIN."""
        return self._session.tries[aid, file_id]

    def enter_wrong_pin(self, aid: bytes, file_id: int) -> None:
        """Somebody types a wrong PIN in another program: one try fewer, nothing else changes.

        Raises KeyError when the card has no such PIN.
        """
        with self._lock:
            self._session.count_down(aid, file_id)

    def verify_elsewhere(self, aid: bytes, file_id: int) -> None:
        """Another program verifies the PIN in this power session. Raises KeyError for a PIN it has not."""
        with self._lock:
            self._session.succeed(aid, file_id)

    def transmit(self, raw: bytes) -> bytes:
        """Answer one command APDU. Empty bytes mean that the card left; a powerless card answers nothing."""
        with self._lock:
            if not self._powered:
                return b""
            self._commands += 1
            self._counted += self._is_counted(raw)
            reply = self._faulty(raw) if self._fault_is_due(raw) else self._chained(raw)
        if raw[1:2] == b"\x2a" and self._data.faults.signature_delay_s:
            self._sleep(self._data.faults.signature_delay_s)
        delay = self._data.faults.command_delay_s + self._data.faults.byte_delay_s * (len(raw) + len(reply))
        if delay:
            self._sleep(delay)
        if reply == b"" and self._data.faults.kind is FaultKind.SILENT:
            self._gone.wait()
        return reply

    # -- faults ----------------------------------------------------------------------------------------

    def _is_counted(self, raw: bytes) -> bool:
        counts = self._data.faults.counts
        if counts is FaultCounts.COMMANDS:
            return True
        is_query = counts is FaultCounts.VERIFY and len(raw) == 4
        return raw[1:2] == bytes((_INS_COUNTED[counts],)) and not is_query

    def _fault_is_due(self, raw: bytes) -> bool:
        faults = self._data.faults
        if faults.kind is FaultKind.NONE or (faults.once and self._power_ups > 1):
            return False
        return self._is_counted(raw) and self._counted > faults.after

    def _faulty(self, raw: bytes) -> bytes:
        kind = self._data.faults.kind
        if kind is FaultKind.RESET:
            if self._counted > self._data.faults.after + 1:
                return self._chained(raw)  # reset once, then it answers again
            self._session.warm_reset()
            self._link = Link.RESET
            return b""
        if kind is FaultKind.FORGETS_PIN:
            self._session.verified.clear()
            return self._chained(raw)
        if kind is FaultKind.ANSWER_LOST:
            self._chained(raw)
            self._link = Link.TORN
            return b""
        if kind is FaultKind.TORN:
            self._link = Link.TORN
        if kind is FaultKind.ENDLESS_61XX:
            return b"\x00" * 4 + b"\x61\xff"
        return _FAULTY_BYTES[kind]

    # -- the healthy way -------------------------------------------------------------------------------

    def _chained(self, raw: bytes) -> bytes:
        """Answer in one piece, or in parts by 61xx when the card or reader works so."""
        faults = self._data.faults
        if faults.first_answer_6f00 and self._commands == 1:
            return Answer(SW.NO_DIAGNOSIS).raw()
        try:
            command = CommandApdu.parse(raw)
        except ValueError:
            self._rest = b""
            return Answer(SW.WRONG_LENGTH).raw()
        if command.ins == 0xC0 and command.cla == 0x00:
            return self._more(command.le or 0)
        self._rest = b""
        result = answer(self._session, command)
        if faults.answer_block and len(result.data) > faults.answer_block:
            self._rest = result.data
            return _waiting(self._rest)
        return result.raw()

    def _more(self, length: int) -> bytes:
        if not self._rest or not length:
            return Answer(CONDITIONS_NOT_SATISFIED if self._data.speaks_iso else SW.INS_NOT_SUPPORTED).raw()
        part, self._rest = self._rest[:length], self._rest[length:]
        return part + (_waiting(self._rest) if self._rest else b"\x90\x00")


def _waiting(rest: bytes) -> bytes:
    return bytes((0x61, min(len(rest), 255)))
