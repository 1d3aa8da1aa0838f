"""What a digit does at each moment of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jpkidoctor.guide.engine import Call
from jpkidoctor.guide.spoken import Spoken
from jpkidoctor.guide.tables import Guide
from jpkidoctor.guide.types import Symptom
from jpkidoctor.screens.choice_list import Choice
from jpkidoctor.screens.key_bar import KeyLabel
from jpkidoctor.screens.page import BACK_KEY, FUNCTION_KEYS, QUIT_KEY
from jpkidoctor.screens.view import View

Phase = Literal["loading", "start", "stops", "stop", "question", "conclusion"]
"""What the page shows: tables are read, a symptom is chosen, a red stop is chosen or shown, a question, the end."""

_A_PAGE = 8
"""Symptoms on one page: 9 turns the page, 0 is "not clear"."""
_SHARED_KEYS = ("f4", "f7", "f1")
_URGENT = "bold $status-failed"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be done now. ``does`` is a verb, with a colon and its object where it has one."""

    digit: int
    does: str
    text: str
    style: str = ""

    @property
    def choice(self) -> Choice:
        """The row of a list."""
        return Choice(self.does, ((f"{self.digit} ", "bold"), (self.text, self.style)))


def options_of(
    view: View, phase: Phase, guide: Guide, call: Call | None, page: int, *, easy: bool
) -> tuple[Option, ...]:
    """What can be done, in the order of the digits as printed. ``page`` counts pages of symptoms from 0.

    ``easy`` puts what is said to the caller in easy Japanese; what the agent does stays as it is.
    """
    if call is None:
        return _symptoms(view, guide, page, easy=easy) if phase == "start" else ()
    match phase:
        case "stops":
            return _stops(view, guide, easy=easy)
        case "stop":
            return (
                Option(1, "continue", view.say("phone.choice.continue")),
                Option(2, "save", view.say("phone.choice.save")),
                *_record(view, call),
            )
        case "question":
            return _answers(view, call, easy=easy)
        case "conclusion":
            return _end(view, call)
    return ()


def keys_of(view: View, call: Call | None, *, easy: bool) -> tuple[KeyLabel, ...]:
    """The keys to print at the bottom: the page's own first."""
    own: list[KeyLabel] = [BACK_KEY]
    if call is None:
        own += [KeyLabel("C", "c", "phone.key.code"), KeyLabel("R", "r", "phone.key.report")]
        own += [KeyLabel("M", "m", "phone.key.measured")] if view.diagnosis is not None else []
        own.append(KeyLabel("E", "e", "phone.key.plain" if easy else "phone.key.easy"))
    else:
        own.append(KeyLabel("BS", "backspace", "phone.key.undo"))
        own.append(KeyLabel("E", "e", "phone.key.plain" if easy else "phone.key.easy"))
        own += [KeyLabel("N", "n", "phone.key.note"), KeyLabel("S", "s", "phone.key.stop")]
    return (*own, *(key for each in _SHARED_KEYS for key in FUNCTION_KEYS if key.key == each), QUIT_KEY)


def pages(guide: Guide) -> int:
    """How many pages of symptoms there are."""
    return -(-len(guide.symptoms) // _A_PAGE)


def _symptoms(view: View, guide: Guide, page: int, *, easy: bool) -> tuple[Option, ...]:
    spoken = Spoken(view.words.lang, easy)
    shown = [
        Option(number, f"symptom:{each.id}", spoken.symptom(each), _URGENT if each.stop else "")
        for number, each in enumerate(_ordered(guide)[page * _A_PAGE : (page + 1) * _A_PAGE], 1)
    ]
    if pages(guide) > 1:
        turn = "phone.start.more" if page + 1 < pages(guide) else "phone.start.back"
        shown.append(Option(9, "turn", view.say(turn), "$heading"))
    shown.append(Option(0, "unknown", view.say("phone.start.unknown")))
    return tuple(shown)


def _ordered(guide: Guide) -> list[Symptom]:
    """What must not wait (a lost card, a stranger) stands on the first page, below the most frequent ones."""
    urgent = [symptom for symptom in guide.symptoms.values() if symptom.stop]
    others = [symptom for symptom in guide.symptoms.values() if not symptom.stop]
    room = max(_A_PAGE - len(urgent), 0)
    return [*others[:room], *urgent, *others[room:]]


def _stops(view: View, guide: Guide, *, easy: bool) -> tuple[Option, ...]:
    titles = map(Spoken(view.words.lang, easy).stop_title, guide.stops.values())
    stops = [Option(n, f"stop:{id}", title, _URGENT) for n, (id, title) in enumerate(zip(guide.stops, titles), 1)]  # noqa: B905
    return (*stops, Option(0, "continue", view.say("phone.choice.continue")))


def _answers(view: View, call: Call, *, easy: bool) -> tuple[Option, ...]:
    spoken = Spoken(view.words.lang, easy)
    answers = [
        Option(number, f"answer:{number}", spoken.answer(call.question, each))
        for number, each in enumerate(call.answers, 1)
        if call.question is not None
    ]
    return (*answers, Option(0, "answer:0", view.say("phone.answer.unknown")))


def _end(view: View, call: Call) -> tuple[Option, ...]:
    several = call.conclusion is not None and len(call.conclusion.causes) > 1
    return (
        Option(1, "save", view.say("phone.choice.solved")),
        Option(2, "failed", view.say("phone.choice.failed")),
        *((Option(3, "other", view.say("phone.choice.other")),) if several else ()),
        *_record(view, call),
    )


def _record(view: View, call: Call) -> tuple[Option, ...]:
    return (
        *((Option(4, "save_notes", view.say("phone.choice.save_notes")),) if call.notes else ()),
        Option(5, "copy", view.say("phone.choice.copy")),
        Option(9, "new", view.say("phone.choice.new")),
    )
