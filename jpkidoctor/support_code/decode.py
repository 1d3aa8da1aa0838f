"""Unpacks a support code that somebody read aloud, typed or pasted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from jpkidoctor.diagnosis import Finding, Status
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.support_code.context import Context, numbered_context
from jpkidoctor.support_code.digits import VERSION, unseal
from jpkidoctor.support_code.encode import Role
from jpkidoctor.support_code.errors import CodeProblem, SupportCodeError
from jpkidoctor.support_code.numbers import CAPACITY, CodeNumbers, load_numbers


class Decoded(Struct, frozen=True, kw_only=True):
    """What a code says. Findings are the most important first and carry no evidence."""

    version: int
    first_cause: str | None
    findings: tuple[Finding, ...]
    context: Context

    @property
    def failed(self) -> bool:
        """Something failed. A failure always stands in the code, however many findings there are."""
        return any(finding.status is Status.FAILED for finding in self.findings)

    @property
    def all_well(self) -> bool:
        """Everything that decides was examined, and nothing failed."""
        return self.context.complete and not self.failed


def decode(text: str, directory: Path | None = None) -> Decoded:
    """Read a code. Full-width digits, blanks, hyphens, dots and a label with a colon are accepted.

    Raises SupportCodeError for every other text, and KnowledgeError when the tables cannot be read.
    """
    data = unseal(text)
    context = numbered_context(int(data[1:5]))
    items = [divmod(int(data[at : at + 3]), CAPACITY) for at in range(5, len(data), 3)]
    roles = [Role(role) for role, _ in items]
    if context is None or not _in_order(roles):
        raise SupportCodeError(CodeProblem.IMPOSSIBLE)
    numbers = load_numbers(directory)
    named = [(role, *_meaning(number, numbers)) for role, (_, number) in zip(roles, items, strict=True)]
    if len({node for _, node, _ in named}) < len(named):
        raise SupportCodeError(CodeProblem.IMPOSSIBLE)
    causes = [node for role, node, _ in named if role in (Role.FIRST_CAUSE, Role.FAILED)]
    hides = load_flow(directory).hides
    return Decoded(
        version=VERSION,
        first_cause=named[0][1] if roles and roles[0] is Role.FIRST_CAUSE else None,
        findings=tuple(
            Finding(
                id=node,
                status=Status.ATTENTION if role is Role.ATTENTION else Status.FAILED,
                variant=variant,
                because=_cause_of(node, causes, hides) if role is Role.FOLLOWS else "",
            )
            for role, node, variant in named
        ),
        context=context,
    )


def _in_order(roles: list[Role]) -> bool:
    return all(one <= two for one, two in pairwise(roles)) and roles.count(Role.FIRST_CAUSE) <= 1


def _meaning(number: int, numbers: CodeNumbers) -> tuple[str, str]:
    meaning = numbers.meaning(number)
    if meaning is None:  # the table only grows, so a newer program wrote this
        raise SupportCodeError(CodeProblem.NEWER)
    return meaning


def _cause_of(node: str, causes: Iterable[str], hides: Mapping[str, tuple[str, ...]]) -> str:
    """The first of the causes that explains this node, directly or through others; empty when none does."""
    return next((cause for cause in causes if node in _explained_by(cause, hides)), "")


def _explained_by(cause: str, hides: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    explained: set[str] = set()
    waiting = [cause]
    while waiting:
        for node in hides.get(waiting.pop(), ()):
            if node not in explained:
                explained.add(node)
                waiting.append(node)
    return frozenset(explained)
