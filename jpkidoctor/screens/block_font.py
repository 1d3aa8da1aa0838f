"""Node ids in characters three lines tall, drawn with ``_``, ``|`` and brackets only.

Every Japanese font draws these one cell wide. A backslash is not used: many Japanese fonts show it as a yen sign.
"""

from __future__ import annotations

HEIGHT = 3

_GLYPHS: dict[str, tuple[str, str, str]] = {
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


def draw(text: str) -> str:
    """Three lines for a node id such as ``D-03``. A character without a drawing stands as itself."""
    glyphs = [_GLYPHS.get(ch, ("   ", f" {ch} ", "   ")) for ch in text]
    return "\n".join(" ".join(glyph[row] for glyph in glyphs) for row in range(HEIGHT))
