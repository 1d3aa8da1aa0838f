"""A console that cannot draw is told before anything is drawn on it."""

from __future__ import annotations

import pytest

from jpkidoctor.host.console import console_kind, look_at_console
from jpkidoctor.host.windows_console import ENABLE_VIRTUAL_TERMINAL_PROCESSING, Kernel32Console, draws_escape_codes


class FakeConsole:
    """Answers as Windows does; the legacy console refuses the mode (ERROR_INVALID_PARAMETER)."""

    def __init__(self, mode: int | None, *, legacy: bool = False) -> None:
        self.mode = mode
        self.legacy = legacy
        self.calls = 0

    def get_mode(self) -> int | None:
        return self.mode

    def set_mode(self, mode: int) -> bool:
        self.calls += 1
        if self.legacy and mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING:
            return False
        self.mode = mode
        return True


def test_a_console_that_draws_already_is_not_touched():
    console = FakeConsole(0x7)
    assert draws_escape_codes(console) is True
    assert console.calls == 0


def test_a_console_that_can_draw_is_left_as_it_was():
    console = FakeConsole(0x3)
    assert draws_escape_codes(console) is True
    assert console.mode == 0x3


def test_the_legacy_console_cannot_draw():
    console = FakeConsole(0x3, legacy=True)
    assert draws_escape_codes(console) is False
    assert console.mode == 0x3


def test_no_console_at_all_is_not_known():
    assert draws_escape_codes(FakeConsole(None)) is None
    assert Kernel32Console().get_mode() is None  # not on Windows here


def test_a_broken_handle_is_not_known():
    class Broken(FakeConsole):
        def set_mode(self, mode: int) -> bool:
            raise OSError(6, "ERROR_INVALID_HANDLE")

    assert draws_escape_codes(Broken(0x3)) is None


def test_the_fact_carries_what_windows_answers():
    fact = look_at_console({}, "win32", calls=FakeConsole(0x3, legacy=True))
    assert fact.value is not None
    assert fact.value.escape_codes is False
    fact = look_at_console({"WT_SESSION": "x"}, "win32", calls=FakeConsole(None))
    assert fact.value is not None
    assert fact.value.escape_codes is True


@pytest.mark.parametrize(
    ("environ", "legacy", "kind"),
    [
        ({}, True, "legacy_conhost"),
        ({}, False, "conhost"),
        ({"WT_SESSION": "1"}, True, "windows_terminal"),
        ({"ConEmuPID": "12"}, False, "other"),
    ],
)
def test_kinds_of_windows_consoles(environ: dict[str, str], legacy: bool, kind: str):
    assert console_kind(environ, "win32", interactive=True, legacy=legacy) == kind
