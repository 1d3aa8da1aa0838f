"""The tables of a report: PIN tries, certificate dates, card, readers, computer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jpkidoctor.card.winscard import State
from jpkidoctor.facts import (
    AuthorityFacts,
    CardFacts,
    CertificateFacts,
    Fact,
    Facts,
    PinFacts,
    PinState,
    ReaderFacts,
)
from jpkidoctor.knowledge.types import PinModel
from jpkidoctor.report.times import local_date
from jpkidoctor.report.words import PinTable, ReportWords

_BROWSERS = ("edge", "chrome", "safari", "firefox", "internet_explorer", "other")


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; without rows, ``empty`` says why."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


def pin_table(facts: Facts, words: ReportWords, pins: PinTable) -> Table:
    """Tries left of each PIN: those of the board, and any other that is blocked."""
    card = facts.card.value
    shown = [(pin, pins.pin(pin.id)) for pin in (card.pins if card else ())]
    return _table(
        "pins",
        ("name", "tries"),
        (
            (_pin_name(pin, model, words), _pin_state(pin, model, words))
            for pin, model in shown
            if model is None or model.board or pin.state is PinState.BLOCKED
        ),
        words,
    )


def certificate_table(facts: Facts, words: ReportWords) -> Table:
    """Validity of the certificates that can be read without a PIN."""
    card = facts.card.value
    return _table("certificates", ("name", "from", "until", "issuer"), _certificates(card, words), words)


def card_table(facts: Facts, words: ReportWords) -> Table:
    """What card it is."""
    card = facts.card.value
    rows: list[tuple[str, ...]] = []
    if card is not None:
        rows.append((words.text("report.card.kind"), words.text(f"report.card_kind.{card.kind.value}")))
        rows.append((words.text("report.card.expires"), _value(card.expires_on, words)))
        rows.append((words.text("report.card.municipality"), _value(card.municipality, words)))
        rows.append((words.text("report.card.signature_certificate"), _signature_issued(card, words)))
    return _table("card", ("name", "value"), rows, words)


def reader_table(facts: Facts, words: ReportWords) -> Table:
    """The PC/SC readers, the examined one marked in words."""
    examined = facts.pcsc.examined_reader
    return _table(
        "readers",
        ("name", "kind", "model", "state"),
        (
            (
                _marked(reader.name, words) if reader is examined else reader.name,
                words.text(f"report.reader_kind.{reader.kind.value}"),
                words.text("report.reader.model", model=reader.model) if reader.model else "",
                _reader_state(reader, words),
            )
            for reader in facts.pcsc.readers.value or ()
        ),
        words,
    )


def computer_table(facts: Facts, words: ReportWords) -> Table:
    """The computer around the card."""
    host = facts.host
    system = host.os.value
    session = host.session.value
    service = host.service.value
    rows = (
        (
            words.text("report.computer.os"),
            _joined(system.name, system.version, system.edition, str(system.build or ""), system.arch)
            if system
            else _unknown(host.os, words),
        ),
        (
            words.text("report.computer.session"),
            " / ".join(words.text(f"report.session.{kind.value}") for kind in session)
            if session
            else _unknown(host.session, words),
        ),
        (
            words.text("report.computer.service"),
            words.text(f"report.service.{service.state.value}") if service else _unknown(host.service, words),
        ),
        (words.text("report.computer.browser"), _browser(host.default_browser, words)),
    )
    return _table("computer", ("name", "value"), rows, words)


def _table(name: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], words: ReportWords) -> Table:
    return Table(
        id=name,
        title=words.text(f"report.table.{name}"),
        columns=tuple(words.text(f"report.column.{column}") for column in columns),
        rows=tuple(rows),
        empty=words.text("report.not_observed"),
    )


def _pin_name(pin: PinFacts, model: PinModel | None, words: ReportWords) -> str:
    return model.title.get(words.lang) if model else pin.id.value


def _pin_state(pin: PinFacts, model: PinModel | None, words: ReportWords) -> str:
    if pin.state is not PinState.TRIES or pin.tries_left is None:
        return words.text(f"report.pin.{pin.state.value}")
    if model is None:
        return words.text("report.pin.left", left=pin.tries_left)
    return words.text("report.pin.left_of", left=pin.tries_left, all=model.tries)


def _certificates(card: CardFacts | None, words: ReportWords) -> list[tuple[str, ...]]:
    if card is None:
        return []
    found = card.certificates
    named = (
        ("authentication", found.authentication),
        ("authentication_ca", found.authentication_ca),
        ("signature_ca", found.signature_ca),
    )
    return [(words.text(f"report.certificate.{name}"), *_certificate(fact, words)) for name, fact in named]


def _certificate(fact: Fact[CertificateFacts] | Fact[AuthorityFacts], words: ReportWords) -> tuple[str, str, str]:
    certificate: CertificateFacts | None = fact.value
    if certificate is None:
        return _unknown(fact, words), "", ""
    issuer = certificate.organization or certificate.issuer
    return local_date(certificate.not_before), local_date(certificate.not_after), issuer


def _signature_issued(card: CardFacts, words: ReportWords) -> str:
    availability = card.availability.value
    if availability is None:
        return _unknown(card.availability, words)
    return words.text("report.issued" if availability.signature else "report.not_issued")


def _reader_state(reader: ReaderFacts, words: ReportWords) -> str:
    if reader.flags & State.MUTE:
        return words.text("report.reader.mute")
    if reader.flags & State.PRESENT:
        return words.text("report.reader.present")
    return words.text("report.reader.empty" if reader.flags & State.EMPTY else "report.not_observed")


def _marked(name: str, words: ReportWords) -> str:
    return words.text("report.reader.examined", name=name)


def _browser(fact: Fact[str], words: ReportWords) -> str:
    if fact.value in _BROWSERS:
        return words.text(f"report.browser.{fact.value}")
    return _value(fact, words)


def _value(fact: Fact[Any], words: ReportWords) -> str:
    return str(fact.value) if fact.known else _unknown(fact, words)


def _unknown(fact: Fact[Any], words: ReportWords) -> str:
    return words.text(f"report.fact.{fact.status.value}")


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
