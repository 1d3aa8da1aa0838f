"""The index over everything that can be found. Built once, never changed, searched from any thread.

Hits stand in bands: a code before a title, a title before its beginning, that before words that occur
somewhere, those before words that only resemble. Within a band the share of the query that an entry covers decides,
then the kind, then the order of the tables, so equal queries always give equal answers.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from jpkidoctor.knowledge.flow import Flow, load_flow
from jpkidoctor.knowledge.library import Library, load_library
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.search.asked import AskedFile, load_asked, with_callers_words
from jpkidoctor.search.codes import codes_in
from jpkidoctor.search.collect import collect
from jpkidoctor.search.entry import Entry, Kind, Result
from jpkidoctor.search.file_entries import Names, file_names, file_texts
from jpkidoctor.search.fold import fold
from jpkidoctor.search.query import Piece, Query, read_query
from jpkidoctor.search.readings import Readings, load_readings
from jpkidoctor.search.snippet import best_line
from jpkidoctor.search.terms import Terms
from jpkidoctor.search.typing_errors import Corrections, file_words

# Floors of the bands. What is added within a band (_TITLE_FIT where it applies, _SPAN, 1.7) stays below the next one.
_WHOLE_CODE, _CODE, _TITLE, _NAME, _MESSAGE, _BEGINNING = 137.0, 125.0, 110.0, 98.0, 83.0, 68.0
_WORDS = 50.0
_SPAN = 9.0
"""What the share of the query covered adds within a band."""
_TITLE_FIT = 4.0
"""What a name adds that is covered whole, or is nearly typed to its end."""
_FIT = 0.5
"""What a short title adds where words decide."""
# What a hit is worth beside the word itself: a word begun, a word corrected, a word or run that resembles,
# words found inside a run (by how much of it they explain, and for being there at all).
_BEGUN_WORD, _CORRECTED, _RESEMBLING = 0.85, 0.75, 0.9
_INSIDE, _INSIDE_AT_ALL = 0.55, 0.3
_SHORTEST_INSIDE, _LONGEST_INSIDE = 5, 24
# Hits that cover less of the query than this, or than this part of what the best one covers, are left out.
_LEAST_SHARE, _LEAST_OF_BEST = 0.24, 0.4
_SHORTEST_MESSAGE = 6
_MOST_BEGINNINGS = 60
_MEANT_ANYWHERE = frozenset({"code", "reader"})
_RANK = {kind: 1.2 - 0.1 * place for place, kind in enumerate(get_args(Kind))}
"""Of nearly equal hits the one that leads further is given first."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Index:
    """Everything that can be found. Make one with ``build_index``."""

    entries: tuple[Entry, ...]
    readings: Readings
    names: Names
    words: Terms
    vocabulary: tuple[str, ...]
    """All words of the index, sorted."""
    corrections: Corrections
    pairs: Terms
    sounds: Terms
    lengths: tuple[int, ...]
    """How many letters each entry's Japanese title sounds: of equals, the shorter title is meant."""
    most_asked: tuple[int, ...]

    def search(self, query: str, limit: int = 20, lang: Lang = "ja") -> tuple[Result, ...]:
        """The best hits, best first; for an empty query what is asked most. Never raises for any text."""
        asked = read_query(query, self.readings, self.words, self.pairs, self.sounds)
        if not asked.folded.strip():
            return tuple(self._result(number, 0.0, asked, lang) for number in self.most_asked[: max(limit, 0)])
        shares = self._shares(asked)
        scores = self._banded(asked)
        for number, share in shares.items():
            fit = min(1.0, len(asked.sound) / (self.lengths[number] or 1)) * _FIT + _RANK[self.entries[number].kind]
            scores[number] = scores.get(number, 0.0) + ((_SPAN if number in scores else _WORDS) + fit) * share
        best_share = max(shares.values(), default=0.0)
        least = max(_LEAST_SHARE, _LEAST_OF_BEST * best_share) * _WORDS
        ranked = sorted((-score, number) for number, score in scores.items() if score >= least)
        return tuple(self._result(number, -negative, asked, lang) for negative, number in ranked[: max(limit, 0)])

    # -- bands -----------------------------------------------------------------------------------------

    def _banded(self, query: Query) -> dict[int, float]:
        """Entries that are named by the query, with the floor of their band."""
        found: dict[int, float] = {}
        for position, key in enumerate(dict.fromkeys(codes_in(query.folded))):
            for number in self.names.by_code(key):
                found.setdefault(number, _CODE if position else _WHOLE_CODE)
        for spelling in (query.written, query.sound):
            for number in self.names.titles.get(spelling, ()):
                found[number] = max(found.get(number, 0.0), _TITLE)
            for number in self.names.aliases.get(spelling, ()):
                found[number] = max(found.get(number, 0.0), _NAME)
        for number, share in self._messages(query).items():
            found[number] = max(found.get(number, 0.0), _MESSAGE + share)
        for spelling in dict.fromkeys((query.written, query.sound)):
            for number, fit in self._beginning(spelling).items():
                found[number] = max(found.get(number, 0.0), _BEGINNING + fit)
        return found

    def _messages(self, query: Query) -> dict[int, float]:
        """Entries whose whole title or name stands inside the query, a longer one worth more.

        A message or a reader's name is meant wherever it stands. Any other name may be said in passing
        (「マイナンバーカードを落とした」), so it must be half of the query.
        """
        found: dict[int, float] = {}
        if len(query.written) <= _SHORTEST_MESSAGE:
            return found
        for phrase, numbers in self.names.phrases:
            if phrase in query.written:
                half = 2 * len(phrase) >= len(query.written)
                for number in numbers:
                    if half or self.entries[number].kind in _MEANT_ANYWHERE:
                        found[number] = max(found.get(number, 0.0), min(len(phrase), 40) / 40 * _TITLE_FIT)
        return found

    def _beginning(self, typed: str) -> dict[int, float]:
        """Entries whose title or name begins with what was typed, the more of it typed the better."""
        found: dict[int, float] = {}
        if not typed:
            return found
        ordered = self.names.ordered
        at = bisect_left(ordered, (typed, ()))
        for name, numbers in ordered[at : at + _MOST_BEGINNINGS]:
            if not name.startswith(typed):
                break
            for number in numbers:
                found[number] = max(found.get(number, 0.0), _TITLE_FIT * len(typed) / len(name))
        return found

    # -- shares ----------------------------------------------------------------------------------------

    def _shares(self, query: Query) -> dict[int, float]:
        """Entry number to the share (0 to 1) of the query that it holds, each piece by its weight."""
        total = sum(piece.weight for piece in query.pieces) or 1.0
        shares: dict[int, float] = {}
        for piece in query.pieces:
            for number, share in self._piece(piece).items():
                shares[number] = shares.get(number, 0.0) + share * piece.weight / total
        return shares

    def _piece(self, piece: Piece) -> dict[int, float]:
        """The best that any way of looking a piece up gives for each entry."""
        best = _squared(self.pairs.coverage(piece.pairs)) if piece.pairs else {}
        _take_best(best, self.words.coverage((piece.sound,)), 1.0)
        _take_best(best, _squared(self.sounds.coverage(piece.sounds)), _RESEMBLING)
        begun = self._begun(piece.sound)
        for word in begun:
            _take_best(best, self.words.coverage((word,)), _BEGUN_WORD)
        if piece.sound in self.words.postings:
            return best
        if not begun:
            near = self.corrections.near(piece.sound)
            for word in near:
                _take_best(best, self.words.coverage((word,)), _CORRECTED)
            if not near:
                for word, alike in self.corrections.resembling(piece.sound):
                    _take_best(best, self.words.coverage((word,)), alike * _RESEMBLING)
        inside = self._inside(piece.sound)
        if inside:
            told = sum(map(len, inside)) / len(piece.sound)
            _take_best(best, self.words.coverage(inside), _INSIDE * told + _INSIDE_AT_ALL)
        return best

    def _inside(self, sound: str) -> tuple[str, ...]:
        """Known words in a run that was written without spaces, by longest match."""
        found: list[str] = []
        at = 0
        while at <= len(sound) - _SHORTEST_INSIDE:
            ends = range(min(len(sound), at + _LONGEST_INSIDE), at + _SHORTEST_INSIDE - 1, -1)
            end = next((end for end in ends if sound[at:end] in self.words.postings), 0)
            if end:
                found.append(sound[at:end])
            at = end or at + 1
        return tuple(dict.fromkeys(found))

    def _begun(self, sound: str) -> tuple[str, ...]:
        """Words that begin with what was typed."""
        at = bisect_left(self.vocabulary, sound)
        words = self.vocabulary[at : at + _MOST_BEGINNINGS]
        return tuple(word for word in words if word != sound and word.startswith(sound))

    def _result(self, number: int, score: float, query: Query, lang: Lang) -> Result:
        entry = self.entries[number]
        line = best_line(entry, query.written, lang)
        return Result(entry.kind, entry.id, entry.title.get(lang), entry.nodes, round(score, 2), line)


def _squared(shares: dict[int, float]) -> dict[int, float]:
    # Runs of letters are met by chance; half of them by chance must not look like half of a hit.
    return {number: share * share for number, share in shares.items()}


def _take_best(best: dict[int, float], found: Mapping[int, float], factor: float) -> None:
    for number, share in found.items():
        if share * factor > best.get(number, 0.0):
            best[number] = share * factor


def build_index(flow: Flow, library: Library, readings: Readings, asked: AskedFile) -> Index:
    """Build the index from the tables. Takes some tenths of a second: call it on a thread of its own.

    Tables of the library that cannot be read are left out.
    """
    entries = with_callers_words(tuple(collect(flow, library)), asked)
    texts = file_texts(entries, readings)
    by_reference = {f"{entry.kind}:{entry.id}": number for number, entry in enumerate(entries)}
    vocabulary = tuple(texts.words.postings)
    return Index(
        entries=entries,
        readings=readings,
        names=file_names(entries, readings),
        words=texts.words,
        vocabulary=vocabulary,
        corrections=file_words(vocabulary),
        pairs=texts.pairs,
        sounds=texts.sounds,
        lengths=tuple(len(readings.sound(fold(entry.title.ja))) for entry in entries),
        most_asked=tuple(by_reference[name] for name in asked.most_asked if name in by_reference),
    )


def load_index(library: Library | None = None) -> Index:
    """The index over ``library``, else over the shipped tables with the organisation's; built once each.

    Raises KnowledgeError when the flow, or a table of the search itself, cannot be read.
    """
    return _loaded(load_library() if library is None else library)


@functools.cache
def _loaded(library: Library) -> Index:
    shipped = library.directories[0]
    return build_index(load_flow(shipped), library, load_readings(shipped), load_asked(shipped))
