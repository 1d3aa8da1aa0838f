"""All answers of a card that need no PIN."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from jpkidoctor.facts.fact import Data, Fact
from jpkidoctor.privacy import Personal, Public


class CardKind(StrEnum):
    """What the card is, by what it answered (SELECT, token label), never by its ATR alone."""

    MY_NUMBER = "my_number"
    JUKI = "juki"
    ANDROID = "android"
    IPHONE = "iphone"
    UNKNOWN_JPKI = "unknown_jpki"
    """The JPKI application answers but its label is none we know: a newer card."""
    OTHER = "other"
    """The JPKI application does not answer; ``other_card`` says what else it looks like."""


class ApplicationProbe(Data, frozen=True, kw_only=True):
    """SELECT of one application: its id in ``cards.toml`` and the status word."""

    application: Public
    aid: Public
    sw: int


class PinId(StrEnum):
    SIGNATURE = "signature"
    AUTHENTICATION = "authentication"
    CARD_FACE_INPUT = "card_face_input"
    RESIDENT_COMMON = "resident_common"
    """住民基本台帳用, the counter in the common application."""
    RESIDENT_JUKI = "resident_juki"
    """住民基本台帳用, the separate counter in the juki application."""
    NUMBER_A_INPUT = "number_a_input"
    NUMBER_B_INPUT = "number_b_input"
    NUMBER_A_FACE = "number_a_face"
    NUMBER_B_FACE = "number_b_face"


class PinState(StrEnum):
    TRIES = "tries"
    BLOCKED = "blocked"
    VERIFIED = "verified"
    """Another program verified it in this power session, so the card gives no count."""
    ABSENT = "absent"
    UNKNOWN = "unknown"


class PinFacts(Data, frozen=True, kw_only=True):
    """Answer to VERIFY without data for one PIN. ``sw`` is 0 when nothing was asked."""

    id: PinId
    state: PinState
    tries_left: int | None = None
    sw: int = 0


class Availability(Data, frozen=True, kw_only=True):
    """EF 0008 of the JPKI application: which certificates were issued to this card."""

    signature: bool
    authentication: bool


class CertificateFacts(Data, frozen=True, kw_only=True):
    """What a certificate says, without its body."""

    sha256: Personal
    """Of the whole DER. It picks out the one person whose certificate it is."""
    serial: Personal
    subject: Personal
    issuer: Public
    organization: Public = ""
    """O of the issuer: ``JPKI``, or ``JPKI-TEST`` on a test card."""
    not_before: dt.datetime
    not_after: dt.datetime
    key_type: Public
    key_bits: int
    policies: tuple[Public, ...] = ()
    size: int = 0


class AuthorityFacts(CertificateFacts, frozen=True, kw_only=True):
    """A CA certificate: the same on millions of cards, so its names and numbers are public."""

    sha256: Public
    serial: Public
    subject: Public
    from_cache: bool = False
    """Its beginning equals one read before; the rest was not read again."""


class Certificates(Data, frozen=True, kw_only=True):
    authentication: Fact[CertificateFacts] = Fact()
    authentication_ca: Fact[AuthorityFacts] = Fact()
    signature_ca: Fact[AuthorityFacts] = Fact()
    issued_by_card_ca: Fact[bool] = Fact()
    """The authentication certificate's signature verifies with the CA certificate on the same card."""


class LinkFacts(Data, frozen=True, kw_only=True):
    """How the talk with the card went."""

    commands: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    slowest_ms: float = 0.0
    lost: bool = False
    """The card went away in the middle (moved, torn out, reset by another program)."""
    lost_code: int = 0
    """PC/SC code of the loss; 0 with ``lost`` is the answer of success with no bytes."""
    lost_in: Public = ""
    """Reading step at which the card was lost."""
    protocol_errors: int = 0
    """Answers that break ISO 7816: too short, too long, endless 61xx."""
    timed_out: bool = False
    """The time for the whole card passed, or the work was cancelled."""
    silent: bool = False
    """A command was not answered at all in its time; reader or card hangs."""


class CardFacts(Data, frozen=True, kw_only=True):
    """All answers a card gives without a PIN."""

    kind: CardKind
    other_card: Public = ""
    """Id in ``cards.toml`` of the card this looks like, when the kind is ``other``."""
    atr: Public = ""
    probes: tuple[ApplicationProbe, ...] = ()
    token_label: Fact[Public] = Fact()
    availability: Fact[Availability] = Fact()
    certificates: Certificates = Certificates()
    pins: tuple[PinFacts, ...] = ()
    expires_on: Fact[dt.date] = Fact()
    """Expiry of the card itself, from the common application."""
    municipality: Fact[Public] = Fact()
    """Five-digit municipality code, from the common application."""
    link: LinkFacts = LinkFacts()

    def pin(self, pin: PinId) -> PinFacts:
        """The facts of one PIN; state ``unknown`` when it was not asked."""
        return next((p for p in self.pins if p.id is pin), PinFacts(id=pin, state=PinState.UNKNOWN))
