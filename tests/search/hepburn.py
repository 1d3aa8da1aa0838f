"""Kana to Latin letters as people were taught it, made apart from the program's own table."""

from __future__ import annotations

from typing import Literal

Style = Literal["hepburn", "kunrei"]


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_HEPBURN = _pairs("""
あ a い i う u え e お o か ka き ki く ku け ke こ ko が ga ぎ gi ぐ gu げ ge ご go さ sa し shi す su せ se そ so
ざ za じ ji ず zu ぜ ze ぞ zo た ta ち chi つ tsu て te と to
だ da ぢ ji づ zu で de ど do な na に ni ぬ nu ね ne の no
は ha ひ hi ふ fu へ he ほ ho ば ba び bi ぶ bu べ be ぼ bo ぱ pa ぴ pi ぷ pu ぺ pe ぽ po ま ma み mi む mu め me も mo
や ya ゆ yu よ yo ら ra り ri る ru れ re ろ ro わ wa を wo ん n ゔ vu
きゃ kya きゅ kyu きょ kyo ぎゃ gya ぎゅ gyu ぎょ gyo
しゃ sha しゅ shu しょ sho しぇ she じゃ ja じゅ ju じょ jo じぇ je
ちゃ cha ちゅ chu ちょ cho ちぇ che にゃ nya にゅ nyu にょ nyo ひゃ hya ひゅ hyu ひょ hyo びゃ bya びゅ byu びょ byo
ぴゃ pya ぴゅ pyu ぴょ pyo みゃ mya みゅ myu みょ myo りゃ rya りゅ ryu りょ ryo
ふぁ fa ふぃ fi ふぇ fe ふぉ fo てぃ ti でぃ di うぃ wi うぇ we うぉ wo でゅ dyu とぅ tu どぅ du
""")
_KUNREI = _pairs("""
し si ち ti つ tu ふ hu じ zi ぢ zi
しゃ sya しゅ syu しょ syo しぇ sye じゃ zya じゅ zyu じょ zyo じぇ zye
ちゃ tya ちゅ tyu ちょ tyo ちぇ tye
""")


def spell(kana: str, style: Style) -> str:
    """Hiragana in Latin letters: the long mark as a hyphen, as it is typed; what is not kana stays."""
    table = _HEPBURN if style == "hepburn" else _HEPBURN | _KUNREI
    spelt, at, double = "", 0, False
    while at < len(kana):
        size = 2 if kana[at : at + 2] in table else 1
        one = kana[at : at + size]
        at += size
        if one == "っ":
            double = True
            continue
        latin = "-" if one == "ー" else table.get(one, one)
        spelt += ("t" if latin.startswith("ch") else latin[:1]) * double + latin
        double = False
    return spelt
