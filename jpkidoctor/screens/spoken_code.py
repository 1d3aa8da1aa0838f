"""The support code on the screen: as large as the room allows, never broken inside a group of four."""

from __future__ import annotations

_FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))
_WIDE_GROUP, _GROUP = 8, 4


def spoken_lines(code: str, columns: int) -> tuple[str, ...]:
    """Groups in double-width digits where two fit on a line, else in plain ones; an empty code has no lines."""
    groups = code.split()
    a_line = (columns + 2) // (_WIDE_GROUP + 2)
    gap = "  "
    if a_line >= 2:
        groups = [group.translate(_FULL_WIDTH) for group in groups]
    else:
        a_line, gap = max((columns + 1) // (_GROUP + 1), 1), " "
    return tuple(gap.join(groups[at : at + a_line]) for at in range(0, len(groups), a_line))
