"""Cards that people take for a My Number card: what they answer at power-up and to SELECT.

ATRs and AIDs: card-protocol.md §1.3 and §5. The status words for an unknown AID are inferred there, so they are
practice, not proof. Where no ATR is published (residence card, passport) a plain Type B answer stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jpkidoctor.simulator.card_data import ApplicationData, CardData, Faults


@dataclass(frozen=True, slots=True)
class OtherCard:
    """One kind of card. ``aids`` are the applications it answers, in hex."""

    atr: str
    aids: tuple[str, ...] = ()
    unknown_aid_sw: int = 0x6A82
    speaks_iso: bool = True
    contactless: bool = False
    protocol: str = "T=1"


def _with_check_byte(head: str) -> str:
    """Append TCK, the exclusive-or of all bytes after TS (ISO/IEC 7816-3)."""
    raw = bytes.fromhex(head)
    check = 0
    for byte in raw[1:]:
        check ^= byte
    return (raw + bytes((check,))).hex().upper()


_PLAIN_TYPE_B = _with_check_byte("3B888001000000009181D100")

OTHER_CARDS: Mapping[str, OtherCard] = {
    "felica": OtherCard(
        "3B8F8001804F0CA000000306 11003B00000000 42", unknown_aid_sw=0x6A81, speaks_iso=False, contactless=True
    ),
    "mifare": OtherCard(
        "3B8F8001804F0CA000000306 03000100000000 6A", unknown_aid_sw=0x6A81, speaks_iso=False, contactless=True
    ),
    "driving_licence": OtherCard(
        "3B8880010000000091 81C100D8",
        aids=("A0000002310100000000000000000000", "A0000002310200000000000000000000"),
        contactless=True,
    ),
    "residence_card": OtherCard(
        _PLAIN_TYPE_B,
        aids=(
            "D392F0004F0200000000000000000000",
            "D392F0004F0300000000000000000000",
            "D392F0004F0400000000000000000000",
        ),
        contactless=True,
    ),
    "hpki": OtherCard(
        "3BF4130000 8131FE45004E0000A2",
        aids=("E828BD080FA000000391000000000001", "E828BD080FA000000391000000000002"),
    ),
    "passport": OtherCard("3B80800101", aids=("A0000002471001",), contactless=True),
    "tax_accountant": OtherCard("3BF7130000 8131FE4580654A5030310415"),
    "bank": OtherCard("3BEE00008131804380318066B1A30401110B83009000D4", unknown_aid_sw=0x6A82),
    "bank_mufg": OtherCard("3BE500FF8131FE458073C601082D", unknown_aid_sw=0x6A86),
    "credit_card": OtherCard("3B80800101", aids=("325041592E5359532E4444463031", "A0000000651010"), contactless=True),
    "b_cas": OtherCard("3BF01200FF9181B17C451F0399", unknown_aid_sw=0x6E00, speaks_iso=False),
    "etc": OtherCard("3BE700FF8131FE458031C073C62148BE", unknown_aid_sw=0x6D00, speaks_iso=False),
}
"""Card id to what it answers."""


def other_card(name: str, faults: Faults | None = None) -> CardData:
    """Build a card without JPKI. Raises KeyError for a name that is not in ``OTHER_CARDS``."""
    card = OTHER_CARDS[name]
    return CardData(
        atr=bytes.fromhex(card.atr),
        applications=tuple(ApplicationData(bytes.fromhex(aid)) for aid in card.aids),
        unknown_aid_sw=card.unknown_aid_sw,
        speaks_iso=card.speaks_iso,
        protocol=card.protocol,
        faults=faults or Faults(),
    )
