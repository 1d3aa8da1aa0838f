"""A listener that keeps what a live examination told, and waits for something."""

from __future__ import annotations

import threading
from collections.abc import Callable

from jpkidoctor.live import Update


class Told:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.updates: list[Update] = []

    def __call__(self, update: Update) -> None:
        with self._changed:
            self.updates.append(update)
            self._changed.notify_all()

    def wait_for(self, fits: Callable[[Update], bool]) -> Update:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self.updates) and fits(self.updates[-1]), 8)
            return self.updates[-1]

    @property
    def events(self) -> list[str]:
        return [event.key for update in self.updates for event in update.events]
