"""The tables that people read: strict shapes, both languages, every reference leads somewhere."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.library import Library, all_entries, key_of, load_library
from jpkidoctor.knowledge.library_types import (
    EasyFile,
    GlossaryFile,
    HistoryFile,
    MythsFile,
    NoticesFile,
    ProceduresFile,
    RoomsFile,
    ServicesFile,
)
from jpkidoctor.knowledge.load import KnowledgeError, data_directory, read_table
from jpkidoctor.knowledge.references import broken_references
from jpkidoctor.knowledge.types import Text

TABLES: dict[str, type[Any]] = {
    "procedures": ProceduresFile,
    "services": ServicesFile,
    "glossary": GlossaryFile,
    "myths": MythsFile,
    "history": HistoryFile,
    "rooms": RoomsFile,
    "notices": NoticesFile,
}
POLITE = re.compile(r"(です|ます|ません|ました|でした|ください)( \(未確認\))?。$")
TITLES = {"title", "short", "purpose"}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library((data_directory(),))


def texts(value: Any, field: str = "") -> Iterator[tuple[str, Text]]:
    """Every text below a value with the name of its field."""
    if isinstance(value, Text):
        yield field, value
    elif isinstance(value, msgspec.Struct):
        if hasattr(value, "ja"):
            yield field, Text(value.ja, value.en)
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name), name)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item, field)


def table_texts(name: str) -> list[tuple[str, Text]]:
    table = read_table(data_directory() / f"{name}.toml", TABLES[name])
    return list(texts(tuple(getattr(table, field) for field in table.__struct_fields__)))


@pytest.mark.parametrize("name", TABLES)
def test_a_misspelt_key_is_refused(name: str, tmp_path: Path) -> None:
    text = (data_directory() / f"{name}.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "table.toml"
    wrong.write_text(f'{text}\nmispelt = "x"\n', encoding="utf-8")
    with pytest.raises(KnowledgeError, match="mispelt"):
        read_table(wrong, TABLES[name])


def test_a_misspelt_key_of_an_easy_node_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "A.toml"
    wrong.write_text('[[node]]\nid = "A-01"\nquestion = "x"\nsteps = []\nstep = "x"\n', encoding="utf-8")
    with pytest.raises(KnowledgeError, match="step"):
        read_table(wrong, EasyFile)


@pytest.mark.parametrize("name", TABLES)
def test_every_text_is_there_in_both_languages(name: str) -> None:
    for _, text in table_texts(name):
        assert text.ja.strip() == text.ja and text.ja, text
        assert text.en.strip() == text.en and text.en, text
        assert text.en.isascii(), text


@pytest.mark.parametrize("name", TABLES)
def test_every_character_can_be_shown_by_a_japanese_windows_console(name: str) -> None:
    (data_directory() / f"{name}.toml").read_text(encoding="utf-8").encode("cp932")


@pytest.mark.parametrize("name", [name for name in TABLES if name != "notices"])
def test_japanese_sentences_are_polite(name: str) -> None:
    sentences = [text for field, text in table_texts(name) if field not in TITLES and text.ja.endswith("。")]
    assert sentences
    for text in sentences:
        for sentence in re.findall(r"[^。]+。", text.ja):
            assert POLITE.search(sentence), sentence


def test_every_step_of_a_procedure_is_one_sentence(library: Library) -> None:
    for procedure in library.procedures:
        for step in procedure.steps:
            assert step.ja.endswith("。"), step
            if not step.os or set(step.os) & {"windows", "macos"}:
                assert step.ja.count("。") == 1, step


def test_every_reference_leads_somewhere(library: Library) -> None:
    assert broken_references(library) == ()


def test_a_reference_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "procedures.toml").write_text(
        '[[procedure]]\nid = "own"\nkind = "pin"\ntitle = { ja = "x", en = "x" }\nsummary = { ja = "x", en = "x" }\n'
        'nodes = ["Z-99"]\ncontacts = ["nobody"]\nsources = ["NOWHERE"]\nchecked = 2026-11-01\nconfidence = "C"\n',
        encoding="utf-8",
    )
    assert set(broken_references(load_library((data_directory(), tmp_path)))) == {
        "procedure:own -> node:Z-99",
        "procedure:own -> contact:nobody",
        "procedure:own -> source:NOWHERE",
    }


def test_ids_are_unique_and_every_entry_names_a_source(library: Library) -> None:
    counts = Counter(name for name, entry in all_entries(library) if not name.startswith("error:"))
    assert [name for name, count in counts.items() if count > 1] == []
    for name, entry in all_entries(library):
        assert entry.sources or name.startswith("node:"), name
        assert entry.origin == "shipped", name


def test_every_kind_of_item_can_be_looked_up_by_its_name(library: Library) -> None:
    for reference in (
        "procedure:lost_card",
        "service:etax",
        "term:lock",
        "myth:waiting_unlocks",
        "history:lock_5_3",
        "room:phone",
        "contact:free_dial",
        "pin:signature",
        "node:D-03",
        "error:EW044-C300",
    ):
        (item,) = library.items(reference)
        assert key_of(item) == reference.partition(":")[2]
    assert library.items("term:no_such") == library.items("nonsense") == ()


def test_the_services_of_the_brief_are_there_and_say_what_is_not_confirmed(library: Library) -> None:
    ids = {service.id for service in library.services}
    assert {"etax", "mynaportal", "eltax", "nenkin", "egov", "touki", "konbini"} <= ids
    for service in library.services:
        for place in service.environments:
            assert place.state != "unconfirmed" or place.confidence == "K", service.id
    eltax = library.service("eltax")
    assert eltax and {place.state for place in eltax.environments if place.os == "windows"} == {"unconfirmed"}


def test_the_store_lists_follow_the_official_page(library: Library) -> None:
    signature, authentication = (library.procedure(f"pin_reset_{pin}") for pin in ("signature", "authentication"))
    assert signature and authentication
    both = {place.ja for place in authentication.places}
    assert both < {place.ja for place in signature.places}
    assert {"ローソン", "ファミリーマート", "ミニストップ"}.isdisjoint(both)
    assert "セブン-イレブン" in both


def test_revocation_is_explained_with_a_warning_and_sends_people_to_the_office(library: Library) -> None:
    revocation = library.procedure("certificate_revocation")
    assert revocation and revocation.warning
    assert "取り消せません" in revocation.warning.ja
    assert "このプログラムは行いません" in revocation.summary.ja
    assert "city_office" in revocation.contacts


def test_the_validity_check_is_told_for_both_systems_that_have_the_client(library: Library) -> None:
    check = library.procedure("certificate_check")
    assert check
    for system in ("windows", "macos", "linux"):
        steps = check.steps_on(system)
        assert len(steps) >= 3
        assert all(not step.os or system in step.os for step in steps)
    assert check.steps_on(None) == check.steps
    assert any("アプリケーション" in step.ja and step.os == ("macos",) for step in check.steps)


def test_the_glossary_has_at_least_forty_terms_with_readings_that_can_be_typed(library: Library) -> None:
    assert len(library.terms) >= 40
    for term in library.terms:
        assert re.fullmatch(r"[ぁ-んー ]+", term.kana), term.id
        assert re.fullmatch(r"[a-z0-9 ]+", term.romaji), term.id
        assert term.id not in term.see


def test_lost_card_leads_to_the_number_that_answers_at_night(library: Library) -> None:
    lost = library.procedure("lost_card")
    assert lost and lost.contacts[0] == "lost_card"
    assert "0120-95-0178" in lost.steps[0].ja
    assert [room.id for room in library.rooms_with("procedure:lost_card")] == ["certificates", "contacts"]


def test_notices_are_shown_until_their_last_day(tmp_path: Path) -> None:
    rows = [
        ("old", "2026-11-01", "until = 2026-11-09"),
        ("now", "2026-11-02", "until = 2026-11-10"),
        ("ever", "2026-10-01", ""),
    ]
    (tmp_path / "notices.toml").write_text(
        "".join(
            f'[[notice]]\nid = "{name}"\ndate = {date}\n{until}\ntitle = {{ ja = "x", en = "x" }}\n'
            f'text = {{ ja = "x", en = "x" }}\nchecked = {date}\nconfidence = "A"\n'
            for name, date, until in rows
        ),
        encoding="utf-8",
    )
    library = load_library((data_directory(), tmp_path))
    assert [notice.id for notice in library.notices_on(dt.date(2026, 11, 10))] == ["now", "ever"]
    assert [notice.id for notice in library.notices_on(dt.date(2026, 11, 11))] == ["ever"]


def test_no_notice_is_shipped(library: Library) -> None:
    assert library.notices == ()


def test_no_file_sets_the_origin_of_an_entry() -> None:
    for path in data_directory().glob("*.toml"):
        assert not re.search(r"^origin\b", path.read_text(encoding="utf-8"), re.MULTILINE), path.name


def test_the_library_of_the_program_is_read_once() -> None:
    assert load_library() is load_library()
    assert load_flow() is load_flow()
