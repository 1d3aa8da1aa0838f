"""The screens' hands at the card: certificates, PIN change, card check, comparison. The same calls as the commands."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from jpkidoctor.facts import PinId, PinState
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.screens.ports import CertificateForm, FoundCertificate, NoCertificate, PinResult, ReadCertificate

if TYPE_CHECKING:
    from jpkidoctor.card.pin_errors import PinOutcomeUnknownError
    from jpkidoctor.card.pin_rules import PinRule
    from jpkidoctor.facts import PinFacts
    from jpkidoctor.screens.ports import PinJob
    from jpkidoctor.signing.card_desk import CardDesk
    from jpkidoctor.signing.certificate_view import CertificateView, Purpose
    from jpkidoctor.signing.from_card import Which
    from jpkidoctor.world import World


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class CardErrands:
    """Implements screens.ports.CardDesk.

    ``world`` is asked at each call: practice changes its world. ``lend`` lends the card for as long as its block runs:
    the live examination looks at it no more until then.
    """

    def __init__(
        self, world: Callable[[], World], lend: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext
    ) -> None:
        self._world = world
        self._lend = lend

    def rule(self, pin: PinId) -> PinRule:
        """What this PIN may look like."""
        from jpkidoctor.signing.card_desk import pin_rule

        return pin_rule(load_known(), pin)

    # -- without a PIN -----------------------------------------------------------------------------------------

    def read_card(self, reader: str) -> Mapping[Which, ReadCertificate]:
        """The certificates that need no PIN."""
        from jpkidoctor.examination import UnknownReaderError
        from jpkidoctor.signing.from_card import CardProblem, CardReadError, Which, read_each

        try:
            found = read_each(self._world(), load_known(), tuple(Which), reader=reader or None)
        except CardReadError as error:
            return dict.fromkeys(Which, NoCertificate(f"cert.card.{error.problem.value}"))
        except UnknownReaderError:
            return dict.fromkeys(Which, NoCertificate("cert.card.no_card"))
        authorities = tuple(der for place, der in found.items() if place is not Which.AUTHENTICATION)
        candidates = tuple(der for der in authorities if isinstance(der, bytes))
        return {
            place: NoCertificate(f"cert.card.{der.value}")
            if isinstance(der, CardProblem)
            else _seen(der, place.purpose, candidates)
            for place, der in found.items()
        }

    def read_file(self, path: Path) -> ReadCertificate:
        """A certificate of a file."""
        from jpkidoctor.commands.trust import read_input

        try:
            data = read_input(path)
        except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
            return NoCertificate("cert.refused.file", type(error).__name__)
        return _seen(data, None, ())

    def default_path(self, name: str) -> Path:
        """In the person's documents."""
        from jpkidoctor.commands.report_desk import in_documents

        return in_documents(name)

    def save(self, view: CertificateView, form: CertificateForm, path: Path) -> None:
        """Save a certificate."""
        from jpkidoctor.commands.cert import to_pem
        from jpkidoctor.files import write_atomically

        write_atomically(path, view.der if form == "der" else to_pem(view.der), 0o600, replace=False)

    # -- with a PIN --------------------------------------------------------------------------------------------

    def read_signature_certificate(self, job: PinJob, authorities: tuple[bytes, ...]) -> PinResult:
        """The signature certificate with its password."""

        def work(desk: CardDesk, words: Words, said: list[str]) -> PinResult:
            second = PinId.SIGNATURE in job.confirmed
            der = desk.read_signature_certificate(job.typed[0], second_confirmation=second)
            seen = _seen(der, "signature", authorities)
            if isinstance(seen, NoCertificate):
                return PinResult(False, (words.text(seen.key, error=seen.error),))
            return PinResult(True, (), certificate=seen)

        return self._at_the_card(job, (PinId.SIGNATURE,), work)

    def change(self, job: PinJob, pin: PinId) -> PinResult:
        """Change a PIN."""

        def work(desk: CardDesk, words: Words, said: list[str]) -> PinResult:
            old, new, again = job.typed
            desk.change_pin(pin, old, new, again, second_confirmation=pin in job.confirmed)
            return PinResult(True, (words.text("pin.changed", pin=pin.value),))

        return self._at_the_card(job, (pin,), work)

    def check(self, job: PinJob, pins: tuple[PinId, ...]) -> PinResult:
        """カード動作確認: the result only."""

        def work(desk: CardDesk, words: Words, said: list[str]) -> PinResult:
            for pin, typed in zip(pins, job.typed, strict=True):
                if pin is PinId.SIGNATURE:
                    sentence = load_words("ja").text("card_check.sentence")
                    desk.check_signature(typed, sentence, second_confirmation=pin in job.confirmed)
                else:
                    desk.check_authentication(typed, second_confirmation=pin in job.confirmed)
                said.append(words.text(f"card_check.works.{pin.value}"))
            return PinResult(True, ())

        return self._at_the_card(job, pins, work)

    def compare(self, job: PinJob) -> PinResult:
        """The four attributes, with two codes. No attribute comes out."""

        def work(desk: CardDesk, words: Words, said: list[str]) -> PinResult:
            from jpkidoctor.signing.attributes import compare_attributes

            password, code = job.typed
            second = {pin: pin in job.confirmed for pin in (PinId.SIGNATURE, PinId.CARD_FACE_INPUT)}
            certificate = desk.read_signature_certificate(password, second_confirmation=second[PinId.SIGNATURE])
            card = desk.read_attributes(code, second_confirmation=second[PinId.CARD_FACE_INPUT])
            try:
                return PinResult(True, (), comparison=compare_attributes(certificate, card))
            except ValueError:
                return PinResult(False, (words.text("compare_card.unreadable"),))

        return self._at_the_card(job, (PinId.SIGNATURE, PinId.CARD_FACE_INPUT), work)

    def _at_the_card(
        self, job: PinJob, pins: tuple[PinId, ...], work: Callable[[CardDesk, Words, list[str]], PinResult]
    ) -> PinResult:
        with self._lend():
            return self._at_the_lent_card(job, pins, work)

    def _at_the_lent_card(
        self, job: PinJob, pins: tuple[PinId, ...], work: Callable[[CardDesk, Words, list[str]], PinResult]
    ) -> PinResult:
        """Do the work at the card of the job's reader, say what goes wrong, and ask what the card counts now."""
        from jpkidoctor.card.pin_errors import PinOutcomeUnknownError, WrongPinError
        from jpkidoctor.commands.failure import explain
        from jpkidoctor.signing.card_desk import CardDesk
        from jpkidoctor.signing.from_card import waiting_card

        words, known = load_words(job.lang), load_known()
        said: list[str] = []
        try:
            waiting = waiting_card(self._world(), known, job.reader or None)
            desk = CardDesk(waiting.manager, waiting.reader, known)
            try:
                result = work(desk, words, said)
            except PinOutcomeUnknownError as error:
                return PinResult(False, (*said, *_after_a_loss(desk, error, job, words)))
            except WrongPinError as error:  # the sentence says what is left of this one
                return PinResult(False, (*said, explain(error, job.lang)[1]), _counts(desk, pins, error.pin))
            except Exception as error:  # every error has its sentence there, a programming error its kind
                result = PinResult(False, (explain(error, job.lang)[1],))
            sentences = (*said, *result.sentences)
            return PinResult(result.done, sentences, _counts(desk, pins), result.certificate, result.comparison)
        except Exception as error:
            return PinResult(False, (*said, explain(error, job.lang)[1]))
        finally:
            for typed in job.typed:
                typed.wipe()


def _seen(data: bytes, purpose: Purpose | None, candidates: tuple[bytes, ...]) -> ReadCertificate:
    """The certificate as it is shown; without a purpose, for the one it states itself."""
    from jpkidoctor.commands.trust import trust_store
    from jpkidoctor.signing.certificate_view import stated_purpose, view_certificate
    from jpkidoctor.signing.chain import check_chain
    from jpkidoctor.signing.der import UnreadableCertificateError

    now = _now()
    try:
        view = view_certificate(data, now)
    except UnreadableCertificateError as error:
        return NoCertificate(f"cert.refused.{error.reason.value}")
    store = trust_store()
    purpose = purpose or stated_purpose(view)
    check = check_chain(view, purpose, at=now, pins=store.pins, anchors=store.anchors(), candidates=candidates)
    return FoundCertificate(view, check)


def _counts(desk: CardDesk, pins: tuple[PinId, ...], known_already: PinId | None = None) -> tuple[PinFacts, ...]:
    """What the card counts now; a count that cannot be had is left out. Sends no PIN."""
    found = []
    for pin in pins:
        if pin is known_already:
            continue
        # What was done is done: a card that went afterwards changes nothing of the result.
        with contextlib.suppress(Exception):
            facts = desk.ask_again(pin, wait_s=0.0)
            if facts.state is not PinState.UNKNOWN:
                found.append(facts)
    return tuple(found)


def _after_a_loss(desk: CardDesk, error: PinOutcomeUnknownError, job: PinJob, words: Words) -> tuple[str, ...]:
    """Wait for the card to be back, and ask what it counts. The PIN is never sent again."""
    from jpkidoctor.commands.card_desk import WAIT_FOR_CARD_S, count_key, loss_key

    lost = words.text(loss_key(error), pin=error.pin.value)
    job.tell(f"{lost}\n{words.text('pin_page.put_back')}")
    facts = desk.ask_again(error.pin, wait_s=WAIT_FOR_CARD_S, cancelled=job.cancelled)
    key = count_key(facts) or "pin_page.not_back"
    return lost, words.text(key, pin=error.pin.value, tries=facts.tries_left or 0)
