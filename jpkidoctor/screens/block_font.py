"""Node ids in characters three or five lines tall, drawn with ``_``, ``|``, ``#`` and brackets only.

Every Japanese font draws these one cell wide. A backslash is not used: many Japanese fonts show it as a yen sign.
"""

from __future__ import annotations

_SMALL: dict[str, tuple[str, str, str]] = {
    "0": (" _ ", "| |", "|_|"),
    "1": ("   ", " | ", " | "),
    "2": (" _ ", " _|", "|_ "),
    "3": (" _ ", " _|", " _|"),
    "4": ("   ", "|_|", "  |"),
    "5": (" _ ", "|_ ", " _|"),
    "6": (" _ ", "|_ ", "|_|"),
    "7": (" _ ", "  |", "  |"),
    "8": (" _ ", "|_|", "|_|"),
    "9": (" _ ", "|_|", " _|"),
    "A": (" _ ", "|_|", "| |"),
    "B": (" _ ", "|_)", "|_)"),
    "C": (" _ ", "|  ", "|_ "),
    "D": (" _ ", "| )", "|_)"),
    "E": (" _ ", "|_ ", "|_ "),
    "F": (" _ ", "|_ ", "|  "),
    "G": (" __", "| _", "|_|"),
    "H": ("   ", "|_|", "| |"),
    "I": ("   ", " | ", " | "),
    "J": ("   ", "  |", "|_|"),
    "K": ("   ", "|_/", "| )"),
    "L": ("   ", "|  ", "|_ "),
    "-": ("   ", " _ ", "   "),
}


_PIXELS: dict[str, str] = {
    "0": "### #.# #.# #.# ###",
    "1": ".#. ##. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# ### ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# ..# ..# ..#",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###",
    "A": "### #.# ### #.# #.#",
    "B": "##. #.# ##. #.# ##.",
    "C": "### #.. #.. #.. ###",
    "D": "##. #.# #.# #.# ##.",
    "E": "### #.. ##. #.. ###",
    "F": "### #.. ##. #.. #..",
    "G": "### #.. #.# #.# ###",
    "H": "#.# #.# ### #.# #.#",
    "I": "### .#. .#. .#. ###",
    "J": "..# ..# ..# #.# ###",
    "K": "#.# #.# ##. #.# #.#",
    "L": "#.. #.. #.. #.. ###",
    "-": "... ... ### ... ...",
}


def draw_small(text: str) -> tuple[str, ...]:
    """Three lines for a node id such as ``D-03``. A character without a drawing stands as itself."""
    glyphs = [_SMALL.get(ch, ("   ", f" {ch} ", "   ")) for ch in text]
    return tuple(" ".join(glyph[row] for glyph in glyphs) for row in range(3))


def draw_large(text: str) -> tuple[str, ...]:
    """The same in five lines; every pixel is two cells wide, which makes it about square."""
    glyphs = [_PIXELS.get(ch, f"... ... .{ch}. ... ...").split() for ch in text]
    rows = ("  ".join(glyph[row] for glyph in glyphs) for row in range(5))
    return tuple("".join("  " if pixel in ". " else pixel * 2 for pixel in row) for row in rows)
