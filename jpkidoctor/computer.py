"""This computer, as the world of an examination."""

from __future__ import annotations

import datetime as dt

from jpkidoctor.card.winscard import ResourceManager
from jpkidoctor.facts import HostFacts
from jpkidoctor.knowledge.known import Known
from jpkidoctor.look import Look


class Computer:
    """The computer that the program runs on. Implements World."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def resource_manager(self) -> ResourceManager:
        """The system's PC/SC service. Raises LibraryMissingError."""
        from jpkidoctor.card.pcsc import PyscardResourceManager  # loads libpcsclite

        return PyscardResourceManager()

    def observe_host(self, look: Look | None = None) -> HostFacts:
        """Look at the operating system, USB and the PC/SC service."""
        from jpkidoctor.host import observe_host  # psutil and platform probes

        return observe_host(self._known.usb_ids(), look=look)

    def ask_time(self, server: str) -> float | str:
        """Ask a time server once; uses the network."""
        from jpkidoctor.host.time_server import Offset, ask_time_server

        answer = ask_time_server(server)
        return answer.seconds if isinstance(answer, Offset) else answer

    def now(self) -> dt.datetime:
        """The time in UTC."""
        return dt.datetime.now(dt.UTC)
