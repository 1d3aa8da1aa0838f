"""The table of numbers only grows: codes of yesterday's program must mean the same tomorrow."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.load import KnowledgeError
from jpkidoctor.support_code.numbers import CAPACITY, load_numbers

FIRST_RELEASE = 142
FIRST_RELEASE_SHA256 = "8ff6f56d5139a65e6b2b69918f6943aead7473ac39bb97a878231b717b358af1"
"""Of the first 142 entries as ``number name`` lines. Never adapt this: give the changed entry a new number."""


def test_every_node_and_variant_of_the_flow_has_a_number():
    numbers = load_numbers().by_name
    needed = {name for n in load_flow().nodes.values() for name in (n.id, *(f"{n.id}/{v}" for v in n.variants))}
    missing = sorted(needed - set(numbers))
    assert not missing, f"append to knowledge/code_numbers.toml, with the next free numbers: {missing}"


def test_numbers_that_were_given_out_keep_their_meaning():
    names = load_numbers().names
    lines = "\n".join(f"{number} {names.get(number)}" for number in range(1, FIRST_RELEASE + 1))
    assert hashlib.sha256(lines.encode()).hexdigest() == FIRST_RELEASE_SHA256


def test_the_numbers_have_no_gaps_so_nothing_was_removed():
    numbers = list(load_numbers().by_name.values())
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) < CAPACITY


@pytest.mark.parametrize(
    "rows",
    [
        "'A-01' = 1\n'A-02' = 1",
        "'A-01' = 250",
        "'A-01' = -1",
        "'a-1' = 1",
        "'A-01/' = 1",
        "'A-01' = 1\n'A-01' = 2",
        "'A-01' = '1'",
    ],
    ids=["reused", "too large", "negative", "no node", "empty variant", "node twice", "no number"],
)
def test_a_table_that_breaks_the_rules_is_refused(tmp_path: Path, rows: str):
    (tmp_path / "code_numbers.toml").write_text(f"[numbers]\n{rows}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError):
        load_numbers(tmp_path)
