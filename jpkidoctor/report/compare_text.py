"""A comparison in sentences, the same for the command line and the screens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from jpkidoctor.diagnosis import Finding, Status
from jpkidoctor.knowledge.words import Words
from jpkidoctor.report.compare import Change, Comparison, FactChange, Moment
from jpkidoctor.report.times import local_time

LineKind = Literal["answer", "time", "heading", "fixed", "new", "left", "warning", "changed", "fact"]


class Line(NamedTuple):
    """One line and what it is, so that a screen may colour it."""

    kind: LineKind
    text: str


def comparison_lines(comparison: Comparison, words: Words) -> Iterator[Line]:
    """The answer, the times, then what is mended, new, left and otherwise different."""
    yield Line("answer", _answer(comparison, words))
    yield Line("time", _moment("compare.before", comparison.before, words))
    yield Line("time", _moment("compare.after", comparison.after, words))
    yield Line("time", _between(comparison.seconds, words))
    grown = tuple(change for change in comparison.changed if change.after and change.after.status is Status.OK)
    groups: tuple[tuple[LineKind, tuple[Change, ...]], ...] = (
        ("fixed", comparison.fixed),
        ("new", comparison.new),
        ("left", comparison.left),
        ("changed", tuple(change for change in comparison.changed if change not in grown)),
    )
    for kind, changes in groups:
        if changes:
            yield Line("heading", words.text(f"compare.{kind}", count=len(changes)))
        for change in changes:
            yield Line(_weight(kind, change), _change(kind, change, words))
    if grown:
        yield Line("heading", words.text("compare.grown", count=len(grown)))
        yield Line("changed", words.text("list.comma").join(change.id for change in grown))
    if comparison.facts:
        yield Line("heading", words.text("compare.facts", count=len(comparison.facts)))
    for fact in comparison.facts:
        yield Line("fact", _fact(fact, words))


def _answer(comparison: Comparison, words: Words) -> str:
    if not (comparison.fixed or comparison.new or comparison.changed or comparison.facts):
        return words.text("compare.answer.nothing")
    cause = comparison.after.first_cause
    if cause is not None:
        key = "compare.answer.still" if cause == comparison.before.first_cause else "compare.answer.next"
        return words.text(key, node=cause)
    if comparison.after.failed:
        return words.text("compare.answer.failed", count=comparison.after.failed)
    if comparison.solved:
        return words.text("compare.answer.solved")
    return words.text("compare.answer.unclear" if comparison.before.failed else "compare.answer.no_fault")


def _moment(key: str, moment: Moment, words: Words) -> str:
    if moment.first_cause is not None:
        cause = words.text("compare.cause", node=moment.first_cause)
    else:
        cause = words.text("compare.no_cause" if not moment.failed else "compare.cause_unclear")
    return words.text(key, time=local_time(moment.taken_at), cause=cause)


def _between(seconds: int, words: Words) -> str:
    if seconds < 0:
        return words.text("compare.backwards")
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return words.text("compare.days", count=days)
    if hours:
        return words.text("compare.hours", count=hours)
    return words.text("compare.minutes", count=minutes) if minutes else words.text("compare.seconds", count=seconds)


def _weight(kind: LineKind, change: Change) -> LineKind:
    warns = change.after is not None and change.after.status is Status.ATTENTION
    return "warning" if warns and kind in ("new", "left") else kind


def _change(kind: LineKind, change: Change, words: Words) -> str:
    was, now = _state(change.before, words), _state(change.after, words)
    finding = change.after or change.before
    shown = change.before if kind == "fixed" else finding
    title = words.title(shown or change.id)
    return words.text("compare.line", node=change.id, title=title, was=was, now=now)


def _state(finding: Finding | None, words: Words) -> str:
    return words.text(f"status.{finding.status.value if finding is not None else 'pending'}")


def _fact(fact: FactChange, words: Words) -> str:
    name = words.text(f"compare.fact.{fact.key}")
    return words.text(
        "compare.fact", thing=name, was=_value(fact, fact.before, words), now=_value(fact, fact.after, words)
    )


def _value(fact: FactChange, value: str, words: Words) -> str:
    if not value:
        return words.text("compare.not_known")
    match fact.key.partition(".")[0]:
        case "service":
            return words.text(f"compare.service.{value}")
        case "card":
            return words.text(f"report.card_kind.{value}")
        case "readers":
            return words.text("list.comma").join(_reader(each, words) for each in value.split(" "))
        case "pin":
            return words.text("compare.tries", left=int(value)) if value.isdigit() else words.text(f"pin.{value}")
    return value


def _reader(model: str, words: Words) -> str:
    if model in ("contact", "contactless", "sam", "virtual", "unknown"):
        return words.text(f"reader.kind.{model}")
    return words.text("compare.reader", model=model)
