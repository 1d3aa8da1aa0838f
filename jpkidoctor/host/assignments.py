"""Parser for KEY=value files: os-release, locale.conf, logind's session files."""

from __future__ import annotations

import re

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_MOST_LINES = 10_000
"""No such file has a hundred; what is no such file must not cost time."""
_ESCAPED = re.compile(r"\\(.)")


def parse_assignments(text: str) -> dict[str, str]:
    """Values by key; the last one counts, lines of any other form are passed over. Never raises."""
    values: dict[str, str] = {}
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        if "=" not in line:
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match is not None:
            values[match[1]] = _unquoted(match[2].strip())
    return values


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return _ESCAPED.sub(r"\1", value[1:-1])
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1]
    return value
