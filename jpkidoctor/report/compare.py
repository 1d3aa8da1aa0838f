"""Before and after: what two examinations say about the same computer, side by side.

Both are compared as diagnosed by the same rules, so what differs is the computer and not the program. Nothing here
looks at a name or a number of a person or a machine: a saved report has them hidden, a live examination has not, and
the two must compare alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal, NamedTuple

from msgspec import Struct

from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import Facts, PinState
from jpkidoctor.privacy import Public

COMPARE_SCHEMA: Literal["jpkidoctor.compare/1"] = "jpkidoctor.compare/1"

_TROUBLE = frozenset({Status.FAILED, Status.ATTENTION})


class Examined(NamedTuple):
    """One examination: what was seen, and its diagnosis by today's rules."""

    facts: Facts
    diagnosis: Diagnosis


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """One node before and after; None where that diagnosis has no such node."""

    id: Public
    before: Finding | None
    after: Finding | None


class FactChange(Struct, frozen=True, forbid_unknown_fields=True):
    """One observed thing that is different. Values are machine words, empty where it was not known.

    ``key`` is one of ``os service readers card``, or ``pin.`` with the id of a PIN; a PIN's value is the tries left,
    or its state.
    """

    key: Public
    before: Public
    after: Public


class Moment(Struct, frozen=True, forbid_unknown_fields=True):
    """When an examination was made, and what it found first."""

    taken_at: dt.datetime
    first_cause: Public | None
    failed: int


class Comparison(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of every node, in the order of the flow."""

    schema: Literal["jpkidoctor.compare/1"] = COMPARE_SCHEMA
    before: Moment
    after: Moment
    seconds: int
    """From the first to the second; negative when they were given the wrong way round."""
    fixed: tuple[Change, ...]
    """A fault or a warning before, in order now."""
    new: tuple[Change, ...]
    """A fault now that was none before, or a warning where there was nothing."""
    changed: tuple[Change, ...]
    """Anything else that differs: a fault that can no longer be judged is not called mended."""
    same: tuple[Change, ...]
    facts: tuple[FactChange, ...]

    @property
    def solved(self) -> bool:
        """There were faults, all of them were looked at again, and there is none now."""
        unsure = any(_status(change.before) is Status.FAILED for change in self.changed)
        return self.before.failed > 0 and self.after.failed == 0 and not unsure

    @property
    def left(self) -> tuple[Change, ...]:
        """Faults and warnings that are what they were."""
        return tuple(change for change in self.same if _status(change.after) in _TROUBLE)


def compare(before: Examined, after: Examined) -> Comparison:
    """Put two examinations side by side. Pure; the same examination twice gives only ``same``."""
    groups: dict[str, list[Change]] = {"fixed": [], "new": [], "changed": [], "same": []}
    for change in _changes(before.diagnosis, after.diagnosis):
        groups[_group(change)].append(change)
    return Comparison(
        before=_moment(before),
        after=_moment(after),
        seconds=round((after.facts.taken_at - before.facts.taken_at).total_seconds()),
        fixed=tuple(groups["fixed"]),
        new=tuple(groups["new"]),
        changed=tuple(groups["changed"]),
        same=tuple(groups["same"]),
        facts=tuple(_fact_changes(before.facts, after.facts)),
    )


def _moment(examined: Examined) -> Moment:
    return Moment(examined.facts.taken_at, examined.diagnosis.first_cause, len(examined.diagnosis.failed))


def _changes(before: Diagnosis, after: Diagnosis) -> Iterator[Change]:
    then = {finding.id: finding for finding in before.findings}
    now = {finding.id: finding for finding in after.findings}
    for node in sorted(then.keys() | now.keys()):  # ids sort as the flow runs: letter, then number
        yield Change(node, then.get(node), now.get(node))


def _group(change: Change) -> Literal["fixed", "new", "changed", "same"]:
    before, after = _status(change.before), _status(change.after)
    if before in _TROUBLE and after is Status.OK:
        return "fixed"
    if after is Status.FAILED and before is not Status.FAILED:
        return "new"
    if after is Status.ATTENTION and before not in _TROUBLE:
        return "new"
    if before is not after:
        return "changed"
    if after in _TROUBLE and change.before and change.after and change.before.variant != change.after.variant:
        return "changed"
    return "same"


def _status(finding: Finding | None) -> Status | None:
    return finding.status if finding is not None else None


def _fact_changes(before: Facts, after: Facts) -> Iterator[FactChange]:
    then, now = dict(_watched(before)), dict(_watched(after))
    for key in (*then, *(key for key in now if key not in then)):
        was, is_ = then.get(key, ""), now.get(key, "")
        if was != is_:
            yield FactChange(key, was, is_)


def _watched(facts: Facts) -> Iterator[tuple[str, str]]:
    """What is worth a line when it changes. A reader is its model, or its kind where the model is not known."""
    os, service, card = facts.host.os.value, facts.host.service.value, facts.card.value
    yield "os", os.name if os else ""
    yield "service", service.state.value if service else ""
    yield "readers", " ".join(sorted(r.model or r.kind.value for r in facts.pcsc.readers.value or ()))
    yield "card", card.kind.value if card else ""
    for pin in card.pins if card else ():
        tries = pin.state is PinState.TRIES and pin.tries_left is not None
        yield f"pin.{pin.id.value}", str(pin.tries_left) if tries else pin.state.value
