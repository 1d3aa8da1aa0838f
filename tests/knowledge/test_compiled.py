"""The copies of parsed tables are an economy and nothing else: what the file says counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec import Struct

from jpkidoctor.knowledge import compiled
from jpkidoctor.knowledge.load import KnowledgeError, read_table


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    word: str


class OtherTable(Struct, frozen=True, forbid_unknown_fields=True):
    word: str
    number: int = 3


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "cache" / "tables"
    monkeypatch.setattr(compiled, "_directory", lambda: directory)
    return directory


@pytest.fixture
def table(tmp_path: Path, copies: Path) -> Path:
    path = tmp_path / "table.toml"
    path.write_text('word = "first"')
    return path


def test_a_table_is_parsed_once(table: Path, copies: Path):
    assert read_table(table, Table) == Table("first")
    (copy,) = copies.iterdir()
    copy.write_text('{"word": "from the copy"}')
    assert read_table(table, Table) == Table("from the copy")


def test_a_changed_file_is_read_and_its_old_copy_goes(table: Path, copies: Path):
    read_table(table, Table)
    table.write_text('word = "other"')
    os.utime(table, ns=(1, 1))
    assert read_table(table, Table) == Table("other")
    assert len(list(copies.iterdir())) == 1


def test_another_shape_has_its_own_copy(table: Path, copies: Path):
    read_table(table, Table)
    assert read_table(table, OtherTable) == OtherTable("first", 3)
    assert len(list(copies.iterdir())) == 2


@pytest.mark.parametrize("rubbish", [b"", b"{", b'{"word": 3}', b'{"word": "x", "more": 1}', b"\xff"])
def test_a_damaged_copy_is_no_copy(table: Path, copies: Path, rubbish: bytes):
    read_table(table, Table)
    (copy,) = copies.iterdir()
    copy.write_bytes(rubbish)
    assert read_table(table, Table) == Table("first")


def test_a_place_that_cannot_be_written_is_no_fault(tmp_path: Path, table: Path, copies: Path):
    (tmp_path / "cache").write_text("a file where the directory should be")
    assert read_table(table, Table) == Table("first")


def test_a_wrong_table_is_refused_and_not_kept(table: Path, copies: Path):
    table.write_text("word = 3")
    with pytest.raises(KnowledgeError):
        read_table(table, Table)
    assert not copies.exists()
