"""macOS: assembles the probes, from files, sysctl and a few commands of the system.

Sources: host-probes §1.2, §3.1, §3.3, §4. There is no PC/SC service to look at: macOS starts its own on demand.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jpkidoctor.facts import Fact, FactStatus, LocaleFacts, OsFacts, OsFamily, SessionKind
from jpkidoctor.host.architecture import architecture
from jpkidoctor.host.browsers import browser_of_bundle_id
from jpkidoctor.host.commands import ChildProcess, Runner
from jpkidoctor.host.console import look_at_console
from jpkidoctor.host.driver_bundles import DriverCatalogue, UsbId, driver_bundles_fact, read_catalogue
from jpkidoctor.host.language import locale_tag
from jpkidoctor.host.macos_api import Darwin, MacApi
from jpkidoctor.host.macos_pluginkit import look_at_extensions, look_at_tokens
from jpkidoctor.host.macos_proxy import look_at_proxy
from jpkidoctor.host.macos_usb import READERS_LIMIT, USB_LIMIT, IoregMemory, look_at_reader_devices, look_at_usb
from jpkidoctor.host.probe import NOT_APPLICABLE, PARTLY_CLOSED, Probe, seen, unseen
from jpkidoctor.host.process_names import NAMES_LIMIT, Programs, look_at_card_users, running_programs
from jpkidoctor.host.property_list import parse_property_list
from jpkidoctor.host.tree import Tree
from jpkidoctor.host.unix_browser_places import MAC
from jpkidoctor.host.unix_setting import look_at_clock
from jpkidoctor.host.unix_software import UnixSoftware
from jpkidoctor.safe_text import safe_text

_SYSTEM_VERSION = "/System/Library/CoreServices/SystemVersion.plist"
_SMART_CARD_SETTINGS = "/Library/Preferences/com.apple.security.smartcard.plist"
_NETWORK = "/Library/Preferences/SystemConfiguration/preferences.plist"
_ROSETTA = "/Library/Apple/usr/libexec/oah/libRosettaRuntime"
_HANDLERS = "Library/Preferences/com.apple.LaunchServices/com.apple.launchservices.secure.plist"
_BUNDLES = ("/usr/libexec/SmartCardServices/drivers", "/usr/local/libexec/SmartCardServices/drivers")
_THIS_MAC = IoregMemory()
_SONOMA = 14
"""First macOS whose default CCID driver is Apple's own."""


@dataclass(frozen=True, slots=True)
class MacComputer:
    """What the probes look at. A test gives its own files, environment, kernel, commands and programs."""

    tree: Tree = field(default_factory=lambda: Tree(Path("/")))
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    api: MacApi = field(default_factory=Darwin)
    machine: str = field(default_factory=platform.machine)
    runner: Runner = field(default_factory=ChildProcess)
    programs: Programs = running_programs
    ioreg: IoregMemory = field(default_factory=IoregMemory)

    def settings(self, name: str) -> dict[str, Any] | None:
        """A property list's dictionary: empty when the file is absent, None when it is closed to us or broken."""
        try:
            if not self.tree.exists(name):
                return {}
            content = parse_property_list(self.tree.read(name) or b"")
        except PermissionError:
            return None
        return content if isinstance(content, dict) else None

    def home(self, name: str) -> str:
        """A file of the person's home; an unset HOME leads nowhere."""
        home = self.environ.get("HOME", "")
        return f"{home}/{name}" if home.startswith("/") else "/nonexistent"

    @property
    def translated(self) -> bool:
        """This program runs under Rosetta."""
        return self.api.sysctl("sysctl.proc_translated") == 1

    @property
    def arch(self) -> str:
        """The processor's architecture: under Rosetta ``machine`` says x86_64 on Apple silicon."""
        is_arm = self.translated or self.api.sysctl("hw.optional.arm64") == 1
        return "arm64" if is_arm else architecture(self.machine)


def probes(computer: MacComputer | None = None, reader_ids: frozenset[UsbId] = frozenset()) -> Sequence[Probe]:
    """All probes for macOS, one for each field of HostFacts.

    Without ``reader_ids`` (USB ids of the reader table) only CCID readers are told from other USB devices.
    """
    here = computer or MacComputer(ioreg=_THIS_MAC)
    home = here.environ.get("HOME", "")
    software = UnixSoftware(here.tree, home if home.startswith("/") else "", MAC, lambda: look_at_browser(here))
    return [
        Probe("os", lambda: look_at_os(here)),
        Probe("session", lambda: look_at_session(here)),
        Probe("locale", lambda: look_at_locale(here)),
        Probe("s_mode", lambda: NOT_APPLICABLE),
        Probe("browsers", software.browsers),
        Probe("extensions", lambda: look_at_extensions(here.runner, software.extensions), limit=8.0, slow=True),
        Probe("native_hosts", software.native_hosts),
        Probe("products", software.products),
        Probe("ie_mode", lambda: NOT_APPLICABLE),
        Probe("clock", look_at_clock),
        Probe("proxy", lambda: look_at_proxy(here.environ, here.runner, here.settings(_NETWORK)), limit=1.5),
        Probe("console", lambda: look_at_console(here.environ, "darwin")),
        Probe("default_browser", lambda: look_at_browser(here)),
        Probe("rosetta", lambda: look_at_rosetta(here)),
        Probe("usb_devices", lambda: look_at_usb(here.runner, reader_ids, _catalogue(here), here.ioreg), USB_LIMIT),
        Probe("reader_devices", lambda: look_at_reader_devices(here.runner), READERS_LIMIT, slow=True),
        Probe("driver_bundles", lambda: driver_bundles_fact(_catalogue(here))),
        Probe("kernel_modules", lambda: NOT_APPLICABLE),
        Probe("service", lambda: NOT_APPLICABLE),
        Probe("helper_services", lambda: NOT_APPLICABLE),
        Probe("pcsc_access", lambda: NOT_APPLICABLE),
        Probe("apple_ccid_driver", lambda: look_at_ccid_driver(here)),
        Probe("token_drivers", lambda: look_at_tokens(here.runner), limit=4.0, slow=True),
        Probe("pkcs11_modules", lambda: NOT_APPLICABLE),
        Probe("card_users", lambda: look_at_card_users("macos", here.programs), NAMES_LIMIT),
    ]


def _catalogue(computer: MacComputer) -> DriverCatalogue:
    return read_catalogue(computer.tree, _BUNDLES)


def major_version(version: str) -> int | None:
    """14 of ``14.7.1``, or None. Never raises."""
    head = version.partition(".")[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) <= 4 else None


def macos_name(version: str) -> str:
    """``macOS 15`` for 15.1; the tens before Big Sur keep their second number: ``macOS 10.15``. Never raises."""
    parts = version.split(".")
    if major_version(version) is None:
        return "macOS"
    return f"macOS {'.'.join(parts[:2])}" if parts[0] == "10" else f"macOS {parts[0]}"


def _version(computer: MacComputer) -> str:
    version = (computer.settings(_SYSTEM_VERSION) or {}).get("ProductVersion", "")
    return safe_text(version, 20) if isinstance(version, str) else ""


def look_at_os(computer: MacComputer) -> Fact[OsFacts]:
    """Version and architecture."""
    version = _version(computer)
    facts = OsFacts(
        family=OsFamily.MACOS,
        name=macos_name(version),
        version=version,
        arch=computer.arch,
        process_arch=architecture(computer.machine),
    )
    return seen(facts, "SystemVersion.plist", "" if version else "no_version")


def look_at_session(computer: MacComputer) -> Fact[tuple[SessionKind, ...]]:
    """SSH, virtual machine, or the computer's own screen; screen sharing shows that same screen."""
    kinds = []
    if any(computer.environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")):
        kinds.append(SessionKind.SSH)
    if computer.api.sysctl("kern.hv_vmm_present") == 1:
        kinds.append(SessionKind.VM)
    return seen(tuple(kinds) or (SessionKind.LOCAL,), "sysctl")


def look_at_locale(computer: MacComputer) -> Fact[LocaleFacts]:
    """The person's first language, else the computer's, else that of the terminal.

    Note ``partly_closed`` when a setting that counts for more could not be read.
    """
    file, note = "Library/Preferences/.GlobalPreferences.plist", ""
    for settings in (computer.settings(computer.home(file)), computer.settings(f"/{file}")):
        note = PARTLY_CLOSED if settings is None else note
        name = preferred_language(settings or {})
        if name:
            return seen(LocaleFacts(system_locale=locale_tag(name)), "GlobalPreferences", note)
    name = computer.environ.get("LC_ALL") or computer.environ.get("LANG") or ""
    if name:
        return seen(LocaleFacts(system_locale=locale_tag(name)), "environment", note)
    return unseen(FactStatus.UNKNOWN if note else FactStatus.ABSENT, "GlobalPreferences", note)


def preferred_language(settings: Mapping[str, Any]) -> str:
    """First of AppleLanguages (``ja-JP``), else AppleLocale (``ja_JP``), else empty. Never raises."""
    languages = settings.get("AppleLanguages")
    if isinstance(languages, list) and languages and isinstance(languages[0], str):
        return languages[0]
    locale = settings.get("AppleLocale")
    return locale if isinstance(locale, str) else ""


def look_at_browser(computer: MacComputer) -> Fact[str]:
    """The handler of https. Who never chose one has Safari: no entry, note ``unset``."""
    settings = computer.settings(computer.home(_HANDLERS))
    if settings is None:
        return unseen(FactStatus.UNKNOWN, "LaunchServices", "unreadable")
    bundle_id = https_handler(settings)
    if not bundle_id:
        return seen("safari", "LaunchServices", "unset")
    return seen(browser_of_bundle_id(bundle_id), "LaunchServices")


def https_handler(settings: Mapping[str, Any]) -> str:
    """Bundle id that opens https, from LaunchServices' settings, else empty. Never raises."""
    handlers = settings.get("LSHandlers")
    for handler in handlers if isinstance(handlers, list) else []:
        if isinstance(handler, dict) and handler.get("LSHandlerURLScheme") == "https":
            role = handler.get("LSHandlerRoleAll")
            if isinstance(role, str):
                return role
    return ""


def look_at_rosetta(computer: MacComputer) -> Fact[bool]:
    """Whether Rosetta 2 is installed; the client software needs it on Apple silicon. Intel has no use for it."""
    if computer.arch != "arm64":
        return NOT_APPLICABLE
    return seen(computer.translated or computer.tree.exists(_ROSETTA), "files")


def look_at_ccid_driver(computer: MacComputer) -> Fact[bool]:
    """Whether Apple's own CCID driver is in use: from Sonoma on, unless ``useIFDCCID`` is set."""
    major = major_version(_version(computer))
    if major is None:
        return unseen(FactStatus.UNKNOWN, "SystemVersion.plist", "no_version")
    if major < _SONOMA:
        return seen(False, "SystemVersion.plist")
    settings = computer.settings(_SMART_CARD_SETTINGS)
    if settings is None:
        return unseen(FactStatus.UNKNOWN, "smartcard.plist", "unreadable")
    return seen(not is_set(settings.get("useIFDCCID")), "smartcard.plist")


def is_set(value: object) -> bool:
    """A yes of ``defaults write``: true, 1, or the string yes (written without ``-bool``)."""
    if isinstance(value, str):
        return value.strip().lower() in {"yes", "true", "1"}
    return isinstance(value, int) and value != 0
