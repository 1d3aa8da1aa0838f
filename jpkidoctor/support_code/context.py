"""What a code says besides findings: a few coarse choices, each true of thousands of people."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from jpkidoctor.checks.closing import NEEDED
from jpkidoctor.diagnosis import Diagnosis, Status
from jpkidoctor.facts import CardKind, Facts, OsFamily, PinFacts, PinId, PinState, ReaderKind


class ReaderClass(StrEnum):
    """The examined reader."""

    NONE = "none"
    CONTACT = "contact"
    CONTACTLESS = "contactless"
    OTHER = "other"


class PinTries(StrEnum):
    """Tries left of a PIN, coarsely."""

    UNKNOWN = "unknown"
    OPEN = "open"
    """Three or more."""
    FEW = "few"
    """One or two."""
    LOCKED = "locked"


class Context(Struct, frozen=True, kw_only=True):
    """Computer, reader and card in a few words."""

    os: OsFamily
    """``other`` also when it is not known."""
    reader: ReaderClass
    card: CardKind | None
    """None when no card was examined."""
    signature_pin: PinTries
    authentication_pin: PinTries
    complete: bool
    """Everything was looked at that must be in order before all can be called well."""
    more: bool
    """There are more findings than the code could hold."""


# The order is the format: a value's place is its digit. Only the unused places may be given out later.
_OS = (OsFamily.WINDOWS, OsFamily.MACOS, OsFamily.LINUX, OsFamily.OTHER)
_READERS = (ReaderClass.NONE, ReaderClass.CONTACT, ReaderClass.CONTACTLESS, ReaderClass.OTHER)
_CARDS = (
    None,
    CardKind.MY_NUMBER,
    CardKind.JUKI,
    CardKind.ANDROID,
    CardKind.IPHONE,
    CardKind.UNKNOWN_JPKI,
    CardKind.OTHER,
)
_CARD_PLACES = 8
_PINS = (PinTries.UNKNOWN, PinTries.OPEN, PinTries.FEW, PinTries.LOCKED)
_FEW = 2

CONTEXTS = len(_OS) * len(_READERS) * _CARD_PLACES * len(_PINS) ** 2 * 2 * 2
"""8192: four digits."""


def context_of(facts: Facts, diagnosis: Diagnosis, *, more: bool) -> Context:
    """The context of an examination."""
    system, card = facts.host.os.value, facts.card.value
    judged = {f.id for f in diagnosis.findings if f.status is not Status.UNKNOWN}
    return Context(
        os=system.family if system is not None else OsFamily.OTHER,
        reader=_reader_class(facts),
        card=card.kind if card is not None else None,
        signature_pin=_tries(card.pin(PinId.SIGNATURE)) if card is not None else PinTries.UNKNOWN,
        authentication_pin=_tries(card.pin(PinId.AUTHENTICATION)) if card is not None else PinTries.UNKNOWN,
        complete=judged.issuperset(NEEDED),
        more=more,
    )


def context_number(context: Context) -> int:
    """The context as a number below CONTEXTS."""
    number = _OS.index(context.os)
    number = number * len(_READERS) + _READERS.index(context.reader)
    number = number * _CARD_PLACES + _CARDS.index(context.card)
    number = number * len(_PINS) + _PINS.index(context.signature_pin)
    number = number * len(_PINS) + _PINS.index(context.authentication_pin)
    return (number * 2 + context.complete) * 2 + context.more


def numbered_context(number: int) -> Context | None:
    """The context that a number stands for, None when it stands for none."""
    if not 0 <= number < CONTEXTS:
        return None
    number, more = divmod(number, 2)
    number, complete = divmod(number, 2)
    number, authentication = divmod(number, len(_PINS))
    number, signature = divmod(number, len(_PINS))
    number, card = divmod(number, _CARD_PLACES)
    system, reader = divmod(number, len(_READERS))
    if card >= len(_CARDS):
        return None
    return Context(
        os=_OS[system],
        reader=_READERS[reader],
        card=_CARDS[card],
        signature_pin=_PINS[signature],
        authentication_pin=_PINS[authentication],
        complete=bool(complete),
        more=bool(more),
    )


def _reader_class(facts: Facts) -> ReaderClass:
    reader = facts.pcsc.examined_reader or next(iter(facts.pcsc.readers.value or ()), None)
    if reader is None:
        return ReaderClass.NONE
    match reader.kind:
        case ReaderKind.CONTACT:
            return ReaderClass.CONTACT
        case ReaderKind.CONTACTLESS:
            return ReaderClass.CONTACTLESS
    return ReaderClass.OTHER


def _tries(pin: PinFacts) -> PinTries:
    if pin.state is PinState.BLOCKED:
        return PinTries.LOCKED
    if pin.state is not PinState.TRIES or pin.tries_left is None:
        return PinTries.UNKNOWN
    return PinTries.FEW if pin.tries_left <= _FEW else PinTries.OPEN
