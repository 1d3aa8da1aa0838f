"""The codes that the portal and the services published are in the dictionary, and each leads somewhere."""

from __future__ import annotations

import pytest

from jpkidoctor.guide.engine import start
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.known import load_known

PUBLISHED = (
    # portal-knowledge 5 and official-updates 6: the client software, Mynaportal, e-Tax and its hub show these.
    "EW000J0200",
    "EW104J1502",
    "EW044-C300",
    "EM044-C300",
    "EI123-2008",
    "EI123-2303",
    "ED1108",
    "HJS0432E",
    "HJS0407E",
    "HJS0407Z",
    "HUB0002",
)


@pytest.mark.parametrize("code", PUBLISHED)
def test_a_published_code_is_explained_in_both_languages_with_a_source(code: str) -> None:
    entry = next(error for error in load_known().errors if error.code == code)
    assert entry.meaning.ja and entry.meaning.en
    assert entry.sources and entry.confidence in ("A", "B", "C")
    assert entry.nodes and all(node in load_flow().nodes for node in entry.nodes)


@pytest.mark.parametrize("code", PUBLISHED)
def test_a_call_that_begins_with_a_published_code_thinks_first_of_what_it_names(code: str) -> None:
    entry = next(error for error in load_known().errors if error.code == code)
    best = {candidate.node for candidate in start(code=code).candidates[:4]}
    assert best & set(entry.nodes), (code, best, entry.nodes)
