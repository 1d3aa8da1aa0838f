"""Door to the registry: a typed face over the few functions of ``winreg`` that are used.

``WinRegistry`` works on any module of that shape, so a test runs it down to the last call with one that answers
from a fixture. Values come out as Windows gives them.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import Literal, Protocol, cast

Hive = Literal["HKLM", "HKCU"]
RegistryValue = str | int | bytes | None

_NO_MORE_ITEMS, _KEY_DELETED = 259, 1018
_MOST_KEYS = 2000
"""Subkeys that are named; the list of programs of a full computer has some hundreds."""


class Registry(Protocol):
    """Reading the 64-bit view. Both raise PermissionError when the key is closed to us, and OSError when the registry
    fails in another way: half a list is no list.
    """

    def value(self, hive: Hive, key: str, name: str) -> RegistryValue:
        """One value (``name`` empty: the key's default value); None when absent or of another type."""

    def subkeys(self, hive: Hive, key: str) -> tuple[str, ...]:
        """Names of the keys below; nothing when the key is absent."""


class WinregModule(Protocol):
    """What is used of the module ``winreg``. Each raises OSError as Windows answers."""

    HKEY_LOCAL_MACHINE: int
    HKEY_CURRENT_USER: int
    KEY_READ: int
    KEY_WOW64_64KEY: int

    def OpenKey(  # noqa: N802
        self, key: int, sub_key: str, reserved: int, access: int, /
    ) -> AbstractContextManager[object]: ...

    def QueryValueEx(self, key: object, name: str, /) -> tuple[object, int]: ...  # noqa: N802

    def EnumKey(self, key: object, index: int, /) -> str: ...  # noqa: N802


def open_winreg() -> WinregModule | None:
    """This computer's registry; None where there is none."""
    if sys.platform != "win32":
        return None
    import winreg

    return cast(WinregModule, winreg)


def _is_the_end(error: OSError) -> bool:
    """There is no such key, or none more in it (ERROR_NO_MORE_ITEMS), or it is being deleted (ERROR_KEY_DELETED)."""
    if isinstance(error, FileNotFoundError):
        return True
    return (getattr(error, "winerror", None) or error.errno) in (_NO_MORE_ITEMS, _KEY_DELETED)


class WinRegistry:
    """The registry behind a ``winreg``; without one everything is absent."""

    def __init__(self, module: WinregModule | None = None) -> None:
        self._module = open_winreg() if module is None else module

    def value(self, hive: Hive, key: str, name: str) -> RegistryValue:
        if self._module is None:
            return None
        try:
            with self._open(self._module, hive, key) as opened:
                value, _ = self._module.QueryValueEx(opened, name)
        except OSError as error:
            if not _is_the_end(error):
                raise
            return None
        return value if isinstance(value, str | int | bytes) else None

    def subkeys(self, hive: Hive, key: str) -> tuple[str, ...]:
        if self._module is None:
            return ()
        names: list[str] = []
        try:
            with self._open(self._module, hive, key) as opened:
                while len(names) < _MOST_KEYS:
                    names.append(self._module.EnumKey(opened, len(names)))
        except OSError as error:
            if not _is_the_end(error):
                raise
        return tuple(names)

    @staticmethod
    def _open(module: WinregModule, hive: Hive, key: str) -> AbstractContextManager[object]:
        root = module.HKEY_LOCAL_MACHINE if hive == "HKLM" else module.HKEY_CURRENT_USER
        return module.OpenKey(root, key, 0, module.KEY_READ | module.KEY_WOW64_64KEY)
