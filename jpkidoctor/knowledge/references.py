"""Which references of the library lead nowhere. The shipped tables have none (a test); an organisation's may."""

from __future__ import annotations

from collections.abc import Iterator

from jpkidoctor.knowledge.library import Library, all_entries
from jpkidoctor.knowledge.library_types import HistoryEntry, Notice, Room, Service, Term


def broken_references(library: Library) -> tuple[str, ...]:
    """One line a reference that names nothing: ``procedure:pin_reset_kiosk -> contact:no_such``."""
    entries = all_entries(library)
    # ``kind:*`` is right even where a table is empty: notices come from the organisation.
    there = {name for name, _ in entries} | {f"{name.partition(':')[0]}:*" for name, _ in entries} | {"notice:*"}
    there |= {f"source:{source}" for source in library.known.sources}
    return tuple(
        f"{name} -> {wanted}"
        for name, entry in entries
        for wanted in (*(f"source:{source}" for source in entry.sources), *_named_by(entry))
        if wanted not in there
    )


def _named_by(entry: object) -> Iterator[str]:
    yield from (f"node:{node}" for node in getattr(entry, "nodes", ()))
    yield from (f"contact:{contact}" for contact in getattr(entry, "contacts", ()))
    match entry:
        case Service():
            yield from (f"error:{code}" for code in entry.codes)
            yield from (f"pin:{need.pin}" for need in entry.needs if need.pin)
            yield from (f"source:{source}" for place in entry.environments for source in place.sources)
        case Term():
            yield from (f"term:{term}" for term in entry.see)
        case HistoryEntry():
            yield f"room:{entry.room}"
        case Room():
            yield from (reference for section in entry.sections for reference in section.entries)
        case Notice() if entry.service:
            yield f"service:{entry.service}"
