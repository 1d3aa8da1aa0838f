"""Work on a daemon thread that a person may interrupt: Ctrl+C never waits for a card that does not answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_LOOK_UP_S = 0.2
"""On Windows a waiting main thread hears Ctrl+C only between two waits."""


class Background(Generic[T]):
    """One piece of work and its result. When the program ends first, the thread ends with it.

    A card that is left in the middle of a reading loses nothing: the system closes what the process had open.
    """

    def __init__(self, work: Callable[[], T], name: str, begun: threading.Event | None = None) -> None:
        """``begun`` is set by the work when others may go on, and here when the work has ended without that."""
        self._work = work
        self._begun = begun or threading.Event()
        self._done = threading.Event()
        self._result: T
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._work()
        except BaseException as error:
            self._error = error
        finally:
            self._done.set()
            self._begun.set()

    def wait_until_begun(self) -> None:
        """Wait for the sign of the work, or for its end."""
        while not self._begun.wait(_LOOK_UP_S):
            pass

    def result(self) -> T:
        """The result, or what the work raised. Raises KeyboardInterrupt at once when the person interrupts."""
        while not self._done.wait(_LOOK_UP_S):
            pass
        if self._error is not None:
            raise self._error
        return self._result
