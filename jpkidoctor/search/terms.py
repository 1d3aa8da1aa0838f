"""Which entries hold which terms (words or runs of characters), and how much of a query they cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from math import log
from types import MappingProxyType

IN_LINES = 0.55
"""What a term in a sentence of an entry is worth beside one in its title or names."""


@dataclass(frozen=True, slots=True)
class Posting:
    """Entries (by number) with the term in title or names, those with it in a sentence only, and its weight.

    The weight is the inverse document frequency: a term that stands everywhere tells nothing.
    """

    head: tuple[int, ...]
    lines: tuple[int, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Terms:
    """All terms of one sort."""

    postings: Mapping[str, Posting]
    unknown: float
    """Weight of a term that stands nowhere: an entry without it lacks a rare term."""

    def weight(self, term: str) -> float:
        """How much a term tells."""
        posting = self.postings.get(term)
        return self.unknown if posting is None else posting.weight

    def coverage(self, terms: Sequence[str]) -> dict[int, float]:
        """Entry number to the weighted share (0 to 1) of ``terms`` that it holds."""
        total = sum(map(self.weight, terms))
        found: dict[int, float] = {}
        for term in terms:
            posting = self.postings.get(term)
            if posting is None:
                continue
            part = posting.weight / total
            for number in posting.head:
                found[number] = found.get(number, 0.0) + part
            part *= IN_LINES
            for number in posting.lines:
                found[number] = found.get(number, 0.0) + part
        return found


def file_terms(entries: Sequence[tuple[Set[str], Set[str]]]) -> Terms:
    """File the terms (in title and names, in sentences) of every entry."""
    heads: dict[str, list[int]] = {}
    lines: dict[str, list[int]] = {}
    for number, (named, said) in enumerate(entries):
        for term in named:
            heads.setdefault(term, []).append(number)
        for term in said - named:
            lines.setdefault(term, []).append(number)
    count = len(entries) + 1
    postings = {}
    for term in sorted(heads.keys() | lines.keys()):
        head, rest = tuple(heads.get(term, ())), tuple(lines.get(term, ()))
        postings[term] = Posting(head, rest, log(1 + count / (len(head) + len(rest))))
    return Terms(MappingProxyType(postings), unknown=log(1 + count))


def runs(text: str, length: int) -> list[str]:
    """The different runs of ``length`` characters in a text, in order; a shorter text is its own only run."""
    if len(text) <= length:
        return [text] if text else []
    return list(dict.fromkeys([text[at : at + length] for at in range(len(text) - length + 1)]))
