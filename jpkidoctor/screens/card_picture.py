"""The card drawn in ASCII, for the three ways of reading it.

Nothing is drawn that the fact sheet does not say: the chip is on the side with the 12-digit number, at its left
(portal-knowledge.md §4.4, B); which way up a reader takes it is known for few models (C), so without that
knowledge the picture says that it is an example. No Juki card is drawn: no source says where its chip is.
"""

from __future__ import annotations

from typing import Literal

from jpkidoctor.facts import ReaderKind
from jpkidoctor.knowledge.words import Words
from jpkidoctor.screens.prose import Para

ChipSide = Literal["up", "down", "unknown"]

_UP = (
    "=]    .---------------.",
    "=] <- |[##] 0000 0000 |  {0}",
    "=] <- |[##]           |  {1}",
    "=]    '---------------'",
)
_DOWN = (
    "=]    .---------------.",
    "=] <- |(  )           |  {0}",
    "=] <- |(  )           |  {1}",
    "=]    '---------------'  {2}",
)
_FLAT = (
    "  .------------.    {0}",
    "  |            |    {1}",
    "  '------------'    {2}",
    " ================",
)


def card_picture(kind: ReaderKind, chip_side: ChipSide, words: Words) -> tuple[Para, ...]:
    """The drawing with its words, for a reader of this kind. Empty for a slot that takes no card of a person."""
    if kind is ReaderKind.CONTACTLESS:
        return _drawing(
            _FLAT, words.text("card.flat.one"), words.text("card.flat.middle"), words.text("card.flat.still")
        )
    if kind in (ReaderKind.SAM, ReaderKind.VIRTUAL):
        return ()
    if chip_side == "down":
        drawn = _drawing(
            _DOWN, words.text("card.down.face"), words.text("card.down.end"), words.text("card.down.under")
        )
        return (*drawn, *_notes(words, "card.picture_rule", "card.try_others"))
    drawn = _drawing(_UP, words.text("card.up.face"), words.text("card.up.end"))
    keys = ("card.try_others",) if chip_side == "up" else ("card.chip_up_maybe", "card.picture_rule", "card.try_others")
    return (*drawn, *_notes(words, *keys))


def _drawing(lines: tuple[str, ...], *labels: str) -> tuple[Para, ...]:
    return tuple(
        Para(line.format(*labels), literal=True, indent=2, gap=number == 0) for number, line in enumerate(lines)
    )


def _notes(words: Words, *keys: str) -> tuple[Para, ...]:
    return tuple(Para(words.text(key), indent=2) for key in keys)
