"""Looks at the computer again and again while the screens are open, and keeps what was seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import msgspec

from jpkidoctor.facts import HostFacts
from jpkidoctor.look import CANCELLED, PENDING, Look, NewFacts, settled
from jpkidoctor.world import World


class ComputerWatch:
    """Starts looks on threads of their own. Its methods are called on one thread, that of the coordinator.

    ``post`` puts a call into that thread's queue; ``changed`` is called there whenever facts have come, with True when
    they are those of a first pass. A look that was asked for during a first pass begins after it. While
    slow facts are still coming a quick look may run beside them; a whole look takes their place.
    """

    def __init__(
        self, world: World, post: Callable[[Callable[[], None]], None], changed: Callable[[bool], None]
    ) -> None:
        self.facts = HostFacts()
        self.looking: tuple[str, ...] = ()
        """Names of the slow facts that are still being looked at, also where an older value is shown meanwhile."""
        self._world = world
        self._post = post
        self._changed = changed
        self._looks = 0
        """Counts the looks; each has its number."""
        self._in_first_pass: int | None = None
        self._late: int | None = None
        """The look whose slow facts count."""
        self._late_look = Look()
        self._wanted: bool | None = None
        """What to do after this first pass: a whole look, a quick one, or nothing."""

    def look(self, *, late: bool = True) -> None:
        """Look at everything, or at what is quick to see."""
        if self._in_first_pass is not None:
            self._wanted = late or bool(self._wanted)
            return
        self._looks += 1
        number = self._in_first_pass = self._looks
        look = Look(lambda facts: self._post(partial(self._hear, number, facts)), late=late)
        if late:
            self._late_look.given_up.set()
            self._late, self._late_look = number, look
        threading.Thread(target=self._world.observe_host, args=(look,), name="host", daemon=True).start()

    def give_up_one(self, name: str) -> bool:
        """Wait no longer for one slow fact; False when it was not missing. The others still come."""
        if name not in self.looking:
            return False
        self._late_look.give_up_one(name)
        self.looking = tuple(other for other in self.looking if other != name)
        if getattr(self.facts, name).note == PENDING.note:  # else an older answer stays
            self.facts = msgspec.structs.replace(self.facts, **{name: CANCELLED})
        return True

    def give_up(self) -> bool:
        """Wait no longer for the slow facts; False when none was missing."""
        if not self.looking:
            return False
        self._late_look.given_up.set()
        self._late, self.looking = None, ()
        self.facts = settled(self.facts, CANCELLED)
        return True

    def stop(self) -> None:
        """Tell a look that runs that nobody waits for it. May be called on any thread."""
        self._late_look.given_up.set()

    def _hear(self, number: int, facts: NewFacts) -> None:
        first_pass = number == self._in_first_pass
        if not first_pass and number != self._late:
            return  # a later look took its place, or it was given up
        if number == self._late:
            facts = {name: fact for name, fact in facts.items() if self._late_look.awaits(name)}
            coming = tuple(name for name, fact in facts.items() if fact is PENDING)
            self.looking = tuple(coming if first_pass else (name for name in self.looking if name not in facts))
        # What was seen before stays until it is seen anew: a verdict does not come and go.
        kept = {n: fact for n, fact in facts.items() if fact is not PENDING or not getattr(self.facts, n).known}
        if number != self._late:  # given up before the first pass was over
            kept = {n: CANCELLED if fact is PENDING else fact for n, fact in kept.items()}
        self.facts = msgspec.structs.replace(self.facts, **kept)
        if first_pass:
            self._in_first_pass = None
            if self._wanted is not None:
                wanted, self._wanted = self._wanted, None
                self.look(late=wanted)
        self._changed(first_pass)
