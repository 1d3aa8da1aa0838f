"""The object model of a PDF as signing and verifying both read it, over pyHanko.

pyHanko's logger is switched off with the first use: its tracebacks name the signer (sign-verify.md §4.4 item 6).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

MAX_DEPTH = 32
MAX_FIELDS = 20_000
"""A form of more fields is refused, and so is one that leads back into itself again and again."""


class EndlessFormError(Exception):
    """The form has too many fields, or leads back into itself."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form. ``kind`` is its FT, its own or inherited; ``name`` is the full one, with dots."""

    dictionary: Any
    name: str
    kind: str
    has_fields: bool
    """Fields with names of their own stand below it; widgets do not count."""


def entry(dictionary: Any, key: str, default: Any) -> Any:  # noqa: ANN401 - pyHanko ships no types mypy can follow
    """An entry of a PDF dictionary with its reference followed, which pyHanko's ``get`` does not do."""
    return dictionary[key] if key in dictionary else default  # noqa: SIM401


def form_fields(root: Any) -> Iterator[FormField]:  # noqa: ANN401
    """Every field of the form, a parent before its kids. Raises EndlessFormError."""
    form = entry(root, "/AcroForm", {})
    waiting = [(field.get_object(), "", "", 0) for field in entry(form, "/Fields", ())]
    waiting.reverse()
    looked_at = 0
    while waiting:
        field, path, kind, depth = waiting.pop()
        looked_at += 1
        if looked_at > MAX_FIELDS or depth > MAX_DEPTH:
            raise EndlessFormError
        name = ".".join(part for part in (path, str(entry(field, "/T", ""))) if part)
        kind = str(entry(field, "/FT", kind))  # inheritable: ISO 32000-1 table 220
        kids = entry(field, "/Kids", ())
        if looked_at + len(waiting) + len(kids) > MAX_FIELDS:
            raise EndlessFormError
        below = [kid.get_object() for kid in kids]
        yield FormField(field, name, kind, any("/T" in kid for kid in below))
        waiting.extend((kid, name, kind, depth + 1) for kid in reversed(below))


def allows_no_change(root: Any) -> bool:  # noqa: ANN401
    """A certification signature that allows no change at all (DocMDP 1, ISO 32000-1 §12.8.2.2)."""
    certification = entry(entry(root, "/Perms", {}), "/DocMDP", {})
    for reference in entry(certification, "/Reference", ()):
        transform = reference.get_object()
        if entry(transform, "/TransformMethod", "") == "/DocMDP":
            return int(entry(entry(transform, "/TransformParams", {}), "/P", 2)) == 1
    return False
