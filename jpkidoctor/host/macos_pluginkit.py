"""Collector and parser for ``pluginkit -m -p POINT``: the extensions that macOS knows at one point of extension.

Sources: host-probes §1.2, §3.3.

A line is a mark, the bundle id and the version: ``+    com.apple.CryptoTokenKit.pivtoken(1.0)``. An extension that is
not registered is simply not listed. The marks are pluginkit(8)'s ([K]): ``+`` chosen, ``-`` switched off, ``!`` being
debugged, ``=`` in the shade of another, ``?`` unknown, none: as it came. Safari has a switch of its own beside them,
in a folder that is closed to other programs; so only ``-`` tells something about a Safari extension.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from jpkidoctor.facts import Extension, Fact, FactStatus, TokenDriver
from jpkidoctor.host.commands import Runner
from jpkidoctor.host.macos_commands import SAFARI_EXTENSIONS, TOKENS
from jpkidoctor.host.probe import PARTLY_CLOSED, seen, unseen
from jpkidoctor.host.tree import decode
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.product_types import ProductModel
from jpkidoctor.safe_text import safe_text

_LINE = re.compile(r"\s{0,8}([+\-!=?]?)\s{0,12}([A-Za-z0-9][A-Za-z0-9._-]{1,150})\(([^()\s]{0,40})\)")
_MOST_LINES = 2000
_LIMIT = 3.0
"""Seconds; 50 ms as a rule ([E] of host-probes §1.2)."""
_SHADED = "="
_OFF = "-"
_GOVERNMENT = "jp.go."
"""An official program whose name is in no table yet."""


@dataclass(frozen=True, slots=True)
class PlugIn:
    """A registered extension. ``mark`` is empty when the person chose nothing."""

    id: str
    version: str
    mark: str = ""


def parse_pluginkit(data: bytes) -> tuple[PlugIn, ...]:
    """The extensions in these bytes, each id once; lines of another form are passed over. Never raises."""
    found: dict[str, PlugIn] = {}
    for line in decode(data).split("\n", _MOST_LINES)[:_MOST_LINES]:
        match = _LINE.match(line[:300])
        if match is not None and match[1] != _SHADED:
            version = "" if match[3] == "(null)" else match[3]
            found.setdefault(match[2], PlugIn(match[2], version, match[1]))
    return tuple(found.values())


def token_drivers(plugins: Sequence[PlugIn]) -> tuple[TokenDriver, ...]:
    """Token extensions as facts."""
    return tuple(TokenDriver(id=safe_text(p.id, 150), version=safe_text(p.version, 40)) for p in plugins)


def safari_extensions(plugins: Sequence[PlugIn], products: Sequence[ProductModel]) -> tuple[Extension, ...]:
    """Those of the card's world: their ids begin with the name of a product's native host, or with the government's."""
    found = []
    for plugin in plugins:
        product = next((p.id for p in products for name in p.native_hosts if _begins(plugin.id, name)), "")
        if product or plugin.id.startswith(_GOVERNMENT):
            off = plugin.mark == _OFF
            found.append(
                Extension(
                    browser="safari",
                    id=safe_text(plugin.id, 150),
                    product=product,
                    version=safe_text(plugin.version, 30),
                    enabled=False if off else None,
                    disable_reasons=("user_action",) if off else (),
                )
            )
    return tuple(found)


def _begins(id_: str, name: str) -> bool:
    return id_ == name or id_.startswith(f"{name}.")


def look_at_tokens(runner: Runner) -> Fact[tuple[TokenDriver, ...]]:
    """The registered token extensions."""
    answer = runner.run(TOKENS, _LIMIT)
    if answer.failure:
        return answer.unseen("pluginkit")
    return seen(token_drivers(parse_pluginkit(answer.output)), "pluginkit")


def look_at_extensions(
    runner: Runner, others: Callable[[], Fact[tuple[Extension, ...]]]
) -> Fact[tuple[Extension, ...]]:
    """Safari's extensions of the card's world beside those of the ``others``, which stand in files.

    Note ``safari_unseen`` when pluginkit does not answer. May raise what the look at the files raises.
    """
    answer = runner.run(SAFARI_EXTENSIONS, _LIMIT)
    found = () if answer.failure else safari_extensions(parse_pluginkit(answer.output), load_known().products)
    try:
        fact = others()
    except PermissionError:
        if not found:
            raise
        fact = unseen(FactStatus.DENIED, "files", PARTLY_CLOSED)
    if answer.failure:
        return replace(fact, note=fact.note or "safari_unseen") if fact.known else fact
    if fact.known:
        return replace(fact, value=(*(fact.value or ()), *found))
    return seen(found, "pluginkit", fact.note or PARTLY_CLOSED) if found else fact
