"""What a person does with a PIN at this card, one call each; a command and a screen make the same calls.

Each call takes what was typed, opens one exclusive session, sends the PIN at most once, and leaves the card
without power. Every call blocks (worker thread!) and wipes what was typed. Errors of all of them:
PinRefusedError (nothing was sent), WrongPinError, PinOutcomeUnknownError, LinkError; their docstrings say more.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jpkidoctor.card import applications as app
from jpkidoctor.card.pin_errors import PinRefusedError
from jpkidoctor.card.pin_rules import Alphabet, ChangeCommand, PinRule
from jpkidoctor.card.pin_session import LinkError, PinSession
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.card.winscard import ResourceManager
from jpkidoctor.facts import PinFacts, PinId, PinState
from jpkidoctor.knowledge.known import Known
from jpkidoctor.signing.card_key import AuthenticationCardKey, SignatureCardKey

CARD_FACE_ATTRIBUTES = 0x0002
"""基本4情報 in the card-face input application."""
_PAUSE_S = 0.3


def pin_rule(known: Known, pin: PinId) -> PinRule:
    """The rule of one PIN, from ``knowledge/pins.toml``. Raises KnowledgeError when the table lacks it."""
    model = known.pin(pin)
    if model is None:
        raise LookupError(pin.value)
    return PinRule(pin, model.shortest, model.longest, Alphabet(model.alphabet), ChangeCommand(model.change))


class CardDesk:
    """The card in one reader. ``cancel`` may be called from any thread; it ends the call that runs."""

    def __init__(
        self,
        manager: ResourceManager,
        reader: str,
        known: Known,
        *,
        trace: Trace | None = None,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.trace = trace or Trace()
        self._manager = manager
        self._reader = reader
        self._known = known
        self._random_bytes = random_bytes
        self._sleep = sleep
        self._session: PinSession | None = None

    @contextmanager
    def signature_key(self, typed: TypedPin, *, second_confirmation: bool) -> Iterator[SignatureCardKey]:
        """Enter the signature password; the key signs until the block ends. Implements job.UnlocksKey."""
        with self._entered(PinId.SIGNATURE, typed, second_confirmation) as session:
            yield SignatureCardKey(session)

    def read_signature_certificate(self, typed: TypedPin, *, second_confirmation: bool = False) -> bytes:
        """The signature certificate, DER: personal data."""
        with self._entered(PinId.SIGNATURE, typed, second_confirmation) as session:
            return session.read_certificate(app.EF_SIGNATURE_CERTIFICATE)

    def read_attributes(self, typed: TypedPin, *, second_confirmation: bool = False) -> bytes:
        """基本4情報 of the card-face input application with its own code: the whole TLV, personal data."""
        with self._entered(PinId.CARD_FACE_INPUT, typed, second_confirmation) as session:
            return session.read_tlv(app.CARD_FACE_INPUT_AID, CARD_FACE_ATTRIBUTES)

    def check_authentication(self, typed: TypedPin, *, second_confirmation: bool = False) -> None:
        """カード動作確認: the authentication key signs a random challenge, verified with its certificate.

        Returns when it works; raises SignatureMismatchError, CardRefusedError or VerifiedNoMoreError.
        """
        with self._entered(PinId.AUTHENTICATION, typed, second_confirmation) as session:
            AuthenticationCardKey(session).answers_challenge(self._random_bytes)

    def check_signature(self, typed: TypedPin, sentence: str, *, second_confirmation: bool = False) -> None:
        """カード動作確認: the signature key signs a sentence that says it is a test; as ``check_authentication``."""
        with self.signature_key(typed, second_confirmation=second_confirmation) as key:
            key.sign_test_sentence(sentence)

    def change_pin(
        self, pin: PinId, old: TypedPin, new: TypedPin, new_again: TypedPin, *, second_confirmation: bool = False
    ) -> None:
        """Change a PIN that allows it. ``new`` and ``new_again`` must be the same, else ValueError and nothing sent.

        Raises also CardRefusedError when the card kept the old PIN, and PinOutcomeUnknownError with ``changing``
        when the link was lost at the change: then either may be the PIN. It is never tried again.
        """
        rule = pin_rule(self._known, pin)
        with old, new, new_again:
            if not new.same_as(new_again):
                raise ValueError("the new PIN was not typed the same twice")
            with self._open() as session:
                session.change(rule, old, new, second_confirmation=second_confirmation)

    def ask_again(self, pin: PinId, *, wait_s: float, cancelled: Callable[[], bool] = lambda: False) -> PinFacts:
        """After PinOutcomeUnknownError: wait for the card to be back and ask its tries left. Sends no PIN.

        The state is UNKNOWN when the card was not back in time.
        """
        end = time.monotonic() + wait_s
        while True:
            with contextlib.suppress(LinkError):
                try:
                    with self._open() as session:  # closing takes the power, so the next count is a real one
                        facts = session.tries(pin)
                except PinRefusedError:
                    return PinFacts(id=pin, state=PinState.UNKNOWN)  # another card was put in
                if facts.state is not PinState.VERIFIED:
                    return facts
            if time.monotonic() >= end or cancelled():
                return PinFacts(id=pin, state=PinState.UNKNOWN)
            self._sleep(_PAUSE_S)

    def cancel(self) -> None:
        """End the call that runs at once (to stop a batch cleanly, let ``cancelled`` of ``run_job`` say so)."""
        session = self._session
        if session is not None:
            session.cancel()

    @contextmanager
    def _open(self) -> Iterator[PinSession]:
        session = PinSession(self._manager, self._reader, trace=self.trace, sleep=self._sleep)
        self._session = session
        try:
            with session:
                yield session
        finally:
            self._session = None

    @contextmanager
    def _entered(self, pin: PinId, typed: TypedPin, second_confirmation: bool) -> Iterator[PinSession]:
        with typed, self._open() as session:
            session.enter(pin_rule(self._known, pin), typed, second_confirmation=second_confirmation)
            typed.wipe()
            yield session
