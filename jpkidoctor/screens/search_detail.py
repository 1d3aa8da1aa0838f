"""The details of one hit as paragraphs. Everything from a table passes ``safe_text``: an organisation may lay its
own over ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from jpkidoctor.facts import OsFamily
from jpkidoctor.knowledge.freshness import is_stale
from jpkidoctor.knowledge.library import Library
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.knowledge.types import Sourced, Text
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.search_reader import reader_paras
from jpkidoctor.screens.view import View
from jpkidoctor.search.entry import Result

_HEADING = "bold $heading"


def details(view: View, library: Library, hit: Result, *, opens: bool = True) -> list[Para]:
    """Title, what the entry says, where it leads, when it was checked and how sure it is.

    ``opens``: Enter opens the diagnosis of a node, and that is said.
    """
    page = _Details(view, library)
    title = f"{hit.id}  {hit.title}" if hit.kind == "node" else hit.title
    try:
        body = _KINDS[hit.kind](page, hit.id)
        entries = page.entries(hit)
    except KnowledgeError:  # the rest of the program can still be used
        body, entries = page.sentences(hit.snippet), ()
    kind = Para(view.say(f"search.kind.{hit.kind}"), style="$status-quiet")
    return [kind, Para(safe_text(title), style="bold"), *body, *page.leads(hit, opens=opens), *page.marks(entries)]


@dataclass(frozen=True, slots=True)
class _Details:
    view: View
    library: Library

    # --- pieces -----------------------------------------------------------------------------------

    def text(self, text: Text | None) -> str:
        return safe_text(text.get(self.view.words.lang)) if text else ""

    def sentences(self, *texts: str) -> list[Para]:
        return [Para(safe_text(text), gap=number == 0) for number, text in enumerate(filter(None, texts))]

    def section(self, heading: str, texts: Iterable[str], *, numbered: bool = False) -> list[Para]:
        """A heading (already in words) with its sentences; nothing when there are none."""
        lines = [safe_text(text) for text in texts if text]
        if not lines:
            return []
        leads = [f"{number} " if numbered else "" for number in range(1, len(lines) + 1)]
        paras = [Para(line, lead=lead, indent=2) for line, lead in zip(lines, leads, strict=True)]
        return [Para(heading, style=_HEADING, gap=True), *paras]

    def said(self, key: str, texts: Iterable[str], *, numbered: bool = False) -> list[Para]:
        return self.section(self.view.say(key), texts, numbered=numbered)

    def contacts(self, ids: Iterable[str]) -> list[Para]:
        known = (self.library.known.contact(one) for one in ids)
        return self.said("room.contacts", (f"{self.text(c.title)}  {c.number}" for c in known if c is not None))

    def leads(self, hit: Result, *, opens: bool) -> list[Para]:
        """The nodes, and what Enter does."""
        nodes = [node for node in hit.nodes if node in self.view.flow.nodes]
        if not nodes:
            return []
        lines = self.said("find.leads", (f"{node} {self.view.words.title(node)}" for node in nodes))
        how = [Para(self.view.say("find.open", node=nodes[0]), style="$status-quiet", gap=True)] if opens else []
        return [*(lines if hit.kind != "node" else ()), *how]

    def marks(self, entries: Iterable[Sourced]) -> list[Para]:
        """When each was checked and how sure it is; the same line only once."""
        view, today = self.view, self.view.now.date()
        lines: dict[str, bool] = {}
        for entry in entries:
            sure = view.say(f"knowledge.confidence.{entry.confidence}")
            line = view.say("find.mark", date=entry.checked.isoformat(), confidence=entry.confidence, words=sure)
            own = f"  {view.say('knowledge.origin.organisation')}" if entry.origin == "organisation" else ""
            lines[line + own] = lines.get(line + own, False) or is_stale(entry, today)
        paras = []
        for number, (line, stale) in enumerate(lines.items()):
            paras.append(Para(line, style="$status-quiet", gap=number == 0))
            if stale:
                paras.append(Para(view.say("find.stale"), style="$status-attention"))
        return paras

    def entries(self, hit: Result) -> tuple[Sourced, ...]:
        """The rows of the tables behind a hit."""
        known = self.library.known
        if hit.kind == "reader":
            return tuple(row for row in known.readers if row.id == hit.id)
        if hit.kind == "card":
            return tuple(row for row in known.cards if row.id == hit.id)
        if hit.kind == "platform":
            return tuple(row for row in known.platforms if row.id == hit.id)
        return self.library.items(f"{'error' if hit.kind == 'code' else hit.kind}:{hit.id}")

    # --- kinds ------------------------------------------------------------------------------------

    def node(self, id: str) -> list[Para]:
        words = self.view.words
        os = self.view.facts.host.os.value if self.view.facts else None
        steps = words.steps(id, "", os.family if os else OsFamily.OTHER)
        todo = self.view.say("find.todo", people=words.who_text(words.who(id)))
        return [
            *self.sentences(words.meaning(id)),
            *self.section(todo, steps, numbered=True),
            *self.said("find.symptom", (words.symptom(id),)),
            *self.said("find.question", (words.question(id),)),
        ]

    def code(self, code: str) -> list[Para]:
        lines: list[Para] = []
        for row in (row for row in self.library.known.errors if row.code == code):
            lines += self.sentences(self.text(row.meaning))
            if row.where:
                lines.append(Para(self.view.say("find.where", place=self.text(row.where)), indent=2))
        return lines

    def procedure(self, id: str) -> list[Para]:
        row = self.library.procedure(id)
        if row is None:
            return []
        warning = [Para(self.text(row.warning), style="bold $status-attention", gap=True)] if row.warning else []
        steps = [
            self.view.say(f"fix.{step.os[0]}", step=text) if step.os and step.os[0] in _FIX_SYSTEMS else text
            for step in row.steps
            for text in (safe_text(step.ja if self.view.words.lang == "ja" else step.en),)
        ]
        return [
            *self.sentences(self.text(row.summary)),
            *warning,
            *self.said("room.conditions", map(self.text, row.conditions)),
            *self.said("find.steps", steps, numbered=True),
            *self.said("room.places", map(self.text, row.places)),
            *self.said("room.hours", (self.text(row.hours),)),
            *self.said("room.cost", (self.text(row.cost),)),
            *self.contacts(row.contacts),
        ]

    def service(self, id: str) -> list[Para]:
        row = self.library.service(id)
        if row is None:
            return []
        return [
            *self.sentences(self.text(row.summary)),
            *self.said("room.checklist", map(self.text, row.checklist), numbered=True),
            *self.said("room.extension", (self.text(row.extension),)),
            *self.said("room.codes", (self.view.say("list.comma").join(row.codes),)),
            *self.said("room.hours", (self.text(row.hours),)),
            *self.contacts(row.contacts),
        ]

    def pin(self, id: str) -> list[Para]:
        row = next((row for row in self.library.known.pins if row.id == id), None)
        if row is None:
            return []
        return [
            *self.said("find.form", (self.text(row.form), self.view.say("find.tries", number=row.tries))),
            *self.said("find.used_for", (self.text(row.used_for),)),
            *self.said("find.reset", (self.text(row.reset),)),
        ]

    def contact(self, id: str) -> list[Para]:
        row = self.library.known.contact(id)
        if row is None:
            return []
        number = [Para(self.view.say("find.number", number=row.number), style="bold", gap=True)] if row.number else []
        return [*number, *self.said("room.hours", (self.text(row.hours),)), *self.sentences(self.text(row.note))]

    def reader(self, id: str) -> list[Para]:
        row = self.library.known.reader(id)
        return reader_paras(self.view, row) if row else []

    def card(self, id: str) -> list[Para]:
        return self.sentences(*(self.text(row.note) for row in self.library.known.cards if row.id == id))

    def term(self, id: str) -> list[Para]:
        row = self.library.term(id)
        if row is None:
            return []
        also = self.view.say("find.also", names=self.view.say("list.comma").join(row.also)) if row.also else ""
        see = (term for name in row.see if (term := self.library.term(name)))
        return [
            *self.sentences(self.text(row.meaning), also),
            *self.said("room.see", (self.text(t.title) for t in see)),
        ]

    def myth(self, id: str) -> list[Para]:
        row = next((row for row in self.library.myths if row.id == id), None)
        if row is None:
            return []
        return [*self.said("room.truth", (self.text(row.truth),)), *self.said("room.why", (self.text(row.why),))]

    def history(self, id: str) -> list[Para]:
        row = next((row for row in self.library.history if row.id == id), None)
        if row is None:
            return []
        return [*self.said("room.now", (self.text(row.now),)), *self.said("room.then", (self.text(row.then),))]

    def platform(self, id: str) -> list[Para]:
        row = next((row for row in self.library.known.platforms if row.id == id), None)
        if row is None:
            return []
        ends = self.view.say("find.platform.ends", date=row.ends.isoformat()) if row.ends else ""
        columns = {"client": row.client, "etax": row.etax, "portal": row.portal}
        told = any(word != "unknown" for word in columns.values())
        sure = row.columns_confidence
        services = self.view.words.text("evidence.supported_by", confidence=sure, **columns) if told else ""
        return self.sentences(ends, services, self.text(row.note))


_FIX_SYSTEMS = frozenset({"windows", "macos", "linux"})
_KINDS: dict[str, Callable[[_Details, str], list[Para]]] = {
    "node": _Details.node,
    "code": _Details.code,
    "procedure": _Details.procedure,
    "service": _Details.service,
    "pin": _Details.pin,
    "contact": _Details.contact,
    "reader": _Details.reader,
    "card": _Details.card,
    "term": _Details.term,
    "myth": _Details.myth,
    "history": _Details.history,
    "platform": _Details.platform,
}
