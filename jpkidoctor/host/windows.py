"""Windows: assembles the probes. No administrator's rights; a child process only when cfgmgr32 does not answer.

Sources: host-probes §1.1, §2.1, §3.1, §3.3. Other card users are not built yet and say so.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jpkidoctor.facts import (
    Fact,
    FactStatus,
    LocaleFacts,
    OsFacts,
    OsFamily,
    ServiceFacts,
    ServiceState,
    SessionKind,
)
from jpkidoctor.host.architecture import architecture
from jpkidoctor.host.browsers import browser_of_progid
from jpkidoctor.host.language import locale_tag
from jpkidoctor.host.probe import NOT_APPLICABLE, NOT_YET, Probe, seen, unseen
from jpkidoctor.host.process_names import NAMES_LIMIT, look_at_card_users
from jpkidoctor.host.windows_api import Hive, Registry, RegistryValue, ServiceEntry, Win32, WindowsApi, WinRegistry
from jpkidoctor.host.windows_devices import DeviceDoors, device_probes
from jpkidoctor.host.windows_readers import UsbId
from jpkidoctor.host.windows_session import session_kinds
from jpkidoctor.safe_text import safe_text

_VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
_TERMINAL_SERVER = r"SYSTEM\CurrentControlSet\Control\Terminal Server"
_SERVICE = r"SYSTEM\CurrentControlSet\Services\SCardSvr"
_HTTPS_HANDLER = r"SOFTWARE\Microsoft\Windows\Shell\Associations\UrlAssociations\https"

SERVICE_NAME = "SCardSvr"
"""Key name of the Smart Card service; its display name is translated."""

_MACHINES = {0x8664: "x86_64", 0xAA64: "arm64", 0x014C: "x86"}
_OLD_NAMES = {7600: "Windows 7", 7601: "Windows 7", 9200: "Windows 8", 9600: "Windows 8.1"}
_FIRST_WINDOWS_10, _FIRST_WINDOWS_11 = 10240, 22000
_START_TYPES = {2: "automatic", 3: "manual", 4: "disabled"}


@dataclass(frozen=True, slots=True)
class WindowsComputer:
    """What the probes look at. A test gives its own registry, calls and environment."""

    registry: Registry = field(default_factory=WinRegistry)
    api: WindowsApi = field(default_factory=Win32)
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    devices: DeviceDoors = field(default_factory=DeviceDoors)

    def text(self, hive: Hive, key: str, name: str) -> str:
        """A registry string made harmless, empty when absent or of another type."""
        value = self.registry.value(hive, key, name)
        return safe_text(value, 100) if isinstance(value, str) else ""

    def number(self, hive: Hive, key: str, name: str) -> int | None:
        """A registry number; also one written as a string, as CurrentBuildNumber is."""
        return parse_number(self.registry.value(hive, key, name))


def probes(computer: WindowsComputer | None = None, reader_ids: frozenset[UsbId] = frozenset()) -> Sequence[Probe]:
    """All probes for Windows, one for each field of HostFacts. ``reader_ids``: USB ids of known card readers."""
    here = computer or WindowsComputer()
    return [
        Probe("os", lambda: look_at_os(here)),
        Probe("session", lambda: look_at_session(here)),
        Probe("locale", lambda: look_at_locale(here)),
        Probe("s_mode", lambda: NOT_YET),
        Probe("browsers", lambda: NOT_YET),
        Probe("extensions", lambda: NOT_YET),
        Probe("native_hosts", lambda: NOT_YET),
        Probe("products", lambda: NOT_YET),
        Probe("ie_mode", lambda: NOT_YET),
        Probe("clock", lambda: NOT_YET),
        Probe("proxy", lambda: NOT_YET),
        Probe("console", lambda: NOT_YET),
        Probe("default_browser", lambda: look_at_browser(here)),
        Probe("rosetta", lambda: NOT_APPLICABLE),
        *device_probes(here.devices, reader_ids),
        Probe("driver_bundles", lambda: NOT_APPLICABLE),
        Probe("kernel_modules", lambda: NOT_APPLICABLE),
        Probe("service", lambda: look_at_service(here), limit=2.0),
        Probe("helper_services", lambda: NOT_YET),
        Probe("pcsc_access", lambda: NOT_APPLICABLE),
        Probe("apple_ccid_driver", lambda: NOT_APPLICABLE),
        Probe("card_users", lambda: look_at_card_users("windows"), limit=NAMES_LIMIT),
    ]


def parse_number(value: RegistryValue) -> int | None:
    """A number from a registry value, or None. Never raises."""
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 10:
        return int(value)
    return None


def windows_name(build: int | None, installation: str, product: str) -> str:
    """``Windows 11``, or a server's product name. ProductName still says "Windows 10" on Windows 11, so it only
    counts on a server ([K] of host-probes §3.1). Never raises.
    """
    if installation.lower().startswith("server"):
        return product or "Windows Server"
    if build is None:
        return "Windows"
    if build >= _FIRST_WINDOWS_11:
        return "Windows 11"
    if build >= _FIRST_WINDOWS_10:
        return "Windows 10"
    return _OLD_NAMES.get(build, "Windows")


def install_date(seconds: int | None) -> dt.datetime | None:
    """InstallDate (seconds since 1970, UTC) as a time; None when it is no date of a real Windows. Never raises."""
    if seconds is None or not 0x3B9ACA00 <= seconds <= 0xFFFFFFFF:  # 2001-09-09 to the end of a DWORD
        return None
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)


def look_at_os(computer: WindowsComputer) -> Fact[OsFacts]:
    """Version, edition, architecture. ``version`` reads as ``24H2 (26100.2314)``: what winver shows."""
    build = computer.number("HKLM", _VERSION, "CurrentBuildNumber") or computer.api.build()
    release = computer.text("HKLM", _VERSION, "DisplayVersion") or computer.text("HKLM", _VERSION, "ReleaseId")
    revision = computer.number("HKLM", _VERSION, "UBR")
    exact = "" if build is None else f"{build}.{revision}" if revision is not None else str(build)
    installation = computer.text("HKLM", _VERSION, "InstallationType")
    program = architecture(computer.api.program_platform())
    native = computer.api.native_machine()
    facts = OsFacts(
        family=OsFamily.WINDOWS,
        name=windows_name(build, installation, computer.text("HKLM", _VERSION, "ProductName")),
        version=f"{release} ({exact})" if release and exact else release or exact,
        build=build,
        edition=computer.text("HKLM", _VERSION, "EditionID"),
        arch=program if native is None else _MACHINES.get(native, f"0x{native:04X}"),
        process_arch=program,
        installed_at=install_date(computer.number("HKLM", _VERSION, "InstallDate")),
    )
    return seen(facts, "registry")


def look_at_session(computer: WindowsComputer) -> Fact[tuple[SessionKind, ...]]:
    """Remote desktop, SSH, service, virtual machine, or the computer's own screen."""
    names = ("SystemManufacturer", "SystemProductName", "BIOSVendor", "BaseBoardManufacturer")
    kinds = session_kinds(
        environ=computer.environ,
        remote=computer.api.remote_session(),
        session_id=computer.api.session_id(),
        glass_session_id=computer.number("HKLM", _TERMINAL_SERVER, "GlassSessionId"),
        firmware=tuple(computer.text("HKLM", _BIOS, name) for name in names),
    )
    return seen(kinds, "user32")


def look_at_locale(computer: WindowsComputer) -> Fact[LocaleFacts]:
    """The language for programs without Unicode: the client software's messages depend on it."""
    name, codepage = computer.api.system_locale(), computer.api.ansi_codepage()
    if name is None and codepage is None:
        return unseen(FactStatus.UNKNOWN, "kernel32")
    return seen(LocaleFacts(system_locale=locale_tag(name or ""), ansi_codepage=codepage), "kernel32")


def look_at_browser(computer: WindowsComputer) -> Fact[str]:
    """The person's choice for https. Newer builds of Windows 11 write ``UserChoiceLatest`` first ([K])."""
    for key in (rf"{_HTTPS_HANDLER}\UserChoiceLatest\ProgId", rf"{_HTTPS_HANDLER}\UserChoice"):
        progid = computer.text("HKCU", key, "ProgId")
        if progid:
            return seen(browser_of_progid(progid), "registry")
    return unseen(FactStatus.ABSENT, "registry")


def look_at_service(computer: WindowsComputer) -> Fact[ServiceFacts]:
    """The Smart Card service. When the service manager is closed to us, the registry still tells "disabled"."""
    registered = _START_TYPES.get(computer.number("HKLM", _SERVICE, "Start") or 0, "")
    try:
        entry = computer.api.service(SERVICE_NAME)
    except PermissionError:
        if registered != "disabled":
            return unseen(FactStatus.DENIED, "scm", f"start={registered}" if registered else "")
        entry = ServiceEntry(status="", start_type=registered)
    if entry is None:
        return seen(ServiceFacts(name=SERVICE_NAME, state=ServiceState.NOT_INSTALLED), "scm")
    start = safe_text(entry.start_type, 20)
    return seen(ServiceFacts(name=SERVICE_NAME, state=service_state(entry), start_type=start), "scm")


def service_state(entry: ServiceEntry) -> ServiceState:
    """A stopped manual service is in order: it starts when a reader comes, stops with the last one (§2.1)."""
    if entry.status in ("running", "start_pending", "continue_pending"):
        return ServiceState.RUNNING
    if entry.start_type == "disabled":
        return ServiceState.DISABLED
    return ServiceState.ON_DEMAND if entry.start_type == "manual" else ServiceState.STOPPED
