"""Check digits and groups: what makes a code safe to read aloud, whatever it means.

A code is two to seven groups of four digits. The last digit of a group is a Damm check digit: it catches every
single wrong digit and every swap of neighbours within the group, so a wrong group is known as soon as it is
typed. It also covers the group's place, and in the first group the number of groups, so that groups in another
order or left out are caught as well. The last data digit of the second group is a check digit of ISO 7064
MOD 11,10 over the whole code, for the rare pair of errors that a single group does not see.
"""

from __future__ import annotations

import re
import unicodedata

from stdnum import damm
from stdnum.iso7064 import mod_11_10

from jpkidoctor.support_code.errors import CodeProblem, SupportCodeError

VERSION = 1
"""The first digit of a code. Every version keeps the shape of the first group."""

GROUP = 4
MIN_GROUPS = 2
MAX_GROUPS = 7

_HEAD = 5
"""Data digits before the check digit of the whole code: version and context."""
_MAX_TYPED = 300
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212\u30fc.,\u3001\u3002\u30fb/_]+")


def grouped(digits: str) -> str:
    """``4821 0937 5510``."""
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def seal(data: str) -> str:
    """The code for data digits: five, and three more for each finding."""
    body = data[:_HEAD] + mod_11_10.calc_check_digit(data) + data[_HEAD:]
    threes = [body[at : at + GROUP - 1] for at in range(0, len(body), GROUP - 1)]
    count = len(threes)
    return "".join(
        three + damm.calc_check_digit(f"{_seed(place, count)}{three}") for place, three in enumerate(threes, 1)
    )


def unseal(text: str) -> str:
    """The data digits of a code as somebody typed it. Raises SupportCodeError."""
    digits = typed_digits(text)
    groups = [digits[at : at + GROUP] for at in range(0, len(digits), GROUP)]
    count = len(groups)
    wrong = [place for place, group in enumerate(groups, 1) if not _fits(group, place, count)]
    if 1 not in wrong and digits[0] != str(VERSION):
        raise SupportCodeError(CodeProblem.NEWER, groups=count)
    if wrong:
        left_out = _left_out(groups, wrong)
        reason = CodeProblem.MISSING if left_out else CodeProblem.GROUP
        raise SupportCodeError(reason, left_out or wrong[0], count)
    body = "".join(group[:-1] for group in groups)
    data = body[:_HEAD] + body[_HEAD + 1 :]
    if mod_11_10.calc_check_digit(data) != body[_HEAD]:
        raise SupportCodeError(CodeProblem.WHOLE, groups=count)
    return data


def typed_digits(text: str) -> str:
    """The digits of a code, without what people and reports put between and before them.

    Raises SupportCodeError for anything else, and for a number of digits that no code has.
    """
    if len(text) > _MAX_TYPED:
        raise SupportCodeError(CodeProblem.LENGTH)
    # A line pasted from a report begins with a label and a colon.
    folded = unicodedata.normalize("NFKC", text).rpartition(":")[2]
    parts = [part for part in _SEPARATORS.split(folded) if part]
    digits = "".join(parts)
    if not digits:
        raise SupportCodeError(CodeProblem.EMPTY)
    if not (digits.isascii() and digits.isdecimal()):
        raise SupportCodeError(CodeProblem.NOT_DIGITS)
    groups, rest = divmod(len(digits), GROUP)
    if rest:
        raise SupportCodeError(CodeProblem.LENGTH, _uneven(parts), groups + 1)
    if not MIN_GROUPS <= groups <= MAX_GROUPS:
        raise SupportCodeError(CodeProblem.LENGTH, groups=groups)
    return digits


def _uneven(parts: list[str]) -> int | None:
    """The group that is too short or too long, when the gaps that were typed show it."""
    if len(parts) < 2:
        return None
    before = 0
    for part in parts:
        if len(part) % GROUP:
            return before // GROUP + 1
        before += len(part)
    return None


def _seed(place: int, count: int) -> int:
    """What stands invisibly before a group. The first group's is no other group's place."""
    return count + 1 if place == 1 else place


def _fits(group: str, place: int, count: int) -> bool:
    return damm.checksum(f"{_seed(place, count)}{group}") == 0


def _left_out(groups: list[str], wrong: list[int]) -> int:
    """The place of the one group that was left out in the middle, 0 when that does not explain the errors."""
    count = len(groups)
    if len(wrong) < 2 or wrong[0] != 1 or wrong[1:] != list(range(wrong[1], count + 1)):
        return 0
    explained = _fits(groups[0], 1, count + 1) and all(_fits(groups[at - 1], at + 1, count + 1) for at in wrong[1:])
    return wrong[1] if explained else 0
