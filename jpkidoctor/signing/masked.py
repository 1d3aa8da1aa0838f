"""A value that hides itself: a person's data reaches a screen only where somebody wrote ``reveal``."""

from __future__ import annotations

from typing import final

from jpkidoctor.privacy import Privacy

MASK = "＊＊＊"
"""Always the same length, so that it does not tell how long the value is."""


@final
class Masked:
    """Text with its privacy. ``str``, ``repr`` and formatting never show personal text."""

    __slots__ = ("_text", "privacy")

    def __init__(self, text: str, privacy: Privacy = Privacy.PERSONAL) -> None:
        self._text = text
        self.privacy = privacy

    def reveal(self) -> str:
        """The text itself. Whoever calls this has been asked to show it."""
        return self._text

    def shown(self, *, reveal: bool = False) -> str:
        """The text when it is public or ``reveal`` is asked for, else the mask; empty stays empty."""
        return self._text if reveal or self.privacy is Privacy.PUBLIC or not self._text else MASK

    def __str__(self) -> str:
        return self.shown()

    def __repr__(self) -> str:
        return f"Masked({self.shown()!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Masked) and (self._text, self.privacy) == (other._text, other.privacy)

    def __hash__(self) -> int:
        return hash((self._text, self.privacy))
