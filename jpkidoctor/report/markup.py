"""The smallest safe way to write HTML: plain strings are always escaped, only ``Markup`` passes as it is."""

from __future__ import annotations

import html
from collections.abc import Iterable


class Markup(str):
    """HTML that was made here. Anything else is text."""

    __slots__ = ()


Child = str | Iterable["Child"]


def element(tag: str, *children: Child, **attributes: str) -> Markup:
    """``<tag a="b">children</tag>``. Attribute ``class_`` is ``class``, ``aria_label`` is ``aria-label``."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(value)}"' for name, value in attributes.items()
    )
    return Markup(f"<{tag}{written}>{_inner(children)}</{tag}>")


def void_element(tag: str, **attributes: str) -> Markup:
    """An element without content (``meta``)."""
    return Markup(element(tag, **attributes).removesuffix(f"</{tag}>"))


def _inner(children: Iterable[Child]) -> str:
    return "".join(_written(child) for child in children)


def _written(child: Child) -> str:
    if isinstance(child, Markup):
        return str(child)
    return html.escape(child) if isinstance(child, str) else _inner(child)
