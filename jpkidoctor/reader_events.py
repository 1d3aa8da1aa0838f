"""What happened between two looks at the readers, as the event strip tells it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from jpkidoctor.card.watcher import Snapshot
from jpkidoctor.card.winscard import SUCCESS, State
from jpkidoctor.safe_text import safe_text


def reader_events(before: Snapshot | None, now: Snapshot) -> Iterator[tuple[str, dict[str, str]]]:
    """Event and what fills its blanks: the service first, then readers that came and went, then their cards."""
    if before is not None and before.code != now.code:
        yield "event.service_started" if now.code == SUCCESS else "event.service_stopped", {}
    was = {watched.state.name: watched.state.flags for watched in before.readers} if before else {}
    is_now = {watched.state.name: watched.state.flags for watched in now.readers}
    for name in is_now.keys() - was.keys():
        yield "event.reader_added", {"reader": safe_text(name)}
    if now.code == SUCCESS:
        for name in was.keys() - is_now.keys():
            yield "event.reader_removed", {"reader": safe_text(name)}
    for name, flags in is_now.items():
        if event := _card_event(was.get(name, 0), flags):
            yield event, {"reader": safe_text(name)}


def _card_event(old: int, flags: int) -> str:
    """What a card did in one reader; empty for nothing. A card that answers and a mute one are two things."""
    present, mute = State.PRESENT, State.PRESENT | State.MUTE
    if flags & mute != old & mute and flags & present:
        return "event.card_mute" if flags & State.MUTE else "event.card_inserted"
    return "event.card_removed" if old & present and not flags & present else ""
