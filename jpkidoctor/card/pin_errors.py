"""What can go wrong around a PIN, as errors that carry data. None of them holds a character of a PIN."""

from __future__ import annotations

from enum import StrEnum

from jpkidoctor.facts import CardKind, PinId


class Refusal(StrEnum):
    """Why a PIN was not sent; each has a sentence ``pin.refused.<id>``. The card has counted nothing."""

    NOT_JPKI = "not_jpki"
    OTHER_CARD = "other_card"
    """A Juki card or a phone: this program types no PIN there."""
    UNKNOWN_CARD = "unknown_card"
    """An unknown token label: a newer card."""
    KEY_NOT_RSA = "key_not_rsa"
    KEY_UNKNOWN = "key_unknown"
    """No certificate could be read, so what key the card has is not known."""
    ABSENT = "absent"
    """The card has no such PIN or certificate."""
    BLOCKED = "blocked"
    ONE_LEFT = "one_left"
    """No option overrides this."""
    TWO_LEFT = "two_left"
    """A second confirmation is needed, and was not given."""
    UNKNOWN_STATUS = "unknown_status"
    """The card did not say how many tries are left."""
    BAD_FORM = "bad_form"
    """Length or characters: ``check_pin`` tells what."""
    NOT_CHANGEABLE = "not_changeable"


class PinRefusedError(Exception):
    """We did not send the PIN. ``tries_left`` is what the card said, where it did; ``kind`` what card it is."""

    def __init__(
        self, refusal: Refusal, pin: PinId, *, tries_left: int | None = None, kind: CardKind | None = None
    ) -> None:
        super().__init__(f"{refusal.value}: {pin.value}")
        self.refusal = refusal
        self.pin = pin
        self.tries_left = tries_left
        self.kind = kind


class WrongPinError(Exception):
    """The card refused the PIN. ``tries_left`` 0 is blocked, None when the card gave no number."""

    def __init__(self, pin: PinId, tries_left: int | None) -> None:
        super().__init__(f"wrong: {pin.value}")
        self.pin = pin
        self.tries_left = tries_left


class PinOutcomeUnknownError(Exception):
    """The link was lost while the card had the PIN: it may have counted. Ask the tries left; never send again.

    ``changing``: the old PIN was right, and whether the new one holds is not known.
    """

    def __init__(self, pin: PinId, *, changing: bool = False, tries_before: int | None = None) -> None:
        super().__init__(f"outcome unknown: {pin.value}")
        self.pin = pin
        self.changing = changing
        self.tries_before = tries_before


class PinAlreadySentError(Exception):
    """A second VERIFY for one entry was attempted. A programming error; nothing was sent."""


class VerifiedNoMoreError(Exception):
    """6982: the card asks for the password anew. Stop; it is not sent again by itself."""


class CardRefusedError(Exception):
    """The card answered a command after the PIN with an error status word."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"{sw:04X}")
        self.sw = sw
