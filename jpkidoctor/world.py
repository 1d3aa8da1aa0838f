"""What an examination looks at: this computer, or a practice one."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from jpkidoctor.card.winscard import ResourceManager
from jpkidoctor.facts import HostFacts
from jpkidoctor.look import Look

TIME_SERVER = "ntp.nict.jp"
"""Japan's standard time, by the public service of the institute that keeps it (NICT; general knowledge)."""


class World(Protocol):
    """Everything outside the program that an examination needs."""

    def resource_manager(self) -> ResourceManager:
        """The PC/SC service. Raises LibraryMissingError when its library cannot be loaded."""

    def observe_host(self, look: Look | None = None) -> HostFacts:
        """Look at the computer until everything is seen, and tell ``look`` meanwhile.

        Takes up to 13 seconds and never raises; runs on a worker thread.
        """

    def ask_time(self, server: str) -> float | str:
        """Seconds that this computer's clock is ahead of a time server's, or a word why that is not known.

        The only use of the network that an examination makes, and only when a person asked for it. At most 3 seconds;
        never raises.
        """

    def now(self) -> dt.datetime:
        """The time, in UTC with tzinfo."""
