"""A place that a person typed, as a path."""

from __future__ import annotations

from pathlib import Path


def typed_path(text: str) -> Path:
    """With ``~`` as the person's folder. The ``~`` of somebody who is not there stays as it was typed."""
    path = Path(text.strip())
    try:
        return path.expanduser()
    except RuntimeError:
        return path
