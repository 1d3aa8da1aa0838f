"""Why a number is not a support code."""

from __future__ import annotations

from enum import StrEnum


class CodeProblem(StrEnum):
    """Each has a sentence ``code.error.<id>`` in ``words/code.toml``."""

    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    """Not two to seven groups of four; the group is named when the typed gaps tell which one it is."""
    GROUP = "group"
    """The check digit of this group does not fit: a wrong digit, or two changed places."""
    MISSING = "missing"
    """The groups from here on fit one place later: this group was left out."""
    WHOLE = "whole"
    """Every group fits, the code as a whole does not: more than one wrong digit in a group."""
    IMPOSSIBLE = "impossible"
    """All check digits fit, and yet no program writes this."""
    NEWER = "newer"
    """Written by a newer version of this program."""


class SupportCodeError(Exception):
    """A text is no support code that this version can read."""

    def __init__(self, reason: CodeProblem, group: int | None = None, groups: int = 0) -> None:
        super().__init__(reason.value if group is None else f"{reason.value} {group}")
        self.reason = reason
        self.group = group
        """Which group of four to read again, counted from 1; None where that cannot be known."""
        self.groups = groups
        """How many groups were given."""


def sentence_key(error: SupportCodeError) -> str:
    """Id of the sentence of ``words/code.toml`` that says what to read again; blanks are group and groups."""
    if error.reason is CodeProblem.LENGTH and error.group is not None:
        return "code.error.length_group"
    if error.reason is CodeProblem.GROUP and error.group == 1:
        return "code.error.first_group"  # it also tells how many groups there are, so one may be missing at the end
    return f"code.error.{error.reason.value}"
