"""A PIN that a person typed: bytes in one bytearray, wiped after use, shown to nobody.

Python cannot promise that no copy was ever made by somebody else. What is promised: our own code makes no
``str`` or ``bytes`` of it, and the one buffer that holds it is overwritten as soon as it is not needed.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import NoReturn, final


def wipe(buffer: bytearray) -> None:
    """Overwrite with zeros, then empty."""
    for index in range(len(buffer)):
        buffer[index] = 0
    buffer.clear()


@final
class TypedPin:
    """What was typed, in ASCII as the card wants it. Use it in a ``with`` block: leaving the block wipes it.

    It takes over ``typed`` (no copy is made) and cannot be copied, pickled or printed.
    """

    __slots__ = ("_typed",)

    def __init__(self, typed: bytearray) -> None:
        self._typed = typed

    def __len__(self) -> int:
        return len(self._typed)

    def __repr__(self) -> str:
        return "TypedPin(hidden)"

    def __enter__(self) -> TypedPin:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.wipe()

    def wipe(self) -> None:
        """Overwrite the bytes; the PIN is empty from now on."""
        wipe(self._typed)

    @property
    def wiped(self) -> bool:
        """True when it is empty: nothing was typed, or it was wiped."""
        return not self._typed

    def same_as(self, other: TypedPin) -> bool:
        """Whether both hold the same characters: a new PIN is typed twice."""
        return hmac.compare_digest(self._typed, other._typed)

    @contextmanager
    def behind(self, header: bytes) -> Iterator[bytearray]:
        """``header``, one length byte and the PIN, as they go over the wire; overwritten when the block ends."""
        wire = bytearray(len(header) + 1 + len(self._typed))
        wire[: len(header)] = header
        wire[len(header)] = len(self._typed)
        wire[len(header) + 1 :] = self._typed
        try:
            yield wire
        finally:
            wipe(wire)

    def spots(self) -> Iterator[int]:
        """Each byte as a number, for the rules."""
        return iter(self._typed)

    def _refuse(self, *arguments: object) -> NoReturn:
        raise TypeError("a typed PIN is not copied")

    __copy__ = __deepcopy__ = __reduce__ = __reduce_ex__ = __getstate__ = _refuse
