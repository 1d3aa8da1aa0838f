"""Easy Japanese: one for each question and fix step, short, with readings, polite."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from jpkidoctor.guide.easy import read_easy_guide
from jpkidoctor.guide.tables import load_guide
from jpkidoctor.knowledge.easy import load_easy
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.load import data_directory
from jpkidoctor.knowledge.words import Words, load_words

LONGEST = 40
READING = re.compile(r"（[ぁ-んー]+）")
COMPOUND = re.compile(r"[一-鿿々]{2,}")
COMMAND = re.compile(r"「[ -~]+」")
POLITE = re.compile(r"(です|ます|ました|ません|ですか|ますか|ましたか|ませんか|ください)(（[0-9-]+）)?。$")

COMMON = frozenset((data_directory() / "easy" / "common-words.txt").read_text(encoding="utf-8").split())
EASY = load_easy(data_directory())
PHONE = read_easy_guide(data_directory())


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words("ja", data_directory())


def sentences(text: str) -> Iterator[str]:
    assert text.endswith("。"), text
    yield from re.findall(r"[^。]+。", text)


def too_hard(text: str) -> list[str]:
    """Compounds without a reading that are not among the very common words."""
    return [
        m[0] for m in COMPOUND.finditer(text) if m[0] not in COMMON and not READING.match(text[m.end() :])
    ]  # fmt: skip


def all_easy() -> list[tuple[str, str]]:
    nodes = [(node.id, text) for node in EASY.values() for text in (node.question, *node.steps)]
    return nodes + list(all_of_the_guide())


def all_of_the_guide() -> Iterator[tuple[str, str]]:
    yield from ((symptom.id, symptom.text) for symptom in PHONE.symptom)
    for question in PHONE.question:
        yield from ((question.id, text) for text in (question.say, *question.answers))
    for stop in PHONE.stop:
        yield from ((stop.id, text) for text in (stop.title, stop.say, *stop.steps))


def test_every_node_has_an_easy_question_and_as_many_easy_steps_as_fix_steps() -> None:
    flow = load_flow(data_directory())
    assert list(EASY) == list(flow.nodes)
    assert {node: len(EASY[node].steps) for node in EASY} == {node.id: len(node.fix) for node in flow.nodes.values()}


def test_everything_that_a_caller_hears_on_the_phone_has_easy_words() -> None:
    guide = load_guide()
    assert [symptom.id for symptom in PHONE.symptom] == list(guide.symptoms)
    assert {q.id: len(q.answers) for q in PHONE.question} == {q.id: len(q.answer) for q in guide.questions.values()}
    assert {stop.id: len(stop.steps) for stop in PHONE.stop} == {s.id: len(s.steps) for s in guide.stops.values()}


def test_numbers_and_names_of_a_phone_answer_are_those_of_the_guide() -> None:
    exact = re.compile(r"#9110|RC-S\d+|Windows \d+|13\.5|[0-9]+か月")
    guide = load_guide()
    for easy in PHONE.question:
        for answer, said in zip(guide.questions[easy.id].answer, easy.answers, strict=True):
            assert exact.findall(said) == exact.findall(answer.ja), (easy.id, said)


def test_a_phone_question_about_a_pin_asks_not_to_say_the_number() -> None:
    for easy in PHONE.question:
        usual = load_guide().questions[easy.id].say.ja
        assert ("番号は言わないでください" in usual) <= ("番号は言わないでください" in easy.say), easy.id


@pytest.mark.parametrize("node", EASY)
def test_numbers_and_commands_of_a_step_are_those_of_the_flow(node: str) -> None:
    """What is typed or dialled must not get lost: telephone numbers, node ids, commands."""
    exact = re.compile(r"0\d+-\d+-\d+|[A-L]-\d\d|sudo [a-z][^」]+|softwareupdate [^」]+|E[ID]\d+")
    for step, easy in zip(load_flow(data_directory()).nodes[node].fix, EASY[node].steps, strict=True):
        assert exact.findall(easy) == exact.findall(step.ja)


def test_no_sentence_is_longer_than_forty_characters() -> None:
    for node, text in all_easy():
        for sentence in sentences(text):
            plain = COMMAND.sub("「」", READING.sub("", sentence))
            assert len(plain) <= LONGEST, (node, len(plain), sentence)


def test_every_sentence_is_polite() -> None:
    for node, text in all_easy():
        for sentence in sentences(text):
            if sentence in ("はい。", "いいえ。"):
                continue
            assert POLITE.search(sentence), (node, sentence)


def test_every_compound_has_its_reading() -> None:
    assert [(node, hard) for node, text in all_easy() if (hard := too_hard(text))] == []


def test_the_reading_rule_catches_a_compound_without_one() -> None:
    assert too_hard("機械を抜きます。") == ["機械"]
    assert too_hard("機械（きかい）をぬきます。番号を読みます。") == []


def test_every_character_can_be_shown_by_a_japanese_windows_console() -> None:
    for _, text in all_easy():
        text.encode("cp932")


def test_questions_about_pins_ask_not_to_say_the_number() -> None:
    for node in ("G-01", "G-02", "G-03", "G-04", "G-05", "G-06", "K-02"):
        assert "番号は言わないでください。" in EASY[node].question, node


def test_easy_steps_are_chosen_like_the_usual_ones(words: Words) -> None:
    assert len(words.easy_steps("B-01", "stopped", "windows")) == len(words.steps("B-01", "stopped", "windows")) == 5
    assert (
        words.easy_steps("B-01", "stopped", "linux")[0] == "「sudo systemctl enable --now pcscd.socket」を動かします。"
    )
    for system in ("windows", "macos", "linux", None):
        for node in load_flow(data_directory()).nodes.values():
            for variant in ("", *node.variants):
                easy, usual = words.easy_steps(node.id, variant, system), words.steps(node.id, variant, system)
                assert len(easy) == len(usual), (node.id, variant, system)


def test_easy_words_are_japanese_in_both_languages(words: Words) -> None:
    english = load_words("en", data_directory())
    assert english.easy_question("D-03") == words.easy_question("D-03")
    assert english.easy_steps("D-03") == words.easy_steps("D-03")


def test_an_unknown_node_never_raises(words: Words) -> None:
    assert words.easy_question("Z-99") == "‹Z-99›"
    assert words.easy_steps("Z-99") == ()
