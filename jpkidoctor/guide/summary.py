"""A call as text to paste into a ticket. It holds no personal data: only what the tables say, and times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jpkidoctor.guide.steps import Answered
from jpkidoctor.guide.tables import folded
from jpkidoctor.knowledge.words import Words
from jpkidoctor.safe_text import safe_text

if TYPE_CHECKING:
    from jpkidoctor.guide.engine import Call

_LONG_NUMBER = re.compile(r"(?<![A-Za-z0-9-])\d(?:[ -]?\d){3,}(?![A-Za-z])")
"""Four digits or more that are no part of a code such as HJS0432E: a PIN, a card or a telephone number."""
_HIDDEN = "****"


def summary_text(call: Call, words: Words, *, notes: bool) -> str:
    """Lines joined by newlines. Notes are the agent's own words: numbers in them are hidden, names cannot be."""
    return "\n".join(_lines(call, words, notes=notes))


def without_numbers(text: str) -> str:
    """Text with every longer number hidden, also a full-width one."""
    return _LONG_NUMBER.sub(_HIDDEN, unicodedata.normalize("NFKC", text))


def clock_text(seconds: float) -> str:
    """Minutes and seconds: ``3:07``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def _lines(call: Call, words: Words, *, notes: bool) -> Iterator[str]:
    guide, lang = call.guide, words.lang
    last = max([step.at for step in call.steps] + [note.at for note in call.notes], default=0.0)
    yield words.text("guide.summary.title", time=clock_text(last))
    if call.symptom is not None:
        yield words.text("guide.summary.begin", symptom=guide.symptoms[call.symptom].text.get(lang))
    if call.code is not None:
        yield words.text("guide.summary.code", code=_code(call))
    if call.measured is not None:
        cause = call.measured.first_cause
        yield words.text("guide.summary.measured", result=_node(words, cause or "L-01"))
    for number, step in enumerate(call.steps, 1):
        if isinstance(step, Answered):
            question = guide.questions[step.question]
            said = question.answer[step.answer - 1].text.get(lang) if step.answer else words.text("guide.unknown")
            yield f"{number}. {question.say.get(lang)} -> {said}"
        else:
            yield f"{number}. {words.text('guide.summary.fix_failed', node=_node(words, step.node))}"
    yield from _end(call, words)
    if notes:
        for note in call.notes:
            yield words.text("guide.summary.note", time=clock_text(note.at), note=without_numbers(safe_text(note.text)))


def _end(call: Call, words: Words) -> Iterator[str]:
    if call.stop is not None:
        yield words.text("guide.summary.stop", stop=call.stop.title.get(words.lang))
    elif call.conclusion is None:
        yield words.text("guide.summary.open")
    else:
        for cause in call.conclusion.causes:
            percent = round(cause.weight * 100)
            yield words.text("guide.summary.cause", node=_node(words, cause.node), percent=percent)
            yield words.text("guide.summary.who", who=words.who_text(words.who(cause.node)))


def _node(words: Words, node: str) -> str:
    return f"{node} {words.title(node)}"


def _code(call: Call) -> str:
    """A code that the tables know is told; any other text was typed by somebody and may hold anything."""
    code = call.code or ""
    return safe_text(code, 80) if folded(code) in call.guide.codes else _HIDDEN
