"""What a code says of computer, reader and card."""

from __future__ import annotations

import msgspec
import pytest

from jpkidoctor.diagnosis import Diagnosis
from jpkidoctor.facts import (
    CardFacts,
    CardKind,
    HostFacts,
    OsFacts,
    OsFamily,
    PcscFacts,
    PinFacts,
    PinId,
    PinState,
    ReaderFacts,
    ReaderKind,
)
from jpkidoctor.support_code.context import PinTries, ReaderClass, context_of
from tests.support_code.making import found

NOTHING = Diagnosis(findings=())


@pytest.mark.parametrize(
    "state,tries,word",
    [
        (PinState.TRIES, 5, PinTries.OPEN),
        (PinState.TRIES, 3, PinTries.OPEN),
        (PinState.TRIES, 2, PinTries.FEW),
        (PinState.TRIES, 1, PinTries.FEW),
        (PinState.TRIES, None, PinTries.UNKNOWN),
        (PinState.BLOCKED, 0, PinTries.LOCKED),
        (PinState.VERIFIED, None, PinTries.UNKNOWN),
        (PinState.ABSENT, None, PinTries.UNKNOWN),
    ],
)
def test_tries_left_are_told_coarsely_and_for_each_pin_by_itself(blank_facts, state, tries, word):
    for asked, silent in (("signature", "authentication"), ("authentication", "signature")):
        pins = (PinFacts(id=PinId(asked), state=state, tries_left=tries),)
        card = found(CardFacts(kind=CardKind.MY_NUMBER, pins=pins))
        context = context_of(msgspec.structs.replace(blank_facts, card=card), NOTHING, more=False)
        assert getattr(context, f"{asked}_pin") is word
        assert getattr(context, f"{silent}_pin") is PinTries.UNKNOWN


@pytest.mark.parametrize(
    "kind,word",
    [
        (ReaderKind.CONTACT, ReaderClass.CONTACT),
        (ReaderKind.CONTACTLESS, ReaderClass.CONTACTLESS),
        (ReaderKind.SAM, ReaderClass.OTHER),
        (ReaderKind.VIRTUAL, ReaderClass.OTHER),
        (ReaderKind.UNKNOWN, ReaderClass.OTHER),
    ],
)
def test_the_examined_reader_is_told_else_the_first(blank_facts, kind, word):
    readers = (ReaderFacts(name="a", kind=ReaderKind.SAM), ReaderFacts(name="b", kind=kind))
    for these, examined in ((readers, 1), (readers[1:], None)):
        pcsc = PcscFacts(readers=found(these), examined=examined)
        assert context_of(msgspec.structs.replace(blank_facts, pcsc=pcsc), NOTHING, more=False).reader is word


@pytest.mark.parametrize("family", OsFamily)
@pytest.mark.parametrize("kind", CardKind)
def test_system_and_card_are_told(blank_facts, family, kind):
    host = HostFacts(os=found(OsFacts(family=family)))
    facts = msgspec.structs.replace(blank_facts, host=host, card=found(CardFacts(kind=kind)))
    context = context_of(facts, NOTHING, more=False)
    assert (context.os, context.card) == (family, kind)


def test_of_nothing_nothing_is_told(blank_facts):
    context = context_of(blank_facts, NOTHING, more=False)
    assert (context.os, context.reader, context.card) == (OsFamily.OTHER, ReaderClass.NONE, None)
    assert not context.complete
