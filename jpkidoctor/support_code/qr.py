"""A support code as a QR code: for a page, and for a terminal. Its content is the digits alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno

if TYPE_CHECKING:
    from segno import QRCode

_SCALE = 4
_HALF_BLOCKS = {(False, False): " ", (True, False): "\u2580", (False, True): "\u2584", (True, True): "\u2588"}


def _qr(digits: str) -> QRCode:
    # Digits alone take the smallest symbol there is, with the strongest correction that still fits it.
    return segno.make(digits, error="m", micro=False)


def svg(digits: str, title: str) -> str:
    """An SVG element to stand in an HTML page: black on white with its quiet zone, nothing loaded."""
    return _qr(digits).svg_inline(scale=_SCALE, light="#fff", title=title, svgclass="qr", lineclass=None)


def half_blocks(digits: str) -> tuple[str, ...]:
    """Lines of half blocks, two modules a cell, dark modules drawn, with the quiet zone."""
    rows = _rows(digits)
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return tuple(
        "".join(_HALF_BLOCKS[pair] for pair in zip(top, bottom, strict=True))
        for top, bottom in zip(rows[::2], rows[1::2], strict=True)
    )


def hashes(digits: str) -> tuple[str, ...]:
    """Lines of ``##`` for dark and two blanks for light, for a terminal that knows ASCII only."""
    return tuple("".join("##" if dark else "  " for dark in row) for row in _rows(digits))


def _rows(digits: str) -> list[list[bool]]:
    return [[bool(module) for module in row] for row in _qr(digits).matrix_iter(border=4)]
