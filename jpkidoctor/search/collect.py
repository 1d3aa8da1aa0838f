"""Makes entries of the flow and of every table: what of each may be searched."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator

from jpkidoctor.knowledge.flow import Flow
from jpkidoctor.knowledge.known import Known
from jpkidoctor.knowledge.library import Library
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.knowledge.types import ErrorCode, Node, ReaderModel, Text
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.search.entry import Entry

logger = logging.getLogger(__name__)

# A blank of a sentence (``{pin}``) is filled when a finding is told; there is nothing to search in it.
_BLANK = re.compile(r" ?\{[a-z_]+\}")
_NUMBER_WORDS = ("コード {}", "エラー {}", "code {}", "error {}")


def collect(flow: Flow, library: Library) -> Iterator[Entry]:
    """All entries, kind by kind in the order of the tables. A table that cannot be read is left out."""
    yield from (_node(node) for node in flow.nodes.values())
    known = library.known
    tables: tuple[Callable[[], Iterable[Entry]], ...] = (
        lambda: _codes(known.errors),
        lambda: _procedures(library),
        lambda: _services(library),
        lambda: _pins(known),
        lambda: _contacts(known),
        lambda: (_reader(model) for model in known.readers),
        lambda: _cards(known),
        lambda: _terms(library),
        lambda: _myths(library),
        lambda: _platforms(known),
        lambda: _history(library),
    )
    for table in tables:
        try:
            entries = tuple(table())
        except KnowledgeError as error:  # the rest can still be searched
            logger.debug("not searched: %s", error)
            continue
        yield from entries


def _both(texts: Iterable[Text | None]) -> tuple[str, ...]:
    found = (word for text in texts if text is not None for word in (text.ja, text.en))
    return tuple(_BLANK.sub("", word) for word in found)


def _lines(*texts: Text | None) -> tuple[Text, ...]:
    return tuple(Text(_BLANK.sub("", text.ja), _BLANK.sub("", text.en)) for text in texts if text is not None)


def _node(node: Node) -> Entry:
    variants = node.variants.values()
    return Entry(
        "node",
        node.id,
        node.title,
        nodes=(node.id,),
        keys=(node.id,),
        names=_both(variant.title for variant in variants),
        lines=_lines(node.meaning, node.symptom, node.question, *(variant.meaning for variant in variants)),
    )


def _codes(errors: Iterable[ErrorCode]) -> Iterator[Entry]:
    """One entry a code: what several programs mean by the same number stands together."""
    by_code: dict[str, list[ErrorCode]] = {}
    for error in errors:
        by_code.setdefault(error.code, []).append(error)
    for code, same in by_code.items():
        names = tuple(dict.fromkeys(error.name for error in same if error.name))
        shown = " ".join((code, *names)) if code not in names else code
        title = _number_title(same[0].kind, shown)
        short = len(code) <= 5 and any(ch.isdigit() for ch in code)
        yield Entry(
            "code",
            code,
            title,
            nodes=tuple(dict.fromkeys(node for error in same for node in error.nodes)),
            keys=(code, *names),
            names=tuple(word.format(code) for word in _NUMBER_WORDS) if short else (),
            lines=tuple(line for error in same for line in _lines(error.meaning, error.where)),
        )


def _number_title(kind: str, shown: str) -> Text:
    """A bare number tells nobody whose number it is: its title says so."""
    if kind not in ("device_manager", "status_word"):
        return Text(shown, shown)
    key = f"search.code.{kind}"
    return Text(load_words("ja").text(key, code=shown), load_words("en").text(key, code=shown))


def _reader(model: ReaderModel) -> Entry:
    # A USB id that is only deduced is a word of the text: it must not answer like a confirmed one.
    deduced = " ".join(model.usb_ids_candidate)
    return Entry(
        "reader",
        model.id,
        model.title,
        keys=(*model.usb_ids, *model.models),
        names=(*model.pcsc_names, model.maker),
        lines=(*model.trouble, *((Text(deduced, deduced),) if deduced else ())),
    )


def _pins(known: Known) -> Iterator[Entry]:
    for pin in known.pins:
        yield Entry(
            "pin",
            pin.id,
            pin.title,
            names=_both((pin.short,)),
            lines=(pin.used_for, pin.form, pin.reset),
        )


def _cards(known: Known) -> Iterator[Entry]:
    for card in known.cards:
        yield Entry("card", card.id, card.title, keys=card.atrs, lines=_lines(card.note))


def _contacts(known: Known) -> Iterator[Entry]:
    for contact in known.contacts:
        numbers = (contact.number,) if contact.number else ()
        yield Entry("contact", contact.id, contact.title, names=numbers, lines=_lines(contact.note, contact.hours))


def _platforms(known: Known) -> Iterator[Entry]:
    for platform in known.platforms:
        yield Entry("platform", platform.id, platform.title, lines=_lines(platform.note))


def _procedures(library: Library) -> Iterator[Entry]:
    for found in library.procedures:
        steps = tuple(Text(step.ja, step.en) for step in found.steps)
        lines = (*_lines(found.summary, found.warning), *found.conditions, *steps)
        yield Entry("procedure", found.id, found.title, nodes=found.nodes, lines=lines)


def _services(library: Library) -> Iterator[Entry]:
    for service in library.services:
        lines = (*_lines(service.summary, service.extension), *service.checklist, *(n.purpose for n in service.needs))
        yield Entry("service", service.id, service.title, nodes=service.nodes, lines=lines)


def _terms(library: Library) -> Iterator[Entry]:
    for term in library.terms:
        names = (term.kana, term.romaji, *term.also)
        yield Entry("term", term.id, term.title, nodes=term.nodes, names=names, lines=(term.meaning,))


def _myths(library: Library) -> Iterator[Entry]:
    for myth in library.myths:
        yield Entry("myth", myth.id, myth.claim, nodes=myth.nodes, lines=(myth.truth, myth.why))


def _history(library: Library) -> Iterator[Entry]:
    for entry in library.history:
        yield Entry("history", entry.id, entry.title, nodes=entry.nodes, lines=(entry.now, entry.then))
