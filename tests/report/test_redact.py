from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.facts import Facts, HostFacts, PcscFacts, ReaderFacts, UsbDevice
from jpkidoctor.privacy import Privacy
from jpkidoctor.report.redact import HIDDEN_MARK, redact
from jpkidoctor.report.walk import UnwalkableTypeError, map_struct, text_places
from tests.report.conftest import CANARIES, READER_NAME, found

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def test_every_string_of_the_facts_says_how_private_it_is():
    places = list(text_places(Facts))
    assert len(places) > 80
    assert [place for place, mark in places if mark is None] == []


def test_no_canary_survives(facts):
    before = msgspec.json.encode(facts).decode()
    after = msgspec.json.encode(redact(facts).facts).decode()
    for canary in CANARIES:
        assert msgspec.json.encode(canary).decode().strip('"') in before
        assert canary not in after


def test_structure_and_statuses_are_unchanged(facts):
    public = redact(facts).facts
    assert public.redacted and not facts.redacted

    def shape(value):
        if isinstance(value, dict):
            return {key: shape(item) for key, item in value.items() if key != "redacted"}
        if isinstance(value, list | tuple):
            return [shape(item) for item in value]
        return "text" if isinstance(value, str) else value

    assert shape(msgspec.to_builtins(public)) == shape(msgspec.to_builtins(facts))
    assert public.card.value.pins == facts.card.value.pins
    assert public.card.value.certificates.authentication_ca.value.sha256 == "CAFINGERPRINT"


def test_redacting_twice_hides_nothing_more(facts):
    once = redact(facts)
    twice = redact(once.facts)
    assert twice.facts == once.facts
    assert twice.hidden == ()


def test_a_foreign_redacted_flag_is_not_believed(facts):
    lying = msgspec.structs.replace(facts, redacted=True)
    assert redact(lying).facts == redact(facts).facts


def test_the_list_names_place_kind_and_pseudonym(facts):
    hidden = {entry.place: entry for entry in redact(facts).hidden}
    assert hidden["pcsc.readers.value[0].name"].pseudonym == "reader-A"
    assert hidden["pcsc.readers.value[1].name"].pseudonym == "reader-B"
    assert hidden["host.usb_devices.value[0].product"].pseudonym == "device-A"
    serial = hidden["card.value.certificates.authentication.value.serial"]
    assert (serial.privacy, serial.pseudonym) == (Privacy.PERSONAL, HIDDEN_MARK)
    assert READER_NAME not in msgspec.json.encode(redact(facts).hidden).decode()


def test_one_value_has_one_pseudonym_wherever_it_stands():
    facts = Facts(
        taken_at=NOW,
        tool_version="0",
        host=HostFacts(usb_devices=found((UsbDevice(vid=1, pid=2, product="Same"),))),
        pcsc=PcscFacts(readers=found((ReaderFacts(name="Same"), ReaderFacts(name="Other"), ReaderFacts(name="Same")))),
    )
    public = redact(facts).facts
    assert public.host.usb_devices.value[0].product == "reader-A"
    assert [reader.name for reader in public.pcsc.readers.value] == ["reader-A", "reader-B", "reader-A"]


def test_a_pseudonym_from_before_is_not_given_to_another_reader():
    readers = (ReaderFacts(name="Fresh"), ReaderFacts(name="reader-A"))
    facts = Facts(taken_at=NOW, tool_version="0", pcsc=PcscFacts(readers=found(readers)))
    assert [r.name for r in redact(facts).facts.pcsc.readers.value] == ["reader-B", "reader-A"]


@given(st.lists(st.text(min_size=1, max_size=30), max_size=40))
def test_any_reader_names_are_told_apart_and_hidden(names):
    names = [f"\u00a7{name}" for name in names]
    facts = Facts(
        taken_at=NOW, tool_version="0", pcsc=PcscFacts(readers=found(tuple(ReaderFacts(name=n) for n in names)))
    )
    once = redact(facts)
    shown = [reader.name for reader in once.facts.pcsc.readers.value]
    assert "\u00a7" not in "".join(shown)
    assert len(set(shown)) == len(set(names))
    pairs = list(zip(names, shown, strict=True))
    assert all((a == b) == (x == y) for a, x in pairs for b, y in pairs)
    assert redact(once.facts).facts == once.facts


def test_a_type_the_walk_does_not_know_is_refused_not_skipped():
    class Odd(msgspec.Struct):
        raw: bytes

    with pytest.raises(UnwalkableTypeError):
        map_struct(Odd(b"x"), lambda place, mark, text: text)
    with pytest.raises(UnwalkableTypeError):
        list(text_places(Odd))


def test_an_unmarked_string_is_hidden_as_personal():
    class Loose(msgspec.Struct):
        note: str

    marks = []
    map_struct(Loose("x"), lambda place, mark, text: marks.append((place, mark)) or text)
    assert marks == [("note", None)]
