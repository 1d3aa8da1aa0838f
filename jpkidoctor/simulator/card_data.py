"""What a practice card holds, as plain data: applications, files, PINs, keys, and the faults it has.

A variant is another value, never another class. Layout and numbers: card-protocol.md §1.1, §2 and §3.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # naming a scenario must not pay for cryptography
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

Content = Callable[[], bytes]
"""The bytes of a file, made when first read: a card is put together without making any certificate."""


def fixed(data: bytes) -> Content:
    """Content that is known now."""
    return lambda: data


class PinChange(StrEnum):
    """The command with which a PIN of an application is changed (card-protocol.md §4.3)."""

    REFERENCE_DATA = "reference_data"
    """00 24 01 80: JPKI and card-face input."""
    KEY = "key"
    """80 32 00 80: common and juki."""


@dataclass(frozen=True, slots=True)
class FileData:
    """A transparent EF. ``needs`` are PIN EFs of the same application; one of them verified opens it."""

    content: Content
    needs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordData:
    """A record EF; record 1 is the first."""

    records: tuple[bytes, ...]
    needs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PinData:
    """A PIN EF. ``tries`` is the count it is delivered with, ``max_tries`` the one a right PIN restores."""

    value: bytes
    max_tries: int
    tries: int
    min_length: int = 4
    max_length: int = 4
    blocked_query: int = 0x63C0
    """Status word of VERIFY without data when no try is left: 63C0, 6983 or 6984, sources differ."""
    blocked_verify: int = 0x6984
    """Status word of VERIFY with data when no try is left."""
    verified: bool = False
    """Another program verified it before we came."""


@dataclass(frozen=True, slots=True)
class KeyData:
    """A private key EF. The key is made when it first signs."""

    key: Callable[[], PrivateKey]
    needs: tuple[int, ...] = ()


ElementaryFile = FileData | RecordData | PinData | KeyData


@dataclass(frozen=True, slots=True)
class ApplicationData:
    """A DF with its EFs by 16-bit id. Short ids are the low five bits of the id."""

    aid: bytes
    files: dict[int, ElementaryFile] = field(default_factory=dict)
    pin_change: PinChange = PinChange.REFERENCE_DATA


class FaultKind(StrEnum):
    """What goes wrong after ``Faults.after`` commands of a power session."""

    NONE = "none"
    TORN = "torn"
    """The card leaves inside a command: success with no bytes."""
    RESET = "reset"
    """Another program resets the card."""
    GARBAGE = "garbage"
    """Answers that are no answers: a few bytes and a status word that nobody defined."""
    ONE_BYTE = "one_byte"
    TOO_LONG = "too_long"
    """65,533 bytes, far more than was asked for."""
    ENDLESS_61XX = "endless_61xx"
    SILENT = "silent"
    """The call does not come back until the card leaves."""
    ANSWER_LOST = "answer_lost"
    """The card does what it is told, and leaves before the answer: a PIN may have been counted."""
    FORGETS_PIN = "forgets_pin"
    """It wants the PIN anew: what was verified counts no more, so a signature answers 6982."""


class FaultCounts(StrEnum):
    """Which commands ``Faults.after`` counts; the fault comes in such a command alone."""

    COMMANDS = "commands"
    VERIFY = "verify"
    """VERIFY with data."""
    CHANGES = "changes"
    SIGNATURES = "signatures"


@dataclass(frozen=True, slots=True)
class Faults:
    """How a card or its link misbehaves. The default is a healthy card."""

    kind: FaultKind = FaultKind.NONE
    after: int = 0
    """Commands that are answered properly first."""
    counts: FaultCounts = FaultCounts.COMMANDS
    once: bool = False
    """Only in the first power session: a second try works."""
    mute: bool = False
    """No ATR, whichever way the card is put in: a damaged chip."""
    first_answer_6f00: bool = False
    """The first command after power-up answers 6F00, as seen on one real card (card-protocol.md §4.6)."""
    command_delay_s: float = 0.0
    byte_delay_s: float = 0.0
    """Per byte of command and answer: 0.00026 to 0.001 on contact (card-protocol.md §4.7)."""
    signature_delay_s: float = 0.0
    """How long the key calculates; not published for a real card (card-protocol.md §4.7)."""
    answer_block: int = 0
    """Answers longer than this come in parts by 61xx, as over T=0; 0 gives them whole."""
    exact_length: bool = False
    """READ BINARY with Le past the end answers 6Cxx instead of the short rest."""


@dataclass(frozen=True, slots=True)
class CardData:
    """A whole card."""

    atr: bytes
    applications: tuple[ApplicationData, ...] = ()
    """In the order in which a partial AID is compared."""
    objects: dict[int, bytes] = field(default_factory=dict)
    """GET DATA by tag, answered while no application is selected."""
    unknown_aid_sw: int = 0x6A82
    """SELECT of an application it does not have; 6D00, 6E00 or 6A81 on cards of another family."""
    speaks_iso: bool = True
    """False: every command answers ``unknown_aid_sw`` (storage cards, B-CAS)."""
    protocol: str = "T=1"
    faults: Faults = Faults()
