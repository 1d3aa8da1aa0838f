"""Files entries for the index: their names for exact hits, their texts for covered ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from jpkidoctor.search.codes import code_key
from jpkidoctor.search.entry import Entry
from jpkidoctor.search.fold import chunks, fold, is_latin, parts, squash
from jpkidoctor.search.readings import Readings, sound_of
from jpkidoctor.search.romaji import kana_to_latin, one_spelling
from jpkidoctor.search.terms import Terms, file_terms, runs

Numbers = tuple[int, ...]
"""Numbers of entries."""

_STATUS_PATTERN = re.compile(r"[0-9a-f]{2,3}x{1,2}")
_KATAKANA = re.compile("[ァ-ヺー]{2,}")
_SHORTEST_PHRASE = 6


@dataclass(frozen=True, slots=True)
class Names:
    """What entries are called. All keys are folded and squashed; titles and aliases also by their sound."""

    codes: Mapping[str, Numbers]
    patterns: tuple[tuple[str, Numbers], ...]
    """Status words with unknown digits (``63cx``)."""
    titles: Mapping[str, Numbers]
    aliases: Mapping[str, Numbers]
    ordered: tuple[tuple[str, Numbers], ...]
    """All of titles, aliases and codes, sorted, for what is still being typed."""
    phrases: tuple[tuple[str, Numbers], ...]
    """Titles and aliases long enough to be looked for inside a pasted text."""

    def by_code(self, key: str) -> Numbers:
        """Entries with this code; a status word that is not listed is taken by its pattern."""
        exact = self.codes.get(key, ())
        if exact or len(key) != 4:
            return exact
        return tuple(number for pattern, numbers in self.patterns if _fits(key, pattern) for number in numbers)


def _fits(key: str, pattern: str) -> bool:
    return all(want in ("x", got) for got, want in zip(key, pattern, strict=True))


def file_names(entries: Sequence[Entry], readings: Readings) -> Names:
    """File the codes, titles and other names of all entries."""
    codes: dict[str, list[int]] = {}
    titles: dict[str, list[int]] = {}
    aliases: dict[str, list[int]] = {}
    phrases: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        for key in entry.keys:
            _file(codes, code_key(fold(key)), number)
        for text, table in [
            *((text, titles) for text in (entry.title.ja, entry.title.en)),
            *((text, aliases) for text in entry.names),
        ]:
            folded = fold(text)
            written = squash(folded)
            _file(table, written, number)
            _file(table, readings.sound(folded), number)
            if len(written) >= _SHORTEST_PHRASE:
                _file(phrases, written, number)
        for key in entry.keys:  # a message is a code of several words
            if len(written := squash(fold(key))) >= _SHORTEST_PHRASE:
                _file(phrases, written, number)
    ordered: dict[str, list[int]] = {}
    for table in (titles, aliases, codes):
        for name, numbers in table.items():
            for number in numbers:
                _file(ordered, name, number)
    frozen = _frozen(codes)
    return Names(
        codes=frozen,
        patterns=tuple((key, found) for key, found in frozen.items() if _STATUS_PATTERN.fullmatch(key)),
        titles=_frozen(titles),
        aliases=_frozen(aliases),
        ordered=tuple(sorted((name, tuple(numbers)) for name, numbers in ordered.items())),
        phrases=tuple(sorted((name, tuple(numbers)) for name, numbers in phrases.items())),
    )


def _file(table: dict[str, list[int]], name: str, number: int) -> None:
    if not name:
        return
    numbers = table.setdefault(name, [])
    if number not in numbers:
        numbers.append(number)


def _frozen(table: dict[str, list[int]]) -> Mapping[str, Numbers]:
    return MappingProxyType({name: tuple(numbers) for name, numbers in table.items()})


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of all entries as terms."""

    words: Terms
    """By sound: Latin words, words in katakana, words of the reading table."""
    pairs: Terms
    """Pairs of characters of Japanese runs, as written."""
    sounds: Terms
    """Runs of three letters of the sound of every run and word."""


def file_texts(entries: Sequence[Entry], readings: Readings) -> Texts:
    """File every title, name and sentence of all entries, in both languages."""
    reader = _TextReader(readings, {}, {}, {})
    filed = [(reader.terms(_head(entry), head=True), reader.terms(_body(entry), head=False)) for entry in entries]
    return Texts(
        words=file_terms([(head.words, body.words) for head, body in filed]),
        pairs=file_terms([(head.pairs, body.pairs) for head, body in filed]),
        sounds=file_terms([(head.sounds, body.sounds) for head, body in filed]),
    )


def _head(entry: Entry) -> Iterator[str]:
    yield from (entry.title.ja, entry.title.en, *entry.names, *entry.keys)


def _body(entry: Entry) -> Iterator[str]:
    for line in entry.lines:
        yield line.ja
        yield line.en


@dataclass(frozen=True, slots=True)
class _TextTerms:
    words: set[str]
    pairs: set[str]
    sounds: set[str]


@dataclass(frozen=True, slots=True)
class _TextReader:
    """Takes texts apart. The same words come again and again, so what was made of each is kept during the build."""

    readings: Readings
    latin: dict[str, frozenset[str]]
    katakana: dict[str, str]
    known: dict[str, str]

    def terms(self, texts: Iterable[str], *, head: bool) -> _TextTerms:
        found = _TextTerms(set(), set(), set())
        for text in dict.fromkeys(texts):
            # Katakana is a word of its own only as long as it is not yet folded to hiragana.
            found.words.update(self._katakana(word) for word in _KATAKANA.findall(text))
            for chunk in chunks(fold(text)):
                if not is_latin(chunk):
                    self._japanese(chunk, found)
                    continue
                found.words.update(self._latin(chunk))
                if head:  # letters of English sentences resemble every romaji word
                    found.sounds.update(runs(self.readings.sound(chunk), 3))
        found.words.discard("")
        return found

    def _japanese(self, chunk: str, found: _TextTerms) -> None:
        segments = self.readings.segments(chunk)
        found.sounds.update(runs(sound_of(segments), 3))
        found.pairs.update(runs(chunk, 2))
        for word, reading in segments:
            if len(word) > 1:
                sound = self.known.get(word)
                if sound is None:
                    sound = self.known[word] = one_spelling(kana_to_latin(reading))
                found.words.add(sound)

    def _latin(self, chunk: str) -> frozenset[str]:
        words = self.latin.get(chunk)
        if words is None:
            words = self.latin[chunk] = frozenset(map(self.readings.sound, (chunk, *parts(chunk))))
        return words

    def _katakana(self, word: str) -> str:
        sound = self.katakana.get(word)
        if sound is None:
            sound = self.katakana[word] = self.readings.sound(fold(word))
        return sound
