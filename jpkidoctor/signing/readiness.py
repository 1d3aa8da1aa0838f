"""Whether the card can sign now, from what it answers without a PIN. Pure: facts in, verdict out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from jpkidoctor.facts import CardFacts, CardKind, PinId, PinState

EXPIRES_SOON_DAYS = 30


class Obstacle(StrEnum):
    """Why no PIN is asked for; each has a sentence ``sign.obstacle.<id>``."""

    NOT_JPKI = "not_jpki"
    OTHER_CARD = "other_card"
    UNKNOWN_CARD = "unknown_card"
    KEY_NOT_RSA = "key_not_rsa"
    CERTIFICATE_ABSENT = "certificate_absent"
    EXPIRED = "expired"
    """The only one that a person may override."""
    PIN_ABSENT = "pin_absent"
    BLOCKED = "blocked"
    ONE_LEFT = "one_left"
    UNKNOWN_STATUS = "unknown_status"


DATES_DO_NOT_MATTER = frozenset({Obstacle.EXPIRED})
"""For reading a certificate and for proving a key."""
ONLY_THE_PIN_MATTERS = frozenset({Obstacle.EXPIRED, Obstacle.CERTIFICATE_ABSENT})
"""For changing a PIN."""


class Caution(StrEnum):
    """What the person should know first; each has a sentence ``sign.caution.<id>``."""

    TWO_LEFT = "two_left"
    """A second confirmation is needed."""
    EXPIRES_SOON = "expires_soon"
    VERIFIED_ELSEWHERE = "verified_elsewhere"
    """Another program verified the PIN: the card is powered off and asked again before ours is sent."""
    DATE_UNKNOWN = "date_unknown"


@dataclass(frozen=True, slots=True)
class Readiness:
    """The verdict. The dates are the authentication certificate's: the signature certificate never outlives it,
    and is itself read with the password and checked before anything is signed (sign-verify.md §1.2).
    """

    pin: PinId
    kind: CardKind
    days_left: int | None
    tries_left: int | None
    obstacles: tuple[Obstacle, ...]
    cautions: tuple[Caution, ...]

    def ready(self, *, allow_expired: bool = False) -> bool:
        """Whether the PIN may be asked for."""
        return not self.standing(DATES_DO_NOT_MATTER if allow_expired else frozenset())

    def standing(self, passing: frozenset[Obstacle]) -> tuple[Obstacle, ...]:
        """The obstacles that are left for a purpose for which those in ``passing`` are none."""
        return tuple(obstacle for obstacle in self.obstacles if obstacle not in passing)


_CARD_OBSTACLES = {
    CardKind.OTHER: Obstacle.NOT_JPKI,
    CardKind.JUKI: Obstacle.OTHER_CARD,
    CardKind.ANDROID: Obstacle.OTHER_CARD,
    CardKind.IPHONE: Obstacle.OTHER_CARD,
    CardKind.UNKNOWN_JPKI: Obstacle.UNKNOWN_CARD,
}


def judge_readiness(card: CardFacts, pin: PinId, now: dt.datetime) -> Readiness:
    """Whether this PIN of this card may be asked for."""
    obstacles: list[Obstacle] = []
    cautions: list[Caution] = []
    if card.kind in _CARD_OBSTACLES:
        obstacles.append(_CARD_OBSTACLES[card.kind])
    certificate = card.certificates.authentication.value
    days_left = None
    if certificate is None:
        cautions.append(Caution.DATE_UNKNOWN)
    else:
        days_left = (certificate.not_after - now).days
        if certificate.key_type != "RSA":
            obstacles.append(Obstacle.KEY_NOT_RSA)
        if certificate.not_after < now:
            obstacles.append(Obstacle.EXPIRED)
        elif days_left < EXPIRES_SOON_DAYS:
            cautions.append(Caution.EXPIRES_SOON)
    present = card.availability.value
    issued = {PinId.SIGNATURE: present.signature, PinId.AUTHENTICATION: present.authentication} if present else {}
    if not issued.get(pin, True):
        obstacles.append(Obstacle.CERTIFICATE_ABSENT)
    facts = card.pin(pin)
    if facts.state is PinState.ABSENT:
        obstacles.append(Obstacle.PIN_ABSENT)
    elif facts.state is PinState.BLOCKED:
        obstacles.append(Obstacle.BLOCKED)
    elif facts.state is PinState.VERIFIED:
        cautions.append(Caution.VERIFIED_ELSEWHERE)
    elif facts.state is PinState.TRIES and facts.tries_left is not None:
        if facts.tries_left == 1:
            obstacles.append(Obstacle.ONE_LEFT)
        elif facts.tries_left == 2:
            cautions.append(Caution.TWO_LEFT)
    elif not obstacles:
        obstacles.append(Obstacle.UNKNOWN_STATUS)
    return Readiness(pin, card.kind, days_left, facts.tries_left, tuple(obstacles), tuple(cautions))
