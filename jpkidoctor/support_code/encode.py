"""Packs a diagnosis into a support code.

Version 1, as data digits: version (1), context (4), then three digits a finding: 250 times its role plus its
number in ``code_numbers.toml``. With check digits (``digits.py``) that is two groups of four, and one group
more for each finding, the most important first: 8 digits when nothing was found, 28 with five findings.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path

from msgspec import Struct

from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import Facts
from jpkidoctor.support_code.context import context_number, context_of
from jpkidoctor.support_code.digits import VERSION, grouped, seal
from jpkidoctor.support_code.numbers import CAPACITY, load_numbers

MAX_FINDINGS = 5


class Role(IntEnum):
    """How much a finding matters; the order in which findings stand in a code."""

    FIRST_CAUSE = 0
    FAILED = 1
    """Failed for a reason of its own."""
    ATTENTION = 2
    FOLLOWS = 3
    """Failed because of a deeper one, and should go away with it."""


class SupportCode(Struct, frozen=True):
    """A code as digits."""

    digits: str

    @property
    def grouped(self) -> str:
        """In groups of four, as it is shown and read aloud: ``4821 0937 5510``."""
        return grouped(self.digits)


def encode(facts: Facts, diagnosis: Diagnosis, directory: Path | None = None) -> SupportCode:
    """The code of an examination. Never raises for any facts; nothing personal can get into it.

    Findings that do not fit, or have no number (an organisation's own node), are told as "and more".
    Raises KnowledgeError when the table of numbers cannot be read.
    """
    numbers = load_numbers(directory)
    found = sorted(
        ((role, finding) for finding in diagnosis.findings if (role := _role(finding, diagnosis)) is not None),
        key=lambda pair: pair[0],
    )
    numbered = [
        (role, number) for role, finding in found if (number := numbers.of(finding.id, finding.variant)) is not None
    ]
    told = numbered[:MAX_FINDINGS]
    context = context_of(facts, diagnosis, more=len(told) < len(found))
    data = f"{VERSION}{context_number(context):04}" + "".join(f"{role * CAPACITY + number:03}" for role, number in told)
    return SupportCode(seal(data))


def _role(finding: Finding, diagnosis: Diagnosis) -> Role | None:
    if finding.status is Status.ATTENTION:
        return Role.ATTENTION
    if finding.status is not Status.FAILED:
        return None
    if finding.id == diagnosis.first_cause:
        return Role.FIRST_CAUSE
    return Role.FOLLOWS if finding.because else Role.FAILED
