"""Finds codes in what people paste: hex and signed decimal results, status words, ids, codes of services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from jpkidoctor.search.fold import chunks, is_latin, squash

_HEX = re.compile(r"(?<![0-9a-z])(?:0x|hresult[ :=]*(?:0x)?)([0-9a-f]{1,16})(?![0-9a-z])")
_BARE_HEX = re.compile(r"(?<![0-9a-z])(8[0-9a-f]{7})(?![0-9a-z])")
# A 32-bit result printed as a number: negative, or at least 2 to the 31st.
_DECIMAL = re.compile(r"(?<![0-9a-z.])(-\d{6,10}|[2-4]\d{9})(?![0-9a-z])")
_SW = re.compile(r"(?<![a-z])sw(?:12)?\s*[=:]?\s*(?:0x)?([0-9a-f]{2})[ :]*(?:0x)?([0-9a-f]{2})(?![0-9a-z])")
_SW1_SW2 = re.compile(r"sw1\s*[=:]?\s*(?:0x)?([0-9a-f]{2})\W{1,4}sw2\s*[=:]?\s*(?:0x)?([0-9a-f]{2})(?![0-9a-z])")
_BARE_SW = re.compile(r"(?<![0-9a-z])([69][0-9a-f])\s?([0-9a-f]{2})(?![0-9a-z])")
_USB = re.compile(r"vid[_ =:]*(?:0x)?([0-9a-f]{4})\W{0,3}pid[_ =:]*(?:0x)?([0-9a-f]{4})")
_NUMBERED = re.compile(
    r"(?:こーど|えらー|code|error|番号|問題|err)\s*(?:番号|no\.?|number)?\s*[:=(#]?\s*(-?\d{1,6})(?![0-9a-z.:/-])"
)
_SHORT_QUERY = 16
"""Below this length a bare ``6983`` is a status word; in a longer text it may be a year or a price."""
_LEAST_WITHIN = 4
"""A shorter code counts only when it is the whole query, or is called a code."""


def code_key(code: str) -> str:
    """A folded code as it is compared: without spaces and signs, a leading minus kept (``-5`` is not ``5``)."""
    bare = code.strip()
    minus = "-" if re.fullmatch(r"-\d+", bare) else ""
    return minus + squash(bare)


def codes_in(folded: str) -> Iterator[str]:
    """Keys of everything in a folded text that may be a code, the surest first; most of them are none.

    The first is the whole text. Numbers are given in every form in which a table may hold them.
    """
    yield code_key(folded)
    for match in _HEX.finditer(folded):
        digits = match[1].lstrip("0").rjust(8, "0")
        yield f"0x{digits[-8:] if digits.startswith('f' * 8) else digits}"
    for match in _DECIMAL.finditer(folded):
        yield f"0x{int(match[1]) & 0xFFFFFFFF:08x}"
    for pattern in (_SW, _SW1_SW2):
        yield from (match[1] + match[2] for match in pattern.finditer(folded))
    yield from (f"0x{match[1]}" for match in _BARE_HEX.finditer(folded))
    yield from (match[1] + match[2] for match in _USB.finditer(folded))
    yield from (match[1] for match in _NUMBERED.finditer(folded))
    for match in _BARE_SW.finditer(folded):
        # In a sentence four digits are a year or a price.
        if not (match[1] + match[2]).isdigit() or len(squash(folded)) <= _SHORT_QUERY:
            yield match[1] + match[2]
    yield from _words(folded)


def _words(folded: str) -> Iterator[str]:
    words = [squash(chunk) for chunk in chunks(folded) if is_latin(chunk)]
    for word in words:
        if len(word) >= _LEAST_WITHIN and not word.isdigit():
            yield word
    for one, two in pairwise(words):  # "EW044 C300", "RC S300"
        if len(one) + len(two) > _LEAST_WITHIN and not (one + two).isdigit():
            yield one + two
