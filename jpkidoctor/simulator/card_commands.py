"""The commands of a practice card, one function each: state and command in, answer out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed

from jpkidoctor.card.apdu import CommandApdu
from jpkidoctor.card.status_words import SW
from jpkidoctor.simulator.card_data import (
    ApplicationData,
    CardData,
    ElementaryFile,
    FileData,
    KeyData,
    PinChange,
    PinData,
    RecordData,
)

# Status words that only a card says and no code of ours decides on (card-protocol.md §3.3).
CHANNEL_NOT_SUPPORTED = 0x6881
COMMAND_INCOMPATIBLE = 0x6981
CONDITIONS_NOT_SATISFIED = 0x6985
WRONG_P1_P2 = 0x6A86


@dataclass(frozen=True, slots=True)
class Answer:
    """Status word and data."""

    sw: int
    data: bytes = b""

    def raw(self) -> bytes:
        return self.data + int(self.sw).to_bytes(2, "big")


_OK = Answer(SW.OK)


class Session:
    """What a card remembers: counters for ever, verification while powered, the current files until a reset."""

    def __init__(self, data: CardData, random_bytes: Callable[[int], bytes]) -> None:
        self.data = data
        self.random_bytes = random_bytes
        self.application: ApplicationData | None = None
        self.file_id: int | None = None
        self.values: dict[tuple[bytes, int], bytes] = {}
        self.tries: dict[tuple[bytes, int], int] = {}
        self.verified: set[tuple[bytes, int]] = set()
        for application in data.applications:
            for file_id, entry in application.files.items():
                if isinstance(entry, PinData):
                    self.values[application.aid, file_id] = entry.value
                    self.tries[application.aid, file_id] = entry.tries
                    if entry.verified:
                        self.verified.add((application.aid, file_id))
        self._maximum = {
            (a.aid, f): e.max_tries for a in data.applications for f, e in a.files.items() if isinstance(e, PinData)
        }

    def warm_reset(self) -> None:
        """Verification survives it, on the one card that was measured."""
        self.application, self.file_id = None, None

    def power_off(self) -> None:
        self.warm_reset()
        self.verified.clear()

    def count_down(self, aid: bytes, file_id: int) -> None:
        self.tries[aid, file_id] = max(0, self.tries[aid, file_id] - 1)
        self.verified.discard((aid, file_id))

    def succeed(self, aid: bytes, file_id: int) -> None:
        self.tries[aid, file_id] = self._maximum[aid, file_id]
        self.verified.add((aid, file_id))

    def opens(self, needs: tuple[int, ...]) -> bool:
        """Whether one of these PINs of the current application is verified; none needed is open to all."""
        aid = self.application.aid if self.application else b""
        return not needs or any((aid, file_id) in self.verified for file_id in needs)

    def referenced(self, reference: int, *, base: int = 0x80) -> ElementaryFile | Answer:
        """The EF a command means: ``base`` itself is the current one, ``base`` + short id makes that one current."""
        if self.application is None:
            return Answer(SW.NO_CURRENT_FILE)
        short = reference - base
        if not 0 <= short < 0x1F:
            return Answer(WRONG_P1_P2)
        if short:
            if short not in self.application.files:
                return Answer(SW.FILE_NOT_FOUND)
            self.file_id = short
        if self.file_id is None:
            return Answer(SW.NO_CURRENT_FILE)
        return self.application.files[self.file_id]

    def current_pin(self) -> tuple[bytes, int]:
        """Key of the current PIN EF; call it only after ``referenced`` gave one."""
        if self.application is None or self.file_id is None:
            raise RuntimeError("no current EF")
        return self.application.aid, self.file_id


Handler = Callable[[Session, CommandApdu], Answer]


def answer(session: Session, command: CommandApdu) -> Answer:
    """Answer one well-formed command."""
    if not session.data.speaks_iso:
        return Answer(session.data.unknown_aid_sw)
    if command.cla in (0x01, 0x02, 0x03):
        return Answer(CHANNEL_NOT_SUPPORTED)
    handlers = _HANDLERS.get(command.cla)
    if handlers is None:
        return Answer(SW.CLA_NOT_SUPPORTED)
    handler = handlers.get(command.ins)
    return Answer(SW.INS_NOT_SUPPORTED) if handler is None else handler(session, command)


# -- SELECT ----------------------------------------------------------------------------------------------


def _select(session: Session, command: CommandApdu) -> Answer:
    if command.p1 == 0x04:
        return _select_application(session, command)
    if command.p1 == 0x02:
        return _select_file(session, command)
    if command.p1 == 0x00:
        # There is no master file to go back to (card-protocol.md §1.1).
        if command.data:
            return Answer(SW.FILE_NOT_FOUND)
        return _OK if session.application is not None else Answer(WRONG_P1_P2)
    return Answer(WRONG_P1_P2)


def _select_application(session: Session, command: CommandApdu) -> Answer:
    if command.p2 not in (0x00, 0x0C):
        return Answer(WRONG_P1_P2)
    if not command.data:
        return Answer(SW.WRONG_LENGTH)
    for application in session.data.applications:
        # A part of an AID is enough, so a short one may reach the wrong application.
        if application.aid.startswith(command.data):
            session.application, session.file_id = application, None
            if command.p2 == 0x0C:
                return _OK
            name = bytes((0x84, len(application.aid))) + application.aid
            return Answer(SW.OK, bytes((0x6F, len(name))) + name)
    return Answer(session.data.unknown_aid_sw)


def _select_file(session: Session, command: CommandApdu) -> Answer:
    if len(command.data) != 2:
        return Answer(SW.WRONG_LENGTH)
    file_id = int.from_bytes(command.data, "big")
    if session.application is None or file_id not in session.application.files:
        return Answer(SW.FILE_NOT_FOUND)
    session.file_id = file_id
    return _OK


# -- reading ---------------------------------------------------------------------------------------------


def _read_binary(session: Session, command: CommandApdu) -> Answer:
    if command.le is None or command.data:
        return Answer(SW.WRONG_LENGTH)
    if command.p1 & 0x80:
        if command.p1 & 0x60:
            return Answer(WRONG_P1_P2)
        entry, offset = session.referenced(command.p1), command.p2
    else:
        entry, offset = session.referenced(0x80), command.p1 << 8 | command.p2
    if isinstance(entry, Answer):
        return entry
    if not isinstance(entry, FileData):
        return Answer(COMMAND_INCOMPATIBLE)
    if not session.opens(entry.needs):
        return Answer(SW.SECURITY_STATUS_NOT_SATISFIED)
    content = entry.content()
    if offset >= len(content):
        return Answer(SW.WRONG_OFFSET)
    rest = content[offset : offset + command.le]
    if len(rest) < command.le and session.data.faults.exact_length:
        return Answer(0x6C00 | len(rest))
    return Answer(SW.OK, rest)


def _read_record(session: Session, command: CommandApdu) -> Answer:
    if command.le is None or command.data:
        return Answer(SW.WRONG_LENGTH)
    if command.p2 & 0x07 != 0x04:
        return Answer(WRONG_P1_P2)
    entry = session.referenced(command.p2 >> 3, base=0)
    if isinstance(entry, Answer):
        return entry
    if not isinstance(entry, RecordData):
        return Answer(COMMAND_INCOMPATIBLE)
    if not session.opens(entry.needs):
        return Answer(SW.SECURITY_STATUS_NOT_SATISFIED)
    if not 1 <= command.p1 <= len(entry.records):
        return Answer(SW.RECORD_NOT_FOUND)
    return Answer(SW.OK, entry.records[command.p1 - 1][: command.le])


def _get_data(session: Session, command: CommandApdu) -> Answer:
    if command.le is None:
        return Answer(SW.WRONG_LENGTH)
    value = session.data.objects.get(command.p1 << 8 | command.p2)
    if session.application is not None or value is None:
        return Answer(SW.REFERENCE_NOT_FOUND)
    return Answer(SW.OK, value[: command.le])


def _get_challenge(session: Session, command: CommandApdu) -> Answer:
    if command.le is None or command.data:
        return Answer(SW.WRONG_LENGTH)
    return Answer(SW.OK, session.random_bytes(command.le))


# -- PINs ------------------------------------------------------------------------------------------------


def _verify(session: Session, command: CommandApdu) -> Answer:
    if command.le is not None:
        return Answer(SW.WRONG_LENGTH)  # one byte more than the four of the query
    if command.p1 != 0x00:
        return Answer(WRONG_P1_P2)
    entry = session.referenced(command.p2)
    if isinstance(entry, Answer):
        return entry
    if not isinstance(entry, PinData):
        return Answer(COMMAND_INCOMPATIBLE)
    pin = session.current_pin()
    left = session.tries[pin]
    if not command.data:
        if pin in session.verified:
            return _OK
        return Answer(0x63C0 | left if left else entry.blocked_query)
    if not left:
        return Answer(entry.blocked_verify)
    if command.data == session.values[pin]:
        session.succeed(*pin)
        return _OK
    session.count_down(*pin)
    return Answer(0x63C0 | session.tries[pin])


def _change(session: Session, command: CommandApdu, way: PinChange, p1: int) -> Answer:
    if session.application is None:
        return Answer(SW.NO_CURRENT_FILE)
    if session.application.pin_change is not way:
        return Answer(SW.INS_NOT_SUPPORTED)
    if command.p1 != p1:
        return Answer(WRONG_P1_P2)
    entry = session.referenced(command.p2)
    if isinstance(entry, Answer):
        return entry
    if not isinstance(entry, PinData):
        return Answer(COMMAND_INCOMPATIBLE)
    pin = session.current_pin()
    if pin not in session.verified:
        return Answer(SW.SECURITY_STATUS_NOT_SATISFIED)
    if not entry.min_length <= len(command.data) <= entry.max_length:
        return Answer(SW.WRONG_LENGTH)
    session.values[pin] = command.data
    return _OK


def _change_reference_data(session: Session, command: CommandApdu) -> Answer:
    return _change(session, command, PinChange.REFERENCE_DATA, 0x01)


def _change_key(session: Session, command: CommandApdu) -> Answer:
    return _change(session, command, PinChange.KEY, 0x00)


# -- signing ---------------------------------------------------------------------------------------------

_SIGN_MAX = 245
_SHA256 = hashes.SHA256()


def _sign(session: Session, command: CommandApdu) -> Answer:
    entry = session.referenced(command.p2)
    if isinstance(entry, Answer):
        return entry
    if not isinstance(entry, KeyData):
        return Answer(COMMAND_INCOMPATIBLE)
    if not session.opens(entry.needs):
        return Answer(SW.SECURITY_STATUS_NOT_SATISFIED)
    if command.le is None or not command.data:
        return Answer(SW.WRONG_LENGTH)
    key = entry.key()
    if not isinstance(key, rsa.RSAPrivateKey):
        return Answer(CONDITIONS_NOT_SATISFIED)  # how the next card signs is not published
    signature = _rsa(key, command.p1, command.data)
    if isinstance(signature, Answer):
        return signature
    return Answer(SW.OK, signature[: command.le])


def _rsa(key: rsa.RSAPrivateKey, p1: int, data: bytes) -> bytes | Answer:
    """The six ways of ``80 2A`` (card-protocol.md §4.2: P1=00 is sure, the others have one source)."""
    pkcs1 = padding.PKCS1v15()
    if p1 not in (0, 1, 2, 3, 4, 5):
        return Answer(WRONG_P1_P2)
    if (p1 == 0 and len(data) > _SIGN_MAX) or (p1 in (2, 4) and len(data) != _SHA256.digest_size):
        return Answer(CONDITIONS_NOT_SATISFIED)
    if p1 == 0:
        return key.sign(data, pkcs1, NoDigestInfo())
    if p1 == 1:
        return key.sign(_sha256(data), pkcs1, NoDigestInfo())
    if p1 in (2, 3):
        return key.sign(data, pkcs1, Prehashed(_SHA256) if p1 == 2 else _SHA256)
    pss = padding.PSS(padding.MGF1(_SHA256), _SHA256.digest_size)
    return key.sign(data, pss, Prehashed(_SHA256) if p1 == 4 else _SHA256)


def _sha256(data: bytes) -> bytes:
    digest = hashes.Hash(_SHA256)
    digest.update(data)
    return digest.finalize()


_HANDLERS: dict[int, dict[int, Handler]] = {
    0x00: {
        0x20: _verify,
        0x24: _change_reference_data,
        0x84: _get_challenge,
        0xA4: _select,
        0xB0: _read_binary,
        0xB2: _read_record,
        0xCA: _get_data,
    },
    0x80: {0x2A: _sign, 0x32: _change_key},
}
