"""One exclusive session with the card for one PIN that a person typed: one PC/SC transaction, then power off.

All card I/O runs on a card thread of the session's own, so a caller on a worker thread waits no longer than a
limit and can be let go. When the session ends, however it ends, the card loses its power and forgets that a PIN
was verified (card-protocol.md §4.6).
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from types import TracebackType
from typing import TypeVar

from jpkidoctor.card.card_thread import CardThread, JobCancelledError, JobTimeoutError
from jpkidoctor.card.channel import BadAnswerError, CardLostError, Clock, Deadline, TimeUpError
from jpkidoctor.card.files import FileRefusedError
from jpkidoctor.card.pin_errors import CardRefusedError, PinOutcomeUnknownError, PinRefusedError, Refusal
from jpkidoctor.card.pin_rules import ChangeCommand, PinRule, check_pin
from jpkidoctor.card.pin_talk import PinTalk
from jpkidoctor.card.status_words import SW
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.card.winscard import (
    DEAD_CONTEXT,
    E_NO_SERVICE,
    E_NO_SMARTCARD,
    E_NOT_READY,
    E_NOT_TRANSACTED,
    E_SERVICE_STOPPED,
    E_SHARING_VIOLATION,
    E_UNKNOWN_READER,
    W_REMOVED_CARD,
    W_RESET_CARD,
    Connection,
    Context,
    PcscError,
    ResourceManager,
)
from jpkidoctor.facts import PinFacts, PinId, PinState

CONNECT_LIMIT_S = 6.0
"""Waiting longer than this means that another program holds the card."""
COMMAND_LIMIT_S = 20.0
"""One command. How long a signature takes is not published; a phone client allows 20 s (card-protocol.md §4.7)."""
SESSION_LIMIT_S = 6 * 3600.0
"""A batch of thousands; the limits of single commands end a session that hangs long before."""
ATTEMPTS = 5
PAUSE_S = 0.3
_PASSING = frozenset({E_SHARING_VIOLATION, E_NOT_READY, E_NOT_TRANSACTED, W_RESET_CARD}) | DEAD_CONTEXT

_V = TypeVar("_V")


class LinkProblem(StrEnum):
    """Why the card could not be talked to; each has a sentence ``cert.card.<id>``."""

    NO_SERVICE = "no_service"
    NO_CARD = "no_card"
    BUSY = "busy"
    """Another program keeps the card for itself."""
    LOST = "lost"
    SILENT = "silent"
    GARBLED = "garbled"
    CANCELLED = "cancelled"
    ABSENT = "absent"
    """The file is not on the card."""


class LinkError(Exception):
    """The card could not be talked to, or not any more. ``code`` is the PC/SC code, 0 when there is none.

    Never raised for a loss while the card had a PIN: that is PinOutcomeUnknownError.
    """

    def __init__(self, problem: LinkProblem, code: int = 0) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.code = code


def _problem_of(error: PcscError) -> LinkProblem:
    if error.code in (E_NO_SERVICE, E_SERVICE_STOPPED):
        return LinkProblem.NO_SERVICE
    if error.code in (E_NO_SMARTCARD, W_REMOVED_CARD, E_UNKNOWN_READER):
        return LinkProblem.NO_CARD
    return LinkProblem.BUSY if error.code == E_SHARING_VIOLATION else LinkProblem.LOST


class _Link:
    """A connected card in a transaction. Used on the card thread only."""

    def __init__(self, context: Context, connection: Connection) -> None:
        self.context = context
        self.connection = connection

    def close(self) -> None:
        self.connection.close_unpowered()
        self.context.close()


class PinSession:
    """A card for one purpose. Use it in a ``with`` block, on any thread but the screen's.

    Every method may raise LinkError. ``trace`` gets every exchange, without anything secret.
    """

    def __init__(
        self,
        manager: ResourceManager,
        reader: str,
        *,
        trace: Trace | None = None,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        connect_limit_s: float = CONNECT_LIMIT_S,
        command_limit_s: float = COMMAND_LIMIT_S,
    ) -> None:
        self.trace = trace or Trace()
        self._manager = manager
        self._reader = reader
        self._clock = clock
        self._sleep = sleep
        self._connect_limit_s = connect_limit_s
        self._command_limit_s = command_limit_s
        self._deadline = Deadline(SESSION_LIMIT_S, clock=clock)
        self._thread = CardThread()
        self._lock = threading.Lock()
        self._link: _Link | None = None
        self._talk: PinTalk | None = None
        self._over = False

    def __enter__(self) -> PinSession:
        try:
            self._connect()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # -- what can be done ----------------------------------------------------------------------------------

    def tries(self, pin: PinId) -> PinFacts:
        """The tries left of a PIN of a card that is known. Raises PinRefusedError for a card that is not."""

        def work(talk: PinTalk) -> PinFacts:
            talk.identify(pin)
            return talk.tries(pin)

        return self._run(work)

    def enter(self, rule: PinRule, typed: TypedPin, *, second_confirmation: bool = False) -> None:
        """Send the PIN, once, after the guards. The caller wipes ``typed``.

        ``second_confirmation``: the person was told that two tries are left, and said yes once more.
        Raises PinRefusedError (nothing sent), WrongPinError, PinOutcomeUnknownError.
        """
        if check_pin(rule, typed) is not None:
            raise PinRefusedError(Refusal.BAD_FORM, rule.pin)
        if self.tries(rule.pin).state is PinState.VERIFIED:
            # Another program verified it, so the card gives no count: without power it forgets that.
            self._disconnect()
            self._connect()
            self.tries(rule.pin)
        self._run(lambda talk: talk.enter(rule.pin, typed, second_confirmation=second_confirmation), rule.pin)

    def change(self, rule: PinRule, old: TypedPin, new: TypedPin, *, second_confirmation: bool = False) -> None:
        """Replace a PIN: ``old`` as ``enter``, then ``new`` once. The caller asked for ``new`` twice.

        Raises what ``enter`` raises; PinOutcomeUnknownError with ``changing`` when the link was lost at the
        second step; CardRefusedError when the card kept the old PIN.
        """
        if rule.change is not ChangeCommand.REFERENCE_DATA:
            raise PinRefusedError(Refusal.NOT_CHANGEABLE, rule.pin)
        if check_pin(rule, new) is not None:
            raise PinRefusedError(Refusal.BAD_FORM, rule.pin)
        self.enter(rule, old, second_confirmation=second_confirmation)
        self._run(lambda talk: talk.change(rule.pin, new), rule.pin, changing=True)

    def read_certificate(self, file_id: int) -> bytes:
        """DER of a certificate file of the JPKI application. LinkError ABSENT when it was not issued."""
        return self._run(lambda talk: talk.read_certificate(file_id))

    def read_tlv(self, aid: bytes, file_id: int) -> bytes:
        """A TLV file of another application."""
        return self._run(lambda talk: talk.read_tlv(aid, file_id))

    def sign(self, key_file: int, digest_info: bytes) -> bytes:
        """256 bytes by a key of the JPKI application. Raises VerifiedNoMoreError and CardRefusedError."""
        return self._run(lambda talk: talk.sign(key_file, digest_info))

    def cancel(self) -> None:
        """Let the caller go at once, from any thread: no further command is sent, and the card is powered off.

        To stop a batch cleanly after the current signature, do not call this; just sign no more.
        """
        self._deadline.cancel()
        self._thread.cancel()

    def close(self) -> None:
        """Power the card off and end. Never raises; a command that hangs is cut off when it comes back."""
        with self._lock:
            already, self._over = self._over, True
        if already:
            return
        self._disconnect()
        self._thread.stop()

    # -- inside ----------------------------------------------------------------------------------------------

    def _run(self, work: Callable[[PinTalk], _V], pin: PinId | None = None, *, changing: bool = False) -> _V:
        """Do one piece of work on the card thread; a loss while the PIN was on the wire leaves its outcome open."""
        talk = self._talk
        if talk is None:
            raise LinkError(LinkProblem.LOST)
        try:
            return self._on_card_thread(lambda: work(talk), self._command_limit_s)
        except LinkError as error:
            if pin is not None and talk.pin_on_the_wire:
                before = None if changing else talk.tries_before
                raise PinOutcomeUnknownError(pin, changing=changing, tries_before=before) from error
            raise

    def _on_card_thread(self, work: Callable[[], _V], limit_s: float) -> _V:
        try:
            return self._thread.run(work, limit_s, lambda: self.trace.count)
        except JobTimeoutError as error:
            self._abandon()
            raise LinkError(LinkProblem.SILENT) from error
        except JobCancelledError as error:
            self._abandon()
            raise LinkError(LinkProblem.CANCELLED) from error
        except TimeUpError as error:
            raise LinkError(LinkProblem.CANCELLED if error.cancelled else LinkProblem.SILENT) from error
        except CardLostError as error:
            raise LinkError(LinkProblem.LOST, error.code) from error
        except PcscError as error:
            raise LinkError(_problem_of(error), error.code) from error
        except BadAnswerError as error:
            raise LinkError(LinkProblem.GARBLED) from error
        except FileRefusedError as error:
            if error.sw in (SW.FILE_NOT_FOUND, SW.REFERENCE_NOT_FOUND):
                raise LinkError(LinkProblem.ABSENT) from error
            raise CardRefusedError(error.sw) from error

    def _connect(self) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._link = self._on_card_thread(self._open, self._connect_limit_s)
                break
            except LinkError as error:
                if error.problem is LinkProblem.SILENT:
                    raise LinkError(LinkProblem.BUSY) from error
                if error.code not in _PASSING or attempt == ATTEMPTS:
                    raise
            self._sleep(PAUSE_S)
        assert self._link is not None  # noqa: S101 - the loop ends by break or raise
        self._talk = PinTalk(self._link.connection, self.trace, self._deadline, clock=self._clock)

    def _open(self) -> _Link:
        """On the card thread. A link that is had after its caller was let go is closed at once."""
        context = self._manager.establish()
        try:
            connection = context.connect(self._reader)
        except PcscError:
            context.close()
            raise
        link = _Link(context, connection)
        try:
            connection.begin()
        except PcscError:
            connection.close()
            context.close()
            raise
        if self._over or self._deadline.cancelled:
            connection.close()  # no PIN was sent, so another program's work may stay as it is
            context.close()
            raise TimeUpError(cancelled=True)
        return link

    def _disconnect(self) -> None:
        link, self._link, self._talk = self._link, None, None
        if link is None:
            return
        # When even this hangs, nothing more can be done from here.
        with contextlib.suppress(JobTimeoutError, JobCancelledError):
            self._thread.run(link.close, self._connect_limit_s)

    def _abandon(self) -> None:
        """A call did not come back: whoever brings it back, a thread of its own cuts the power."""
        link, self._link, self._talk = self._link, None, None
        if link is not None:
            threading.Thread(target=link.close, name="card-off", daemon=True).start()
