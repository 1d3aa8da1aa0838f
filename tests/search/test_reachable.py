"""Every node, code and reader is found by its own title in both languages and in Latin letters."""

from __future__ import annotations

import pytest

from jpkidoctor.search.entry import Entry
from jpkidoctor.search.fold import fold
from jpkidoctor.search.index import Index, load_index
from tests.search.hepburn import Style, spell

ENTRIES = load_index().entries
CHIEF = [entry for entry in ENTRIES if entry.kind in ("node", "code", "reader")]


def name_of(entry: Entry) -> str:
    return f"{entry.kind}:{entry.id}"


def best(index: Index, query: str, limit: int = 3) -> list[tuple[str, str]]:
    return [(hit.kind, hit.id) for hit in index.search(query, limit)]


def test_all_kinds_of_the_flow_and_the_first_tables_are_there() -> None:
    counts = {kind: sum(entry.kind == kind for entry in ENTRIES) for kind in ("node", "reader", "contact")}
    assert counts["node"] >= 76
    assert counts["reader"] >= 80
    assert {entry.kind for entry in ENTRIES} >= {"node", "code", "reader", "pin", "card", "contact", "platform"}
    assert len({(entry.kind, entry.id) for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=name_of)
def test_an_entry_is_found_by_its_title(index: Index, entry: Entry) -> None:
    assert (entry.kind, entry.id) in best(index, entry.title.ja)
    assert (entry.kind, entry.id) in best(index, entry.title.en)


@pytest.mark.parametrize("style", ["hepburn", "kunrei"])
@pytest.mark.parametrize("entry", CHIEF, ids=name_of)
def test_an_entry_is_found_by_its_title_in_latin_letters(index: Index, entry: Entry, style: Style) -> None:
    kana = "".join(reading for _, reading in index.readings.segments(fold(entry.title.ja)))
    assert (entry.kind, entry.id) in best(index, spell(kana, style))


@pytest.mark.parametrize("entry", [entry for entry in CHIEF if entry.kind == "code"], ids=name_of)
def test_a_code_comes_first_by_itself(index: Index, entry: Entry) -> None:
    for typed in (entry.id, entry.id.lower(), entry.id.replace("-", "－"), f" {entry.id}\n"):
        assert best(index, typed, 1) == [("code", entry.id)]


@pytest.mark.parametrize(
    "entry", [e for e in CHIEF if e.kind == "code" and e.id.startswith("0x8")], ids=lambda entry: entry.id
)
def test_a_result_is_found_as_a_signed_number_and_inside_a_message(index: Index, entry: Entry) -> None:
    number = int(entry.id, 16) - (1 << 32)
    for typed in (
        str(number),
        f"2026/11/23 10:42:03\nFailed (HRESULT: {entry.id})\r\nat line 120",
        f"System.Exception: {number} at 12:00",
    ):
        assert best(index, typed, 1) == [("code", entry.id)]


@pytest.mark.parametrize("entry", [entry for entry in CHIEF if entry.kind == "reader"], ids=name_of)
def test_a_reader_is_found_by_its_confirmed_usb_ids_and_models(index: Index, entry: Entry) -> None:
    for key in entry.keys:
        same = {other.id for other in ENTRIES if other.kind == "reader" and key in other.keys}
        found = [name for kind, name in best(index, key, len(same) + 2) if kind == "reader"]
        assert entry.id in found, key


@pytest.mark.parametrize("entry", [entry for entry in CHIEF if entry.kind == "node"], ids=name_of)
def test_a_node_is_found_by_its_id_and_leads_to_itself(index: Index, entry: Entry) -> None:
    for typed in (
        entry.id,
        entry.id.lower(),
        entry.id.replace("-", ""),
        entry.id.replace("-", "の").replace("の", "ー"),
    ):
        hit = index.search(typed, 1)[0]
        assert (hit.kind, hit.id, hit.nodes) == ("node", entry.id, (entry.id,))
