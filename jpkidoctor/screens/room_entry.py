"""One entry of a room as paragraphs: a procedure, a service, a term, a myth, a contact and so on.

An organisation may have written any of the texts, so all of them pass ``safe_text``.
"""

from __future__ import annotations

from jpkidoctor.knowledge.freshness import mark
from jpkidoctor.knowledge.library import Item, Library
from jpkidoctor.knowledge.library_types import HistoryEntry, Myth, Notice, Procedure, Room, Service, Term
from jpkidoctor.knowledge.types import Contact, ErrorCode, Node, PinModel, Sourced, Text
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.finding_text import node_page
from jpkidoctor.screens.flow_state import node_state, state_word
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.themes import STATUS_STYLES
from jpkidoctor.screens.view import View

READINESS_RUN = "readiness_run"
READINESS_ROOM = "readiness"
_HEADING = "bold $heading"
_DESKTOP = ("windows", "macos", "linux")


def entry_title(item: Item, view: View) -> str:
    """The entry in a few words, for lists."""
    match item:
        case Myth():
            return _say(item.claim, view)
        case ErrorCode():
            return safe_text(f"{item.code} {item.name}").strip()
        case Node():
            return f"{item.id} {_say(item.title, view)}"
        case _:
            return _say(item.title, view)


def entry_text(item: Item, view: View, library: Library) -> list[Para]:
    """Everything about an entry, its date and how sure it is at the end. May raise KnowledgeError."""
    text = [Para(entry_title(item, view), style="bold")]
    match item:
        case Procedure():
            text += _procedure(item, view, library)
        case Service():
            text += _service(item, view, library)
        case Term():
            text += _term(item, view, library)
        case Myth():
            text += _section("room.truth", [_say(item.truth, view)], view)
            text += _section("room.why", [_say(item.why, view)], view)
        case HistoryEntry():
            text += _section("room.then", [_say(item.then, view)], view)
            text += _section("room.now", [_say(item.now, view)], view)
            text.append(Para(view.say("room.old_page"), style="$status-quiet", gap=True))
        case Notice():
            until = f" - {item.until.isoformat()}" if item.until else ""
            text.append(Para(f"{item.date.isoformat()}{until}", style="$status-attention"))
            text.append(Para(_say(item.text, view), gap=True))
        case Contact():
            text += _contact(item, view)
        case PinModel():
            for key, blank, value in (
                ("pin.form", "form", item.form),
                ("pin.used_for", "use", item.used_for),
                ("pin.reset", "reset", item.reset),
            ):
                text.append(Para(view.say(key, **{blank: value.get(view.words.lang)}), gap=True))
        case ErrorCode():
            text += [Para(_say(item.where, view))] if item.where else []
            text.append(Para(_say(item.meaning, view), gap=True))
        case Node():
            text += node_page(view, item.id)
        case Room():
            text += room_text(item, view)
    text += _nodes(() if isinstance(item, (Node, Room, Contact, PinModel, Notice)) else item.nodes, view)
    return text + checked_line(item, view)


def readiness_words(node: str, view: View) -> str:
    """A line of the checklist: the fault where there is one, else what ought to be."""
    finding = view.finding(node)
    if finding is not None and node_state(view, node) in ("failed", "attention"):
        return view.words.title(finding)
    return view.words.ok(node)


def room_text(room: Room, view: View) -> list[Para]:
    """What a room is for, and its parts."""
    parts = [Para(_say(section.title, view), lead=f"{n} ", indent=2) for n, section in enumerate(room.sections, 1)]
    return [Para(_say(room.intro, view), gap=True), Para(view.say("rooms.parts"), style=_HEADING, gap=True), *parts]


def checked_line(item: Sourced, view: View) -> list[Para]:
    """When the entry was last looked at and where it was read; in words of their own when old, unsure or not ours."""
    warning = mark(item, view.now.date(), view.words)
    sources = safe_text(", ".join(item.sources)) or "-"
    key = "rooms.checked" if item.origin == "shipped" else "rooms.checked_own"
    lines = [Para(warning, style="$status-attention", gap=True)] if warning else []
    plain = view.say(key, date=item.checked.isoformat(), sources=sources)
    return [*lines, Para(plain, style="$status-quiet", gap=not warning)]


def _procedure(item: Procedure, view: View, library: Library) -> list[Para]:
    text = [Para(_say(item.summary, view))]
    if item.warning:
        text.append(Para(view.say("room.warning"), style="bold $status-failed", gap=True))
        text.append(Para(_say(item.warning, view), indent=2))
    text += _section("room.conditions", [_say(each, view) for each in item.conditions], view, "- ")
    text += _steps(item, view)
    text += _section("room.places", [_say(each, view) for each in item.places], view, "- ")
    text += _section("room.hours", [_say(item.hours, view)] if item.hours else [], view)
    text += _section("room.cost", [_say(item.cost, view)] if item.cost else [], view)
    text += _contacts(item.contacts, view, library)
    if item.id == READINESS_RUN:
        text += _readiness(view, library)
    return text


def _steps(item: Procedure, view: View) -> list[Para]:
    """Steps in order. Those of another desktop than this one are left out; a phone may always be at hand."""
    os = view.facts.host.os.value if view.facts else None
    family = os.family.value if os else ""
    others = {system for system in _DESKTOP if family in _DESKTOP and system != family}
    text = []
    for step in item.steps:
        here = [system for system in step.os if system not in others]
        if step.os and not here:
            continue
        sentence = safe_text(step.ja if view.words.lang == "ja" else step.en)
        names = "/".join(view.say(f"system.{system}") for system in here)
        text.append(f"{names}: {sentence}" if names else sentence)
    return _numbered("room.steps", text, view)


def _readiness(view: View, library: Library) -> list[Para]:
    """The present diagnosis as a checklist of the room's nodes."""
    text = [Para(view.say("rooms.readiness"), style=_HEADING, gap=True)]
    cause = view.diagnosis.first_cause if view.diagnosis else None
    room = library.room(READINESS_ROOM)
    listed = {item.id for item in library.items_of(room) if isinstance(item, Node)} if room else set()
    for node in view.flow.nodes.values():
        if node.id not in listed and node.id != cause:
            continue
        state = node_state(view, node.id)
        lead = f"[{state_word(view, state)}] {node.id} "
        text.append(Para(readiness_words(node.id, view), lead=lead, style=STATUS_STYLES[state], indent=2))
    if cause:
        text.append(Para(view.say("rooms.readiness_first", id=cause), style="bold $status-failed", gap=True))
    elif view.finding("L-01") and node_state(view, "L-01") == "ok":
        text.append(Para(view.say("rooms.readiness_well"), style="bold $status-ok", gap=True))
    text.append(Para(view.say("rooms.readiness_again"), gap=True))
    return text


def _service(item: Service, view: View, library: Library) -> list[Para]:
    text = [Para(_say(item.summary, view))]
    needs = []
    for need in item.needs:
        pin = next((pin for pin in library.known.pins if pin.id == need.pin), None)
        more = f" ({_say(pin.short, view)})" if pin else ""
        needs.append(f"{_say(need.purpose, view)}: {view.say(f'need.{need.certificate}')}{more}")
    text += _section("room.needs", needs, view, "- ")
    text += _section("room.checklist", [_say(each, view) for each in item.checklist], view, "[ ] ")
    systems = []
    for each in item.environments:
        parts = [view.say(f"environment.{each.state}"), *map(safe_text, each.browsers)]
        parts += [_say(each.note, view)] if each.note else []
        parts += [view.say(f"knowledge.confidence.{each.confidence}")] if each.confidence in ("C", "K") else []
        systems.append(f"{view.say(f'system.{each.os}')}: {view.say('list.comma').join(parts)}")
    text += _section("room.environments", systems, view, "- ")
    text += _section("room.extension", [_say(item.extension, view)] if item.extension else [], view)
    text += _section("room.hours", [_say(item.hours, view)] if item.hours else [], view)
    codes = view.say("list.comma").join(map(safe_text, item.codes))
    text += _section("room.codes", [codes] if codes else [], view)
    return text + _contacts(item.contacts, view, library)


def _term(item: Term, view: View, library: Library) -> list[Para]:
    reading = safe_text(item.kana if view.words.lang == "ja" else item.romaji)
    also = view.say("list.comma").join(map(safe_text, item.also))
    text = [Para(f"{reading}  {also}".rstrip(), style="$status-quiet"), Para(_say(item.meaning, view), gap=True)]
    see = [_say(term.title, view) for term in map(library.term, item.see) if term]
    return text + _section("room.see", see, view, "- ")


def _contact(item: Contact, view: View) -> list[Para]:
    text = [Para(safe_text(item.number), style="bold", indent=2, gap=True)] if item.number else []
    text += _section("room.hours", [_say(item.hours, view)] if item.hours else [], view)
    return text + ([Para(_say(item.note, view), gap=True)] if item.note else [])


def _contacts(ids: tuple[str, ...], view: View, library: Library) -> list[Para]:
    lines = []
    for contact in library.known.contacts:
        if contact.id in ids:
            hours = f"  {_say(contact.hours, view)}" if contact.hours else ""
            lines.append(f"{_say(contact.title, view)}  {safe_text(contact.number)}{hours}")
    return _section("room.contacts", lines, view, "- ")


def _nodes(ids: tuple[str, ...], view: View) -> list[Para]:
    known = [view.flow.nodes[each] for each in ids if each in view.flow.nodes]
    return _section("rooms.nodes", [f"{node.id} {_say(node.title, view)}" for node in known], view)


def _section(key: str, lines: list[str], view: View, lead: str = "") -> list[Para]:
    if not lines:
        return []
    return [Para(view.say(key), style=_HEADING, gap=True), *(Para(line, lead=lead, indent=2) for line in lines)]


def _numbered(key: str, lines: list[str], view: View) -> list[Para]:
    steps = [Para(line, lead=f"{number} ", indent=2) for number, line in enumerate(lines, 1)]
    return [Para(view.say(key), style=_HEADING, gap=True), *steps] if steps else []


def _say(text: Text, view: View) -> str:
    return safe_text(text.get(view.words.lang), 2000)
