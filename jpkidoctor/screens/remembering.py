"""The examination of an earlier run beside the present one. Works on a thread: it reads and writes a file."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jpkidoctor.diagnosis import Diagnosis
    from jpkidoctor.facts import Facts
    from jpkidoctor.screens.ports import Memory


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier run found; ``differs`` when something was mended or is new since."""

    facts: Facts
    diagnosis: Diagnosis
    differs: bool


class Remembering:
    """Looks back once, and keeps what was examined, in the order in which it came."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._lock = threading.Lock()
        self._looked = False

    def examined(self, facts: Facts, diagnosis: Diagnosis) -> Earlier | None:
        """Keep an examination for the next run. The first time: what an earlier run kept, if anything."""
        with self._lock:
            earlier = None if self._looked else self._memory.earlier(facts)
            self._looked = True
            self._memory.keep(facts)
        if earlier is None:
            return None
        from jpkidoctor.report.compare import Examined, compare

        found = compare(Examined(*earlier), Examined(facts, diagnosis))
        return Earlier(*earlier, differs=bool(found.fixed or found.new))
