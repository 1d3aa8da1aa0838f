"""AIDs, elementary files and PIN references of the My Number card (card-protocol.md §1.1, §2, §3.1)."""

from __future__ import annotations

from typing import NamedTuple

from jpkidoctor.facts import PinId

JPKI_AID = bytes.fromhex("D392F000260100000001")
CARD_FACE_INPUT_AID = bytes.fromhex("D3921000310001010408")
CARD_FACE_AID = bytes.fromhex("D3921000310001010402")
JUKI_AID = bytes.fromhex("D3921000310001010401")
COMMON_AID = bytes.fromhex("D3921000310001010100")

# Files of the JPKI application.
EF_SIGNATURE_CERTIFICATE = 0x0001
EF_SIGNATURE_CA = 0x0002
EF_TOKEN_INFO = 0x0006
EF_AVAILABILITY = 0x0008
EF_AUTHENTICATION_CERTIFICATE = 0x000A
EF_AUTHENTICATION_CA = 0x000B
EF_AUTHENTICATION_KEY = 0x0017
EF_SIGNATURE_KEY = 0x001A

# File of the common application: record 1 holds card serial, municipality and expiry.
EF_CARD_RECORD = 0x0001

TOKEN_LABEL_LENGTH = 32
"""The label is the first 32 bytes of EF 0006; a personal serial number follows, which is not read."""
CERTIFICATE_PRESENT = 0x8F
"""Value of a byte of EF 0008 when that certificate was issued."""


class PinReference(NamedTuple):
    """Where a PIN lives: application and PIN EF."""

    pin: PinId
    aid: bytes
    file_id: int
    max_tries: int


PIN_REFERENCES: tuple[PinReference, ...] = (
    PinReference(PinId.SIGNATURE, JPKI_AID, 0x001B, 5),
    PinReference(PinId.AUTHENTICATION, JPKI_AID, 0x0018, 3),
    PinReference(PinId.CARD_FACE_INPUT, CARD_FACE_INPUT_AID, 0x0011, 3),
    PinReference(PinId.NUMBER_A_INPUT, CARD_FACE_INPUT_AID, 0x0014, 10),
    PinReference(PinId.NUMBER_B_INPUT, CARD_FACE_INPUT_AID, 0x0015, 10),
    PinReference(PinId.NUMBER_A_FACE, CARD_FACE_AID, 0x0013, 10),
    PinReference(PinId.NUMBER_B_FACE, CARD_FACE_AID, 0x0012, 10),
    PinReference(PinId.RESIDENT_COMMON, COMMON_AID, 0x001C, 3),
    PinReference(PinId.RESIDENT_JUKI, JUKI_AID, 0x001C, 3),
)


def pins_of(aid: bytes) -> tuple[PinReference, ...]:
    """The PIN references of one application."""
    return tuple(reference for reference in PIN_REFERENCES if reference.aid == aid)
