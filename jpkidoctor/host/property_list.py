"""Apple property lists, XML or binary, from files that anybody may have written."""

from __future__ import annotations

import plistlib
from typing import Any


def parse_property_list(data: bytes) -> Any:  # noqa: ANN401 - a plist may hold anything; callers look before they use
    """The content of a property list, or None when it is broken. Never raises."""
    if not data:
        return None
    try:
        return plistlib.loads(data)
    except Exception:
        # plistlib lets ExpatError, ValueError, OverflowError, RecursionError and more through, by version.
        return None
