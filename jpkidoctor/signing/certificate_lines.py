"""A certificate for reading, line by line, for a terminal and for a screen. Pure: view and check in, text out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from jpkidoctor.knowledge.words import Words
from jpkidoctor.signing.certificate_view import CertificateView
from jpkidoctor.signing.chain import ChainCheck
from jpkidoctor.signing.masked import Masked


class Part(StrEnum):
    """What a line is about; each has a heading ``cert.part.<id>``."""

    NAMES = "names"
    VALIDITY = "validity"
    TECHNICAL = "technical"
    HOLDER = "holder"
    CHECKS = "checks"


class Kind(StrEnum):
    """What kind of line it is."""

    VALUE = "value"
    ORIGIN = "origin"
    """The sentence about the issuer."""
    PERIOD = "period"
    """The sentence about today and the validity."""
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """One line for reading."""

    part: Part
    text: str
    kind: Kind = Kind.VALUE


def attributes(view: CertificateView) -> Iterator[tuple[str, Masked]]:
    """The four attributes of the holder that are there, by name."""
    holder = view.holder
    if holder is None:
        return
    if holder.name is not None:
        yield "name", holder.name.text
    if holder.address is not None:
        yield "address", holder.address.text
    if holder.birth is not None:
        yield "birth", holder.birth.text
    if holder.sex is not None:
        yield "sex", holder.sex


def certificate_lines(
    view: CertificateView, check: ChainCheck, words: Words, *, reveal: bool
) -> Iterator[CertificateLine]:
    """All lines; personal values are the mask unless ``reveal``."""
    for part, found in (
        (Part.NAMES, _names(view, check, words, reveal)),
        (Part.VALIDITY, _validity(view, words)),
        (Part.TECHNICAL, _technical(view, words, reveal)),
        (Part.HOLDER, _holder(view, words, reveal)),
        (Part.CHECKS, _checks(check, words)),
    ):
        for each in found:
            text, kind = each if isinstance(each, tuple) else (each, Kind.VALUE)
            yield CertificateLine(part, text, kind)


_Found = Iterator[str | tuple[str, Kind]]


def _row(words: Words, key: str, value: str) -> str:
    return words.text("cert.row", label=words.text(f"cert.label.{key}"), value=value or "-")


def _names(view: CertificateView, check: ChainCheck, words: Words, reveal: bool) -> _Found:
    title = check.authority.title.get(words.lang) if check.authority else ""
    yield _row(words, "subject", view.subject.shown(reveal=reveal))
    yield _row(words, "issuer", view.issuer)
    yield words.text(f"cert.origin.{check.origin.value}", authority=title), Kind.ORIGIN


def _validity(view: CertificateView, words: Words) -> _Found:
    validity = view.validity
    yield _row(words, "from", f"{validity.first_day.isoformat()} ({validity.era_first})")
    yield _row(words, "until", f"{validity.last_day.isoformat()} ({validity.era_last})")
    yield words.text(f"cert.period.{validity.period.value}", days=abs(validity.days_left)), Kind.PERIOD


def _technical(view: CertificateView, words: Words, reveal: bool) -> _Found:
    yield _row(words, "serial", f"{view.serial_hex.shown(reveal=reveal)} / {view.serial_decimal.shown(reveal=reveal)}")
    yield _row(words, "key", f"{view.key_type} {view.key_bits}")
    yield _row(words, "usage", ", ".join(words.text(f"cert.usage.{use}") for use in view.key_usage))
    for policy in view.policies:
        yield _row(words, "policy", f"{words.text(f'cert.policy.{policy.kind.value}')} ({policy.oid})")
    yield _row(words, "sha256", view.sha256.shown(reveal=reveal))
    yield _row(words, "sha1", view.sha1.shown(reveal=reveal))
    yield _row(words, "ski", view.subject_key_id.shown(reveal=reveal))


def _holder(view: CertificateView, words: Words, reveal: bool) -> _Found:
    for name, value in attributes(view):
        text = value.shown(reveal=reveal)
        yield _row(words, name, words.text(f"cert.sex.{text}") if name == "sex" and text in ("1", "2", "3") else text)
    holder = view.holder
    if holder is None:
        return
    for name, substituted in (("name", holder.name), ("address", holder.address)):
        if reveal and substituted is not None and substituted.positions:
            places = ", ".join(map(str, substituted.positions))
            yield _row(words, "substitutes", f"{words.text(f'cert.label.{name}')} {places}")
    if holder.birth is not None and holder.birth.era_fits is False:
        yield words.text("cert.era_differs"), Kind.REMARK
    for entry in holder.others:
        yield _row(words, "other", f"{entry.oid} {entry.text.shown(reveal=reveal)}")


def _checks(check: ChainCheck, words: Words) -> _Found:
    for step in check.steps:
        yield _row(words, f"step.{step.id.value}", words.text(f"cert.mark.{step.mark.value}"))
    yield words.text("cert.revocation"), Kind.REMARK
