"""The library: what people read in the portal's rooms. Each table is read when it is first asked for.

Every property may raise KnowledgeError when its table, or the organisation's over it, is damaged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from jpkidoctor.knowledge.known import Known, load_known
from jpkidoctor.knowledge.library_types import (
    GlossaryFile,
    HistoryEntry,
    HistoryFile,
    Myth,
    MythsFile,
    Notice,
    NoticesFile,
    Procedure,
    ProceduresFile,
    Room,
    RoomsFile,
    Service,
    ServicesFile,
    Term,
)
from jpkidoctor.knowledge.overlay import knowledge_directories, read_entries
from jpkidoctor.knowledge.types import Contact, ErrorCode, Node, PinModel, Sourced

T = TypeVar("T")

Item = Procedure | Service | Term | Myth | HistoryEntry | Room | Notice | Contact | PinModel | ErrorCode | Node
"""What an entry of a room may be."""


@dataclass(frozen=True)
class Library:
    """The tables for reading, from ``directories`` (the shipped one, then the organisation's if any)."""

    directories: tuple[Path, ...]

    @property
    def known(self) -> Known:
        """The tables that checks use as well, from the same directories."""
        return load_known() if self.directories == knowledge_directories() else Known(*self.directories)

    @cached_property
    def procedures(self) -> tuple[Procedure, ...]:
        """What people do with card, certificates, PINs and client software."""
        return read_entries(self.directories, "procedures.toml", ProceduresFile, attrgetter("procedure"), _id)

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Services that take the card, with their checklists."""
        return read_entries(self.directories, "services.toml", ServicesFile, attrgetter("service"), _id)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The glossary, in the order of the kana reading."""
        found: tuple[Term, ...] = read_entries(self.directories, "glossary.toml", GlossaryFile, attrgetter("term"), _id)
        return tuple(sorted(found, key=attrgetter("kana")))

    @cached_property
    def myths(self) -> tuple[Myth, ...]:
        """Wrong beliefs, with the truth."""
        return read_entries(self.directories[:1], "myths.toml", MythsFile, attrgetter("myth"), _id)

    @cached_property
    def history(self) -> tuple[HistoryEntry, ...]:
        """What the 2017 portal said and what holds today."""
        return read_entries(self.directories[:1], "history.toml", HistoryFile, attrgetter("entry"), _id)

    @cached_property
    def rooms(self) -> tuple[Room, ...]:
        """The rooms, in the order of the map."""
        return read_entries(self.directories[:1], "rooms.toml", RoomsFile, attrgetter("room"), _id)

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """All notices of the organisation, newest first."""
        found: tuple[Notice, ...] = read_entries(
            self.directories, "notices.toml", NoticesFile, attrgetter("notice"), _id
        )
        return tuple(sorted(found, key=attrgetter("date"), reverse=True))

    def notices_on(self, day: dt.date) -> tuple[Notice, ...]:
        """Notices to show on ``day``: those not yet over. A coming one is shown beforehand."""
        return tuple(notice for notice in self.notices if notice.until is None or day <= notice.until)

    # -- one entry -----------------------------------------------------------------------------------

    def procedure(self, procedure_id: str) -> Procedure | None:
        """The procedure with this id."""
        return _first(self.procedures, procedure_id)

    def service(self, service_id: str) -> Service | None:
        """The service with this id."""
        return _first(self.services, service_id)

    def term(self, term_id: str) -> Term | None:
        """The term with this id."""
        return _first(self.terms, term_id)

    def room(self, room_id: str) -> Room | None:
        """The room with this id."""
        return _first(self.rooms, room_id)

    def items(self, reference: str) -> tuple[Item, ...]:
        """What ``kind:id`` or ``kind:*`` of a room's section stands for; empty when it names nothing.

        Kinds: procedure, service, term, myth, history, room, notice, contact, pin, node, error. An error is
        named by its code (``error:EW044-C300``); every kind of code with that name is given.
        """
        kind, _, wanted = reference.partition(":")
        table = _TABLES.get(kind)
        if table is None:
            return ()
        return tuple(item for item in table(self) if wanted in ("*", key_of(item)))

    def items_of(self, room: Room) -> tuple[Item, ...]:
        """Everything in a room, in order."""
        return tuple(item for section in room.sections for ref in section.entries for item in self.items(ref))

    def rooms_with(self, reference: str) -> tuple[Room, ...]:
        """The rooms where this entry (``procedure:lost_card``) stands, by its own name or as part of a whole table."""
        kind = reference.partition(":")[0]
        return tuple(
            room
            for room in self.rooms
            if any(ref in (reference, f"{kind}:*") for section in room.sections for ref in section.entries)
        )


def key_of(item: Item) -> str:
    """What names an entry within its kind: the id, of a code the code itself."""
    return item.code if isinstance(item, ErrorCode) else item.id


def load_library(directories: tuple[Path, ...] | None = None) -> Library:
    """The library of these directories; None takes the shipped one with the organisation's over it.

    Raises KnowledgeError when a directory cannot be used.
    """
    return _library(knowledge_directories() if directories is None else directories)


@cache
def _library(directories: tuple[Path, ...]) -> Library:
    return Library(directories)


def _flow_nodes(library: Library) -> tuple[Item, ...]:
    from jpkidoctor.knowledge.flow import load_flow

    return tuple(load_flow(library.directories[0]).nodes.values())


_TABLES: dict[str, Callable[[Library], tuple[Item, ...]]] = {
    "procedure": attrgetter("procedures"),
    "service": attrgetter("services"),
    "term": attrgetter("terms"),
    "myth": attrgetter("myths"),
    "history": attrgetter("history"),
    "room": attrgetter("rooms"),
    "notice": attrgetter("notices"),
    "contact": attrgetter("known.contacts"),
    "pin": attrgetter("known.pins"),
    "error": attrgetter("known.errors"),
    "node": _flow_nodes,
}


def _id(entry: Procedure | Service | Term | Myth | HistoryEntry | Room | Notice) -> str:
    return entry.id


def _first(entries: tuple[T, ...], wanted: str) -> T | None:
    return next((entry for entry in entries if getattr(entry, "id", None) == wanted), None)


def all_entries(library: Library) -> tuple[tuple[str, Sourced], ...]:
    """Every sourced entry of the whole base with its reference (``contact:free_dial``)."""
    known = library.known
    found: list[tuple[str, Sourced]] = [(f"{k}:{key_of(i)}", i) for k, table in _TABLES.items() for i in table(library)]
    found += [(f"reader:{reader.id}", reader) for reader in known.readers]
    found += [(f"card:{card.id}", card) for card in known.cards]
    found += [(f"platform:{platform.id}", platform) for platform in known.platforms]
    found += [(f"product:{product.id}", product) for product in known.products]
    found += [(f"authority:{authority.id}", authority) for authority in known.authorities]
    return tuple(found)
