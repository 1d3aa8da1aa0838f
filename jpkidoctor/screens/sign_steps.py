"""The steps of signing in their fixed order, each a screen of its own (sign-verify.md §7.1 item 5)."""

from __future__ import annotations

from enum import IntEnum


class Step(IntEnum):
    """The number is what the person sees."""

    PURPOSE = 1
    FILES = 2
    CONTENT = 3
    """What would be signed: sizes, hashes, first lines, what a PDF carries."""
    FORM = 4
    """Format, place and name of the output, timestamp, visible stamp."""
    NOTICE = 5
    """The receiver sees name and address."""
    CARD = 6
    """Token, presence, validity, tries left."""
    PIN = 7
    SIGNING = 8
    RESULT = 9


LAST = max(Step)


class Asking(IntEnum):
    """What is asked for within FORM."""

    NOTHING = 0
    FOLDER = 1
    SERVER = 2
