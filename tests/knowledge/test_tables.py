"""The tables of ``knowledge/`` hold together: every id, reference, number and text is well-formed."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from jpkidoctor.card import applications, winscard
from jpkidoctor.card.applications import PIN_REFERENCES
from jpkidoctor.card.status_words import SW
from jpkidoctor.facts import PinId
from jpkidoctor.knowledge.known import Known, load_known
from jpkidoctor.knowledge.load import KnowledgeError, data_directory, read_table
from jpkidoctor.knowledge.product_types import ProductsFile
from jpkidoctor.knowledge.types import (
    CardsFile,
    ContactsFile,
    ErrorsFile,
    PinsFile,
    PlatformsFile,
    ReadersFile,
    SourcesFile,
    Text,
    TrustFile,
)

TABLES: dict[str, type[Any]] = {
    "readers": ReadersFile,
    "cards": CardsFile,
    "errors": ErrorsFile,
    "pins": PinsFile,
    "platforms": PlatformsFile,
    "products": ProductsFile,
    "trust": TrustFile,
    "contacts": ContactsFile,
    "sources": SourcesFile,
}
HEX = re.compile(r"(?:[0-9A-F]{2})+")
TUESDAY = 1


@pytest.fixture(scope="module")
def known() -> Known:
    return load_known()


def entries(table: Any) -> Iterator[msgspec.Struct]:
    """Every entry of a table's lists."""
    for name in table.__struct_fields__:
        value = getattr(table, name)
        if isinstance(value, tuple):
            yield from (entry for entry in value if isinstance(entry, msgspec.Struct))


def texts(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)


@pytest.mark.parametrize("name", TABLES)
def test_table_reads_strictly_and_is_not_empty(name: str) -> None:
    table = read_table(data_directory() / f"{name}.toml", TABLES[name])
    assert list(entries(table))


@pytest.mark.parametrize("name", TABLES)
def test_a_misspelt_key_is_refused(name: str, tmp_path: Any) -> None:
    text = (data_directory() / f"{name}.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "table.toml"
    wrong.write_text(text + '\nmispelt = "x"\n', encoding="utf-8")
    with pytest.raises(KnowledgeError, match="mispelt"):
        read_table(wrong, TABLES[name])


@pytest.mark.parametrize("name", [name for name in TABLES if name != "errors"])
def test_ids_are_unique(name: str) -> None:
    raw = tomllib.loads((data_directory() / f"{name}.toml").read_text(encoding="utf-8"))
    for rows in raw.values():
        if isinstance(rows, list) and isinstance(rows[0], dict) and "id" in rows[0]:
            counts = Counter(row["id"] for row in rows)
            assert [key for key, count in counts.items() if count > 1] == []


def test_codes_are_unique_within_their_kind(known: Known) -> None:
    counts = Counter((error.kind, error.code.casefold()) for error in known.errors)
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", TABLES)
def test_every_text_is_there_in_both_languages(name: str) -> None:
    table = read_table(data_directory() / f"{name}.toml", TABLES[name])
    for text in texts(tuple(entries(table))):
        assert text.ja.strip() == text.ja and text.ja, text
        assert text.en.strip() == text.en and text.en, text
        assert text.en.isascii(), text


@pytest.mark.parametrize("name", TABLES)
def test_every_character_can_be_shown_by_a_japanese_windows_console(name: str) -> None:
    (data_directory() / f"{name}.toml").read_text(encoding="utf-8").encode("cp932")


def test_sentences_are_written_in_japanese(known: Known) -> None:
    sentences = [text for error in known.errors for text in (error.meaning,)]
    sentences += [text for reader in known.readers for text in reader.trouble]
    for text in sentences:
        assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text.ja), text
        assert text.ja.endswith(("。", "す")), text


@pytest.mark.parametrize("name", TABLES)
def test_every_source_is_listed(name: str, known: Known) -> None:
    table = read_table(data_directory() / f"{name}.toml", TABLES[name])
    used = {source for entry in entries(table) for source in getattr(entry, "sources", ())}
    assert used - set(known.sources) == set()


def test_sources_of_the_flow_are_listed(known: Known) -> None:
    for path in sorted((data_directory() / "flow").glob("*.toml")):
        nodes = tomllib.loads(path.read_text(encoding="utf-8"))["node"]
        used = {source for node in nodes for source in node.get("sources", ())}
        assert used - set(known.sources) == set(), path.name


def test_every_entry_but_general_knowledge_names_a_source(known: Known) -> None:
    tables = (known.readers, known.cards, known.errors, known.pins, known.platforms, known.authorities, known.contacts)
    for table in tables:
        for entry in table:
            assert entry.sources, entry


def test_codes_lead_to_nodes_that_exist(known: Known) -> None:
    nodes = {
        node["id"]
        for path in (data_directory() / "flow").glob("*.toml")
        for node in tomllib.loads(path.read_text(encoding="utf-8"))["node"]
    }
    for error in known.errors:
        for node in error.nodes:
            assert re.fullmatch(r"[A-L]-\d\d", node), error.code
            assert node in nodes, (error.code, node)


# --- readers ------------------------------------------------------------------------------------


def test_usb_ids_are_well_formed_and_candidates_are_not_also_confirmed(known: Known) -> None:
    for reader in known.readers:
        for usb_id in reader.usb_ids + reader.usb_ids_candidate:
            assert re.fullmatch(r"[0-9A-F]{4}:[0-9A-F]{4}", usb_id), reader.id
        assert not set(reader.usb_ids) & set(reader.usb_ids_candidate), reader.id


def test_the_whole_reader_sheet_is_here(known: Known) -> None:
    assert len(known.readers) == 86
    assert len(known.usb_ids()) == 162


def test_a_reader_called_unusable_has_a_source_and_says_why(known: Known) -> None:
    unusable = [reader for reader in known.readers if reader.usable == "no"]
    assert unusable
    for reader in unusable:
        assert reader.trouble and "NAMEONLY" not in reader.sources, reader.id


def test_a_model_known_by_name_alone_claims_nothing(known: Known) -> None:
    for reader in known.readers:
        if "NAMEONLY" in reader.sources:
            assert (reader.usable, reader.linux, reader.usb_ids, reader.confidence) == ("unknown", "unknown", (), "C")


# --- cards --------------------------------------------------------------------------------------


def check_atr(atr: bytes) -> None:
    """Length and check byte by ISO/IEC 7816-3: TCK is there unless only T=0 is offered."""
    historical, interface, at, protocols = atr[1] & 0x0F, atr[1] >> 4, 2, set()
    while interface:
        at += (interface & 7).bit_count()
        if not interface & 8:
            break
        protocols.add(atr[at] & 0x0F)
        interface = atr[at] >> 4
        at += 1
    at += historical
    if protocols - {0}:
        check = 0
        for byte in atr[1:]:
            check ^= byte
        assert check == 0, atr.hex()
        at += 1
    assert at == len(atr), atr.hex()


def test_atrs_have_the_right_length_and_check_byte(known: Known) -> None:
    for card in known.cards:
        for atr in card.atrs:
            assert HEX.fullmatch(atr), card.id
            check_atr(bytes.fromhex(atr))
        for prefix in card.atr_prefixes:
            assert HEX.fullmatch(prefix), card.id


def test_the_check_byte_test_finds_a_wrong_digit() -> None:
    with pytest.raises(AssertionError):
        check_atr(bytes.fromhex("3BC5FF8131FB458073C6010001"))


def test_applications_are_long_enough_and_belong_to_a_listed_card(known: Known) -> None:
    table = read_table(data_directory() / "cards.toml", CardsFile)
    for application in table.application:
        assert HEX.fullmatch(application.aid) and 5 <= len(application.aid) // 2 <= 16, application.id
        assert known.card(application.on) is not None, application.id


def test_the_cards_own_applications_are_those_of_the_card_room(known: Known) -> None:
    aids = {
        "jpki": applications.JPKI_AID,
        "card_face_input": applications.CARD_FACE_INPUT_AID,
        "card_face": applications.CARD_FACE_AID,
        "juki": applications.JUKI_AID,
        "common": applications.COMMON_AID,
    }
    for name, aid in aids.items():
        application = known.application(name)
        assert application is not None and bytes.fromhex(application.aid) == aid


# --- codes --------------------------------------------------------------------------------------


def test_every_pcsc_code_the_program_handles_is_explained(known: Known) -> None:
    codes = {
        value
        for name, value in vars(winscard).items()
        if isinstance(value, int) and name.startswith(("E_", "F_", "W_", "ERROR_"))
    }
    assert len(codes) > 20
    for code in codes:
        assert known.error("pcsc", code) is not None, hex(code)


@pytest.mark.parametrize("sw", list(SW))
def test_every_status_word_the_program_handles_is_explained(sw: SW, known: Known) -> None:
    assert known.error("status_word", int(sw)) is not None


def test_codes_are_written_in_one_form(known: Known) -> None:
    forms = {
        "pcsc": r"0x[0-9A-F]{8}",
        "status_word": r"[0-9A-F]{2}(?:[0-9A-F]{2}|[0-9A-F]x|xx)",
        "device_manager": r"\d{1,2}",
        "client": r".+",
        "service": r".+",
    }
    for error in known.errors:
        assert re.fullmatch(forms[error.kind], error.code), error.code


# --- PINs ---------------------------------------------------------------------------------------


def test_the_pins_are_those_of_the_facts_with_the_same_tries(known: Known) -> None:
    assert {pin.id for pin in known.pins} == {pin.value for pin in PinId}
    for reference in PIN_REFERENCES:
        pin = known.pin(reference.pin)
        assert pin is not None and pin.tries == reference.max_tries, reference.pin


def test_the_board_shows_each_counter_that_people_meet(known: Known) -> None:
    assert [pin.id for pin in known.pins if pin.board] == [
        "signature",
        "authentication",
        "card_face_input",
        "resident_common",
        "number_a_input",
        "number_b_input",
    ]


# --- platforms ----------------------------------------------------------------------------------


def test_windows_support_ends_on_a_tuesday(known: Known) -> None:
    ends = [entry.ends for entry in known.platforms if entry.family == "windows"]
    assert len(ends) > 20
    for end in ends:
        assert end is not None and end.weekday() == TUESDAY, end


def test_a_build_stands_once_for_each_kind_of_edition(known: Known) -> None:
    counts = Counter((entry.build, entry.editions) for entry in known.platforms if entry.build)
    assert max(counts.values()) == 1


# --- trust --------------------------------------------------------------------------------------


def test_three_generations_are_pinned_for_each_purpose(known: Known) -> None:
    pinned = {(ca.purpose, ca.generation) for ca in known.authorities}
    assert pinned == {(purpose, number) for purpose in ("signature", "authentication") for number in (1, 2, 3)}
    assert len({ca.sha256 for ca in known.authorities}) == 6


def test_pinned_certificates_are_well_formed(known: Known) -> None:
    for ca in known.authorities:
        assert re.fullmatch(r"[0-9A-F]{64}", ca.sha256), ca.id
        assert HEX.fullmatch(ca.serial), ca.id
        assert ca.not_before.tzinfo is not None and ca.not_after.tzinfo is not None
        years = (ca.not_after - ca.not_before).days / 365.25
        assert 9.9 < years < 10.1, ca.id
        assert (ca.not_after.hour, ca.not_after.minute, ca.not_after.second) == (14, 59, 59), "23:59:59 in Japan"
        letter = "sign" if ca.purpose == "signature" else "auth"
        assert ca.url == f"https://www.jpki.go.jp/ca/pdf/{letter}ca0{ca.generation}.cer"


# --- contacts -----------------------------------------------------------------------------------


def test_an_unsure_contact_says_so(known: Known) -> None:
    for contact in known.contacts:
        if contact.confidence in ("C", "K"):
            assert contact.note is not None, contact.id
        assert re.fullmatch(r"(?:[+#]?[\d-]+)?", contact.number), contact.id
