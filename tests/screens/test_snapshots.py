"""Pictures of the screens, from hand-made examinations: clock, cursor and animation stand still.

After a wanted change: look at the report that a failing run writes, then ``pytest tests/screens/test_snapshots.py
--snapshot-update``.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.screens.run_fake import make_app
from tests.screens.seeing import at_rest

SMALL, WIDE = (80, 24), (132, 43)

READ_SIGNATURE = ("3", "1", *"abc123", "enter")

CASES: dict[str, tuple[tuple[str, ...], tuple[int, int], tuple[str, ...]]] = {
    "mute-80x24": (("mute",), SMALL, ()),
    "mute-132x43": (("mute",), WIDE, ()),
    "mute-ascii": (("mute", "ja", "dark", "ascii"), SMALL, ()),
    "mute-contrast": (("mute", "ja", "contrast"), SMALL, ()),
    "mute-light": (("mute", "ja", "light"), SMALL, ()),
    "mute-large": (("mute", "ja", "large"), WIDE, ()),
    "mute-english": (("mute", "en"), SMALL, ()),
    "mute-english-132x43": (("mute", "en"), WIDE, ()),
    "mute-60x20": (("mute",), (60, 20), ()),
    "pasori-80x24": (("pasori",), SMALL, ()),
    "pin-80x24": (("pin",), SMALL, ()),
    "pin-132x43": (("pin",), WIDE, ()),
    "well-80x24": (("well",), SMALL, ()),
    "well-132x43": (("well",), WIDE, ()),
    "busy-80x24": (("busy",), SMALL, ()),
    "looking-80x24": (("looking",), SMALL, ()),
    "looking-step-80x24": (("looking",), SMALL, ("i",)),
    "looking-english": (("looking", "en"), SMALL, ()),
    "first-80x24": (("first",), SMALL, ()),
    "practice-80x24": (("mute", "ja", "dark", "practice"), SMALL, ("f9", "7")),
    "help-80x24": (("mute",), SMALL, ("f1",)),
    "readers-80x24": (("mute",), SMALL, ("f9", "1")),
    "trace-80x24": (("well",), SMALL, ("f9", "2")),
    "trace-132x43": (("well",), WIDE, ("f9", "2")),
    "menu-80x24": (("mute", "ja", "dark", "practice"), SMALL, ("f9",)),
    "menu-english": (("mute", "en"), SMALL, ("f9",)),
    "rooms-80x24": (("mute",), SMALL, ("f6",)),
    "rooms-english": (("mute", "en"), SMALL, ("f6",)),
    "room-80x24": (("mute",), SMALL, ("f6", "2")),
    "room-english": (("mute", "en"), SMALL, ("f6", "2")),
    "room-tabs-80x24": (("mute",), SMALL, ("f6", "3")),
    "entry-80x24": (("mute",), SMALL, ("f6", "6", "6", "down", "down", "enter")),
    "compare-80x24": (("mute",), SMALL, ("f2", "f9", "6")),
    "compare-english": (("mute", "en"), SMALL, ("f2", "f9", "6")),
    "pins-80x24": (("pin",), SMALL, ("f5", "2")),
    "card-80x24": (("whole",), SMALL, ("f5",)),
    "card-english": (("whole", "en"), SMALL, ("f5",)),
    "card-hindered": (("pin",), SMALL, ("f5", "7")),
    "certificate-80x24": (("whole",), SMALL, ("f5", "1", *READ_SIGNATURE)),
    "certificate-english": (("whole", "en"), SMALL, ("f5", "1", *READ_SIGNATURE)),
    "change-80x24": (("whole",), SMALL, ("f5", "3")),
    "change-english": (("whole", "en"), SMALL, ("f5", "3")),
    "change-typing": (("whole",), SMALL, ("f5", "3", "2", "1", *"1234", "enter", *"56")),
    "report-80x24": (("pin",), SMALL, ("f8",)),
    "report-132x43": (("pin",), WIDE, ("f8",)),
    "step-80x24": (("pin",), SMALL, ("g", "enter")),
}


@pytest.mark.parametrize("case", CASES)
def test_picture(snap_compare: Any, case: str):
    made, size, press = CASES[case]

    async def at_last(pilot: Any) -> None:
        if press:
            await pilot.press(*press)
        await at_rest(pilot.app, pilot)

    assert snap_compare(make_app(*made), terminal_size=size, run_before=at_last)
