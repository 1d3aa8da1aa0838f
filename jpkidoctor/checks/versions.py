"""Versions of programs and systems as numbers that can be compared."""

from __future__ import annotations


def version_numbers(text: str) -> tuple[int, ...]:
    """``13.5.1`` as (13, 5, 1), up to the first part that is no number; empty when there is none."""
    parts = []
    for part in text.split("."):
        if not (part.isascii() and part.isdecimal() and len(part) <= 9):
            break
        parts.append(int(part))
    return tuple(parts)
