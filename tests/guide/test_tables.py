"""The tables of the guide: every reference resolves, and every sentence may be said to a caller."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jpkidoctor.guide.tables import Guide, load_guide
from jpkidoctor.guide.types import CausesFile, QuestionsFile, StopsFile, SymptomsFile
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.load import KnowledgeError, data_directory, read_table
from jpkidoctor.knowledge.types import Text, WordsFile

NO_CAUSES = {"A-01", "A-02", "A-03", "A-04", "G-07", "J-05", "L-02", "L-03"}
"""Nodes that are questions, errands or stops, and never what is wrong."""
POLITE = re.compile(
    r"(?:はい|いいえ|です|ます|ません|ました|ください|(?:です|ます|ました|ません|でした|でしょう)か)[。)）]?$"
)
MOST_LETTERS = 60
ASKS_FOR_PIN = re.compile(
    r"暗証番号(?:は|を)?(?:何|教え|言って|お聞かせ|読)|(?:tell|say|read|give) (?:me |us )?(?:the|your) PIN"
)


def sentences(guide: Guide) -> Iterator[tuple[str, Text]]:
    for question in guide.questions.values():
        yield question.id, question.say
        for answer in question.answer:
            yield question.id, answer.text
    for symptom in guide.symptoms.values():
        yield symptom.id, symptom.text
    for stop in guide.stops.values():
        for text in (stop.title, stop.say, *stop.steps):
            yield stop.id, text


def test_every_node_that_can_be_wrong_is_a_cause(guide: Guide) -> None:
    assert {cause.node for cause in guide.causes} == set(load_flow().nodes) - NO_CAUSES


def test_base_rates_sum_to_one(guide: Guide) -> None:
    assert sum(guide.prior) == pytest.approx(1.0)


def test_likelihoods_sum_to_one_over_the_answers(guide: Guide) -> None:
    for name, rows in guide.likelihoods.items():
        for column in zip(*rows, strict=True):
            assert sum(column) == pytest.approx(1.0), name


def test_every_sentence_is_polite_short_japanese_that_old_consoles_can_show(guide: Guide) -> None:
    for where, text in sentences(guide):
        text.ja.encode("cp932")
        assert text.en.strip(), where
        for sentence in re.split(r"(?<=。)", text.ja):
            if sentence:
                assert POLITE.search(sentence), f"{where}: {sentence}"
                assert len(sentence) <= MOST_LETTERS, f"{where}: {sentence}"


def test_no_sentence_asks_for_a_pin(guide: Guide) -> None:
    for where, text in sentences(guide):
        assert not ASKS_FOR_PIN.search(text.ja), where
        assert not ASKS_FOR_PIN.search(text.en), where


def test_every_question_about_a_pin_says_not_to_tell_it(guide: Guide) -> None:
    about = [q for q in guide.questions.values() if q.node[0] == "G" or "暗証番号" in q.say.ja]
    assert len(about) >= 7
    for question in about:
        if question.node[0] == "G" or question.id in ("stage", "tax_number"):
            assert "番号は言わないでください" in question.say.ja, question.id
            assert "do not say the number" in question.say.en, question.id


def test_words_of_the_guide_are_in_both_languages_and_old_consoles_can_show_them() -> None:
    words = read_table(data_directory() / "words" / "guide.toml", WordsFile).text
    for key, text in words.items():
        assert key.startswith("guide."), key
        text.ja.encode("cp932")
        assert text.en.strip(), key


def test_every_table_says_when_it_was_checked_and_what_is_an_estimate() -> None:
    here = data_directory() / "guide"
    known = load_known().sources
    for path in here.glob("questions-*.toml"):
        assert read_table(path, QuestionsFile).estimate
    assert read_table(here / "symptoms.toml", SymptomsFile).estimate
    assert all(cause.estimate for cause in read_table(here / "causes.toml", CausesFile).cause), "no source counts calls"
    assert set(read_table(here / "stops.toml", StopsFile).sources) <= known.keys()


# --- a damaged table is refused ---------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for part in ("guide", "flow", "words"):
        shutil.copytree(data_directory() / part, tmp_path / part)
    for path in data_directory().glob("*.toml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_the_tables_may_come_from_another_directory(copy: Path, guide: Guide) -> None:
    assert load_guide(copy) == guide


Edit = tuple[str, Callable[[str], str], str]
DAMAGED: tuple[Edit, ...] = (
    ("causes.toml", lambda text: text + "\n[[cause]]\nnode = 'Z-01'\nweight = 1\n", "no such node"),
    ("causes.toml", lambda text: text + "\n[[cause]]\nnode = 'B-01'\nweight = 1\n", "B-01 stands twice"),
    ("causes.toml", lambda text: text.replace("weight = 20", "weight = 0", 1), "more than 0"),
    ("causes.toml", lambda text: text.replace("'HX520'", "'NOWHERE'", 1), "no source NOWHERE"),
    ("causes.toml", lambda text: text.replace("weight", "wait", 1), "wait"),
    ("questions-card.toml", lambda text: text.replace("share = 0.9\n", "share = 0.8\n", 1), "do not sum to 1"),
    (
        "questions-card.toml",
        lambda text: text.replace("rules_out = ['D-01']", "rules_out = ['X-01']", 1),
        "no cause X-01",
    ),
    (
        "questions-card.toml",
        lambda text: text.replace("needs = { which_card", "needs = { no_card", 1),
        "needs an answer",
    ),
    ("questions-pins.toml", lambda text: text.replace("'last_try'", "'no_stop'", 1), "no stop no_stop"),
    ("questions-pins.toml", lambda text: text.replace("id = 'locked'", "id = 'lamp'", 1), "stands twice"),
    ("symptoms.toml", lambda text: text.replace("stop = 'lost'", "stop = 'found'", 1), "no stop found"),
    ("symptoms.toml", lambda text: text.replace("D-03 = 6", "D-99 = 6", 1), "no cause D-99"),
    ("stops.toml", lambda text: text.replace("'lost_card_fax'", "'nobody'", 1), "no such node or contact"),
)


@pytest.mark.parametrize(("name", "edit", "reason"), DAMAGED)
def test_a_damaged_table_is_refused_with_a_reason(
    name: str, edit: Callable[[str], str], reason: str, copy: Path
) -> None:
    path = copy / "guide" / name
    before = path.read_text(encoding="utf-8")
    path.write_text(edit(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    with pytest.raises(KnowledgeError, match=re.escape(reason)):
        load_guide(copy)
