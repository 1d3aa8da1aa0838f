"""PKCS#11 modules that p11-kit offers to every program of a Linux computer: each may hold the card (host-probes §4).

Places and form after p11-kit's pkcs11.conf(5): ``NAME.module`` files of ``key: value`` lines; one of the administrator
or the person counts before one of the same name that a package brought.
"""

from __future__ import annotations

import re

from jpkidoctor.facts import Fact, Pkcs11Module
from jpkidoctor.host.probe import PARTLY_CLOSED, seen
from jpkidoctor.host.tree import Tree, decode
from jpkidoctor.safe_text import safe_text

_SYSTEM = ("/etc/pkcs11/modules", "/usr/share/p11-kit/modules", "/usr/local/share/p11-kit/modules")
_KEY = re.compile(r"[a-z][a-z-]{0,30}")
_MOST_LINES = 200
_MOST_MODULES = 60
_NO_CARDS = frozenset({"p11-kit-trust", "gnome-keyring", "p11-kit-proxy"})
"""Modules that keep certificates or keys of software: no card is ever held by them."""


def look_at_modules(tree: Tree, home: str) -> Fact[tuple[Pkcs11Module, ...]]:
    """The modules, those for cards alone. Note ``partly_closed`` when a folder or file is closed to us."""
    found: dict[str, Pkcs11Module] = {}
    note = ""
    folders = [("user", f"{home}/.config/pkcs11/modules")] if home else []
    folders += [("system", folder) for folder in _SYSTEM]
    for scope, folder in folders:
        try:
            names = [name.removesuffix(".module") for name in tree.names(folder) if name.endswith(".module")]
        except PermissionError:
            note, names = PARTLY_CLOSED, []
        for name in names[:_MOST_MODULES]:
            if name in found or name in _NO_CARDS:
                continue
            try:
                data = tree.read(f"{folder}/{name}.module", 65_536) or b""
            except PermissionError:
                note, data = PARTLY_CLOSED, b""
            found[name] = _module(name, scope, parse_module(data))
    return seen(tuple(found.values()), "p11-kit", note)


def parse_module(data: bytes) -> dict[str, str]:
    """The values of a ``.module`` file; comments and lines of another form are passed over. Never raises."""
    values: dict[str, str] = {}
    for line in decode(data).split("\n", _MOST_LINES)[:_MOST_LINES]:
        key, colon, value = line[:1200].partition(":")
        if colon and _KEY.fullmatch(key.strip()):
            values[key.strip()] = value.strip()
    return values


def _module(name: str, scope: str, values: dict[str, str]) -> Pkcs11Module:
    # "disable-in" names programs; one that is enabled for some programs alone is enabled.
    library = values.get("module", "").rpartition("/")[2]
    return Pkcs11Module(
        name="" if scope == "user" else safe_text(name, 60),  # a person's own file may be called anything
        library=safe_text(library, 80),
        scope=scope,
        enabled="module" in values,
    )
