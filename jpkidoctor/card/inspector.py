"""Connects to the card in one reader and has it examined, all on the card thread, within time limits."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from jpkidoctor.card.ca_cache import CaCache
from jpkidoctor.card.card_thread import CardThread, JobCancelledError, JobTimeoutError
from jpkidoctor.card.channel import Clock, Deadline
from jpkidoctor.card.examine import Progress, Stage, Surroundings, examine_card
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.winscard import (
    DEAD_CONTEXT,
    E_NOT_READY,
    E_NOT_TRANSACTED,
    E_SHARING_VIOLATION,
    E_TIMEOUT,
    W_RESET_CARD,
    Connection,
    Context,
    PcscError,
    ResourceManager,
)
from jpkidoctor.facts import CardFacts, ConnectFacts, Fact, FactStatus

logger = logging.getLogger(__name__)

CONNECT_LIMIT_S = 4.0
"""A connect that takes longer waits for another program."""
COMMAND_LIMIT_S = 8.0
"""A single command that takes longer is not answered any more. None of ours makes the card calculate."""
CARD_LIMIT_S = 40.0
"""A slow contact card needs about 10 s for everything (card-protocol.md §8.2)."""
ATTEMPTS = 5
_PAUSE_S = 0.3
# Worth another try: contention right after insertion, a resuming reader, a card reset by another program.
_PASSING = frozenset({E_SHARING_VIOLATION, E_NOT_READY, E_NOT_TRANSACTED, W_RESET_CARD})


@dataclass(frozen=True)
class Inspection:
    """What came of it: how connecting went, and the card's facts when it could be talked to."""

    connect: Fact[ConnectFacts]
    card: Fact[CardFacts]


@dataclass(frozen=True)
class _Session:
    """A connected card and the context it hangs on."""

    context: Context
    connection: Connection

    def close(self) -> None:
        self.connection.close()
        self.context.close()


class CardInspector:
    """Examines one card at a time. Shared mode, short transactions, the card is left as it is."""

    def __init__(
        self,
        manager: ResourceManager,
        surroundings: Surroundings,
        *,
        cache: CaCache | None = None,
        trace: Trace | None = None,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        connect_limit_s: float = CONNECT_LIMIT_S,
        command_limit_s: float = COMMAND_LIMIT_S,
        card_limit_s: float = CARD_LIMIT_S,
    ) -> None:
        self._manager = manager
        self._surroundings = surroundings
        self._cache = cache
        self.trace = trace or Trace()
        self._clock = clock
        self._sleep = sleep
        self._connect_limit_s = connect_limit_s
        self._command_limit_s = command_limit_s
        self._card_limit_s = card_limit_s
        self._thread = CardThread()
        self._deadline: Deadline | None = None

    def inspect(self, reader: str, atr: bytes, progress: Progress = lambda facts, stage: None) -> Inspection:
        """Connect and examine. Never raises for what PC/SC or the card does.

        Raises JobCancelledError when ``cancel`` was called meanwhile.
        """
        self.trace.clear()
        deadline = self._deadline = Deadline(self._card_limit_s, clock=self._clock)
        inspection = self._try(reader, atr, progress, deadline)
        card = inspection.card.value
        if card is not None and card.link.lost and card.link.lost_code == W_RESET_CARD:
            # Another program reset the card between two of our transactions: once more is fair.
            again = self._try(reader, atr, progress, deadline)
            if again.card.value is not None and not again.card.value.link.lost:
                return again
        return inspection

    def _try(self, reader: str, atr: bytes, progress: Progress, deadline: Deadline) -> Inspection:
        connect, session = self._connect(reader, deadline)
        if session is None:
            return Inspection(connect, Fact(FactStatus.UNKNOWN, note="not_connected"))
        start = self._clock()
        so_far: list[tuple[CardFacts, Stage]] = []

        def keep(facts: CardFacts, stage: Stage) -> None:
            so_far.append((facts, stage))
            progress(facts, stage)

        def work() -> CardFacts:
            try:
                return examine_card(
                    session.connection,
                    atr=atr,
                    surroundings=self._surroundings,
                    trace=self.trace,
                    deadline=deadline,
                    cache=self._cache,
                    progress=keep,
                    clock=self._clock,
                )
            finally:
                session.close()

        try:
            facts = self._thread.run(work, self._command_limit_s, lambda: self.trace.count)
        except JobTimeoutError:
            if not so_far:
                return Inspection(connect, Fact(FactStatus.TIMEOUT, source="card", ms=self._since(start)))
            facts, stage = so_far[-1]
            link = replace(facts.link, silent=True, lost_in=stage.value)
            facts = replace(facts, link=link)
        except JobCancelledError:
            raise
        except Exception as error:  # design rule 9: a crash is a result, and the watching goes on
            logger.debug("the examination of the card crashed", exc_info=True)
            return Inspection(connect, Fact(FactStatus.ERROR, source="card", note=type(error).__name__))
        return Inspection(connect, Fact(FactStatus.OK, facts, "card", self._since(start)))

    def _since(self, start: float) -> float:
        return round((self._clock() - start) * 1000, 1)

    def _connect(self, reader: str, deadline: Deadline) -> tuple[Fact[ConnectFacts], _Session | None]:
        start = self._clock()
        failures = 0
        code = 0
        session = None
        for attempt in range(1, ATTEMPTS + 1):
            if deadline.cancelled:
                raise JobCancelledError
            try:
                session = self._thread.run(lambda: self._open(reader), self._connect_limit_s)
                code = 0
                break
            except JobTimeoutError:
                facts = ConnectFacts(code=E_TIMEOUT, attempts=attempt, ms=self._since(start), blocked=True)
                return Fact(FactStatus.OK, facts, "pcsc", facts.ms), None
            except PcscError as error:
                code = error.code
                if code not in _PASSING and code not in DEAD_CONTEXT:
                    failures += 1
                    break
                # A context that died with the service or the last reader is no fault of the card, and another
                # program that just looks at a new card is none either.
                failures += code in _PASSING and code != E_SHARING_VIOLATION
                self._sleep(_PAUSE_S)
        protocol = session.connection.protocol if session is not None else ""
        facts = ConnectFacts(code=code, protocol=protocol, attempts=attempt, failures=failures, ms=self._since(start))
        return Fact(FactStatus.OK, facts, "pcsc", facts.ms), session

    def _open(self, reader: str) -> _Session:
        """On the card thread: connect, and see that a transaction can be had.

        Each session has a context of its own: one that hangs in a call would make the next one wait for it.
        """
        context = self._manager.establish()
        try:
            connection = context.connect(reader)
        except PcscError:
            context.close()
            raise
        session = _Session(context, connection)
        try:
            connection.begin()  # waits while another program holds the card
            connection.end()
        except PcscError:
            session.close()
            raise
        return session

    def cancel(self) -> None:
        """Give up what is being done: the next command is not sent, and a waiting caller is let go."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._thread.cancel()

    def stop(self) -> None:
        """End the card thread; a call that hangs is left to its daemon thread."""
        self._thread.stop()
