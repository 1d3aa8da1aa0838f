"""What an examination looks at: this computer, or a practice one."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from jpkidoctor.card.winscard import ResourceManager
from jpkidoctor.facts import HostFacts
from jpkidoctor.look import Look


class World(Protocol):
    """Everything outside the program that an examination needs."""

    def resource_manager(self) -> ResourceManager:
        """The PC/SC service. Raises LibraryMissingError when its library cannot be loaded."""

    def observe_host(self, look: Look | None = None) -> HostFacts:
        """Look at the computer until everything is seen, and tell ``look`` meanwhile.

        Takes up to 13 seconds and never raises; runs on a worker thread.
        """

    def now(self) -> dt.datetime:
        """The time, in UTC with tzinfo."""
