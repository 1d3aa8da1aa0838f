"""The examinations that the screens are opened on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import msgspec

from jpkidoctor.card.trace import TraceEntry
from jpkidoctor.facts import Facts
from jpkidoctor.judge import Judge
from jpkidoctor.live import Examination, Listener, Update
from jpkidoctor.look import settled


class LateExamination:
    """An examination that is made after the first picture is on the screen.

    What an examination needs (tables, rules, PC/SC) takes longer to load than the first picture takes to draw,
    so it is loaded on a thread of its own. Implements live.Examination; what is asked before it is there is
    done when it comes.
    """

    def __init__(self, make: Callable[[], Examination]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._real: Examination | None = None
        self._asked: list[Callable[[Examination], None]] = []
        self._stopped = False

    def start(self, listener: Listener) -> None:
        """Make the examination and start it, on a thread."""
        threading.Thread(target=self._load, args=(listener,), name="load", daemon=True).start()

    def _load(self, listener: Listener) -> None:
        real = self._make()
        with self._lock:
            if self._stopped:
                return
            self._real = real
            asked, self._asked = self._asked, []
        real.start(listener)
        for ask in asked:
            ask(real)

    def _ask(self, ask: Callable[[Examination], None]) -> None:
        with self._lock:
            real = self._real
            if real is None:
                self._asked.append(ask)
        if real is not None:
            ask(real)

    def refresh(self) -> None:
        """Examine everything again."""
        self._ask(lambda real: real.refresh())

    def choose_reader(self, name: str | None) -> None:
        """Examine the card in this reader."""
        self._ask(lambda real: real.choose_reader(name))

    def cancel(self) -> None:
        """Give up what is being done."""
        self._ask(lambda real: real.cancel())

    def give_up_one(self, name: str) -> None:
        """Wait no longer for one fact of the computer."""
        self._ask(lambda real: real.give_up_one(name))

    def ask_time(self) -> None:
        """Hold the clock against a time server."""
        self._ask(lambda real: real.ask_time())

    def lend_card(self) -> AbstractContextManager[None]:
        """Lend the card; before the examination is there nothing looks at it."""
        real = self._real
        return real.lend_card() if real is not None else nullcontext()

    def trace(self) -> tuple[TraceEntry, ...]:
        """The exchanges with the current card."""
        real = self._real
        return real.trace() if real is not None else ()

    def stop(self) -> None:
        """End it, or never start it."""
        with self._lock:
            self._stopped = True
            real = self._real
        if real is not None:
            real.stop()


class SavedExamination:
    """A saved report as an examination that stands still. Implements live.Examination."""

    def __init__(self, facts: Facts, judge: Judge) -> None:
        # A report can be saved while something is still being looked at; nobody looks at it any more.
        self._facts = msgspec.structs.replace(facts, host=settled(facts.host))
        self._judge = judge
        self._listener: Listener = lambda update: None

    def start(self, listener: Listener) -> None:
        """Tell the saved facts with today's verdict, once."""
        self._listener = listener
        self.refresh()

    def refresh(self) -> None:
        """Tell the same again."""
        self._listener(Update(self._facts, self._judge(self._facts), "", ()))

    def choose_reader(self, name: str | None) -> None:
        """Nothing to choose in a report."""

    def cancel(self) -> None:
        """Nothing runs."""

    def give_up_one(self, name: str) -> None:
        """Nothing is being looked at."""

    def ask_time(self) -> None:
        """A saved clock says nothing of today's."""

    def lend_card(self) -> AbstractContextManager[None]:
        """Nobody looks at a card here."""
        return nullcontext()

    def trace(self) -> tuple[TraceEntry, ...]:
        """A report holds no trace."""
        return ()

    def stop(self) -> None:
        """Nothing to end."""
