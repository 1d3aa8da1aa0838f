"""What is said to a connected card around one PIN, command by command. No thread, no transaction: see pin_session.

The order is always the same: what card is it (free), how many tries (free), the PIN once, then the work.
"""

from __future__ import annotations

import time

from jpkidoctor.card import applications as app
from jpkidoctor.card.apdu import CommandApdu, query_tries
from jpkidoctor.card.certificates import NotACertificateError, certificate_facts
from jpkidoctor.card.channel import BadAnswerError, CardLostError, Clock, Deadline, TimeUpError
from jpkidoctor.card.examine import LABELS
from jpkidoctor.card.files import BLOCK, FileRefusedError, open_file, read_der, read_part, select
from jpkidoctor.card.pin_door import open_pin_channel
from jpkidoctor.card.pin_errors import (
    CardRefusedError,
    PinOutcomeUnknownError,
    PinRefusedError,
    Refusal,
    VerifiedNoMoreError,
    WrongPinError,
)
from jpkidoctor.card.status_words import SW, pin_state
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.card.winscard import Connection
from jpkidoctor.facts import CardKind, PinFacts, PinId, PinState

SIGNATURE_LENGTH = 256
_ABSENT = frozenset({SW.FILE_NOT_FOUND, SW.REFERENCE_NOT_FOUND})


class PinTalk:
    """The talk with one connected card for one entry of a PIN.

    Every method may raise CardLostError, BadAnswerError, TimeUpError or FileRefusedError beside what it names.
    """

    def __init__(
        self, connection: Connection, trace: Trace, deadline: Deadline, *, clock: Clock = time.monotonic
    ) -> None:
        self._channel, self._door = open_pin_channel(connection, trace, deadline, clock=clock)
        self._place: tuple[bytes, int | None] = (b"", None)
        """Application and EF that are current."""
        self._select_each_time = False
        self._known = False
        self.pin_on_the_wire = False
        """True from before a PIN is sent until its answer is understood."""
        self.tries_before: int | None = None
        """What the card said just before the PIN was sent."""

    # -- free ------------------------------------------------------------------------------------------

    def identify(self, pin: PinId) -> None:
        """Make sure that this is a My Number card with RSA keys, without which no PIN is sent.

        Asked once a talk. Raises PinRefusedError.
        """
        if self._known:
            return
        if select(self._channel, app.JPKI_AID) != SW.OK:
            raise PinRefusedError(Refusal.NOT_JPKI, pin)
        self._place = (app.JPKI_AID, None)
        self._go(app.JPKI_AID, app.EF_TOKEN_INFO)
        label = read_part(self._channel, 0, app.TOKEN_LABEL_LENGTH).decode("ascii", "replace").strip(" \0")
        kind = LABELS.get(label, CardKind.UNKNOWN_JPKI)
        if kind is CardKind.UNKNOWN_JPKI:
            raise PinRefusedError(Refusal.UNKNOWN_CARD, pin, kind=kind)
        if kind is not CardKind.MY_NUMBER:
            raise PinRefusedError(Refusal.OTHER_CARD, pin, kind=kind)
        try:
            key_type = certificate_facts(self._free_certificate()).key_type
        except (NotACertificateError, BadAnswerError, FileRefusedError) as error:
            raise PinRefusedError(Refusal.KEY_UNKNOWN, pin, kind=kind) from error
        if key_type != "RSA":
            raise PinRefusedError(Refusal.KEY_NOT_RSA, pin, kind=kind)
        self._known = True

    def _free_certificate(self) -> bytes:
        """The authentication certificate; where none was issued, the certificate of the signature CA."""
        try:
            return self.read_certificate(app.EF_AUTHENTICATION_CERTIFICATE)
        except FileRefusedError as error:
            if error.sw not in _ABSENT:
                raise
        return self.read_certificate(app.EF_SIGNATURE_CA)

    def tries(self, pin: PinId) -> PinFacts:
        """Ask the tries left; costs none."""
        reference = _reference(pin)
        try:
            self._go(reference.aid, reference.file_id)
        except FileRefusedError as error:
            state = PinState.ABSENT if error.sw in _ABSENT else PinState.UNKNOWN
            return PinFacts(id=pin, state=state, sw=error.sw)
        sw = self._channel.send(query_tries()).sw
        state, left = pin_state(sw)
        return PinFacts(id=pin, state=state, tries_left=left, sw=sw)

    # -- the PIN ---------------------------------------------------------------------------------------

    def enter(self, pin: PinId, typed: TypedPin, *, second_confirmation: bool) -> None:
        """Ask the tries left, then send the PIN once, if the guards let it.

        Raises PinRefusedError (nothing was sent), WrongPinError, or PinOutcomeUnknownError when the link was
        lost on the way or the answer means nothing.
        """
        facts = self.tries(pin)
        guard(facts, second_confirmation=second_confirmation)
        self.tries_before = facts.tries_left
        self.pin_on_the_wire = True
        try:
            sw = self._door.verify(typed)
        except TimeUpError:
            self.pin_on_the_wire = False  # stopped before it was sent
            raise
        except (CardLostError, BadAnswerError) as error:
            raise PinOutcomeUnknownError(pin, tries_before=facts.tries_left) from error
        self.pin_on_the_wire = False
        if sw == SW.OK:
            return
        state, left = pin_state(sw)
        if state in (PinState.TRIES, PinState.BLOCKED):
            raise WrongPinError(pin, left)
        raise PinOutcomeUnknownError(pin, tries_before=facts.tries_left)

    def change(self, pin: PinId, new: TypedPin) -> None:
        """Replace the PIN that was just verified. Never tried again.

        Raises CardRefusedError when the card keeps the old one, PinOutcomeUnknownError when no answer came.
        """
        reference = _reference(pin)
        self._go(reference.aid, reference.file_id)
        self.pin_on_the_wire = True
        try:
            sw = self._door.change(new)
        except TimeUpError:
            self.pin_on_the_wire = False
            raise
        except (CardLostError, BadAnswerError) as error:
            raise PinOutcomeUnknownError(pin, changing=True) from error
        self.pin_on_the_wire = False
        if sw == SW.SECURITY_STATUS_NOT_SATISFIED:
            raise VerifiedNoMoreError
        if sw != SW.OK:
            raise CardRefusedError(sw)

    # -- after it ----------------------------------------------------------------------------------------

    def read_certificate(self, file_id: int) -> bytes:
        """A DER file of the JPKI application. Raises FileRefusedError (6A82 for an empty one: not issued)."""
        self._go(app.JPKI_AID, file_id)
        first = read_part(self._channel, 0, BLOCK)
        if not first.strip(b"\0\xff"):
            raise FileRefusedError(SW.FILE_NOT_FOUND)
        return read_der(self._channel, first)

    def read_tlv(self, aid: bytes, file_id: int) -> bytes:
        """A file that is one BER-TLV with a two-byte tag, as those of the card-face applications."""
        self._go(aid, file_id)
        data = bytearray(read_part(self._channel, 0, BLOCK))
        total = _tlv_length(bytes(data))
        while len(data) < total:
            part = read_part(self._channel, len(data), min(BLOCK, total - len(data)))
            if not part:
                raise BadAnswerError("short_file")
            data += part
        return bytes(data[:total])

    def sign(self, key_file: int, digest_info: bytes) -> bytes:
        """PSO: COMPUTE DIGITAL SIGNATURE with a key of the JPKI application; 256 bytes.

        One command while the key is the current file, else two. Raises VerifiedNoMoreError for 6982 and
        CardRefusedError for any other status word. A signature costs no try, so a card that forgot the current
        file may be asked once more after SELECT.
        """
        command = CommandApdu(0x80, 0x2A, 0x00, 0x80, digest_info, le=SIGNATURE_LENGTH)
        was_current = self._place == (app.JPKI_AID, key_file) and not self._select_each_time
        if not was_current:
            self._go(app.JPKI_AID, key_file, again=True)
        response = self._channel.send(command)
        if was_current and response.sw not in (SW.OK, SW.SECURITY_STATUS_NOT_SATISFIED):
            self._select_each_time = True
            self._go(app.JPKI_AID, key_file, again=True)
            response = self._channel.send(command)
        if response.sw == SW.SECURITY_STATUS_NOT_SATISFIED:
            raise VerifiedNoMoreError
        if not response.ok:
            raise CardRefusedError(response.sw)
        if len(response.data) != SIGNATURE_LENGTH:
            raise BadAnswerError("signature_length")
        return response.data

    def _go(self, aid: bytes, file_id: int, *, again: bool = False) -> None:
        """Make an EF current. The application is selected only when another one is."""
        if self._place == (aid, file_id) and not again:
            return
        if self._place[0] != aid:
            sw = select(self._channel, aid)
            if sw != SW.OK:
                raise FileRefusedError(sw)
            self._place = (aid, None)
        open_file(self._channel, file_id)
        self._place = (aid, file_id)


def guard(facts: PinFacts, *, second_confirmation: bool) -> None:
    """Whether a PIN may be sent at this count (design rule 2). Raises PinRefusedError."""

    def refuse(refusal: Refusal) -> PinRefusedError:
        return PinRefusedError(refusal, facts.id, tries_left=facts.tries_left)

    if facts.state is PinState.ABSENT:
        raise refuse(Refusal.ABSENT)
    if facts.state is PinState.BLOCKED:
        raise refuse(Refusal.BLOCKED)
    if facts.state is not PinState.TRIES or facts.tries_left is None or facts.tries_left < 1:
        raise refuse(Refusal.UNKNOWN_STATUS)
    if facts.tries_left == 1:
        raise refuse(Refusal.ONE_LEFT)
    if facts.tries_left == 2 and not second_confirmation:
        raise refuse(Refusal.TWO_LEFT)


def _reference(pin: PinId) -> app.PinReference:
    return next(reference for reference in app.PIN_REFERENCES if reference.pin is pin)


def _tlv_length(block: bytes) -> int:
    """Whole length of a TLV with a two-byte tag. Raises BadAnswerError."""
    if len(block) < 3 or block[0] & 0x1F != 0x1F:
        raise BadAnswerError("not_tlv")
    first = block[2]
    count = first & 0x7F if first & 0x80 else 0
    if count > 2 or first == 0x80 or len(block) < 3 + count:
        raise BadAnswerError("length")
    length = int.from_bytes(block[3 : 3 + count], "big") if count else first
    return 3 + count + length
