"""The hidden entry at a Windows console, with a console that types for us."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from jpkidoctor.commands import pin_prompt


class Keys:
    """msvcrt: gives the keys one by one and keeps what was shown."""

    def __init__(self, keys: str) -> None:
        self._keys = iter(keys)
        self.shown = ""

    def getwch(self) -> str:
        return next(self._keys)

    def putwch(self, character: str) -> None:
        self.shown += character


def _typed(monkeypatch: pytest.MonkeyPatch, keys: str) -> tuple[bytes, str]:
    console = Keys(keys)
    monkeypatch.setitem(sys.modules, "msvcrt", console)  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    return bytes(pin_prompt._typed_on_windows("? ")), console.shown


def test_what_is_typed_is_not_shown(monkeypatch: pytest.MonkeyPatch):
    assert _typed(monkeypatch, "1234\r") == (b"1234", "? \n")


def test_backspace_takes_back_one_character_also_a_full_width_one(monkeypatch: pytest.MonkeyPatch):
    assert _typed(monkeypatch, "12３\b34\r")[0] == b"1234"
    assert _typed(monkeypatch, "\b\b１\b\b1\n")[0] == b"1"


def test_a_line_that_is_too_long_is_cut_and_ends(monkeypatch: pytest.MonkeyPatch):
    line, _ = _typed(monkeypatch, "A" * 1000 + "\r")
    assert len(line) < pin_prompt.LONGEST_LINE


def test_ctrl_c_ends_the_entry(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(KeyboardInterrupt):
        _typed(monkeypatch, "12\x03")
