"""Whether anybody still waits for what a thread is doing. A program that was started for nobody is ended at once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

ASK_EVERY_S = 0.1
"""How often a collector that waits for a program asks whether it is still wanted."""

_here = threading.local()


@contextlib.contextmanager
def wanted_while(asked: Callable[[], bool]) -> Iterator[None]:
    """What this thread does meanwhile is wanted as long as ``asked`` says so."""
    _here.asked = asked
    try:
        yield
    finally:
        del _here.asked


def still_wanted() -> bool:
    """True also on a thread that was never asked anything."""
    asked: Callable[[], bool] | None = getattr(_here, "asked", None)
    return asked is None or asked()
