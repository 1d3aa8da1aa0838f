"""Proxy and clock of macOS and Linux (host-probes.md §3.5). A proxy's address is looked at and not kept."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any

from jpkidoctor.facts import Clock, Fact, Proxy
from jpkidoctor.host.clock import clock_fact
from jpkidoctor.host.probe import seen
from jpkidoctor.host.proxy_names import environment_names_a_proxy

_SWITCHES = ("HTTPSEnable", "HTTPEnable", "SOCKSEnable")
_AUTOMATIC = ("ProxyAutoConfigEnable", "ProxyAutoDiscoveryEnable")


def look_at_proxy(environ: Mapping[str, str], services: Mapping[str, Any] | None = None) -> Fact[Proxy]:
    """By the environment, and on a Mac by the ``NetworkServices`` of its system configuration."""
    by_environment = environment_names_a_proxy(environ)
    tables = [table for service in (services or {}).values() if isinstance(table := _proxies(service), dict)]
    automatic = any(table.get(name) == 1 for table in tables for name in _AUTOMATIC)
    manual = any(table.get(name) == 1 for table in tables for name in _SWITCHES)
    source = "environment" if services is None else "preferences.plist"
    return seen(Proxy(configured=by_environment or automatic or manual, automatic=automatic), source)


def _proxies(service: object) -> object:
    return service.get("Proxies") if isinstance(service, dict) else None


def look_at_clock(utc: dt.datetime | None = None, zone: str | None = None) -> Fact[Clock]:
    """What the clock says now."""
    return clock_fact(time.tzname[0] if zone is None else zone, "time", utc or dt.datetime.now(dt.UTC))
