"""A place that a person typed or pasted, as a path."""

from __future__ import annotations

from pathlib import Path

_QUOTES = frozenset({'""', "''"})


def typed_path(text: str) -> Path:
    """With ``~`` as the person's folder. The ``~`` of somebody who is not there stays as it was typed.

    Quotes around the whole go: Windows' "copy as path" and terminals that a file was dropped on write them.
    """
    text = text.strip()
    if len(text) > 1 and text[0] + text[-1] in _QUOTES:
        text = text[1:-1]
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path
