"""Status words and what they mean for a question that was asked (card-protocol.md §3.2, §3.3).

The sentences for people stand in ``errors.toml``; here is only what code has to decide on.
"""

from __future__ import annotations

from enum import IntEnum

from jpkidoctor.facts import PinState


class SW(IntEnum):
    """Status words that code compares with, by their ISO/IEC 7816-4 meaning."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    VERIFICATION_FAILED = 0x6300
    WRONG_LENGTH = 0x6700
    SECURITY_STATUS_NOT_SATISFIED = 0x6982
    AUTHENTICATION_METHOD_BLOCKED = 0x6983
    REFERENCE_DATA_LOCKED = 0x6984
    NO_CURRENT_FILE = 0x6986
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    REFERENCE_NOT_FOUND = 0x6A88
    WRONG_OFFSET = 0x6B00
    INS_NOT_SUPPORTED = 0x6D00
    CLA_NOT_SUPPORTED = 0x6E00
    NO_DIAGNOSIS = 0x6F00


_BLOCKED = frozenset({SW.AUTHENTICATION_METHOD_BLOCKED, SW.REFERENCE_DATA_LOCKED})
_ABSENT = frozenset({SW.FILE_NOT_FOUND, SW.REFERENCE_NOT_FOUND})


def pin_state(sw: int) -> tuple[PinState, int | None]:
    """What the answer to VERIFY without data says: state, and the tries left where the card gives a number.

    Only 63Cx holds a count. 6983 and 6984 are locked PINs whose low digit is no count, and 9000 means that
    another program has verified the PIN, not that something failed (card-protocol.md §8.3 lists programs
    that get these wrong).
    """
    if sw & 0xFFF0 == 0x63C0:
        tries = sw & 0x000F
        return (PinState.TRIES, tries) if tries else (PinState.BLOCKED, 0)
    if sw in _BLOCKED:
        return PinState.BLOCKED, 0
    if sw == SW.OK:
        return PinState.VERIFIED, None
    if sw in _ABSENT:
        return PinState.ABSENT, None
    return PinState.UNKNOWN, None
