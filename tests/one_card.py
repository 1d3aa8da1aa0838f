"""The smallest practice case: one contact reader with one card in it."""

from __future__ import annotations

from pathlib import Path

_CASE = """
step = "E"
title = {{ ja = "x", en = "x" }}
story = {{ ja = "x", en = "x" }}
[[reader]]
model = "scr3310-nttcom"
[[card]]
{card}
{events}
[expect]
"""


def case_text(card: str = "", events: str = "") -> str:
    """The text of the case. ``card`` is lines of the card's table, ``events`` tables of what happens in time."""
    return _CASE.format(card=card, events=events)


def case_file(directory: Path, card: str = "") -> Path:
    """The case as a file in this directory."""
    path = directory / "case.toml"
    path.write_text(case_text(card), encoding="utf-8")
    return path
