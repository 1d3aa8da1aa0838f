"""How old and how sure the entries are, on a day that is given."""

from __future__ import annotations

import datetime as dt
import json
from typing import get_args

import pytest
from click.testing import CliRunner

from jpkidoctor.cli import main
from jpkidoctor.commands.knowledge import knowledge_status
from jpkidoctor.knowledge.freshness import SHELF_MONTHS, is_stale, is_unsure, mark, shelf_months, stale_from, status
from jpkidoctor.knowledge.library import Item, all_entries, load_library
from jpkidoctor.knowledge.load import data_directory
from jpkidoctor.knowledge.types import Confidence, Contact, Origin, Text
from jpkidoctor.knowledge.words import Words, load_words


def contact(
    checked: dt.date = dt.date(2026, 8, 31),
    confidence: Confidence = "A",
    shelf: int | None = None,
    origin: Origin = "shipped",
) -> Contact:
    return Contact(
        id="x", title=Text("x", "x"), checked=checked, confidence=confidence, shelf_months=shelf, origin=origin
    )


@pytest.fixture(scope="module")
def ja() -> Words:
    return load_words("ja", data_directory())


def test_a_contact_is_looked_at_again_after_half_a_year() -> None:
    assert shelf_months(contact()) == 6
    assert stale_from(contact()) == dt.date(2027, 2, 28)  # there is no 31 February
    assert not is_stale(contact(), dt.date(2027, 2, 27))
    assert is_stale(contact(), dt.date(2027, 2, 28))


def test_an_entry_may_have_its_own_shelf_life() -> None:
    assert stale_from(contact(shelf=1)) == dt.date(2026, 9, 30)
    assert stale_from(contact(dt.date(2026, 12, 15), shelf=1)) == dt.date(2027, 1, 15)
    assert is_stale(contact(shelf=0), dt.date(2026, 8, 31))


def test_dates_at_the_end_of_the_calendar_do_not_crash() -> None:
    assert stale_from(contact(dt.date.max)) == dt.date.max


def test_every_kind_of_entry_has_a_shelf_life() -> None:
    assert set(get_args(Item)) <= set(SHELF_MONTHS)
    assert {type(entry) for _, entry in all_entries(load_library((data_directory(),)))} <= set(SHELF_MONTHS)


def test_a_fresh_sure_entry_has_no_mark(ja: Words) -> None:
    assert mark(contact(), dt.date(2026, 11, 22), ja) == ""


def test_the_mark_tells_age_doubt_and_whose_entry_it_is(ja: Words) -> None:
    today = dt.date(2027, 3, 1)
    assert mark(contact(), today, ja) == "最終確認日 2026-08-31"
    assert mark(contact(confidence="C"), dt.date(2026, 11, 22), ja) == "未確認の情報です"
    own = contact(confidence="K", origin="organisation")
    assert mark(own, today, ja) == "この組織の情報、最終確認日 2026-08-31、一般の知識です"
    assert mark(own, today, load_words("en", data_directory())).startswith("from this organisation; last checked")


def test_status_counts_and_lists_the_oldest_first() -> None:
    entries = [
        ("contact:new", contact()),
        ("contact:old", contact(dt.date(2020, 1, 1), "B")),
        ("contact:older", contact(dt.date(2019, 1, 1), "K", origin="organisation")),
    ]
    found = status(entries, dt.date(2026, 11, 22))
    assert (found.entries, found.organisation) == (3, 1)
    assert found.by_confidence == {"A": 1, "B": 1, "C": 0, "K": 1}
    assert [row.entry for row in found.stale] == ["contact:older", "contact:old"]
    assert [row.entry for row in found.low_confidence] == ["contact:older"]
    assert found.stale[1].stale_from == dt.date(2020, 7, 1)


def test_nothing_shipped_is_stale_on_the_day_of_the_tables_and_contacts_are_a_year_later() -> None:
    entries = all_entries(load_library((data_directory(),)))
    day = max(entry.checked for _, entry in entries)
    assert status(entries, day).stale == ()
    later = {row.entry for row in status(entries, day + dt.timedelta(days=366)).stale}
    assert "contact:free_dial" in later
    assert "service:etax" in later
    assert "term:lock" not in later


def test_low_confidence_is_c_and_k() -> None:
    assert [is_unsure(contact(confidence=letter)) for letter in get_args(Confidence)] == [False, False, True, True]


def test_the_command_lists_stale_entries_and_says_so_by_its_exit_code(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    fresh = knowledge_status(as_json=False, lang="ja", today=dt.date(2026, 11, 23))
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert fresh == 0
    assert lines[0].startswith("知識の表 2026-11-23: ")
    assert "確認から時間がたったもの: 0件" in lines
    assert any(line.startswith("  contact:lost_card_abroad  最終確認日 2026-11-22  確かさ C") for line in lines)
    old = knowledge_status(as_json=True, lang="ja", today=dt.date(2030, 1, 1))
    envelope = json.loads(capsysbinary.readouterr().out)
    assert old == 1
    assert envelope["schema"] == "jpkidoctor.knowledge/1"
    assert envelope["today"] == "2030-01-01"
    assert "contact:free_dial" in {row["entry"] for row in envelope["stale"]}
    assert envelope["broken"] == []


def test_the_command_of_the_command_line() -> None:
    run = CliRunner().invoke(main, ["knowledge", "status", "--lang", "en"])
    assert run.exit_code in (0, 1)  # by the date on which the tests run
    assert run.stdout.startswith("Knowledge on ")
