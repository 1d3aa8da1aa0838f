"""Browsers on Windows, the manifests that lead to the card's programs, and their extensions (host-probes §3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jpkidoctor.facts import Browser, Extension, NativeHost
from jpkidoctor.host.browser_profiles import parse_chromium, parse_firefox, wanted_extensions
from jpkidoctor.host.native_manifests import is_of_the_cards_world, native_host
from jpkidoctor.host.windows_files import Files, expand, folder_of
from jpkidoctor.host.windows_registry import Hive, Registry
from jpkidoctor.knowledge.product_types import ProductModel
from jpkidoctor.safe_text import safe_text

_APP_PATHS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths"
_FIREFOX_VERSION = r"SOFTWARE\Mozilla\Mozilla Firefox"
_MOST_PROFILES = 20
_ABSOLUTE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one browser keeps its things."""

    id: str
    program: str
    beacon: str
    """Key below HKCU that the browser writes its version to when it runs; it may stay after an uninstall."""
    hosts: str
    """Key of its native-messaging manifests, below ``SOFTWARE``."""
    profiles: str


_PLACES = (
    _Place(
        "edge", "msedge.exe", r"Software\Microsoft\Edge\BLBeacon", r"Microsoft\Edge\NativeMessagingHosts",
        r"%LOCALAPPDATA%\Microsoft\Edge\User Data",
    ),
    _Place(
        "chrome", "chrome.exe", r"Software\Google\Chrome\BLBeacon", r"Google\Chrome\NativeMessagingHosts",
        r"%LOCALAPPDATA%\Google\Chrome\User Data",
    ),
    _Place(
        "chromium", "chromium.exe", r"Software\Chromium\BLBeacon", r"Chromium\NativeMessagingHosts",
        r"%LOCALAPPDATA%\Chromium\User Data",
    ),
    _Place("firefox", "firefox.exe", "", r"Mozilla\NativeMessagingHosts", r"%APPDATA%\Mozilla\Firefox\Profiles"),
)  # fmt: skip


def browsers(registry: Registry, files: Files, default: str) -> tuple[Browser, ...]:
    """Installed browsers: those whose program is where Windows says. ``default``: id of the usual one.

    The program's own version counts most; what the browser wrote into the registry may be old.
    """
    found = []
    for place in _PLACES:
        program = _program(registry, place.program)
        if not program or not files.exists(program):
            continue
        version = files.version(program) or _written_version(registry, place)
        found.append(Browser(id=place.id, version=safe_text(version, 30), is_default=place.id == default))
    return tuple(found)


def _program(registry: Registry, name: str) -> str:
    hives: tuple[Hive, ...] = ("HKCU", "HKLM")
    for hive in hives:
        path = registry.value(hive, rf"{_APP_PATHS}\{name}", "")
        if isinstance(path, str) and path:
            return path.strip().strip('"')
    return ""


def _written_version(registry: Registry, place: _Place) -> str:
    value = (
        registry.value("HKLM", _FIREFOX_VERSION, "CurrentVersion")
        if place.id == "firefox"
        else registry.value("HKCU", place.beacon, "version")
    )
    return value.partition(" ")[0] if isinstance(value, str) else ""


def native_hosts(registry: Registry, files: Files, products: Sequence[ProductModel]) -> tuple[NativeHost, ...]:
    """The manifests of the card's programs, of every browser, for this person and for all."""
    return tuple(
        _native_host(registry, files, place.id, hive, key, name)
        for place in _PLACES
        for hive, key in _host_keys(place.hosts)
        for name in registry.subkeys(hive, key)
        if is_of_the_cards_world(name, products)
    )


def _host_keys(hosts: str) -> Iterator[tuple[Hive, str]]:
    yield "HKCU", rf"SOFTWARE\{hosts}"
    yield "HKLM", rf"SOFTWARE\{hosts}"
    yield "HKLM", rf"SOFTWARE\WOW6432Node\{hosts}"


def _native_host(registry: Registry, files: Files, browser: str, hive: Hive, key: str, name: str) -> NativeHost:
    path = registry.value(hive, rf"{key}\{name}", "")
    manifest = path.strip().strip('"') if isinstance(path, str) else ""

    def program_exists(program: str) -> bool:
        full = program if _ABSOLUTE.match(program) else rf"{folder_of(manifest)}\{program}"
        return files.exists(full)

    return native_host(
        browser=browser,
        name=name,
        scope="user" if hive == "HKCU" else "system",
        read=lambda: files.read(manifest, 1 << 20) if manifest else None,
        program_exists=program_exists,
    )


def extensions(
    files: Files, environ: Mapping[str, str], products: Sequence[ProductModel], hosts: Sequence[NativeHost]
) -> tuple[Extension, ...]:
    """Extensions that have to do with the card, in every profile. Profiles are counted, their names not kept."""
    wanted = wanted_extensions(products, hosts)
    found: list[Extension] = []
    for place in _PLACES:
        folder = expand(place.profiles, environ)
        mark = "extensions.json" if place.id == "firefox" else "Preferences"
        names = files.names(folder) if folder else ()
        profiles = [name for name in names if files.exists(rf"{folder}\{name}\{mark}")][:_MOST_PROFILES]
        for number, name in enumerate(profiles):
            inside = rf"{folder}\{name}"
            if place.id == "firefox":
                found += parse_firefox(files.read(rf"{inside}\{mark}") or b"", wanted, number)
            else:
                both = (files.read(rf"{inside}\Preferences"), files.read(rf"{inside}\Secure Preferences"))
                found += parse_chromium(both, wanted, place.id, number)
    return tuple(found)
