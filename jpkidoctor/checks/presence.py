"""D: is a card there, and does it answer? Contact slots fail by direction, contactless ones by position."""

from __future__ import annotations

from itertools import pairwise

from jpkidoctor.checks.hardware import EMPTY, PRESENT, is_mute, usable_readers
from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unknown, waits_for
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import Facts, ReaderFacts, ReaderKind
from jpkidoctor.knowledge.known import Known

UNRESPONSIVE = 0x80100066
UNPOWERED = 0x80100067

FLAPS = 3
"""So many changes between card and no card within the time watched are a bad position."""
REPEATED = 3
"""So many insertions in a row without an answer are more than a wrong direction."""


def _state(reader: ReaderFacts) -> Evidence:
    word = "mute" if is_mute(reader) else "present" if reader.flags & PRESENT else "empty"
    return seen("card_state", state=word, reader=reader.name)


def _connect_code(reader: ReaderFacts) -> int:
    connect = reader.connect.value
    return connect.code if connect is not None else 0


def _does_not_answer(reader: ReaderFacts) -> bool:
    return is_mute(reader) or (bool(reader.flags & PRESENT) and _connect_code(reader) in (UNRESPONSIVE, UNPOWERED))


def _changes(reader: ReaderFacts) -> int:
    presence = [bool(sample.flags & PRESENT) for sample in reader.samples]
    return sum(1 for was, now in pairwise(presence) if was != now)


def _answers_now(reader: ReaderFacts) -> bool:
    return bool(reader.flags & PRESENT) and not _does_not_answer(reader) and not _connect_code(reader)


def _was_lost(facts: Facts) -> bool:
    return facts.card.value is not None and facts.card.value.link.lost


def _is_contactless(reader: ReaderFacts) -> bool:
    return reader.kind is ReaderKind.CONTACTLESS


def _examined(facts: Facts) -> ReaderFacts | None:
    """The examined slot. One that never holds the caller's card (chosen by hand) is judged by C-02 alone."""
    reader = facts.pcsc.examined_reader
    return reader if reader in usable_readers(facts) else None


def card_is_in(facts: Facts, known: Known) -> Finding:
    """D-01. No card in a slot that cards are pushed into; a contactless slot is judged by D-02."""
    node = "D-01"
    reader = _examined(facts)
    if reader is None:
        return waits_for(node, "C")
    if reader.flags & PRESENT:
        return ok(node, _state(reader))
    if not reader.flags & EMPTY:
        return unknown(node, _state(reader))
    if _is_contactless(reader):
        return not_applicable(node)
    kinds = {r.kind for r in usable_readers(facts)}
    variant = "contact" if kinds == {ReaderKind.CONTACT} else "unknown"
    return failed(node, *(_state(r) for r in usable_readers(facts)), variant=variant)


def card_lies_still(facts: Facts, known: Known) -> Finding:
    """D-02. A contactless slot that is empty, flaps, or loses the card while it starts: the position."""
    node = "D-02"
    reader = _examined(facts)
    if reader is None:
        return waits_for(node, "C")
    if not _is_contactless(reader):
        return not_applicable(node)
    changes = _changes(reader)
    count = (seen("state_changes", count=changes),) if changes else ()
    if _does_not_answer(reader):
        return failed(node, _state(reader), *count, variant="flapping")
    if changes >= FLAPS:
        if _answers_now(reader) and not _was_lost(facts):
            return attention(node, _state(reader), *count, variant="flapping")
        return failed(node, _state(reader), *count, variant="flapping")
    if reader.flags & PRESENT:
        return ok(node, _state(reader))
    if reader.flags & EMPTY:
        return failed(node, _state(reader), variant="empty")
    return unknown(node, _state(reader))


def card_is_right_way_round(facts: Facts, known: Known) -> Finding:
    """D-03. A card is in a contact slot and gives no answer: turned over, back to front, dirty, or no chip card."""
    node = "D-03"
    reader = _examined(facts)
    if reader is None:
        return waits_for(node, "C")
    if _is_contactless(reader):
        return not_applicable(node)
    if _does_not_answer(reader):
        evidence = [_state(reader)]
        if code := _connect_code(reader):
            evidence.append(seen("connect", code=f"0x{code:08X}"))
        return failed(node, *evidence)
    if not reader.flags & PRESENT:
        return waits_for(node, "D")
    return ok(node, _state(reader))


def chip_is_clean(facts: Facts, known: Known) -> Finding:
    """D-04. Still no answer after several insertions, or in two readers: the chip itself."""
    node = "D-04"
    reader = _examined(facts)
    if reader is None:
        return waits_for(node, "C")
    if _is_contactless(reader):
        return not_applicable(node)
    mute = [r for r in usable_readers(facts) if not _is_contactless(r) and _does_not_answer(r)]
    if len(mute) >= 2:
        return failed(node, *(_state(r) for r in mute), variant="two_readers")
    if mute and reader.mute_insertions >= REPEATED:
        return failed(node, _state(reader), seen("mute_insertions", count=reader.mute_insertions), variant="repeated")
    if mute:
        return unknown(node, _state(reader))
    if not reader.flags & PRESENT:
        return waits_for(node, "D")
    return ok(node)


def other_readers_agree(facts: Facts, known: Known) -> Finding:
    """D-05. One reader reads a card while another has one that does not answer: that reader, or its card."""
    node = "D-05"
    usable = usable_readers(facts)
    if len(usable) < 2:
        return not_applicable(node)
    reader = _examined(facts)
    others = [r for r in usable if r is not reader and _does_not_answer(r)]
    if reader is not None and facts.card.known and others:
        return attention(node, seen("examined_reader", reader=reader.name), *(_state(r) for r in others))
    return ok(node)
