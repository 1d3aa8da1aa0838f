"""The telephone guide line by line, for screen readers and terminals without the screens.

Everything is asked with numbers; a line that is no choice is asked again, and the end of the input ends the call.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TextIO

from jpkidoctor.commands.exits import Exit
from jpkidoctor.guide.beginning import Beginning
from jpkidoctor.guide.engine import Call, Clock, Conclusion, start
from jpkidoctor.guide.measured import ALL_WELL
from jpkidoctor.guide.spoken import Spoken
from jpkidoctor.guide.tables import load_guide
from jpkidoctor.guide.types import Question, Stop
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.report.plain import cp932_safe

_BACK = "b"
_QUIT = "q"
_EASY = "e"
_SHOWN = 3
"""So many candidates are told after an answer."""


class _EndedError(Exception):
    """The agent quit, or the input ended."""


class _Talk:
    """Lines in and out, in one language."""

    def __init__(self, lines_in: TextIO, lines_out: TextIO, words: Words) -> None:
        self._in, self._out, self.words = lines_in, lines_out, words
        self.easy = False

    @property
    def spoken(self) -> Spoken:
        """What is said to the caller, in easy Japanese when that was asked for."""
        return Spoken(self.words.lang, self.easy)

    def tell(self, line: str) -> None:
        self._out.write(cp932_safe(line) + "\n")

    def say(self, key: str, **params: str | int) -> None:
        self.tell(self.words.text(key, **params))

    def choose(self, allowed: Sequence[str]) -> str:
        """What was typed, when it is one of ``allowed``; full-width digits are digits. Raises _EndedError."""
        while True:
            self._out.write(cp932_safe(self.words.text("guide.choose")) + "> ")
            self._out.flush()
            line = self._in.readline()
            typed = unicodedata.normalize("NFKC", line).strip().casefold()
            if not line or typed == _QUIT:
                self.tell("")
                raise _EndedError
            if typed in allowed:
                return typed
            self.say("guide.not_a_choice")


def guide_by_lines(
    lines_in: TextIO, lines_out: TextIO, *, lang: Lang, begin: Beginning | None = None, clock: Clock = time.monotonic
) -> Exit:
    """Guide one call from ``lines_in`` to ``lines_out``, from ``begin`` on if that is given.

    Returns 0, or 3 when it ended without a conclusion.
    """
    if isinstance(lines_out, TextIOWrapper):
        lines_out.reconfigure(errors="replace")  # a redirected Windows console may be cp932
    talk = _Talk(lines_in, lines_out, load_words(lang))
    talk.say("guide.no_pin")
    try:
        call = _begin(talk, begin, clock)
    except _EndedError:
        talk.say("guide.nothing_answered")
        return Exit.COULD_NOT_EXAMINE
    try:
        while True:
            call = _ask_all(talk, call)
            if call.stop is not None:
                _tell_stop(talk, call.stop)
                break
            if call.conclusion is None:
                break
            _tell_conclusion(talk, call.conclusion)
            talk.say("guide.fixed")
            if talk.choose(("1", "2")) == "1":
                break
            call = call.fix_failed(call.conclusion.first)
    except _EndedError as ended:
        call = ended.args[0] if ended.args else call
    talk.tell("")
    talk.say("guide.summary_follows")
    for line in call.summary(talk.words).splitlines():
        talk.tell(line)
    lines_out.flush()
    return Exit.NOTHING_FAILED if call.stop or call.conclusion else Exit.COULD_NOT_EXAMINE


def _begin(talk: _Talk, begin: Beginning | None, clock: Clock) -> Call:
    if begin is not None:
        if begin.kind == "unknown":
            talk.say("guide.unknown_code")
        elif begin.warning:
            talk.say(begin.warning)
        if begin.measured is not None:
            first = begin.measured.first_cause or ALL_WELL
            talk.say("guide.summary.measured", result=_named(talk.words, first))
        return start(code=begin.code or None, measured=begin.measured, clock=clock)
    talk.say("guide.begin")
    symptoms = list(load_guide().symptoms.values())
    for number, symptom in enumerate(symptoms, 1):
        talk.tell(f"{number} {talk.spoken.symptom(symptom)}")
    talk.say("guide.keys")
    typed = talk.choose([*(str(number) for number in range(len(symptoms) + 1)), _EASY])
    if typed == _EASY:
        talk.easy = not talk.easy
        return _begin(talk, begin, clock)
    chosen = int(typed)
    return start(symptom=symptoms[chosen - 1].id if chosen else None, clock=clock)


def _ask_all(talk: _Talk, call: Call) -> Call:
    """Ask until there is a conclusion or a stop. Raises _EndedError with the call as it was then."""
    while (question := call.question) is not None:
        _tell_question(talk, call, question)
        try:
            typed = talk.choose([*(str(digit) for digit in range(len(question.answer) + 1)), _BACK, _EASY])
        except _EndedError as ended:
            raise _EndedError(call) from ended
        if typed == _EASY:
            talk.easy = not talk.easy
            continue
        if typed == _BACK:
            call = call.undo() if call.steps else call
            continue
        call = call.answer(int(typed))
        named = talk.words.text("list.comma").join(_named(talk.words, c.node) for c in call.candidates[:_SHOWN])
        talk.say("guide.candidates", list=named)
    return call


def _tell_question(talk: _Talk, call: Call, question: Question) -> None:
    talk.tell("")
    talk.say("guide.say", number=len(call.steps) + 1, node=question.node)
    talk.tell(talk.spoken.question(question))
    for digit, answer in enumerate(question.answer, 1):
        talk.tell(f"{digit} {talk.spoken.answer(question, answer)}")
    talk.say("guide.keys")


def _tell_conclusion(talk: _Talk, conclusion: Conclusion) -> None:
    words = talk.words
    talk.tell("")
    talk.say("guide.sure" if conclusion.sure else "guide.unsure")
    for cause in conclusion.causes:
        percent = round(cause.weight * 100)
        talk.say("guide.cause", node=cause.node, title=words.title(cause.node), percent=percent)
        talk.tell(words.meaning(cause.node))
        for node in load_guide().cause(cause.node).fix or (cause.node,):
            for number, step in enumerate(words.easy_steps(node) if talk.easy else words.steps(node), 1):
                talk.tell(f"  {number} {step}")
        talk.say("guide.who", who=words.who_text(words.who(cause.node)))


def _tell_stop(talk: _Talk, stop: Stop) -> None:
    lang = talk.words.lang
    talk.tell("")
    talk.say("guide.stop", title=talk.spoken.stop_title(stop))
    talk.say("guide.agent_says", say=talk.spoken.stop_say(stop))
    for number, step in enumerate(talk.spoken.stop_steps(stop), 1):
        talk.tell(f"  {number} {step}")
    for contact_id in stop.contacts:
        contact = load_known().contact(contact_id)
        if contact is not None:
            hours = contact.hours.get(lang) if contact.hours else ""
            talk.say("guide.contact", title=contact.title.get(lang), number=contact.number, hours=hours)


def _named(words: Words, node: str) -> str:
    return f"{node} {words.title(node)}"
