"""Watches the readers: a thread of its own that waits in SCardGetStatusChange and tells of every change.

Short time-outs (the stop flag is looked at often), the plug-and-play pseudo reader for readers that come and
go, and a new context whenever the old one is dead: the Windows service stops with the last reader, pcscd may
be restarted, and neither is the caller's fault (host-probes.md §0.1, §2.2).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from jpkidoctor.card.winscard import (
    E_CANCELLED,
    E_TIMEOUT,
    E_UNKNOWN_READER,
    PNP_READER,
    SUCCESS,
    Context,
    PcscError,
    ReaderState,
    ResourceManager,
    State,
)

WAIT_MS = 400
RETRY_S = 0.5


@dataclass(frozen=True, slots=True)
class Sighting:
    """One state a reader was seen in, ``at`` monotonic seconds."""

    at: float
    flags: int


@dataclass(frozen=True, slots=True)
class Watched:
    """A reader with its recent past."""

    state: ReaderState
    history: tuple[Sighting, ...]
    mute_insertions: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What PC/SC shows now. ``code`` is the result of SCardEstablishContext."""

    code: int
    readers: tuple[Watched, ...] = ()
    contexts: int = 0
    """How many contexts were established so far."""


@dataclass
class _Memory:
    """What is remembered of one reader between two waits."""

    state: ReaderState
    history: list[Sighting] = field(default_factory=list)
    mute_insertions: int = 0

    def see(self, state: ReaderState, at: float, keep_s: float = 10.0) -> None:
        was, now = self.state.flags, state.flags
        was_mute = bool(was & State.PRESENT and was & State.MUTE)
        # A card taken out and put back between two looks is seen by the reader's own event counter.
        put_back = state.event_count - self.state.event_count >= 2
        if now & State.PRESENT and now & State.MUTE and (not was_mute or put_back):
            self.mute_insertions += 1
        elif now & State.PRESENT and not now & State.MUTE:
            self.mute_insertions = 0
        self.state = state
        self.history = [s for s in self.history if at - s.at <= keep_s]
        if not self.history or self.history[-1].flags != now:
            self.history.append(Sighting(at, now))


class Watcher:
    """Calls ``on_change`` on its own thread with a Snapshot whenever something is different."""

    def __init__(
        self,
        manager: ResourceManager,
        on_change: Callable[[Snapshot], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        wait_ms: int = WAIT_MS,
        retry_s: float = RETRY_S,
    ) -> None:
        self._manager = manager
        self._on_change = on_change
        self._clock = clock
        self._wait_ms = wait_ms
        self._retry_s = retry_s
        self._stop = threading.Event()
        self._context: Context | None = None
        self._lock = threading.Lock()
        self._memory: dict[str, _Memory] = {}
        self._contexts = 0
        self._last: Snapshot | None = None
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch. The first snapshot comes at once."""
        self._thread.start()

    def stop(self, timeout_s: float = 1.0) -> None:
        """End the thread; a wait in progress is cancelled."""
        self._stop.set()
        with self._lock:
            if self._context is not None:
                self._context.cancel()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                context = self._manager.establish()
            except PcscError as error:
                self._memory.clear()
                self._tell(error.code)
                self._stop.wait(self._retry_s)
                continue
            self._contexts += 1
            with self._lock:
                self._context = context
            try:
                self._watch(context)
            except PcscError:
                # Dead, or something we do not know: a new context decides whether the service is there.
                self._stop.wait(0.05)
            finally:
                with self._lock:
                    self._context = None
                context.close()

    def _watch(self, context: Context) -> None:
        self._memory.clear()
        known: dict[str, ReaderState] = {}
        while not self._stop.is_set():
            names = context.list_readers()
            known = {name: state for name, state in known.items() if name in names or name == PNP_READER}
            self._memory = {name: memory for name, memory in self._memory.items() if name in names}
            fresh = tuple(name for name in names if name not in known)
            try:
                if fresh:
                    self._see(context.status_change({}, fresh, 0), known)
                self._tell(SUCCESS)
                self._see(context.status_change(known, (*names, PNP_READER), self._wait_ms), known)
            except PcscError as error:
                if error.code == E_UNKNOWN_READER:
                    known.clear()  # it went away between two calls: list again
                elif error.code not in (E_TIMEOUT, E_CANCELLED):
                    raise

    def _see(self, states: tuple[ReaderState, ...], known: dict[str, ReaderState]) -> None:
        at = self._clock()
        for state in states:
            known[state.name] = state
            if state.name == PNP_READER:
                continue
            memory = self._memory.get(state.name)
            if memory is None:
                memory = self._memory[state.name] = _Memory(ReaderState(state.name, 0, 0, b""))
            memory.see(state, at)

    def _tell(self, code: int) -> None:
        readers = tuple(Watched(m.state, tuple(m.history), m.mute_insertions) for m in self._memory.values())
        snapshot = Snapshot(code, readers if code == SUCCESS else (), self._contexts)
        if snapshot != self._last:
            self._last = snapshot
            self._on_change(snapshot)
