"""For parsers that make many small objects at once."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collector_rests() -> Iterator[None]:
    """Python's search for cyclic garbage rests meanwhile: it would look through every object of the growing result
    again and again, and cost more than the parser. For work of some milliseconds.

    Safe on several threads: whoever found it switched off leaves it so.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
