"""The setting Windows' programs run in: S mode, IE mode, proxy, clock, services beside the Smart Card service.

Sources: host-probes §2.1, §3.1, §3.4, §3.5; the registry places are general knowledge ([K]).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from jpkidoctor.facts import Clock, Fact, FactStatus, Proxy, ServiceFacts
from jpkidoctor.host.clock import clock_fact
from jpkidoctor.host.probe import PARTLY_CLOSED, seen, unseen
from jpkidoctor.host.proxy_names import environment_names_a_proxy
from jpkidoctor.host.windows_api import WindowsApi
from jpkidoctor.host.windows_registry import Hive, Registry
from jpkidoctor.host.windows_services import START_TYPES, service_facts

_CODE_INTEGRITY = r"SYSTEM\CurrentControlSet\Control\CI\Policy"
_EDGE_POLICY = r"SOFTWARE\Policies\Microsoft\Edge"
_INTERNET = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings"
_INTERNET_POLICY = r"SOFTWARE\Policies\Microsoft\Windows\CurrentVersion\Internet Settings"
_TIME_ZONE = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
_SERVICES = r"SYSTEM\CurrentControlSet\Services"

HELPERS = ("ScDeviceEnum", "CertPropSvc", "SCPolicySvc")
"""Key names: card reader enumeration, certificate propagation, removal policy (host-probes §2.1)."""
_IE_MODE = 1


def look_at_s_mode(registry: Registry) -> Fact[bool]:
    """Windows that runs programs from the Store alone."""
    return seen(registry.value("HKLM", _CODE_INTEGRITY, "SkuPolicyRequired") == 1, "registry")


def look_at_ie_mode(registry: Registry) -> Fact[bool]:
    """An organisation's policy opens some pages in the old engine of Internet Explorer."""
    hives: tuple[Hive, ...] = ("HKLM", "HKCU")
    levels = [registry.value(hive, _EDGE_POLICY, "InternetExplorerIntegrationLevel") for hive in hives]
    return seen(_IE_MODE in levels, "registry")


def look_at_proxy(registry: Registry, environ: Mapping[str, str]) -> Fact[Proxy]:
    """Whether one is configured. Its address is looked at and not kept."""
    places: tuple[tuple[Hive, str], ...] = (("HKLM", _INTERNET_POLICY), ("HKCU", _INTERNET))
    automatic = any(_is_text(registry.value(hive, key, "AutoConfigURL")) for hive, key in places)
    manual = any(
        registry.value(hive, key, "ProxyEnable") == 1 and _is_text(registry.value(hive, key, "ProxyServer"))
        for hive, key in places
    )
    by_environment = environment_names_a_proxy(environ)
    return seen(Proxy(configured=automatic or manual or by_environment, automatic=automatic), "registry")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def look_at_clock(registry: Registry, utc: dt.datetime) -> Fact[Clock]:
    """The clock, with Windows' name of the time zone (``Tokyo Standard Time``)."""
    try:
        zone = registry.value("HKLM", _TIME_ZONE, "TimeZoneKeyName")
    except PermissionError:
        zone = None
    return clock_fact(zone.partition("\0")[0] if isinstance(zone, str) else "", "system", utc)


def look_at_helpers(registry: Registry, api: WindowsApi) -> Fact[tuple[ServiceFacts, ...]]:
    """Services beside the Smart Card service. One that is closed to us is told by its start type alone."""
    found = []
    for name in HELPERS:
        try:
            start = registry.value("HKLM", rf"{_SERVICES}\{name}", "Start")
        except PermissionError:  # the service manager may answer all the same
            start = None
        registered = START_TYPES.get(start, "") if isinstance(start, int) else ""
        facts = service_facts(api, name, registered)
        if facts is not None:
            found.append(facts)
    note = PARTLY_CLOSED if len(found) < len(HELPERS) else ""
    return seen(tuple(found), "scm", note) if found else unseen(FactStatus.DENIED, "scm")
