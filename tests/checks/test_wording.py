"""Everything a check can say has words in both languages, with nothing left blank."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from jpkidoctor.diagnosis import Diagnosis
from jpkidoctor.facts import Facts
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.load import data_directory, read_table
from jpkidoctor.knowledge.types import Lang, Text, WordsFile
from jpkidoctor.knowledge.words import load_words

from .cases import CASES
from .strategies import any_facts
from .test_properties import WELL
from .worlds import judge

LANGUAGES: tuple[Lang, ...] = ("ja", "en")
BLANK = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
IDS = ("fact", "status", "step", "state", "access")
"""Blanks whose value is an id of ours and must be worded, never shown as it is."""

EVERY_WORLD = {**{name: case.facts for name, case in CASES.items()}, **WELL}


def texts() -> dict[str, Text]:
    files = sorted((data_directory() / "words").glob("*.toml"))
    return {key: text for file in files for key, text in read_table(file, WordsFile).text.items()}


TEXTS = texts()


def complaints(diagnosis: Diagnosis) -> list[str]:
    """What of a diagnosis has no words."""
    nodes = load_flow().nodes
    problems = []
    for said in diagnosis.findings:
        if said.variant and said.variant not in nodes[said.id].variants:
            problems.append(f"{said.id} has no variant {said.variant}")
        for evidence in said.evidence:
            text = TEXTS.get(f"evidence.{evidence.key}")
            if text is None:
                problems.append(f"{said.id}: no text evidence.{evidence.key}")
                continue
            blanks = set(BLANK.findall(text.ja)) | set(BLANK.findall(text.en))
            filled = evidence.params.keys() | ({"fault", "healthy"} if "node" in evidence.params else set())
            problems += [f"{said.id}: {evidence.key} leaves {blank} open" for blank in blanks - filled]
            problems += [
                f"{said.id}: {evidence.key} has no word for {blank} {evidence.params[blank]}"
                for blank in blanks & set(IDS)
                if f"param.{blank}.{evidence.params.get(blank)}" not in TEXTS
            ]
    return problems


@pytest.mark.parametrize("name", EVERY_WORLD)
def test_everything_said_of_a_world_has_words(name: str) -> None:
    assert complaints(judge(EVERY_WORLD[name])) == []


@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
@given(any_facts())
def test_everything_said_of_any_facts_has_words(facts: Facts) -> None:
    assert complaints(judge(facts)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_shows_a_missing_word(lang: Lang) -> None:
    words = load_words(lang)
    for facts in EVERY_WORLD.values():
        for said in judge(facts).findings:
            sentences = [words.title(said), words.meaning(said), words.ok(said.id)]
            sentences += [words.evidence(evidence) for evidence in said.evidence]
            sentences += words.steps(said.id, said.variant)
            assert not any("‹" in sentence or not sentence.strip() for sentence in sentences), said


@pytest.mark.parametrize("name", CASES)
def test_every_first_cause_says_what_to_do_and_who_can(name: str) -> None:
    words, case = load_words("ja"), CASES[name]
    system = case.facts.host.os.value
    assert system is not None
    assert words.steps(case.node, case.variant, system.family.value)
    assert words.who(case.node, case.variant)
