"""Makes texts that people hold to be the same the same: width, case, kana, dashes, hidden characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Zero width and direction marks come along with pasted text and stand for nothing.
_HIDDEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_ALIKE = (
    {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}  # katakana to hiragana
    | str.maketrans("āīūēōâîûêô", "aiueoaiueo")  # long vowels of romaji
    | str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u2501", "-"))
)
# The long mark is beside the hyphen on Japanese keyboards: between letters and digits a hyphen was meant.
_LONG_MARK_AS_DASH = re.compile("(?<=[0-9a-z])ー(?=[ ]?[0-9a-z])")
# を is never part of a word, and its sound runs into the vowel before it.
_CHUNK = re.compile(r"[a-z0-9]+(?:[-.:/'_+][a-z0-9]+)*|(?:(?![a-z0-9_を])\w)+")
_LATIN = re.compile(r"[a-z0-9]")
_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The text in half width, lower case and hiragana, with one kind of dash and without hidden characters."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text)
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", text).casefold())
    return _LONG_MARK_AS_DASH.sub("-", text.translate(_ALIKE))


def squash(folded: str) -> str:
    """A folded text without spaces and signs: ``rc-s300/p`` is ``rcs300p``."""
    return _NOT_WORD.sub("", folded)


def chunks(folded: str) -> Iterator[str]:
    """The pieces of a folded text that are searched one by one: Latin words (inner signs kept), Japanese runs."""
    return (match[0] for match in _CHUNK.finditer(folded))


def is_latin(chunk: str) -> bool:
    """True for a piece in Latin letters and digits."""
    return _LATIN.match(chunk) is not None


def parts(chunk: str) -> tuple[str, ...]:
    """The words of a piece with signs inside: ``rc-s300`` has ``rc`` and ``s300``."""
    return tuple(part for part in _NOT_WORD.split(chunk) if part)
