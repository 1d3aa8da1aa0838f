"""The live examination: watches readers and card, examines on every change, and tells its listener."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from jpkidoctor import __version__
from jpkidoctor.card.ca_cache import CaCache
from jpkidoctor.card.card_thread import JobCancelledError
from jpkidoctor.card.examine import Stage
from jpkidoctor.card.inspector import CardInspector, Inspection
from jpkidoctor.card.trace import Trace, TraceEntry
from jpkidoctor.card.watcher import Snapshot, Watcher
from jpkidoctor.card.winscard import E_SHARING_VIOLATION, ResourceManager, State
from jpkidoctor.computer_watch import ComputerWatch
from jpkidoctor.diagnosis import Diagnosis, Status
from jpkidoctor.examination import (
    NEVER_HOLDS_A_CARD,
    card_is_waiting,
    open_library,
    pcsc_facts,
    surroundings,
    with_connect,
)
from jpkidoctor.facts import CardFacts, Fact, Facts, FactStatus, PcscFacts
from jpkidoctor.judge import Judge
from jpkidoctor.live import LENT, Event, Listener, Update
from jpkidoctor.reader_events import reader_events
from jpkidoctor.time_question import TimeQuestion
from jpkidoctor.world import World

# How often the computer itself is looked at again while no reader is there: a reader without a driver, or one
# that PC/SC does not see, makes no PC/SC event.
HOST_AGAIN_S = 5.0
# How often a card that another program held is asked for again: the end of a transaction makes no event.
HELD_AGAIN_S = 3.0
# How long a session of our own waits to be told that the inspection rests. A coordinator that hangs keeps nobody from
# signing: the worst that comes of it is a finding that another program holds the card.
LEND_WAIT_S = 2.0


@dataclass
class _State:
    """What is known now. Touched on the coordinator's thread only."""

    library: Fact[str]
    since: float
    snapshot: Snapshot | None = None
    inspection: Inspection | None = None
    card: Fact[CardFacts] = field(default_factory=Fact)
    wanted: str | None = None
    card_key: tuple[object, ...] = ()
    generation: int = 0
    """Counts inspections; what comes from an older one is dropped."""
    busy: str = ""
    lent: int = 0
    """How many sessions of our own have the card now."""
    events: list[Event] = field(default_factory=list)
    first_cause: str | None = None
    was_well: bool = False


_BUSY = {
    Stage.APPLICATION: "busy.kind",
    Stage.LABEL: "busy.kind",
    Stage.AVAILABILITY: "busy.certificate",
    Stage.CERTIFICATE: "busy.certificate",
    Stage.PINS: "busy.pins",
    Stage.OTHER_APPLICATIONS: "busy.pins",
    Stage.CA_CERTIFICATES: "busy.certificate",
}


class LiveExamination:
    """Watches, examines on every change, and tells the listener. Implements Examination.

    One coordinator thread owns the state and takes messages from the others: the watcher (readers), the card
    thread (progress), the observer of the computer, and the screens (refresh, choose, cancel).
    """

    def __init__(
        self,
        world: World,
        judge: Judge,
        *,
        cache: CaCache | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._world = world
        self._judge = judge
        self._cache = cache
        self._clock = clock
        self._messages: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="coordinator", daemon=True)
        self._listener: Listener = lambda update: None
        self._trace = Trace()
        self._manager: ResourceManager | None = None
        self._watcher: Watcher | None = None
        self._inspector: CardInspector | None = None
        self._computer = ComputerWatch(world, self._messages.put, self._computer_seen)
        self._time = TimeQuestion(world, self._messages.put, self._event, self._tell)
        self._host_next: float | None = None
        self._held_next: float | None = None
        self._stopped = threading.Event()
        self._state = _State(Fact(), clock())

    # -- the screens' side -----------------------------------------------------------------------

    def start(self, listener: Listener) -> None:
        """Begin; the listener is called on the coordinator's thread."""
        self._listener = listener
        self._thread.start()
        self._messages.put(self._open)

    def refresh(self) -> None:
        """Examine everything again now."""
        self._messages.put(self._refresh)

    def choose_reader(self, name: str | None) -> None:
        """Examine the card in this reader; None lets the program choose."""
        self._messages.put(partial(self._choose, name))

    def cancel(self) -> None:
        """Give up the card's reading, else what is slow to see of the computer. At once, even when a card hangs."""
        self._messages.put(self._cancel)

    def give_up_one(self, name: str) -> None:
        """Wait no longer for one fact of the computer; the others still come."""
        self._messages.put(partial(self._give_up_one, name))

    def ask_time(self) -> None:
        """Hold the clock against a time server, once."""
        self._messages.put(self._time.ask)

    @contextmanager
    def lend_card(self) -> Iterator[None]:
        """Inspect nothing while the block runs: the card is held by ourselves, and that is nobody's fault."""
        resting = threading.Event()
        self._messages.put(partial(self._lend, resting))
        if self._thread.is_alive():
            resting.wait(LEND_WAIT_S)
        try:
            yield
        finally:
            self._messages.put(self._given_back)

    def trace(self) -> tuple[TraceEntry, ...]:
        """The APDU exchanges of the current card."""
        return self._trace.entries()

    def stop(self) -> None:
        """End all threads."""
        self._stopped.set()
        self._messages.put(None)
        self._computer.stop()
        if self._inspector is not None:
            self._inspector.cancel()
            self._inspector.stop()
        if self._watcher is not None:
            self._watcher.stop(0.5)
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(0.5)

    # -- the coordinator ---------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                message = self._messages.get(timeout=self._patience())
            except queue.Empty:
                self._on_time()
                continue
            if message is None:
                return
            message()

    def _patience(self) -> float | None:
        """Seconds until something has to be done without being told; None waits for a message."""
        times = [at for at in (self._host_next, self._held_next) if at is not None]
        return max(0.0, min(times) - self._clock()) if times else None

    def _on_time(self) -> None:
        now = self._clock()
        if self._host_next is not None and now >= self._host_next:
            self._host_next = None
            self._computer.look(late=False)
        if self._held_next is not None and now >= self._held_next:
            self._held_next = None
            self._inspect()

    def _open(self) -> None:
        state = self._state
        state.library, self._manager = open_library(self._world)
        self._computer.look()
        if self._manager is not None:
            self._inspector = CardInspector(
                self._manager, surroundings(self._judge.known), cache=self._cache, trace=self._trace, clock=self._clock
            )
            self._watcher = Watcher(
                self._manager, lambda snapshot: self._messages.put(partial(self._seen, snapshot)), clock=self._clock
            )
            self._watcher.start()
        self._tell()

    def _refresh(self) -> None:
        self._event("event.again")
        self._time.forget()
        if self._manager is None:  # the library may have been installed meanwhile
            self._open()
            return
        self._computer.look()
        self._inspect()
        self._tell()

    def _choose(self, name: str | None) -> None:
        self._state.wanted = name
        self._follow_card()
        self._tell()

    def _cancel(self) -> None:
        state = self._state
        if not state.busy or state.lent:
            if self._computer.give_up():
                self._event("event.cancelled")
                self._tell()
            return
        state.generation += 1
        state.busy = ""
        self._held_next = None
        if self._inspector is not None:
            self._inspector.cancel()
        self._event("event.cancelled")
        self._tell()

    def _give_up_one(self, name: str) -> None:
        if self._computer.give_up_one(name):
            self._event("event.given_up", looked_at=f"host.{name}")
            self._tell()

    # -- the card lent to a session of our own ---------------------------------------------------------

    def _lend(self, resting: threading.Event) -> None:
        state = self._state
        state.lent += 1
        if state.lent == 1:
            state.generation += 1  # what an inspection that runs now has still to say is dropped
            if self._inspector is not None:
                self._inspector.cancel()
            self._held_next = None
            state.busy = LENT
            self._event("event.card_lent")
            self._tell()
        resting.set()

    def _given_back(self) -> None:
        self._state.lent -= 1
        if self._state.lent == 0:
            self._event("event.card_back")
            self._inspect()
            self._tell()

    # -- the computer ------------------------------------------------------------------------------

    def _computer_seen(self, first_pass: bool) -> None:
        if first_pass and not any(reader.kind not in NEVER_HOLDS_A_CARD for reader in self._pcsc().readers.value or ()):
            self._host_next = self._clock() + HOST_AGAIN_S
        self._tell()

    # -- readers and card ----------------------------------------------------------------------------

    def _seen(self, snapshot: Snapshot) -> None:
        before = self._state.snapshot
        self._state.snapshot = snapshot
        for key, params in reader_events(before, snapshot):
            self._event(key, **params)
        names_before = {watched.state.name for watched in before.readers} if before else set()
        names = {watched.state.name for watched in snapshot.readers}
        if before is not None and (before.code != snapshot.code or names != names_before):
            self._computer.look()
        self._follow_card()
        self._tell()

    def _pcsc(self) -> PcscFacts:
        state = self._state
        return pcsc_facts(state.library, state.snapshot, self._judge.known, since=state.since, wanted=state.wanted)

    def _follow_card(self) -> None:
        """Examine anew when another card, or the same one again, is in the examined reader."""
        reader = card_is_waiting(self._pcsc())
        key: tuple[object, ...] = ()
        if reader is not None:
            key = (reader.name, reader.event_count, bool(reader.flags & State.MUTE), reader.atr)
        if key == self._state.card_key:
            return
        self._state.card_key = key
        self._inspect()

    def _inspect(self) -> None:
        """Drop what was known of the card and read the one that is there now."""
        state = self._state
        if state.lent:
            self._note_while_lent()
            return
        state.generation += 1
        state.inspection, state.card, state.busy = None, Fact(), ""
        self._held_next = None
        inspector = self._inspector
        if inspector is None:
            return
        inspector.cancel()
        reader = card_is_waiting(self._pcsc())
        if reader is None:
            self._trace.clear()
            return
        state.card = Fact(FactStatus.UNKNOWN, note="pending")
        state.busy = "busy.connect"
        generation, name, atr = state.generation, reader.name, bytes.fromhex(reader.atr)

        def progress(facts: CardFacts, stage: Stage) -> None:
            self._messages.put(partial(self._progressed, generation, facts, stage))

        def work() -> None:
            try:
                inspection = inspector.inspect(name, atr, progress)
            except JobCancelledError:
                return
            self._messages.put(partial(self._inspected, generation, inspection))

        threading.Thread(target=work, name="inspection", daemon=True).start()

    def _note_while_lent(self) -> None:
        """What was seen of a card stays while our own session works with it; a card that went is gone all the same."""
        state = self._state
        self._held_next = None
        if card_is_waiting(self._pcsc()) is None:
            state.inspection, state.card = None, Fact()
        elif not state.card.known:
            state.card = Fact(FactStatus.UNKNOWN, note="pending")

    def _progressed(self, generation: int, facts: CardFacts, stage: Stage) -> None:
        if generation != self._state.generation:
            return
        self._state.card = Fact(FactStatus.OK, facts, "card", note="pending")
        self._state.busy = _BUSY[stage]
        self._tell()

    def _inspected(self, generation: int, inspection: Inspection) -> None:
        state = self._state
        if generation != state.generation:
            return
        state.inspection, state.card, state.busy = inspection, inspection.card, ""
        connect = inspection.connect.value
        if connect is not None and (connect.blocked or connect.code == E_SHARING_VIOLATION):
            self._held_next = self._clock() + HELD_AGAIN_S
        self._tell()

    # -- telling ---------------------------------------------------------------------------------------

    def _event(self, key: str, **params: str | int) -> None:
        self._state.events.append(Event(self._world.now(), key, params))

    def _facts(self) -> Facts:
        state = self._state
        pcsc = self._pcsc()
        if state.inspection is not None:
            pcsc = with_connect(pcsc, state.inspection)
        return Facts(
            taken_at=self._world.now(),
            tool_version=__version__,
            host=self._time.fill(self._computer.facts),
            pcsc=pcsc,
            card=state.card,
        )

    def _tell(self) -> None:
        state = self._state
        facts = self._facts()
        diagnosis = self._judge(facts)
        if not state.busy:
            self._verdict_events(diagnosis)
        events, state.events = tuple(state.events), []
        self._listener(Update(facts, diagnosis, state.busy, events, self._computer.looking))

    def _verdict_events(self, diagnosis: Diagnosis) -> None:
        state = self._state
        well = diagnosis.finding("L-01").status is Status.OK
        if diagnosis.first_cause != state.first_cause:
            if state.first_cause is not None and diagnosis.finding(state.first_cause).status is not Status.FAILED:
                self._event("event.solved", id=state.first_cause)
            if diagnosis.first_cause is not None:
                self._event("event.cause", id=diagnosis.first_cause)
        if well and not state.was_well:
            self._event("event.all_well")
        state.first_cause, state.was_well = diagnosis.first_cause, well
