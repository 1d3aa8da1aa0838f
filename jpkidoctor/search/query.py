"""A query taken apart: what was typed, how it sounds, and the pieces that are looked up one by one."""

from __future__ import annotations

from dataclasses import dataclass

from jpkidoctor.search.fold import chunks, fold, is_latin, squash
from jpkidoctor.search.readings import Readings
from jpkidoctor.search.terms import Terms, runs

LONGEST = 2000
"""Characters of a query that are looked at."""
_PIECES = 14
_RUNS = 60
_UNKNOWN = 1.0
_MOST_RUNS_OF_A_WORD = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a Japanese run of a query with its terms."""

    written: str
    sound: str
    latin: bool
    pairs: tuple[str, ...]
    """Pairs of characters as written; empty for Latin words."""
    sounds: tuple[str, ...]
    """Runs of three letters of its sound."""
    weight: float
    """How much it tells: the sum of the weights of what it is made of."""


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query."""

    folded: str
    written: str
    sound: str
    pieces: tuple[Piece, ...]


def read_query(text: str, readings: Readings, words: Terms, pairs: Terms, sounds: Terms) -> Query:
    """Take a query apart. Of a long one the pieces that tell most are kept, so its cost has a bound."""
    folded = fold(text[:LONGEST])[:LONGEST]
    written = squash(folded)
    pieces = {chunk: _piece(chunk, readings, words, pairs, sounds) for chunk in dict.fromkeys(chunks(folded))}
    telling = sorted((piece for piece in pieces.values() if piece.sounds or piece.pairs), key=lambda p: -p.weight)
    return Query(folded, written, readings.sound(folded), tuple(telling[:_PIECES]))


def _piece(chunk: str, readings: Readings, words: Terms, pairs: Terms, sounds: Terms) -> Piece:
    written, sound, latin = squash(chunk), readings.sound(chunk), is_latin(chunk)
    by_sound = _rarest(runs(sound, 3), sounds)
    by_script = () if latin else _rarest(runs(written, 2), pairs)
    return Piece(written, sound, latin, by_script, by_sound, _weight(sound, by_sound, words, sounds))


def _weight(sound: str, by_sound: tuple[str, ...], words: Terms, sounds: Terms) -> float:
    """How much a piece tells. A word that is known tells what a word tells, however long it is."""
    known = words.postings.get(sound)
    if known is not None:
        return known.weight * min(len(by_sound), _MOST_RUNS_OF_A_WORD)
    # A run of letters that stands nowhere counts little: an unknown word must not drown the known ones.
    return sum(sounds.postings[run].weight if run in sounds.postings else _UNKNOWN for run in by_sound)


def _rarest(terms: list[str], filed: Terms) -> tuple[str, ...]:
    if len(terms) <= _RUNS:
        return tuple(terms)
    known = [term for term in terms if term in filed.postings]
    return tuple(sorted(known, key=lambda term: -filed.weight(term))[:_RUNS])
