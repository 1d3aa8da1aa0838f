"""The page of one finding as paragraphs: what was seen, what it means, what to do, who can do it."""

from __future__ import annotations

from jpkidoctor.diagnosis import Finding, Status
from jpkidoctor.facts import OsFamily, ReaderKind
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.card_picture import ChipSide, card_picture
from jpkidoctor.screens.flow_state import ALL_WELL, shown_state, step_of
from jpkidoctor.screens.pin_board import pin_board
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View

PRESENCE_STEP = "D"
PIN_STEP = "G"
_HEADING = "bold $heading"
_STATE_SENTENCES = {
    "unknown": "finding.unknown",
    "not_applicable": "finding.not_applicable",
    "pending": "finding.not_yet",
    "looking": "finding.looking",
}


def waiting_page(view: View) -> tuple[Para, ...]:
    """Before the first result."""
    keys = ("first.wait", "first.leave", "first.no_pin")
    return tuple(Para(view.say(key), gap=True) for key in keys)


def node_page(view: View, node: str, *, todo_first: bool = False) -> tuple[Para, ...]:
    """All paragraphs below the title of a node: its finding, or what to ask when no check looks at it.

    ``todo_first``: there is little room, so what to do comes before what it means. In the large look it comes before
    everything else.
    """
    finding = view.finding(node)
    return _finding_page(view, finding, todo_first=todo_first) if finding is not None else _question_page(view, node)


def _question_page(view: View, node: str) -> tuple[Para, ...]:
    words = view.words
    examined = view.diagnosis is not None and bool(view.diagnosis.findings)
    page = [Para(view.say("finding.ask_person" if examined else "finding.not_yet"))]
    page += _section(view, "finding.ask", words.question(node))
    page += _section(view, "finding.symptom", words.symptom(node))
    page += _section(view, "finding.means", words.meaning(node))
    page += _todo(view, node, "")
    return tuple(page)


def _section(view: View, heading: str, text: str) -> list[Para]:
    return [Para(view.say(heading), style=_HEADING, gap=True), Para(text, indent=2)] if text else []


def _finding_page(view: View, finding: Finding, *, todo_first: bool) -> tuple[Para, ...]:
    seen: list[Para] = []
    if finding.because:
        seen.append(Para(view.say("finding.because", id=finding.because), style="$status-attention"))
    seen += _seen(view, finding)
    rest: list[Para] = []
    if finding.status in (Status.FAILED, Status.ATTENTION):
        rest += _fault(view, finding, todo_first=todo_first)
    elif finding.id == ALL_WELL and finding.status is Status.OK:  # whom to call next is said when all is well
        rest += _section(view, "finding.means", view.words.meaning(finding))
        rest += _todo(view, finding.id, finding.variant)
    if step_of(finding.id) == PIN_STEP:
        rest += pin_board(view)
    return (*rest, *seen) if view.large and finding.status is Status.FAILED else (*seen, *rest)


def _seen(view: View, finding: Finding) -> list[Para]:
    lines: list[Para] = []
    state = shown_state(finding)
    if state == "ok" and finding.id != ALL_WELL:
        lines.append(Para(view.words.ok(finding.id), style="$status-ok"))
    elif state in _STATE_SENTENCES and finding.status is not Status.FAILED:
        lines.append(Para(view.say(_STATE_SENTENCES[state])))
    evidence = [Para(safe_text(view.words.evidence(item)), indent=2) for item in finding.evidence]
    if evidence:
        lines += [Para(view.say("finding.seen"), style=_HEADING, gap=True), *evidence]
    if finding.status is Status.UNKNOWN and finding.id != ALL_WELL:
        lines += _section(view, "finding.ask", view.words.question(finding.id))
    return lines


def _fault(view: View, finding: Finding, *, todo_first: bool) -> list[Para]:
    words = view.words
    means = _section(view, "finding.means", words.meaning(finding))
    todo = _todo(view, finding.id, finding.variant)
    if step_of(finding.id) == PRESENCE_STEP:
        todo += _picture(view)
    if finding.id in view.flow.nodes:
        todo += _section(view, "finding.ask", words.question(finding.id))
    return [*todo, *means] if todo_first else [*means, *todo]


def _todo(view: View, node: str, variant: str) -> list[Para]:
    words = view.words
    steps = words.steps(node, variant, _os(view))
    people = words.who_text(words.who(node, variant))
    heading = view.say("finding.todo_who", people=people) if people else view.say("finding.todo")
    page = [Para(heading, style=_HEADING, gap=True)]
    page += [Para(step, lead=f"{number} ", indent=2) for number, step in enumerate(steps, 1)]
    return page


def _picture(view: View) -> tuple[Para, ...]:
    reader = view.examined_reader or next(iter(view.readers), None)
    kind = reader.kind if reader else ReaderKind.UNKNOWN
    return card_picture(kind, _chip_side(view), view.words)


def _chip_side(view: View) -> ChipSide:
    reader = view.examined_reader or next(iter(view.readers), None)
    if reader is None:
        return "unknown"
    model = view.known.reader(reader.model) or view.known.reader_by_name(reader.name)
    return model.chip_side if model else "unknown"


def _os(view: View) -> OsFamily:
    os = view.facts.host.os.value if view.facts else None
    return os.family if os else OsFamily.OTHER
