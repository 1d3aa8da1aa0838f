"""Mistakes of ears, mouths and fingers: none passes, and where it can be known the group is named."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import damm
from stdnum.iso7064 import mod_11_10

from jpkidoctor.knowledge.words import load_words
from jpkidoctor.support_code.context import CONTEXTS, numbered_context
from jpkidoctor.support_code.decode import Decoded, decode
from jpkidoctor.support_code.digits import GROUP, grouped, seal, typed_digits, unseal
from jpkidoctor.support_code.encode import MAX_FINDINGS
from jpkidoctor.support_code.errors import CodeProblem, SupportCodeError, sentence_key
from jpkidoctor.support_code.numbers import CAPACITY, load_numbers


def random_code(dice: random.Random) -> str:
    """A code that means something: any context, up to five different findings in order of their roles."""
    nodes: dict[str, int] = {}
    for number in dice.sample(sorted(load_numbers().names), dice.randint(0, MAX_FINDINGS)):
        nodes.setdefault(load_numbers().meaning(number)[0], number)
    roles = sorted(dice.choice((1, 2, 3)) for _ in nodes)
    if roles and dice.random() < 0.7:
        roles[0] = 0
    context = dice.choice([n for n in (dice.randrange(CONTEXTS) for _ in range(50)) if numbered_context(n)])
    items = "".join(f"{role * CAPACITY + number:03}" for role, number in zip(roles, nodes.values(), strict=True))
    return seal(f"1{context:04}{items}")


def problem(text: str) -> SupportCodeError:
    with pytest.raises(SupportCodeError) as caught:
        decode(text)
    return caught.value


def test_every_wrong_digit_and_every_swap_in_1000_codes_is_caught_and_named():
    dice = random.Random(3)
    for code in [random_code(dice) for _ in range(1000)]:
        decode(code)
        for at in range(len(code)):
            for wrong in "0123456789":
                if wrong != code[at]:
                    _caught(code[:at] + wrong + code[at + 1 :], at // GROUP + 1)
        for at in range(len(code) - 1):
            if code[at] != code[at + 1]:
                inside = at // GROUP == (at + 1) // GROUP
                swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
                _caught(swapped, at // GROUP + 1 if inside else None)


def _caught(text: str, group: int | None) -> None:
    try:
        unseal(text)
    except SupportCodeError as error:
        if group is not None:
            assert (error.reason, error.group) == (CodeProblem.GROUP, group), text
        return
    raise AssertionError(text)


def test_no_group_of_four_lets_a_wrong_digit_or_a_swap_pass_at_any_place():
    """Exhaustive: 10,000 groups hold 1,000 good ones a place; any two of those differ by more than one mistake."""
    for place in range(10):
        good = [f"{n:04}" for n in range(10_000) if damm.checksum(f"{place}{n:04}") == 0]
        assert len(good) == 1000
        known = set(good)
        for group, at in itertools.product(good, range(4)):
            others = {group[:at] + digit + group[at + 1 :] for digit in "0123456789"} - {group}
            assert not others & known
            swapped = group[:at] + group[at + 1 : at + 2] + group[at] + group[at + 2 :]
            assert swapped == group or swapped not in known


def test_the_check_of_the_whole_catches_every_wrong_digit_by_itself():
    dice = random.Random(5)
    for _ in range(200):
        number = "".join(dice.choice("0123456789") for _ in range(20))
        number += mod_11_10.calc_check_digit(number)
        for at, digit in itertools.product(range(21), "0123456789"):
            assert digit == number[at] or not mod_11_10.is_valid(number[:at] + digit + number[at + 1 :])


def test_groups_in_another_order_are_caught():
    dice = random.Random(7)
    for code in [random_code(dice) for _ in range(300)]:
        groups = [code[at : at + GROUP] for at in range(0, len(code), GROUP)]
        for one, two in itertools.combinations(range(len(groups)), 2):
            swapped = list(groups)
            swapped[one], swapped[two] = swapped[two], swapped[one]
            if swapped != groups:
                problem(" ".join(swapped))


def test_two_groups_that_changed_places_are_both_wrong_by_themselves():
    """Not left to the check of the whole, which sees nine in ten only."""
    for context in range(0, CONTEXTS, 7):
        code = seal(f"1{context:04}")
        if code[:4] != code[4:] and code[4] == "1":  # else it looks like another version, or is the same
            assert problem(code[4:] + code[:4]).reason is CodeProblem.GROUP


def test_wrong_first_and_last_groups_are_not_taken_for_a_group_left_out():
    dice = random.Random(19)
    named = [
        problem(f"1{dice.randrange(1000):03}{code[4:-1]}{(int(code[-1]) + 1) % 10}")
        for code in (seal(f"1{n:04}000251") for n in range(500))
    ]
    mistaken = sum(error.reason is CodeProblem.MISSING for error in named)
    assert mistaken < 25


def test_a_group_that_was_left_out_is_caught_and_named_when_it_is_not_at_an_end():
    dice = random.Random(11)
    for code in [c for c in (random_code(dice) for _ in range(300)) if len(c) > 8]:
        groups = [code[at : at + GROUP] for at in range(0, len(code), GROUP)]
        for place in range(len(groups)):
            error = problem(" ".join(groups[:place] + groups[place + 1 :]))
            if 0 < place < len(groups) - 1:
                assert (error.reason, error.group) == (CodeProblem.MISSING, place + 1)
            elif place:  # the last: the first group knows how many there are
                assert (error.reason, error.group) == (CodeProblem.GROUP, 1)


def test_two_mistakes_in_one_group_get_past_its_check_digit_only_one_time_in_ten_and_then_past_the_whole():
    dice = random.Random(13)
    passed = 0
    for _ in range(5000):
        code = random_code(dice)
        at = dice.randrange(0, len(code), GROUP)
        other = f"{dice.randrange(10_000):04}"
        try:
            passed += code[at : at + GROUP] != other and bool(unseal(code[:at] + other + code[at + GROUP :]))
        except SupportCodeError:
            continue
    assert passed < 5000 * 0.02


SPELLINGS = {
    "full width": lambda code: grouped(code).translate(str.maketrans("0123456789 ", "０１２３４５６７８９　")),
    "hyphens": lambda code: grouped(code).replace(" ", "-"),
    "long vowel signs": lambda code: grouped(code).replace(" ", "ー"),
    "dots": lambda code: grouped(code).replace(" ", "."),
    "commas": lambda code: grouped(code).replace(" ", "、"),
    "every digit apart": lambda code: " ".join(code),
    "no gaps": lambda code: code,
    "line of a report": lambda code: f"対応番号: {grouped(code)}\r\n",
    "English line": lambda code: f"Support code: {grouped(code)}",
    "two lines": lambda code: f"\n{code[:8]}\n{code[8:]}\n",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_way_to_type_it_is_read(spelling):
    dice = random.Random(17)
    for code in [random_code(dice) for _ in range(20)]:
        assert decode(SPELLINGS[spelling](code)) == decode(code)


@pytest.mark.parametrize(
    "text,reason,group",
    [
        ("", CodeProblem.EMPTY, None),
        (" - ", CodeProblem.EMPTY, None),
        ("四八二一", CodeProblem.NOT_DIGITS, None),
        ("1050 12G4", CodeProblem.NOT_DIGITS, None),
        ("١٠٥٠١٢٦٤", CodeProblem.NOT_DIGITS, None),
        ("1050", CodeProblem.LENGTH, None),
        ("10501264056", CodeProblem.LENGTH, None),
        ("1050 126 0564", CodeProblem.LENGTH, 2),
        ("1050 1264 05644", CodeProblem.LENGTH, 3),
        ("1" * 32, CodeProblem.LENGTH, None),
        ("1 " * 5000, CodeProblem.LENGTH, None),
    ],
)
def test_what_is_no_code_is_refused_with_its_reason(text, reason, group):
    error = problem(text)
    assert (error.reason, error.group) == (reason, group)


def test_a_code_of_a_newer_version_has_its_own_reason():
    assert problem(seal("20000")).reason is CodeProblem.NEWER
    assert problem(seal("9" + "0" * 19)).reason is CodeProblem.NEWER


def test_a_finding_that_only_a_newer_table_knows_asks_for_an_update():
    unused = max(load_numbers().names) + 1
    assert problem(seal(f"10000{CAPACITY + unused:03}")).reason is CodeProblem.NEWER


@pytest.mark.parametrize(
    "data",
    ["19999", f"1{CONTEXTS:04}", "10000" + "500250", "10000" + "001001", "10000" + "001251", "10000" + "001002"],
    ids=["context", "first context unused", "order", "twice", "one node twice", "two first causes"],
)
def test_what_no_program_writes_is_refused_although_its_check_digits_fit(data):
    assert problem(seal(data)).reason is CodeProblem.IMPOSSIBLE


def test_errors_in_the_whole_alone_name_no_group():
    code = seal("10000")
    for first in range(10_000):
        text = f"{first:04}{code[4:]}"
        if text != code and text.startswith("1"):
            error = problem(text)
            if error.reason is CodeProblem.WHOLE:
                assert error.group is None
                return
    raise AssertionError("no such pair of errors found")


@given(st.one_of(st.text(), st.text("0123456789 -.", max_size=40), st.from_regex(r"\A1[0-9]{7,27}\Z")))
@example("\ud800")
@example("１" * 8)
@example("²²²²²²²²")
@example(":" * 400)
def test_garbage_raises_nothing_else(text):
    try:
        assert isinstance(decode(text), Decoded)
    except SupportCodeError as error:
        for lang in ("ja", "en"):
            sentence = load_words(lang).text(sentence_key(error), group=error.group or 0, groups=error.groups)
            assert sentence
            assert "‹" not in sentence


@given(st.integers(0, 5), st.data())
def test_sealing_and_unsealing_are_each_others_inverse(findings, data):
    digits = data.draw(st.text("0123456789", min_size=4 + 3 * findings, max_size=4 + 3 * findings))
    assert unseal(grouped(seal(f"1{digits}"))) == f"1{digits}"
    assert typed_digits(seal(f"1{digits}")) == seal(f"1{digits}")


@pytest.mark.parametrize("reason", CodeProblem)
@pytest.mark.parametrize("group", [None, 1, 3])
def test_every_reason_has_a_sentence_in_both_languages(reason, group):
    error = SupportCodeError(reason, group, 5)
    for lang in ("ja", "en"):
        sentence = load_words(lang).text(sentence_key(error), group=group or 0, groups=5)
        assert "‹" not in sentence
        assert "{" not in sentence
