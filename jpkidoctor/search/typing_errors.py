"""Finds the words that a mistyped word may have been: one character wrong, missing, extra, or two swapped.

Every word is filed under itself and under itself less one character; two words that are one error apart meet
under at least one of these, so a look-up costs as many steps as the word has letters, not as the list has words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jpkidoctor.search.terms import runs

SHORTEST = 4
"""Shorter words are not corrected: too many others are one error away."""
LONGEST = 24
LONG = 8
"""From this length a word with several errors is still told by the rest of it."""
ALIKE = 0.6
MOST = 3


@dataclass(frozen=True, slots=True)
class Corrections:
    """A list of words, filed for look-up with one error."""

    filed: Mapping[str, tuple[str, ...]]
    by_run: Mapping[str, tuple[str, ...]]
    """Words by each run of three of their letters."""

    def near(self, word: str) -> tuple[str, ...]:
        """The words of the list that are one error away from ``word``, in alphabetical order."""
        if not SHORTEST <= len(word) <= LONGEST:
            return ()
        met = {candidate for form in _less_one(word) for candidate in self.filed.get(form, ())}
        return tuple(sorted(candidate for candidate in met if one_error_apart(word, candidate)))

    def resembling(self, word: str) -> tuple[tuple[str, float], ...]:
        """Words that share most of their runs of letters with a long one, and how much (Dice, 0 to 1); best first."""
        if not LONG <= len(word) <= LONGEST:
            return ()
        own = runs(word, 3)
        shared = Counter(candidate for run in own for candidate in self.by_run.get(run, ()))
        alike = ((candidate, 2 * both / (len(own) + len(runs(candidate, 3)))) for candidate, both in shared.items())
        near = sorted(
            ((candidate, dice) for candidate, dice in alike if dice >= ALIKE), key=lambda pair: (-pair[1], pair[0])
        )
        return tuple(near[:MOST])


def file_words(words: Iterable[str]) -> Corrections:
    """File the words that are long enough to be corrected to."""
    filed: dict[str, list[str]] = {}
    by_run: dict[str, list[str]] = {}
    for word in words:
        if SHORTEST <= len(word) <= LONGEST:
            for form in _less_one(word):
                filed.setdefault(form, []).append(word)
        if LONG <= len(word) <= LONGEST:
            for run in runs(word, 3):
                by_run.setdefault(run, []).append(word)
    return Corrections(_frozen(filed), _frozen(by_run))


def _frozen(table: dict[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(words) for name, words in table.items()})


def _less_one(word: str) -> Iterator[str]:
    yield word
    yield from {word[:at] + word[at + 1 :] for at in range(len(word))}


def one_error_apart(one: str, two: str) -> bool:
    """True when one character is wrong, missing or extra, or two neighbours are swapped, and no more."""
    if one == two:
        return False
    if len(one) > len(two):
        one, two = two, one
    if len(two) - len(one) > 1:
        return False
    at = next((i for i, ch in enumerate(one) if ch != two[i]), len(one))
    if len(one) < len(two):
        return one[at:] == two[at + 1 :]
    swapped = one[at + 1 : at + 2] + one[at : at + 1] + one[at + 2 :]
    return one[at + 1 :] == two[at + 1 :] or swapped == two[at:]
