"""基本4情報 of the card beside those of the signature certificate: a difference hints that it was revoked.

After a move the city office rewrites the card and the old certificate is revoked (sign-verify.md §2). It is a
hint and never a verdict. All values are personal and stay in here: what comes out is same, differs, unknown.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_NAME, _NAME_MARKS, _SEX, _BIRTH, _ADDRESS, _ADDRESS_MARKS = (f"1.2.392.200149.8.5.5.{tail}" for tail in range(1, 7))
_TAGS = {0xDF22: "name", 0xDF23: "address", 0xDF24: "birth", 0xDF25: "sex"}
_SEX_OF_CARD = {"1": "1", "2": "2", "9": "3", "0": "3"}


class Attribute(StrEnum):
    """The four, in the order of the card."""

    NAME = "name"
    ADDRESS = "address"
    BIRTH = "birth"
    SEX = "sex"


class Match(StrEnum):
    """How one attribute compares; each has a sentence ``compare_card.match.<id>``."""

    SAME = "same"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    """One side does not have it, or not in a form that can be compared."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The four answers. ``hint`` True: very likely the signature certificate was revoked; ask the city office."""

    matches: tuple[tuple[Attribute, Match], ...]

    @property
    def hint(self) -> bool:
        return any(match is Match.DIFFERS for _, match in self.matches)


def compare_attributes(certificate: bytes, card: bytes) -> Comparison:
    """Compare the signature certificate (DER) with EF 0002 of the card-face input application (``FF20`` TLV).

    Raises ValueError when either cannot be read.
    """
    theirs, here = _of_certificate(certificate), _of_card(card)
    matches = (
        (Attribute.NAME, _text(theirs.get(_NAME), theirs.get(_NAME_MARKS), here.get("name"))),
        (Attribute.ADDRESS, _text(theirs.get(_ADDRESS), theirs.get(_ADDRESS_MARKS), here.get("address"))),
        (Attribute.BIRTH, _birth(theirs.get(_BIRTH), here.get("birth"))),
        (Attribute.SEX, _plain(theirs.get(_SEX), _SEX_OF_CARD.get(here.get("sex", "")))),
    )
    return Comparison(matches)


def _plain(theirs: str | None, here: str | None) -> Match:
    if not theirs or not here:
        return Match.UNKNOWN
    return Match.SAME if theirs == here else Match.DIFFERS


def _birth(theirs: str | None, here: str | None) -> Match:
    """``EYYYYMMDD`` beside ``YYYYMMDD``: the year is the Gregorian one in both."""
    whole = theirs is not None and len(theirs) == 9 and theirs.isdecimal()
    return _plain(theirs[1:] if theirs and whole else None, here if here and here.isdecimal() else None)


def _text(theirs: str | None, marks: str | None, here: str | None) -> Match:
    """Compare without what width and blanks do; a substitute character may stand for any other."""
    if not theirs or not here:
        return Match.UNKNOWN
    fits = marks is not None and len(marks) == len(theirs)
    left = "".join(
        "\0" if fits and marks and marks[place] == "1" else unicodedata.normalize("NFKC", character)
        for place, character in enumerate(theirs)
    )
    left, right = "".join(left.split()), "".join(unicodedata.normalize("NFKC", here).split())
    if len(left) != len(right):
        return Match.DIFFERS
    return Match.SAME if all(a in ("\0", b) for a, b in zip(left, right, strict=True)) else Match.DIFFERS


def _of_certificate(der: bytes) -> dict[str, str]:
    from cryptography import x509

    try:
        extension = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return {}
    found: dict[str, str] = {}
    for name in extension.value:
        if isinstance(name, x509.OtherName) and name.value[:1] == b"\x0c":
            body = _value_of(name.value, 1)
            found.setdefault(name.type_id.dotted_string, body.decode("utf-8", "replace"))
    return found


def _of_card(data: bytes) -> dict[str, str]:
    if data[:2] != b"\xff\x20":
        raise ValueError("not the four attributes")
    body = _value_of(data, 2)
    found: dict[str, str] = {}
    while len(body) >= 3:
        tag, value = int.from_bytes(body[:2], "big"), _value_of(body, 2)
        if tag in _TAGS:
            found[_TAGS[tag]] = value.decode("utf-8", "replace")
        head = 3 + (body[2] & 0x7F if body[2] & 0x80 else 0)
        body = body[head + len(value) :]
    return found


def _value_of(tlv: bytes, tag_length: int) -> bytes:
    """The value behind a tag of this many bytes. Raises ValueError when the length does not fit."""
    if len(tlv) <= tag_length:
        raise ValueError("cut short")
    first = tlv[tag_length]
    count = first & 0x7F if first & 0x80 else 0
    start = tag_length + 1 + count
    length = int.from_bytes(tlv[tag_length + 1 : start], "big") if count else first
    if count > 3 or first == 0x80 or start + length > len(tlv):
        raise ValueError("length")
    return tlv[start : start + length]
