"""One spelling for all ways of writing Japanese in Latin letters.

``anshou``, ``ansyou``, ``anshō``, ``ansho`` and ``annsyou`` are all ``ansyo`` here: Kunrei letters, no long
vowels, one ``n``. The same is done to every Latin word, English ones too, on both sides of a search, so
nobody has to know in which language a word was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_ROWS = (
    ("", "あいうえお"),
    ("k", "かきくけこ"),
    ("g", "がぎぐげご"),
    ("s", "さしすせそ"),
    ("z", "ざじずぜぞ"),
    ("t", "たちつてと"),
    ("d", "だ　　でど"),
    ("n", "なにぬねの"),
    ("h", "はひふへほ"),
    ("b", "ばびぶべぼ"),
    ("p", "ぱぴぷぺぽ"),
    ("m", "まみむめも"),
    ("y", "や　ゆ　よ"),
    ("r", "らりるれろ"),
    ("w", "わゐ　ゑ　"),
    ("", "ぁぃぅぇぉ"),
)
_SINGLE = {"ぢ": "zi", "づ": "zu", "を": "o", "ん": "n", "ゔ": "bu", "ー": "", "ゎ": "wa", "ゕ": "ka", "ゖ": "ke"}
_SMALL_Y = {"ゃ": "a", "ゅ": "u", "ょ": "o", "ぇ": "e"}
_SMALL_VOWEL = {"ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}
_BEFORE_SMALL_VOWEL = {
    "ふ": "f",
    "う": "w",
    "ゔ": "b",
    "て": "t",
    "で": "d",
    "と": "t",
    "ど": "d",
    "つ": "ts",
    "す": "s",
}


def _syllables() -> Mapping[str, str]:
    table = {kana: head + vowel for head, row in _ROWS for kana, vowel in zip(row, "aiueo", strict=True)}
    table.pop("　", None)
    table.update(_SINGLE)
    for kana in "きぎしじちぢにひびぴみり":
        table.update({kana + small: table[kana][:-1] + "y" + vowel for small, vowel in _SMALL_Y.items()})
    for kana, head in _BEFORE_SMALL_VOWEL.items():
        table.update({kana + small: head + vowel for small, vowel in _SMALL_VOWEL.items()})
    table.update({small: "y" + _SMALL_Y[small] for small in "ゃゅょ"})
    table["てゅ"], table["でゅ"] = "tyu", "dyu"
    return MappingProxyType(table)


_KANA = _syllables()
_PAIR = re.compile("[き-ゔ][ゃゅょぁぃぅぇぉ]|う[ぁぃぅぇぉ]")
_ALONE = str.maketrans({kana: latin for kana, latin in _KANA.items() if len(kana) == 1})
_DOUBLED = re.compile("っ+([b-df-hj-np-tv-z])")
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {"c": "t", "chy": "ty", "ch": "t", "shy": "sy", "sh": "s", "jy": "zy", "j": "z", "ts": "t", "f": "h"}
    | {"dz": "z", "d": "z", "w": "", "v": "b", "m": "n", "th": "t", "dh": "d", "cy": "ty"}
)
_SPELLED = re.compile(
    r"c(?=ch)|ch(?=i)|sh(?=i)|chy|shy|jy|j(?![aueo])|ts(?=u)|f(?=u)|dz(?=[iu])|d(?=u)|w(?=o)|v|m(?=[bp])|th(?=i)|dh(?=i)"
    r"|cy(?=[auo])|(?P<glide>ch|sh|j)(?=[aueo])"
)
_GLIDES = {"ch": "ty", "sh": "sy", "j": "zy"}
_LONG = re.compile(r"o[ou]+|ei+|([aiuen])\1+")


def kana_to_latin(text: str) -> str:
    """Hiragana in Kunrei letters, long marks dropped; everything else is left as it is."""
    latin = _PAIR.sub(_pair, text).translate(_ALONE)
    return _DOUBLED.sub(r"\1\1", latin).replace("っ", "") if "っ" in latin else latin


def _pair(match: re.Match[str]) -> str:
    return _KANA.get(match[0], match[0])


def one_spelling(latin: str) -> str:
    """Lower-case Latin letters without signs, in the one spelling of this module. Idempotent enough to compare."""
    return _LONG.sub(lambda match: match[0][0], _SPELLED.sub(_spelling, latin))


def _spelling(match: re.Match[str]) -> str:
    return _GLIDES[match[0]] if match["glide"] else _SPELLINGS[match[0]]
