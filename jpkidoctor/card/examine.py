"""Everything a card answers without a PIN, in one pass: each application selected once, each file read once.

The order lets the screen fill in from the top: what card it is, its certificates, its PIN counters, the rest.
A card of an unknown kind, or with a key that is not RSA, gets the free steps only: VERIFY is not sent to it
even without data (design rule 7).
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import NamedTuple, TypeVar

from jpkidoctor.card import applications as app
from jpkidoctor.card.apdu import ResponseApdu, query_tries, read_record
from jpkidoctor.card.ca_cache import BEGINNING, CaCache, NoCache
from jpkidoctor.card.certificates import (
    NotACertificateError,
    authority_facts,
    certificate_facts,
    is_issued_by,
)
from jpkidoctor.card.channel import (
    BadAnswerError,
    CardLostError,
    Channel,
    Clock,
    Deadline,
    TimeUpError,
    open_free_channel,
)
from jpkidoctor.card.draft import Counter, Draft
from jpkidoctor.card.files import BLOCK, FileRefusedError, open_file, read_der, read_part, select
from jpkidoctor.card.status_words import SW, pin_state
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.winscard import Connection, PcscError
from jpkidoctor.facts import (
    ApplicationProbe,
    AuthorityFacts,
    Availability,
    CardFacts,
    CardKind,
    CertificateFacts,
    Fact,
    FactStatus,
    PinFacts,
    PinState,
)
from jpkidoctor.safe_text import safe_text

LABELS = {
    "JPKIAPICCTOKEN2": CardKind.MY_NUMBER,
    "JPKIAPICCTOKEN": CardKind.JUKI,
    "JPKIAPGPSETOKEN": CardKind.ANDROID,
    "JPKIAPIOSTOKEN": CardKind.IPHONE,
}
"""Token label to kind. Compared whole: the Juki label is the beginning of the My Number one."""

_V = TypeVar("_V")

_PHONES = frozenset({CardKind.ANDROID, CardKind.IPHONE})
_SOURCE = "card"


class Stage(StrEnum):
    """What is being read, for progress and for saying where a card was lost."""

    APPLICATION = "application"
    LABEL = "label"
    AVAILABILITY = "availability"
    CERTIFICATE = "certificate"
    PINS = "pins"
    OTHER_APPLICATIONS = "other_applications"
    CA_CERTIFICATES = "ca_certificates"


class ForeignApplication(NamedTuple):
    """An application of another kind of card: if it answers, the card is named."""

    id: str
    aid: bytes
    card: str


class Surroundings(NamedTuple):
    """What the knowledge tables say about cards, handed in so that this room needs no tables."""

    foreign: tuple[ForeignApplication, ...] = ()
    card_by_atr: Callable[[str], str] = lambda atr: ""
    """ATR in hex to the id of a card, or empty. A hint, used only when no application answers."""


Progress = Callable[[CardFacts, Stage], None]


class _Examiner:
    def __init__(
        self,
        channel: Channel,
        draft: Draft,
        counter: Counter,
        surroundings: Surroundings,
        cache: CaCache,
        progress: Progress,
        clock: Clock,
    ) -> None:
        self._channel = channel
        self._draft = draft
        self._counter = counter
        self._surroundings = surroundings
        self._cache = cache
        self._progress = progress
        self._clock = clock
        self._authentication_der = b""
        self.stage = Stage.APPLICATION

    # -- the pass ------------------------------------------------------------------------------

    def run(self) -> None:
        draft = self._draft
        self._enter(Stage.APPLICATION)
        if not self._in_application("jpki", app.JPKI_AID, self._read_jpki):
            draft.kind = CardKind.OTHER
            self._name_other_card()
            return
        if draft.kind is CardKind.UNKNOWN_JPKI or self._key_is_foreign():
            return
        self._enter(Stage.OTHER_APPLICATIONS)
        if draft.kind not in _PHONES:
            self._in_application("common", app.COMMON_AID, self._read_common)
            for name, aid in (
                ("card_face_input", app.CARD_FACE_INPUT_AID),
                ("card_face", app.CARD_FACE_AID),
                ("juki", app.JUKI_AID),
            ):
                self._in_application(name, aid, partial(self._query_pins, aid))
        # Last, because they are long and the same on every card.
        self._enter(Stage.CA_CERTIFICATES)
        self._in_application("jpki", app.JPKI_AID, self._read_authorities)

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        self._progress(self._draft.facts(self._counter), stage)

    def _in_application(self, name: str, aid: bytes, work: Callable[[], None]) -> bool:
        """SELECT and work inside one transaction, so that no other program's SELECT comes between."""
        self._counter.begin()
        try:
            sw = select(self._channel, aid)
            if all(probe.application != name for probe in self._draft.probes):
                self._draft.probes.append(ApplicationProbe(application=name, aid=aid.hex().upper(), sw=sw))
            if sw != SW.OK:
                return False
            work()
            return True
        finally:
            self._counter.end()

    # -- the JPKI application ------------------------------------------------------------------

    def _read_jpki(self) -> None:
        draft = self._draft
        self._enter(Stage.LABEL)
        draft.token_label = self._fact(self._read_label)
        label = draft.token_label.value
        if label is None:
            draft.kind = CardKind.UNKNOWN_JPKI
        else:
            draft.kind = LABELS.get(label, CardKind.UNKNOWN_JPKI)
        self._enter(Stage.AVAILABILITY)
        draft.availability = self._fact(self._read_availability)
        self._enter(Stage.CERTIFICATE)
        draft.authentication = self._fact(self._read_authentication)
        if draft.kind is CardKind.UNKNOWN_JPKI or self._key_is_foreign():
            return
        self._enter(Stage.PINS)
        self._query_pins(app.JPKI_AID)

    def _key_is_foreign(self) -> bool:
        certificate = self._draft.authentication.value
        return certificate is not None and certificate.key_type != "RSA"

    def _read_label(self) -> str:
        open_file(self._channel, app.EF_TOKEN_INFO)
        raw = read_part(self._channel, 0, app.TOKEN_LABEL_LENGTH)
        # Space padded, on some cards with NUL (pcsc-lab.md §6).
        return safe_text(raw.decode("ascii", "replace").strip(" \0"))

    def _read_availability(self) -> Availability:
        open_file(self._channel, app.EF_AVAILABILITY)
        raw = read_part(self._channel, 0, 3)
        if len(raw) < 2:
            raise BadAnswerError("short_file")
        return Availability(
            signature=raw[0] == app.CERTIFICATE_PRESENT, authentication=raw[1] == app.CERTIFICATE_PRESENT
        )

    def _read_authentication(self) -> CertificateFacts:
        open_file(self._channel, app.EF_AUTHENTICATION_CERTIFICATE)
        self._authentication_der = read_der(self._channel, self._first_block())
        return certificate_facts(self._authentication_der)

    def _first_block(self, length: int = BLOCK) -> bytes:
        first = read_part(self._channel, 0, length)
        if not first.strip(b"\0\xff"):
            raise FileRefusedError(SW.FILE_NOT_FOUND)  # an empty file: no certificate was issued
        return first

    def _read_authorities(self) -> None:
        draft = self._draft
        if self._authentication_der:
            self._read_issuer(use_cache=True)
            if draft.issued.value is False and self._from_cache(draft.authentication_ca):
                # The cached bytes may be another CA's: believe only this card.
                self._read_issuer(use_cache=False)
        self._enter(Stage.CA_CERTIFICATES)
        draft.signature_ca = self._fact(lambda: self._read_authority(app.EF_SIGNATURE_CA, []))

    def _read_issuer(self, *, use_cache: bool) -> None:
        """The authentication CA's certificate, and whether it issued the authentication certificate."""
        draft = self._draft
        draft.issued = Fact()  # what another CA's bytes said does not count any more
        kept: list[bytes] = []
        draft.authentication_ca = self._fact(
            lambda: self._read_authority(app.EF_AUTHENTICATION_CA, kept, use_cache=use_cache)
        )
        if kept:
            draft.issued = self._fact(lambda: is_issued_by(self._authentication_der, kept[0]))

    @staticmethod
    def _from_cache(fact: Fact[AuthorityFacts]) -> bool:
        return fact.value is not None and fact.value.from_cache

    def _read_authority(self, file_id: int, kept: list[bytes], *, use_cache: bool = True) -> AuthorityFacts:
        open_file(self._channel, file_id)
        first = self._first_block(BEGINNING)
        cached = self._cache.find(first) if use_cache else None
        der = cached if cached is not None else read_der(self._channel, first)
        facts = authority_facts(der, from_cache=cached is not None)
        if cached is None:
            self._cache.keep(der)
        kept.append(der)
        return facts

    # -- PIN counters and the common application -------------------------------------------------

    def _query_pins(self, aid: bytes) -> None:
        for reference in app.pins_of(aid):
            try:
                open_file(self._channel, reference.file_id)
                sw = self._channel.send(query_tries()).sw
                state, tries = pin_state(sw)
            except FileRefusedError as error:
                sw = error.sw
                absent = sw in (SW.FILE_NOT_FOUND, SW.REFERENCE_NOT_FOUND)
                state, tries = (PinState.ABSENT if absent else PinState.UNKNOWN), None
            except BadAnswerError:
                self._draft.protocol_errors += 1
                sw, state, tries = 0, PinState.UNKNOWN, None
            self._draft.pins.append(PinFacts(id=reference.pin, state=state, tries_left=tries, sw=sw))

    def _read_common(self) -> None:
        """Record 1: ``01 1C``, then 28 digits: serial 15 (not kept), municipality 5, expiry YYYYMMDD."""
        draft = self._draft
        record: list[ResponseApdu] = []

        def read() -> dt.date:
            open_file(self._channel, app.EF_CARD_RECORD)
            response = self._channel.send(read_record(1))
            if not response.ok:
                raise FileRefusedError(response.sw)
            record.append(response)
            digits = response.data[2:30].decode("ascii", "replace")
            if len(digits) != 28 or not digits.isdecimal():
                raise BadAnswerError("record")
            try:
                return dt.date(int(digits[20:24]), int(digits[24:26]), int(digits[26:28]))
            except ValueError as error:
                raise BadAnswerError("record_date") from error

        draft.expires_on = self._fact(read)
        if draft.expires_on.known:
            digits = record[0].data[17:22].decode("ascii")
            draft.municipality = Fact(FactStatus.OK, digits, _SOURCE)
        self._query_pins(app.COMMON_AID)

    # -- other cards -------------------------------------------------------------------------------

    def _name_other_card(self) -> None:
        """Ask each known application of another card; the ATR decides only when none answers."""
        draft = self._draft
        by_atr = self._surroundings.card_by_atr(draft.atr)
        if draft.atr.startswith("3B8F8001804F0CA000000306"):
            # PC/SC part 3 storage card (FeliCa, MIFARE): it has no files to select.
            draft.other_card = by_atr
            return
        for foreign in self._surroundings.foreign:
            sw = select(self._channel, foreign.aid)
            draft.probes.append(ApplicationProbe(application=foreign.id, aid=foreign.aid.hex().upper(), sw=sw))
            if sw == SW.OK or sw >> 8 == 0x61:
                draft.other_card = foreign.card
                return
        draft.other_card = by_atr

    # -- facts ---------------------------------------------------------------------------------------

    def _fact(self, read: Callable[[], _V]) -> Fact[_V]:
        """Turn one reading into a fact; a lost card or the end of time goes up."""
        start = self._clock()
        try:
            value = read()
        except FileRefusedError as error:
            absent = error.sw in (SW.FILE_NOT_FOUND, SW.REFERENCE_NOT_FOUND, SW.RECORD_NOT_FOUND)
            denied = error.sw == SW.SECURITY_STATUS_NOT_SATISFIED
            status = FactStatus.ABSENT if absent else FactStatus.DENIED if denied else FactStatus.ERROR
            return Fact(status, None, _SOURCE, self._ms(start), f"sw={error.sw:04X}")
        except BadAnswerError as error:
            self._draft.protocol_errors += 1
            return Fact(FactStatus.ERROR, None, _SOURCE, self._ms(start), error.reason)
        except NotACertificateError:
            return Fact(FactStatus.ERROR, None, _SOURCE, self._ms(start), "not_a_certificate")
        return Fact(FactStatus.OK, value, _SOURCE, self._ms(start))

    def _ms(self, start: float) -> float:
        return round((self._clock() - start) * 1000, 1)


def examine_card(
    connection: Connection,
    *,
    atr: bytes,
    surroundings: Surroundings,
    trace: Trace,
    deadline: Deadline,
    cache: CaCache | None = None,
    progress: Progress = lambda facts, stage: None,
    clock: Clock = time.monotonic,
) -> CardFacts:
    """Read everything a connected card tells without a PIN.

    Never raises for what a card or reader does: a card torn out, garbage, or the end of the time limit end
    the pass, and the facts say so. ``progress`` is called on this thread with what is known so far.
    """
    counter = Counter(connection, clock)
    draft = Draft(atr=atr.hex().upper())
    channel = open_free_channel(counter, trace, deadline, clock=clock)
    examiner = _Examiner(channel, draft, counter, surroundings, cache or NoCache(), progress, clock)
    try:
        examiner.run()
    except CardLostError as error:
        draft.lost, draft.lost_in = error, examiner.stage
    except PcscError as error:  # from begin: the transaction could not be had
        draft.lost, draft.lost_in = CardLostError(error.code), examiner.stage
    except TimeUpError:
        draft.timed_out = True
    except BadAnswerError:
        draft.protocol_errors += 1
    return draft.facts(counter)
