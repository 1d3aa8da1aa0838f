"""Certificates from the card in a reader, by commands that need no PIN."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jpkidoctor.card import applications as app
from jpkidoctor.card.card_thread import CardThread, JobTimeoutError
from jpkidoctor.card.channel import BadAnswerError, CardLostError, Channel, Deadline, TimeUpError, open_free_channel
from jpkidoctor.card.files import BLOCK, FileRefusedError, open_file, read_der, read_part, select
from jpkidoctor.card.inspector import CARD_LIMIT_S, COMMAND_LIMIT_S
from jpkidoctor.card.status_words import SW
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.watcher import Watched
from jpkidoctor.card.winscard import SUCCESS, PcscError, ResourceManager
from jpkidoctor.examination import UnknownReaderError, card_is_waiting, open_library, pcsc_facts
from jpkidoctor.knowledge.known import Known
from jpkidoctor.signing.certificate_view import Purpose
from jpkidoctor.world import World


class Which(StrEnum):
    """A certificate on the card that is read without a PIN."""

    AUTHENTICATION = "auth"
    SIGNATURE_CA = "sign-ca"
    AUTHENTICATION_CA = "auth-ca"

    @property
    def purpose(self) -> Purpose:
        return "signature" if self is Which.SIGNATURE_CA else "authentication"


_FILES = {
    Which.AUTHENTICATION: app.EF_AUTHENTICATION_CERTIFICATE,
    Which.SIGNATURE_CA: app.EF_SIGNATURE_CA,
    Which.AUTHENTICATION_CA: app.EF_AUTHENTICATION_CA,
}


class CardProblem(StrEnum):
    """Why a certificate did not come from the card; each has a sentence ``cert.card.<id>``."""

    NO_SERVICE = "no_service"
    NO_CARD = "no_card"
    NOT_JPKI = "not_jpki"
    ABSENT = "absent"
    NEEDS_PIN = "needs_pin"
    LOST = "lost"
    SILENT = "silent"
    GARBLED = "garbled"


class CardReadError(Exception):
    """No certificate could be read from the card."""

    def __init__(self, problem: CardProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def read_from_card(
    world: World, known: Known, which: tuple[Which, ...], *, reader: str | None = None
) -> dict[Which, bytes]:
    """The DER of the first of ``which``, and of the others when the card gives them.

    Raises CardReadError when the first one cannot be read, and UnknownReaderError.
    """
    found = read_each(world, known, which, reader=reader)
    first = found[which[0]]
    if isinstance(first, CardProblem):
        raise CardReadError(first)
    # The others help to say who issued it; the certificate itself is there without them.
    return {place: der for place, der in found.items() if isinstance(der, bytes)}


def read_each(
    world: World, known: Known, which: tuple[Which, ...], *, reader: str | None = None
) -> dict[Which, bytes | CardProblem]:
    """Each of ``which`` as DER, or why it could not be had; every file is read once, in one transaction.

    Raises CardReadError when there is no card to read from or the talk with it breaks off, and UnknownReaderError.
    """
    waiting = waiting_card(world, known, reader)
    manager, name = waiting.manager, waiting.reader
    deadline, trace, thread = Deadline(CARD_LIMIT_S), Trace(), CardThread()
    try:
        return thread.run(lambda: _read(manager, name, which, trace, deadline), COMMAND_LIMIT_S, lambda: trace.count)
    except JobTimeoutError as error:
        raise CardReadError(CardProblem.SILENT) from error
    except TimeUpError as error:
        raise CardReadError(CardProblem.SILENT) from error
    except (PcscError, CardLostError) as error:
        raise CardReadError(CardProblem.LOST) from error
    except BadAnswerError as error:
        raise CardReadError(CardProblem.GARBLED) from error
    finally:
        thread.stop()


@dataclass(frozen=True)
class WaitingCard:
    """The card that a command means: its service, the PC/SC name of its reader, and its ATR."""

    manager: ResourceManager
    reader: str
    atr: bytes


def waiting_card(world: World, known: Known, wanted: str | None) -> WaitingCard:
    """The card to work with, chosen as an examination chooses it. Raises CardReadError and UnknownReaderError."""
    library, manager = open_library(world)
    if manager is None:
        raise CardReadError(CardProblem.NO_SERVICE)
    from jpkidoctor.card.watcher import Snapshot

    try:
        context = manager.establish()
        try:
            names = context.list_readers()
            states = context.status_change({}, names, 0) if names else ()
        finally:
            context.close()
    except PcscError as error:
        raise CardReadError(CardProblem.NO_SERVICE) from error
    snapshot = Snapshot(SUCCESS, tuple(Watched(state, (), 0) for state in states), 1)
    facts = pcsc_facts(library, snapshot, known, since=0.0, wanted=wanted)
    if wanted is not None and facts.examined is None:
        raise UnknownReaderError(wanted, tuple(state.name for state in states))
    reader = card_is_waiting(facts)
    if reader is None:
        raise CardReadError(CardProblem.NO_CARD)
    return WaitingCard(manager, reader.name, bytes.fromhex(reader.atr))


def _read(
    manager: ResourceManager, reader: str, which: tuple[Which, ...], trace: Trace, deadline: Deadline
) -> dict[Which, bytes | CardProblem]:
    """On the card thread: one transaction, the application selected once."""
    context = manager.establish()
    try:
        connection = context.connect(reader)
        try:
            channel = open_free_channel(connection, trace, deadline)
            connection.begin()
            try:
                if select(channel, app.JPKI_AID) != SW.OK:
                    raise CardReadError(CardProblem.NOT_JPKI)
                return {place: _certificate(channel, _FILES[place]) for place in which}
            finally:
                connection.end()
        finally:
            connection.close()
    finally:
        context.close()


def _certificate(channel: Channel, file_id: int) -> bytes | CardProblem:
    try:
        open_file(channel, file_id)
        first = read_part(channel, 0, BLOCK)
        return read_der(channel, first) if first.strip(b"\0\xff") else CardProblem.ABSENT
    except BadAnswerError:
        return CardProblem.GARBLED
    except FileRefusedError as error:
        if error.sw in (SW.FILE_NOT_FOUND, SW.REFERENCE_NOT_FOUND):
            return CardProblem.ABSENT
        return CardProblem.NEEDS_PIN if error.sw == SW.SECURITY_STATUS_NOT_SATISFIED else CardProblem.GARBLED
