"""Where the examination's thread leaves updates and the screen's thread picks them up, newest only."""

from __future__ import annotations

import threading
from dataclasses import replace

from jpkidoctor.live import Update


class Mailbox:
    """Keeps one update: a newer one takes its place, events of both are kept. Safe between two threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Update | None = None

    def put(self, update: Update) -> bool:
        """Leave an update. True when the box was empty, so somebody has to be told."""
        with self._lock:
            before = self._waiting
            self._waiting = update if before is None else replace(update, events=(*before.events, *update.events))
            return before is None

    def take(self) -> Update | None:
        """The waiting update, or None."""
        with self._lock:
            update, self._waiting = self._waiting, None
            return update
