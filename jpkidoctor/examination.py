"""One examination: look at the computer and at PC/SC, read the card, and put the facts together.

The same pieces serve ``check`` (once) and the screens (live, in live.py).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import msgspec

from jpkidoctor import __version__
from jpkidoctor.card.ca_cache import CaCache
from jpkidoctor.card.examine import ForeignApplication, Progress, Surroundings
from jpkidoctor.card.inspector import CardInspector, Inspection
from jpkidoctor.card.watcher import Sighting, Snapshot, Watched
from jpkidoctor.card.winscard import (
    E_TIMEOUT,
    SUCCESS,
    Context,
    LibraryMissingError,
    PcscError,
    ReaderState,
    ResourceManager,
    State,
)
from jpkidoctor.facts import (
    CardFacts,
    Fact,
    Facts,
    FactStatus,
    HostFacts,
    PcscFacts,
    ReaderFacts,
    ReaderKind,
    StateSample,
)
from jpkidoctor.knowledge.known import Known
from jpkidoctor.look import Look, NewFacts, settled
from jpkidoctor.safe_text import safe_text
from jpkidoctor.world import World

HOST_LIMIT_S = 14.0
"""The quick probes' 3 seconds and the slow ones' 10, and a little for a busy computer."""
POSITION_WATCH_S = 2.0
"""How long an empty contactless slot is watched in a single examination."""

NEVER_HOLDS_A_CARD = frozenset({ReaderKind.SAM, ReaderKind.VIRTUAL})


class UnknownReaderError(Exception):
    """The reader that was asked for is not there. ``readers`` are those that are."""

    def __init__(self, wanted: str, readers: tuple[str, ...]) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.readers = readers


def surroundings(known: Known) -> Surroundings:
    """What the card room needs of the tables."""

    def card_by_atr(atr: str) -> str:
        model = known.card_by_atr(atr)
        return model.id if model is not None else ""

    foreign = tuple(ForeignApplication(a.id, bytes.fromhex(a.aid), a.on) for a in known.wrong_card_applications())
    return Surroundings(foreign, card_by_atr)


def reader_facts(watched: Watched, known: Known, *, since: float) -> ReaderFacts:
    """Facts of one reader from what the watcher saw. ``since`` is the monotonic time samples count from."""
    state = watched.state
    never = known.not_a_reader(state.name)
    model = never if never is not None and never.id else known.reader_by_name(state.name)
    return ReaderFacts(
        name=state.name,
        model=model.id if model is not None else "",
        kind=known.slot_kind(state.name),
        flags=state.flags,
        event_count=state.event_count,
        atr=state.atr.hex().upper(),
        samples=tuple(StateSample(at_ms=round((s.at - since) * 1000, 1), flags=s.flags) for s in watched.history),
        mute_insertions=watched.mute_insertions,
    )


def choose_reader(readers: tuple[ReaderFacts, ...], wanted: str | None = None) -> int | None:
    """Index of the reader to examine: the wanted one, else the one with an answering card, else with any card,
    else the first that a card could be put into. SAM slots and virtual readers are never chosen by themselves.
    """
    if wanted is not None:
        return next((i for i, reader in enumerate(readers) if reader.name == wanted), None)
    usable = [i for i, reader in enumerate(readers) if reader.kind not in NEVER_HOLDS_A_CARD]

    def rank(index: int) -> tuple[int, int]:
        flags = readers[index].flags
        answers = bool(flags & State.PRESENT) and not flags & State.MUTE
        present = bool(flags & State.PRESENT)
        # Among empty slots a contact one first: most callers have one.
        return (0 if answers else 1 if present else 2, int(readers[index].kind is ReaderKind.CONTACTLESS))

    return min(usable, key=rank, default=None)


def pcsc_facts(
    library: Fact[str], snapshot: Snapshot | None, known: Known, *, since: float, wanted: str | None = None
) -> PcscFacts:
    """PC/SC facts from the library's state and a snapshot of the readers (None: not looked at yet)."""
    if snapshot is None:
        return PcscFacts(library=library)
    context = Fact(FactStatus.OK, snapshot.code, "pcsc")
    rebuilt = max(0, snapshot.contexts - 1)
    if snapshot.code != SUCCESS:
        return PcscFacts(library=library, context=context, contexts_rebuilt=rebuilt)
    readers = tuple(reader_facts(watched, known, since=since) for watched in snapshot.readers)
    return PcscFacts(
        library=library,
        context=context,
        contexts_rebuilt=rebuilt,
        readers=Fact(FactStatus.OK, readers, "pcsc"),
        examined=choose_reader(readers, wanted),
    )


def with_connect(pcsc: PcscFacts, inspection: Inspection) -> PcscFacts:
    """The PC/SC facts with the examined reader's connect result."""
    if pcsc.examined is None or pcsc.readers.value is None:
        return pcsc
    readers = tuple(
        msgspec.structs.replace(reader, connect=inspection.connect) if index == pcsc.examined else reader
        for index, reader in enumerate(pcsc.readers.value)
    )
    return msgspec.structs.replace(pcsc, readers=msgspec.structs.replace(pcsc.readers, value=readers))


def card_is_waiting(pcsc: PcscFacts) -> ReaderFacts | None:
    """The examined reader when there is a card in it to connect to."""
    reader = pcsc.examined_reader
    return reader if reader is not None and reader.flags & State.PRESENT else None


def open_library(world: World) -> tuple[Fact[str], ResourceManager | None]:
    """Load the PC/SC library, or the fact that it is missing."""
    try:
        manager = world.resource_manager()
    except LibraryMissingError as error:
        return Fact(FactStatus.ABSENT, note=safe_text(str(error), 40)), None
    return Fact(FactStatus.OK, manager.version, "pcsc"), manager


class HostObservation:
    """Looks at the computer on a thread of its own, and gives up on it after a time."""

    def __init__(self, world: World) -> None:
        self._facts = HostFacts()
        self._thread = threading.Thread(target=self._run, args=(world,), name="host", daemon=True)
        self._thread.start()

    def _run(self, world: World) -> None:
        self._facts = world.observe_host(Look(self._hear))

    def _hear(self, facts: NewFacts) -> None:
        self._facts = msgspec.structs.replace(self._facts, **facts)

    def result(self, limit_s: float = HOST_LIMIT_S) -> HostFacts:
        """The facts; what did not come in time is unknown."""
        self._thread.join(limit_s)
        return settled(self._facts, Fact(FactStatus.TIMEOUT))


def examine_once(
    world: World,
    known: Known,
    *,
    reader: str | None = None,
    cache: CaCache | None = None,
    progress: Progress = lambda facts, stage: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Facts:
    """Examine computer, readers and card once.

    Raises UnknownReaderError when ``reader`` is given and is not there; nothing else for what the world does.
    """
    library, manager = open_library(world)
    since = clock()
    pcsc = PcscFacts(library=library)
    card: Fact[CardFacts] = Fact()
    host: HostObservation | None = None
    if manager is not None:
        snapshot = _look(manager, known, clock, sleep)
        pcsc = pcsc_facts(library, snapshot, known, since=since, wanted=reader)
        if reader is not None and snapshot.code == SUCCESS and pcsc.examined is None:
            raise UnknownReaderError(reader, tuple(watched.state.name for watched in snapshot.readers))
        waiting = card_is_waiting(pcsc)
        if waiting is not None:
            host = HostObservation(world)  # while the card answers, the computer is looked at
            inspector = CardInspector(manager, surroundings(known), cache=cache, clock=clock, sleep=sleep)
            try:
                inspection = inspector.inspect(waiting.name, bytes.fromhex(waiting.atr), progress)
            finally:
                inspector.stop()
            if _lost_from_the_field(pcsc, inspection):
                snapshot = _watch_again(manager, snapshot, clock, sleep)
                pcsc = pcsc_facts(library, snapshot, known, since=since, wanted=reader)
            pcsc = with_connect(pcsc, inspection)
            card = inspection.card
    return Facts(
        taken_at=world.now(),
        tool_version=__version__,
        host=(host or HostObservation(world)).result(),
        pcsc=pcsc,
        card=card,
    )


def _look(
    manager: ResourceManager, known: Known, clock: Callable[[], float], sleep: Callable[[float], None]
) -> Snapshot:
    """The readers now; an empty contactless slot is watched a little while for a card that flaps."""
    try:
        context = manager.establish()
    except PcscError as error:
        return Snapshot(error.code)
    try:
        names = context.list_readers()
        states = _states(context, names)
        history = {state.name: [Sighting(clock(), state.flags)] for state in states}
        if _needs_watching(states, known):
            states = _watch(context, names, history, clock, sleep)
        watched = tuple(
            Watched(s, tuple(history.get(s.name, ())), int(bool(s.flags & State.PRESENT and s.flags & State.MUTE)))
            for s in states
        )
        return Snapshot(SUCCESS, watched, 1)
    except PcscError as error:
        return Snapshot(error.code)
    finally:
        context.close()


def _watch(
    context: Context,
    names: tuple[str, ...],
    history: dict[str, list[Sighting]],
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> tuple[ReaderState, ...]:
    """Sample the readers for a while, add what changes to the history, and return the last states."""
    states = _states(context, names)
    end = clock() + POSITION_WATCH_S
    while clock() < end:
        sleep(0.1)
        states = _states(context, names)
        for state in states:
            seen = history.setdefault(state.name, [])
            if not seen or seen[-1].flags != state.flags:
                seen.append(Sighting(clock(), state.flags))
    return states


def _lost_from_the_field(pcsc: PcscFacts, inspection: Inspection) -> bool:
    """A card on a contactless reader was there and then was not: it may lie badly."""
    reader = pcsc.examined_reader
    if reader is None or reader.kind is not ReaderKind.CONTACTLESS:
        return False
    connect, card = inspection.connect.value, inspection.card.value
    return (connect is not None and connect.code != SUCCESS) or (card is not None and card.link.lost)


def _watch_again(
    manager: ResourceManager,
    snapshot: Snapshot,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Snapshot:
    """The same readers with what they did for a while after the card was lost. Their first state stays."""
    try:
        context = manager.establish()
    except PcscError:
        return snapshot
    try:
        history = {watched.state.name: list(watched.history) for watched in snapshot.readers}
        _watch(context, tuple(history), history, clock, sleep)
    except PcscError:
        return snapshot
    finally:
        context.close()
    readers = tuple(replace(watched, history=tuple(history[watched.state.name])) for watched in snapshot.readers)
    return replace(snapshot, readers=readers)


def _states(context: Context, names: tuple[str, ...]) -> tuple[ReaderState, ...]:
    if not names:
        return ()
    try:
        return context.status_change({}, names, 0)
    except PcscError as error:
        if error.code == E_TIMEOUT:
            return ()
        raise


def _needs_watching(states: tuple[ReaderState, ...], known: Known) -> bool:
    usable = [state for state in states if known.slot_kind(state.name) not in NEVER_HOLDS_A_CARD]
    if any(state.flags & State.PRESENT and not state.flags & State.MUTE for state in usable):
        return False
    return any(known.slot_kind(state.name) is ReaderKind.CONTACTLESS for state in usable)
