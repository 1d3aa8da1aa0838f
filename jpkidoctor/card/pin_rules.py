"""What each PIN may look like, judged here so that a slip of the finger costs no try (card-protocol.md §3.1).

Full-width characters become half-width, and the signature password's lower case becomes upper case; the caller
is told of both, to show it. All work is on bytes: no ``str`` of the PIN is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jpkidoctor.card.typed_pin import TypedPin, wipe
from jpkidoctor.facts import PinId


class Alphabet(StrEnum):
    """Which characters a PIN is made of."""

    DIGITS = "digits"
    CAPITALS_AND_DIGITS = "capitals_and_digits"
    """A to Z and 0 to 9, at least one of each."""


class ChangeCommand(StrEnum):
    """How a PIN is changed (card-protocol.md §4.3)."""

    NONE = "none"
    """Not by this program: a check number cannot be chosen, and the register PIN has two counters."""
    REFERENCE_DATA = "reference_data"
    """00 24 01 80, after VERIFY of the old one."""


@dataclass(frozen=True, slots=True)
class PinRule:
    """One PIN's rule; the numbers come from ``knowledge/pins.toml``."""

    pin: PinId
    shortest: int
    longest: int
    alphabet: Alphabet
    change: ChangeCommand = ChangeCommand.NONE


class Slip(StrEnum):
    """What is wrong with what was typed; each has a sentence ``pin.slip.<id>``."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    CHARACTER = "character"
    """A character that this PIN never has."""
    NO_LETTER = "no_letter"
    NO_DIGIT = "no_digit"


@dataclass(frozen=True, slots=True)
class FoldedKey:
    """One typed character as the card wants it. ``byte`` None: this PIN never has such a character."""

    byte: int | None
    was_full_width: bool = False
    was_lower_case: bool = False


@dataclass(frozen=True, slots=True)
class FoldedPin:
    """A whole entry: the PIN for the card, what is wrong with it, and what was changed (show it)."""

    pin: TypedPin
    slip: Slip | None
    was_full_width: bool
    was_lower_case: bool


_FULL_WIDTH = range(0xFF01, 0xFF5F)
_FULL_WIDTH_OFFSET = 0xFF01 - 0x21


def fold_key(rule: PinRule, code_point: int) -> FoldedKey:
    """Fold one character, given as its code point (``ord``): a widget calls this for each key."""
    wide = code_point in _FULL_WIDTH
    code = code_point - _FULL_WIDTH_OFFSET if wide else code_point
    lower = rule.alphabet is Alphabet.CAPITALS_AND_DIGITS and 0x61 <= code <= 0x7A
    if lower:
        code -= 0x20
    if not _belongs(rule, code):
        return FoldedKey(None, wide, lower)
    return FoldedKey(code, wide, lower)


def _belongs(rule: PinRule, code: int) -> bool:
    if 0x30 <= code <= 0x39:
        return True
    return rule.alphabet is Alphabet.CAPITALS_AND_DIGITS and 0x41 <= code <= 0x5A


def check_pin(rule: PinRule, pin: TypedPin) -> Slip | None:
    """What is wrong with a folded PIN, None when it may go to the card."""
    if pin.wiped:
        return Slip.EMPTY
    if not all(_belongs(rule, code) for code in pin.spots()):
        return Slip.CHARACTER
    if len(pin) < rule.shortest:
        return Slip.TOO_SHORT
    if len(pin) > rule.longest:
        return Slip.TOO_LONG
    if rule.alphabet is Alphabet.CAPITALS_AND_DIGITS:
        if not any(code > 0x39 for code in pin.spots()):
            return Slip.NO_LETTER
        if not any(code <= 0x39 for code in pin.spots()):
            return Slip.NO_DIGIT
    return None


def fold_typed(rule: PinRule, typed: bytearray) -> FoldedPin:
    """Fold a whole line as a terminal gives it (UTF-8). ``typed`` is wiped; the caller wipes ``pin``.

    Bytes that are no UTF-8 make the slip CHARACTER. Nothing is trimmed: a blank is a character too.
    """
    wide = lower = strange = False
    try:
        points = _code_points(typed)
        folded = bytearray(len(points))  # its whole size at once: growing would leave pieces behind
        for place, code_point in enumerate(points):
            key = fold_key(rule, code_point)
            wide, lower = wide or key.was_full_width, lower or key.was_lower_case
            strange = strange or key.byte is None
            folded[place] = key.byte or 0
    finally:
        wipe(typed)
    if strange:
        wipe(folded)
    pin = TypedPin(folded)
    slip = Slip.CHARACTER if strange else check_pin(rule, pin)
    return FoldedPin(pin, slip, wide, lower)


def _code_points(typed: bytearray) -> list[int]:
    """Code points of UTF-8, -1 for what is none. Only up to three bytes: nothing longer is on a keyboard."""
    points: list[int] = []
    index = 0
    while index < len(typed):
        first = typed[index]
        size = 1 if first < 0x80 else 2 if 0xC2 <= first < 0xE0 else 3 if 0xE0 <= first < 0xF0 else 0
        rest = typed[index + 1 : index + size] if size else b""
        if not size or len(rest) != size - 1 or any(byte & 0xC0 != 0x80 for byte in rest):
            points.append(-1)
            index += 1
            continue
        point = first if size == 1 else first & (0x1F if size == 2 else 0x0F)
        for byte in rest:
            point = point << 6 | byte & 0x3F
        points.append(point)
        index += size
    return points
