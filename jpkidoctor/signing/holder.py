"""The person in a 署名用 certificate: the otherName entries of its subjectAltName (sign-verify.md §1.2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jpkidoctor.privacy import Privacy
from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.japanese_date import ERAS, era_date, in_era
from jpkidoctor.signing.masked import Masked

ARC = "1.2.392.200149.8.5.5."
_NAME, _NAME_MARKS, _SEX, _BIRTH, _ADDRESS, _ADDRESS_MARKS = (f"{ARC}{tail}" for tail in range(1, 7))
_KNOWN = frozenset({_NAME, _NAME_MARKS, _SEX, _BIRTH, _ADDRESS, _ADDRESS_MARKS})


@dataclass(frozen=True, slots=True)
class Substituted:
    """A text in which some characters stand for others that the certificate's character set lacks."""

    text: Masked
    positions: tuple[int, ...] | None
    """Places of substitutes, the first character is 1. None: the marks do not fit the text, or are missing."""


@dataclass(frozen=True, slots=True)
class Birth:
    """生年月日. ``text`` is how it is shown: by era and Gregorian year, or as it stands when it is partial."""

    text: Masked
    known: bool
    era_fits: bool | None
    """Whether the era digit and the date agree; None when either is unknown."""


@dataclass(frozen=True, slots=True)
class OtherEntry:
    """An otherName that is none of the six: never dropped."""

    oid: str
    text: Masked


@dataclass(frozen=True, slots=True)
class Holder:
    """The four attributes, and what else was there. None: the certificate does not have it."""

    name: Substituted | None
    address: Substituted | None
    birth: Birth | None
    sex: Masked | None
    """``1`` 男, ``2`` 女, ``3`` 不明, or whatever stands there."""
    others: tuple[OtherEntry, ...] = ()


def decode_holder(entries: list[tuple[str, bytes]]) -> Holder:
    """The holder from pairs of OID and DER value. Never raises: what cannot be decoded is shown as it is."""
    first: dict[str, str] = {}
    others: list[OtherEntry] = []
    for oid, value in entries:
        text = _string(value)
        if oid in _KNOWN and oid not in first and text is not None:
            first[oid] = text
        else:  # unknown, there twice, or no string
            others.append(OtherEntry(oid, _masked(text if text is not None else value.hex().upper())))
    return Holder(
        name=_substituted(first.get(_NAME), first.get(_NAME_MARKS)),
        address=_substituted(first.get(_ADDRESS), first.get(_ADDRESS_MARKS)),
        birth=_birth(first[_BIRTH]) if _BIRTH in first else None,
        sex=_masked(first[_SEX]) if _SEX in first else None,
        others=tuple(others),
    )


def _masked(text: str) -> Masked:
    return Masked(safe_text(text), Privacy.PERSONAL)


def _string(der: bytes) -> str | None:
    """The text of a DER UTF8String, PrintableString or IA5String; None for anything else."""
    if len(der) < 2 or der[0] not in (0x0C, 0x13, 0x16):
        return None
    count = der[1] & 0x7F if der[1] & 0x80 else 0
    if count > 2 or der[1] == 0x80:
        return None
    length = int.from_bytes(der[2 : 2 + count], "big") if count else der[1]
    body = der[2 + count :]
    if len(body) != length:
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _substituted(text: str | None, marks: str | None) -> Substituted | None:
    if text is None:
        return None
    positions = None
    if marks is not None and len(marks) == len(text) and set(marks) <= {"0", "1"}:
        positions = tuple(place for place, mark in enumerate(marks, 1) if mark == "1")
    return Substituted(_masked(text), positions)


def _birth(raw: str) -> Birth:
    """``EYYYYMMDD``, YYYY the Gregorian year. Unknown and partial dates stay as they stand."""
    unknown = Birth(_masked(raw), known=False, era_fits=None)
    if len(raw) != 9 or not (raw.isascii() and raw.isdigit()):
        return unknown
    try:
        day = dt.date(int(raw[1:5]), int(raw[5:7]), int(raw[7:9]))
    except ValueError:
        return unknown
    era = next((era for era in ERAS if era.digit == raw[0]), None)
    if era is None:
        return Birth(_masked(f"{day.isoformat()} ({raw})"), known=True, era_fits=None)
    if not in_era(day, era):
        return Birth(_masked(f"{day.isoformat()} ({raw})"), known=True, era_fits=False)
    return Birth(_masked(f"{era_date(day, era)} ({day.isoformat()})"), known=True, era_fits=True)
