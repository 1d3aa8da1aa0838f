"""Proxy of a Linux desktop: the environment, GNOME's settings (dconf), KDE's (kioslaverc) (host-probes §3.5).

Addresses are looked at and not kept. A desktop's setting counts for browsers, the environment for other programs too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jpkidoctor.facts import Fact, FactStatus, Proxy
from jpkidoctor.host.assignments import parse_assignments
from jpkidoctor.host.dconf import read_string
from jpkidoctor.host.probe import PARTLY_CLOSED, seen, unseen
from jpkidoctor.host.proxy_names import environment_names_a_proxy
from jpkidoctor.host.tree import Tree

_MODE = "/org/gnome/system/proxy/mode"
_PROFILES = ("/etc/dconf/profile/user",)
_MOST_DATABASES = 8
_KDE_KINDS = {"1": "manual", "2": "auto", "3": "auto", "4": "manual"}
"""``ProxyType``: 0 none, 1 by hand, 2 a script, 3 discovery, 4 the environment's ([K])."""


def look_at_proxy(tree: Tree, environ: Mapping[str, str]) -> Fact[Proxy]:
    """Whether one is configured; DENIED when nothing was seen and a setting is closed to us."""
    by_environment = environment_names_a_proxy(environ)
    note = ""
    mode = ""
    for look in (_gnome, _kde):
        try:
            mode = mode or look(tree, environ)
        except PermissionError:
            note = PARTLY_CLOSED
    if note and not mode and not by_environment:
        return unseen(FactStatus.DENIED, "dconf", note)
    by_desktop = mode in ("manual", "auto")
    proxy = Proxy(configured=by_environment or by_desktop, automatic=mode == "auto")
    return seen(proxy, "dconf" if by_desktop else "environment", note)


def _gnome(tree: Tree, environ: Mapping[str, str]) -> str:
    """``none manual auto``, or empty when no database says anything: GNOME's default is none."""
    for file in _databases(tree, environ):
        mode = read_string(tree.read(file) or b"", _MODE)
        if mode is not None:
            return mode
    return ""


def _databases(tree: Tree, environ: Mapping[str, str]) -> Iterator[str]:
    """The person's own database, then those of the system, as the profile names them."""
    config = _config_folder(environ)
    if config:
        yield f"{config}/dconf/user"
    named = [line.strip() for profile in _PROFILES for line in tree.text(profile, 4096).split("\n")]
    for line in named[:_MOST_DATABASES]:
        kind, _, name = line.partition(":")
        if kind == "system-db" and name and "/" not in name:
            yield f"/etc/dconf/db/{name}"


def _kde(tree: Tree, environ: Mapping[str, str]) -> str:
    config = _config_folder(environ)
    values = parse_assignments(tree.text(f"{config}/kioslaverc", 65_536)) if config else {}
    return _KDE_KINDS.get(values.get("ProxyType", ""), "")


def _config_folder(environ: Mapping[str, str]) -> str:
    home = environ.get("HOME", "")
    folder = environ.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    return folder if folder.startswith("/") else ""
