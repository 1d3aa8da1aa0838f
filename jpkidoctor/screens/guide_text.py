"""The telephone page as paragraphs: what is said, what is left, what to do. Pure functions of view and call."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from jpkidoctor.diagnosis import Finding
from jpkidoctor.guide.engine import Call, Candidate
from jpkidoctor.guide.spoken import Spoken
from jpkidoctor.guide.steps import Answered
from jpkidoctor.guide.types import Stop
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens import block_font
from jpkidoctor.screens.choice_list import Choice
from jpkidoctor.screens.line_break import break_lines, fit
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View

BAR_CELLS = 8
_WEIGHT_CELLS = 11
_WEIGHTS = ((0.5, 4), (0.2, 3), (0.07, 2), (0.02, 1))
"""From this weight on it is called ``phone.weight.N``."""
_GONE_NAMED = 2
_HEADING = "bold $heading"
_STOP = "bold $status-failed"
_OS_QUESTION = "os"
_OS_ANSWERS = {1: "windows", 2: "macos", 3: "linux"}


def question_paras(view: View, call: Call, *, easy: bool) -> list[Para]:
    """What the agent reads out, apart from everything else."""
    if call.question is None:
        return []
    return [Para(""), Para(Spoken(view.words.lang, easy).question(call.question), style="bold", indent=1)]


def past_rows(view: View, call: Call, width: int, *, easy: bool) -> list[Choice]:
    """One row a step, and one for now; the row's id is the number of steps to keep."""
    rows, spoken = [], Spoken(view.words.lang, easy)
    for number, step in enumerate(call.steps, 1):
        if isinstance(step, Answered):
            question = call.guide.questions[step.question]
            given = question.answer[step.answer - 1] if step.answer else None
            answer = spoken.answer(question, given) if given else ""
            asked = spoken.question(question)
            said = answer or view.say("phone.answer.unknown")
            text = view.say("phone.past.row", number=number, answer=said.rstrip("。."), question=asked)
        else:
            text = view.say("phone.past.fix", number=number, node=step.node)
        rows.append(Choice(str(number - 1), (fit(text, width),)))
    now = view.say("phone.past.now" if call.question else "phone.past.end", number=len(call.steps) + 1)
    rows.append(Choice(str(len(call.steps)), ((fit(now, width), "bold"),)))
    return rows


def rest_paras(view: View, call: Call, width: int, height: int) -> list[Para]:
    """The likeliest causes with their weight, and what the last answer ruled out, in ``height`` lines."""
    gone = gone_text(view, call)
    room = max(height - 1 - len(break_lines(gone, width)), 2)
    best = call.candidates[0]
    shown = [best, *(each for each in call.candidates[1:room] if each.weight >= _WEIGHTS[-1][0])]
    lines = [Para(fit(_candidate(view, each, best), width).rstrip(), literal=True) for each in shown]
    others = len(call.candidates) - len(shown)
    if others:
        lines.append(Para(view.say("phone.rest.others", number=others), style="$status-quiet"))
    lines.append(Para(gone, style="$status-attention"))
    return lines


def gone_text(view: View, call: Call) -> str:
    """What the last answer (or, before the first, the examination) ruled out."""
    last = call.steps[-1] if call.steps else None
    by = last.question if isinstance(last, Answered) else ""
    nodes = [gone.node for gone in call.ruled_out if gone.by == by]
    if not nodes:
        return view.say("phone.gone.none") if call.steps else ""
    comma = view.say("list.comma")
    names = comma.join(f"{node} {view.words.title(node)}" for node in nodes[:_GONE_NAMED])
    if len(nodes) > _GONE_NAMED:
        names = view.say("phone.gone.more", names=names, number=len(nodes) - _GONE_NAMED)
    return view.say("phone.gone" if by else "phone.gone.measured", names=names)


def weight_word(view: View, weight: float) -> str:
    """A weight in words."""
    return view.say(f"phone.weight.{next((word for least, word in _WEIGHTS if weight >= least), 0)}")


def _candidate(view: View, each: Candidate, best: Candidate) -> str:
    """The bar compares with the likeliest cause, the word says how likely it is by itself."""
    filled = max(round(each.weight / best.weight * BAR_CELLS), 1)
    bar = "#" * filled + "." * (BAR_CELLS - filled)
    return f"{bar} {fit(weight_word(view, each.weight), _WEIGHT_CELLS)} {each.node} {view.words.title(each.node)}"


# --- red stops --------------------------------------------------------------------------------------


def stop_paras(view: View, stop: Stop, *, easy: bool) -> list[Para]:
    """The numbers to call come first: they must be seen without scrolling."""
    lang, spoken = view.words.lang, Spoken(view.words.lang, easy)
    lines = [
        Para(view.say("phone.stop.banner"), style=f"{_STOP} reverse"),
        Para(spoken.stop_title(stop), style=_STOP),
        Para(view.say("phone.stop.say"), style=_HEADING, gap=True),
        Para(spoken.stop_say(stop), style="bold", indent=2),
    ]
    contacts = [known for each in stop.contacts if (known := view.known.contact(each))]
    if contacts:
        lines.append(Para(view.say("phone.stop.call"), style=_HEADING, gap=True))
    for contact in contacts:
        hours = safe_text(contact.hours.get(lang)) if contact.hours else ""
        whose = safe_text(contact.title.get(lang))
        lines.append(Para(whose, style="bold", lead=f"{safe_text(contact.number)}  ", indent=2))
        lines += [Para(hours, indent=4)] if hours else []
    lines.append(Para(view.say("phone.stop.do"), style=_HEADING, gap=True))
    lines += [Para(step, lead=f"{number} ", indent=2) for number, step in enumerate(spoken.stop_steps(stop), 1)]
    return lines


# --- the end ------------------------------------------------------------------------------------------


def conclusion_paras(view: View, call: Call, which: int, os: str | None, *, easy: bool, width: int) -> list[Para]:
    """One of the causes: its id large, what to do and who, what it means, and the record of the call."""
    conclusion = call.conclusion
    if conclusion is None:
        return []
    words, causes = view.words, conclusion.causes
    node = causes[which % len(causes)].node
    finding = _measured(call, node)
    lines = _plate(node, words.title(finding or node), width)
    sure = view.say("phone.end.sure") if conclusion.sure else ""
    unsure = view.say("phone.end.unsure", number=which % len(causes) + 1, all=len(causes))
    lines.append(Para(sure or unsure, style="$status-ok" if sure else "$status-attention"))
    for fix in call.guide.cause(node).fix or (node,):
        lines += _todo(view, fix, finding if fix == node else None, os, easy=easy)
    lines += [
        Para(view.say("phone.end.means"), style=_HEADING, gap=True),
        Para(words.meaning(finding or node), indent=2),
    ]
    lines.append(Para(view.say("phone.end.summary"), style=_HEADING, gap=True))
    lines += [Para(safe_text(line), indent=2) for line in call.summary(words).split("\n")]
    return lines


def _plate(node: str, title: str, width: int) -> list[Para]:
    """The id in large characters with its title beside it."""
    drawn = block_font.draw_small(node)
    beside = list(break_lines(title, width - cell_len(drawn[0]) - 4))[: len(drawn)]
    if len(beside) == 1:
        beside.insert(0, "")  # one line stands in the middle
    beside += [""] * (len(drawn) - len(beside))
    return [
        Para(f" {left}   {right}".rstrip(), style="bold", literal=True)
        for left, right in zip(drawn, beside, strict=True)
    ]


def told_os(call: Call, measured: str | None) -> str | None:
    """The caller's system: answered, else measured; None when it is not known."""
    told = [step.answer for step in call.steps if isinstance(step, Answered) and step.question == _OS_QUESTION]
    return _OS_ANSWERS.get(told[-1]) if told else measured


def _measured(call: Call, node: str) -> Finding | None:
    findings: Sequence[Finding] = call.measured.findings if call.measured else ()
    return next((finding for finding in findings if finding.id == node), None)


def _todo(view: View, node: str, finding: Finding | None, os: str | None, *, easy: bool) -> list[Para]:
    words, variant = view.words, finding.variant if finding else ""
    steps = words.easy_steps(node, variant, os) if easy else words.steps(node, variant, os)
    heading = view.say("phone.end.todo", people=words.who_text(words.who(node, variant)))
    told = [Para(step, lead=f"{number} ", indent=2) for number, step in enumerate(steps, 1)]
    return [Para(heading, style=_HEADING, gap=True), *told]
