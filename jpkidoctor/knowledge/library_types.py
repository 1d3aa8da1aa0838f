"""Shapes of the tables that people read: procedures, services, terms, myths, history, rooms, notices, easy words.

The same rules as in ``types.py``: unknown keys are refused, every entry is sourced and dated.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

from msgspec import Struct

from jpkidoctor.knowledge.types import Confidence, Entry, Sourced, Text

System = Literal["windows", "macos", "linux", "android", "ios"]
CertificateNeed = Literal["signature", "authentication", "both", "none", "unknown"]


class ProcedureStep(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One action. ``os`` limits it to systems; empty holds for all."""

    ja: str
    en: str
    os: tuple[System, ...] = ()


class Procedure(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something a person does with card, certificate, PIN or client software; or how long something lasts."""

    id: str
    kind: Literal["pin", "certificate", "card", "lost", "waiting", "prepare", "client", "phone"]
    title: Text
    summary: Text
    conditions: tuple[Text, ...] = ()
    """All of them must hold."""
    steps: tuple[ProcedureStep, ...] = ()
    """In order; empty where there is nothing to do but to know."""
    places: tuple[Text, ...] = ()
    """Where it can be done, with hours where they differ."""
    hours: Text | None = None
    cost: Text | None = None
    warning: Text | None = None
    """What cannot be undone, or must not be done."""
    nodes: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()

    def steps_on(self, os: str | None) -> tuple[ProcedureStep, ...]:
        """The steps for one system (``windows``, ``macos``, ``linux``, ``android``, ``ios``); for any other, all."""
        known = os in get_args(System)
        return tuple(step for step in self.steps if not known or not step.os or os in step.os)


class ProceduresFile(Struct, frozen=True, forbid_unknown_fields=True):
    procedure: tuple[Procedure, ...]


class Need(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which certificate and PIN one purpose of a service takes."""

    purpose: Text
    certificate: CertificateNeed
    pin: str = ""
    """Id in ``pins.toml``; empty when none or not known."""


class Environment(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A system with its browsers, as the service sees it."""

    os: System
    state: Literal["supported", "dropped", "unsupported", "unconfirmed"]
    browsers: tuple[str, ...] = ()
    note: Text | None = None
    confidence: Confidence
    sources: tuple[str, ...] = ()


class Service(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service that takes the card, with what must be there before a person begins."""

    id: str
    title: Text
    summary: Text
    needs: tuple[Need, ...]
    environments: tuple[Environment, ...]
    extension: Text | None = None
    checklist: tuple[Text, ...]
    hours: Text | None = None
    codes: tuple[str, ...] = ()
    """Codes of ``errors.toml`` that it is known to show."""
    nodes: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()


class ServicesFile(Struct, frozen=True, forbid_unknown_fields=True):
    service: tuple[Service, ...]


class Term(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word of the trade."""

    id: str
    title: Text
    kana: str
    """Reading in hiragana, for searching."""
    romaji: str
    """Reading in Hepburn with long vowels not marked, spaces between words, for searching."""
    also: tuple[str, ...] = ()
    """Other spellings and old names."""
    meaning: Text
    see: tuple[str, ...] = ()
    """Ids of terms that belong to it."""
    nodes: tuple[str, ...] = ()


class GlossaryFile(Struct, frozen=True, forbid_unknown_fields=True):
    term: tuple[Term, ...]


class Myth(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something people believe and that is not so."""

    id: str
    claim: Text
    truth: Text
    why: Text
    """Why people think so."""
    nodes: tuple[str, ...] = ()


class MythsFile(Struct, frozen=True, forbid_unknown_fields=True):
    myth: tuple[Myth, ...]


class HistoryEntry(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a page of the 2017 portal said, and what holds today."""

    id: str
    row: int | None = None
    """Row of the portal's top page (1 to 48, portal-knowledge section 1); None for an event beside it."""
    title: Text
    page: str = ""
    """Path on jpki.go.jp in 2017, where it had one."""
    shown: Literal["visible", "hidden"] = "visible"
    """Hidden: it stood in an HTML comment, or only browsers without scripts saw it."""
    date: dt.date | None = None
    """The date the page gave."""
    then: Text
    now: Text
    room: str
    nodes: tuple[str, ...] = ()


class HistoryFile(Struct, frozen=True, forbid_unknown_fields=True):
    entry: tuple[HistoryEntry, ...]


class Section(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a room. An entry is ``kind:id``; ``kind:*`` stands for the whole table in its order."""

    title: Text
    text: Text | None = None
    """Shown before the entries."""
    entries: tuple[str, ...] = ()


class Room(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One room of the portal."""

    id: str
    title: Text
    short: Text
    """At most 7 full-width characters, for lists and tabs."""
    intro: Text
    sections: tuple[Section, ...]


class RoomsFile(Struct, frozen=True, forbid_unknown_fields=True):
    room: tuple[Room, ...]


class Notice(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice of the organisation: a stop of a service, a changed number."""

    id: str
    date: dt.date
    until: dt.date | None = None
    """Last day on which it is shown; None shows it until it is taken out."""
    title: Text
    text: Text
    service: str = ""
    """Id in ``services.toml``; empty when it is about no single service."""


class NoticesFile(Struct, frozen=True, forbid_unknown_fields=True):
    notice: tuple[Notice, ...] = ()


class EasyNode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A node in easy Japanese. ``steps`` has the node's fix steps in the same order and number."""

    id: str
    question: str
    steps: tuple[str, ...]


class EasyFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``easy/X-name.toml``."""

    node: tuple[EasyNode, ...]
