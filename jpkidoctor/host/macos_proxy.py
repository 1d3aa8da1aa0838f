"""Proxy of macOS. ``scutil --proxy`` tells what is in force now, for the network that is in use (host-probes §3.5).

Its file of settings holds every network service that ever was, so it is only read when the command does not answer,
and then those of the chosen set of services alone. Addresses are looked at and not kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from jpkidoctor.facts import Fact, Proxy
from jpkidoctor.host.commands import Runner
from jpkidoctor.host.macos_commands import SCUTIL_PROXY
from jpkidoctor.host.probe import seen
from jpkidoctor.host.proxy_names import environment_names_a_proxy
from jpkidoctor.host.tree import decode

_SWITCHES = ("HTTPSEnable", "HTTPEnable", "SOCKSEnable")
_AUTOMATIC = ("ProxyAutoConfigEnable", "ProxyAutoDiscoveryEnable")
_LINE = re.compile(r"\s*([A-Za-z]{1,60})\s*:\s*(\S.{0,300})")
_MOST_LINES = 5000
_LIMIT = 0.9


def look_at_proxy(environ: Mapping[str, str], runner: Runner, settings: Mapping[str, Any] | None) -> Fact[Proxy]:
    """Whether one is configured. ``settings``: the content of SystemConfiguration's file, None when it is closed."""
    by_environment = environment_names_a_proxy(environ)
    answer = runner.run(SCUTIL_PROXY, _LIMIT)
    told = None if answer.failure else parse_scutil(answer.output)
    source = "scutil"
    tables: Sequence[Mapping[str, Any]] = [] if told is None else [told]
    if told is None:
        if settings is None and not by_environment:
            return answer.unseen("scutil")
        source, tables = "preferences.plist", chosen_services(settings or {})
    automatic = any(_is_on(table.get(name)) for table in tables for name in _AUTOMATIC)
    manual = any(_is_on(table.get(name)) for table in tables for name in _SWITCHES)
    return seen(Proxy(configured=by_environment or automatic or manual, automatic=automatic), source)


def parse_scutil(data: bytes) -> dict[str, str] | None:
    """The settings in a ``<dictionary> { Name : value }``, those of inner lists left out; None when there is none.

    Never raises.
    """
    lines = decode(data).split("\n", _MOST_LINES)[:_MOST_LINES]
    if not lines[0].lstrip().startswith("<dictionary>"):
        return None
    found: dict[str, str] = {}
    depth = 1
    for line in lines[1:]:
        if (
            depth == 1
            and (match := _LINE.fullmatch(line[:400].rstrip())) is not None
            and not line.rstrip().endswith("{")
        ):
            found.setdefault(match[1], match[2])
        depth += line.rstrip().endswith("{") - (line.strip() == "}")
    return found


def chosen_services(settings: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The proxy tables of the services in the chosen set; of all services when no set is chosen. Never raises."""
    services = settings.get("NetworkServices")
    if not isinstance(services, dict):
        return []
    chosen = settings.get("CurrentSet")
    names = _inside(settings, [*str(chosen).strip("/").split("/")[:5], "Network", "Service"]) if chosen else None
    wanted = services if not isinstance(names, dict) else {name: services.get(name) for name in names}
    tables = (service.get("Proxies") for service in wanted.values() if isinstance(service, dict))
    return [table for table in tables if isinstance(table, dict)]


def _inside(content: object, path: list[str]) -> object:
    for name in path:
        content = content.get(name) if isinstance(content, dict) else None
    return content


def _is_on(value: object) -> bool:
    """``1`` of scutil's text and of a property list."""
    return value == "1" or (isinstance(value, int) and value == 1)
