"""Windows: assembles the probes. No administrator's rights; a child process only when cfgmgr32 does not answer.

Sources: host-probes §1.1, §2.1, §3.1, §3.3 to §3.5. The console is looked at where the screens begin.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from jpkidoctor.facts import (
    Browser,
    Console,
    Extension,
    Fact,
    FactStatus,
    LocaleFacts,
    NativeHost,
    OsFacts,
    OsFamily,
    Product,
    ServiceFacts,
    SessionKind,
)
from jpkidoctor.host.architecture import architecture
from jpkidoctor.host.browsers import browser_of_progid
from jpkidoctor.host.console import look_at_console
from jpkidoctor.host.language import locale_tag
from jpkidoctor.host.probe import NOT_APPLICABLE, PARTLY_CLOSED, Probe, seen, unseen
from jpkidoctor.host.process_names import NAMES_LIMIT, loaded_files, look_at_card_users
from jpkidoctor.host.windows_api import Win32, WindowsApi
from jpkidoctor.host.windows_browsers import browsers, extensions, native_hosts
from jpkidoctor.host.windows_devices import DeviceDoors, device_probes
from jpkidoctor.host.windows_files import Disk, Files
from jpkidoctor.host.windows_products import products
from jpkidoctor.host.windows_readers import UsbId
from jpkidoctor.host.windows_registry import Hive, Registry, RegistryValue, WinRegistry
from jpkidoctor.host.windows_services import START_TYPES, service_facts
from jpkidoctor.host.windows_session import session_kinds
from jpkidoctor.host.windows_setting import (
    look_at_clock,
    look_at_helpers,
    look_at_ie_mode,
    look_at_proxy,
    look_at_s_mode,
)
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.product_types import ProductModel
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


@dataclass(frozen=True, slots=True)
class WindowsComputer:
    """What the probes look at. A test gives its own registry, calls and environment."""

    registry: Registry = field(default_factory=WinRegistry)
    api: WindowsApi = field(default_factory=Win32)
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    devices: DeviceDoors = field(default_factory=DeviceDoors)
    files: Files = field(default_factory=Disk)
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    table: Callable[[], Sequence[ProductModel]] = lambda: load_known().products
    """The programs to look for. Raises KnowledgeError when the table is damaged."""

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
        Probe("s_mode", lambda: look_at_s_mode(here.registry)),
        Probe("browsers", lambda: look_at_browsers(here), limit=2.5),
        Probe("extensions", lambda: look_at_extensions(here), limit=8.0, slow=True),
        Probe("native_hosts", lambda: look_at_native_hosts(here), limit=2.5),
        Probe("products", lambda: look_at_products(here), limit=2.5),
        Probe("ie_mode", lambda: look_at_ie_mode(here.registry)),
        Probe("clock", lambda: look_at_clock(here.registry, here.now())),
        Probe("proxy", lambda: look_at_proxy(here.registry, here.environ)),
        Probe("console", lambda: look_at_console_of(here)),
        Probe("default_browser", lambda: look_at_browser(here)),
        Probe("rosetta", lambda: NOT_APPLICABLE),
        *device_probes(here.devices, reader_ids, here.registry),
        Probe("driver_bundles", lambda: NOT_APPLICABLE),
        Probe("kernel_modules", lambda: NOT_APPLICABLE),
        Probe("service", lambda: look_at_service(here), limit=2.0),
        Probe("helper_services", lambda: look_at_helpers(here.registry, here.api), limit=2.5),
        Probe("pcsc_access", lambda: NOT_APPLICABLE),
        Probe("apple_ccid_driver", lambda: NOT_APPLICABLE),
        Probe("token_drivers", lambda: NOT_APPLICABLE),
        Probe("pkcs11_modules", lambda: NOT_APPLICABLE),
        Probe("card_users", lambda: look_at_card_users("windows", loaded=loaded_files), limit=NAMES_LIMIT),
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


def look_at_console_of(computer: WindowsComputer) -> Fact[Console]:
    """The terminal. The setting "use legacy console" is ``ForceV2`` = 0 ([K] of host-probes §5.1)."""
    try:
        legacy = computer.registry.value("HKCU", "Console", "ForceV2") == 0
    except PermissionError:
        legacy = None
    return look_at_console(computer.environ, "win32", mode=computer.api.console_mode(), legacy=legacy)


def look_at_browsers(computer: WindowsComputer) -> Fact[tuple[Browser, ...]]:
    """Installed browsers with their versions."""
    default = look_at_browser(computer).value or ""
    return seen(browsers(computer.registry, computer.files, default), "registry")


def look_at_native_hosts(computer: WindowsComputer) -> Fact[tuple[NativeHost, ...]]:
    """The manifests that lead browsers to the card's programs."""
    return seen(native_hosts(computer.registry, computer.files, computer.table()), "registry")


def look_at_extensions(computer: WindowsComputer) -> Fact[tuple[Extension, ...]]:
    """Extensions of the card's world. The manifests are read again: they say which ids to look for."""
    table = computer.table()
    hosts = native_hosts(computer.registry, computer.files, table)
    hidden = any(host.manifest_readable is None for host in hosts)  # it may name an extension that no table has
    found = extensions(computer.files, computer.environ, table, hosts)
    return seen(found, "profiles", PARTLY_CLOSED if hidden else "")


def look_at_products(computer: WindowsComputer) -> Fact[tuple[Product, ...]]:
    """Installed programs of the card's world."""
    return seen(products(computer.registry, computer.files, computer.environ, computer.table()), "registry")


def look_at_service(computer: WindowsComputer) -> Fact[ServiceFacts]:
    """The Smart Card service. When the service manager is closed to us, the registry still tells "disabled"."""
    try:
        registered = START_TYPES.get(computer.number("HKLM", _SERVICE, "Start") or 0, "")
    except PermissionError:  # the service manager may answer all the same
        registered = ""
    facts = service_facts(computer.api, SERVICE_NAME, registered)
    if facts is None:
        return unseen(FactStatus.DENIED, "scm", f"start={registered}" if registered else "")
    return seen(facts, "scm")
