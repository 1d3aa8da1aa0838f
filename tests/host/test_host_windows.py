"""Windows, with a registry and calls made for the test. Nothing here was seen on a real Windows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest

from jpkidoctor.facts import FactStatus, HostFacts, OsFamily, ServiceState, SessionKind
from jpkidoctor.host import windows
from jpkidoctor.host.probe import run_probes
from jpkidoctor.host.windows_api import ServiceEntry, Win32
from jpkidoctor.host.windows_devices import DeviceDoors
from jpkidoctor.host.windows_registry import WinRegistry

VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
BIOS = r"HARDWARE\DESCRIPTION\System\BIOS"
SERVICE = r"SYSTEM\CurrentControlSet\Services\SCardSvr"
HTTPS = r"SOFTWARE\Microsoft\Windows\Shell\Associations\UrlAssociations\https"

WINDOWS_11 = {
    ("HKLM", VERSION, "ProductName"): "Windows 10 Pro",  # as a real Windows 11 says
    ("HKLM", VERSION, "CurrentBuildNumber"): "26100",
    ("HKLM", VERSION, "UBR"): 2314,
    ("HKLM", VERSION, "DisplayVersion"): "24H2",
    ("HKLM", VERSION, "EditionID"): "Professional",
    ("HKLM", VERSION, "InstallationType"): "Client",
    ("HKLM", VERSION, "InstallDate"): 1728000000,
    ("HKLM", SERVICE, "Start"): 3,
    ("HKCU", rf"{HTTPS}\UserChoice", "ProgId"): "MSEdgeHTM",
}


NO_DEVICES = DeviceDoors(cfgmgr=None, winscard=None, run=lambda arguments, seconds: None, environ={})


@dataclass
class FakeRegistry:
    values: dict

    def value(self, hive, key, name):
        return self.values.get((hive, key, name))

    def subkeys(self, hive, key):
        return ()


class ClosedRegistry:
    def value(self, hive, key, name):
        raise PermissionError(5, "denied", key)

    def subkeys(self, hive, key):
        raise PermissionError(5, "denied", key)


@dataclass
class FakeWindows:
    machine: int | None = 0x8664
    platform: str = "win-amd64"
    remote: bool | None = False
    session: int | None = 1
    codepage: int | None = 932
    locale: str | None = "ja-JP"
    entry: ServiceEntry | None = field(default_factory=lambda: ServiceEntry("running", "manual"))
    closed: bool = False

    def build(self):
        return 26100

    def native_machine(self):
        return self.machine

    def program_platform(self):
        return self.platform

    def remote_session(self):
        return self.remote

    def session_id(self):
        return self.session

    def ansi_codepage(self):
        return self.codepage

    def system_locale(self):
        return self.locale

    def console_mode(self):
        return None

    def service(self, name):
        assert name in ("SCardSvr", "ScDeviceEnum", "CertPropSvc", "SCPolicySvc")
        if self.closed:
            raise PermissionError(name)
        return self.entry


def computer(values=None, environ=None, **calls):
    registry = FakeRegistry(WINDOWS_11 | (values or {}))
    return windows.WindowsComputer(registry, FakeWindows(**calls), environ or {}, NO_DEVICES)


def test_windows_11_in_spite_of_its_product_name():
    os_facts = windows.look_at_os(computer()).value
    assert os_facts.family is OsFamily.WINDOWS
    assert os_facts.name == "Windows 11"
    assert os_facts.version == "24H2 (26100.2314)"
    assert os_facts.build == 26100
    assert os_facts.edition == "Professional"
    assert (os_facts.arch, os_facts.process_arch) == ("x86_64", "x86_64")
    assert os_facts.installed_at == dt.datetime(2024, 10, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("build", "name"),
    [("26200", "Windows 11"), ("22000", "Windows 11"), ("19045", "Windows 10"), ("9600", "Windows 8.1"),
     ("7601", "Windows 7")],
)  # fmt: skip
def test_windows_by_build(build, name):
    assert windows.look_at_os(computer({("HKLM", VERSION, "CurrentBuildNumber"): build})).value.name == name


def test_server_keeps_its_own_name():
    values = {("HKLM", VERSION, "InstallationType"): "Server", ("HKLM", VERSION, "ProductName"): "Windows Server 2025"}
    assert windows.look_at_os(computer(values)).value.name == "Windows Server 2025"


def test_x64_program_on_arm():
    os_facts = windows.look_at_os(computer(machine=0xAA64)).value
    assert (os_facts.arch, os_facts.process_arch) == ("arm64", "x86_64")


def test_old_windows_without_release_name():
    values = {("HKLM", VERSION, "DisplayVersion"): None, ("HKLM", VERSION, "UBR"): None}
    assert windows.look_at_os(computer(values)).value.version == "26100"


def test_registry_of_wrong_types_gives_no_error():
    values = dict.fromkeys(WINDOWS_11, b"\xff\xfe")
    here = computer(values, machine=None, locale=None, codepage=None)
    facts = run_probes(windows.probes(here), 3.0)
    assert {name for name, fact in facts.items() if fact.status is FactStatus.ERROR} == set()
    assert facts["os"].value.build == 26100  # from the call
    assert facts["locale"].status is FactStatus.UNKNOWN


def test_closed_registry_is_denied_and_the_locale_still_told():
    here = windows.WindowsComputer(ClosedRegistry(), FakeWindows(), {}, NO_DEVICES)
    facts = run_probes(windows.probes(here), 3.0)
    assert facts["os"].status is FactStatus.DENIED
    assert facts["locale"].value.ansi_codepage == 932


def test_hostile_registry_text_is_made_harmless():
    values = {("HKLM", VERSION, "EditionID"): "Pro\x1b[31m\r\n\u202eX"}
    assert windows.look_at_os(computer(values)).value.edition == "Pro X"


def test_remote_desktop_by_the_call():
    assert windows.look_at_session(computer(remote=True)).value == (SessionKind.RDP,)


def test_remote_desktop_by_session_number():
    values = {("HKLM", r"SYSTEM\CurrentControlSet\Control\Terminal Server", "GlassSessionId"): 1}
    assert windows.look_at_session(computer(values, session=3)).value == (SessionKind.RDP,)


def test_citrix_by_the_name_of_its_session():
    here = computer(environ={"SESSIONNAME": "ICA-tcp#3"}, remote=True)
    assert windows.look_at_session(here).value == (SessionKind.CITRIX,)


def test_virtual_machine_by_bios():
    values = {("HKLM", BIOS, "SystemManufacturer"): "VMware, Inc.", ("HKLM", BIOS, "SystemProductName"): "VMware7,1"}
    assert windows.look_at_session(computer(values)).value == (SessionKind.VM,)


def test_own_screen_is_local():
    assert windows.look_at_session(computer()).value == (SessionKind.LOCAL,)


def test_japanese_locale():
    locale = windows.look_at_locale(computer()).value
    assert (locale.system_locale, locale.ansi_codepage) == ("ja-JP", 932)


@pytest.mark.parametrize(
    ("progid", "browser"),
    [
        ("MSEdgeHTM", "edge"),
        ("ChromeHTML", "chrome"),
        ("FirefoxURL-308046B0AF4A39CB", "firefox"),
        ("IE.HTTPS", "internet_explorer"),
        ("AppXq0fevzme2pys62n3e0fbqa7peapykr8v", "edge"),
        ("ChromiumHTM.ABC", "other"),
        ("BraveHTML", "other"),
    ],
)
def test_default_browser(progid, browser):
    values = {("HKCU", rf"{HTTPS}\UserChoice", "ProgId"): progid}
    assert windows.look_at_browser(computer(values)).value == browser


def test_newest_choice_of_browser_counts():
    values = {("HKCU", rf"{HTTPS}\UserChoiceLatest\ProgId", "ProgId"): "ChromeHTML"}
    assert windows.look_at_browser(computer(values)).value == "chrome"


@pytest.mark.parametrize(
    ("status", "start", "state"),
    [
        ("running", "manual", ServiceState.RUNNING),
        ("running", "disabled", ServiceState.RUNNING),
        ("stopped", "manual", ServiceState.ON_DEMAND),  # no reader plugged in: in order
        ("stopped", "disabled", ServiceState.DISABLED),
        ("stopped", "automatic", ServiceState.STOPPED),
        ("stop_pending", "automatic", ServiceState.STOPPED),
    ],
)
def test_smart_card_service(status, start, state):
    service = windows.look_at_service(computer(entry=ServiceEntry(status, start))).value
    assert (service.name, service.state, service.start_type) == ("SCardSvr", state, start)


def test_service_not_installed():
    assert windows.look_at_service(computer(entry=None)).value.state is ServiceState.NOT_INSTALLED


def test_closed_service_list_with_disabled_service():
    fact = windows.look_at_service(computer({("HKLM", SERVICE, "Start"): 4}, closed=True))
    assert fact.value.state is ServiceState.DISABLED


def test_closed_service_list_is_denied_otherwise():
    fact = windows.look_at_service(computer(closed=True))
    assert (fact.status, fact.note) == (FactStatus.DENIED, "start=manual")


def test_probes_fill_every_field():
    facts = run_probes(windows.probes(computer()), 3.0)
    assert set(facts) == set(HostFacts.__struct_fields__)
    assert not [name for name, fact in facts.items() if fact.note == "not_yet"]
    assert {name for name, fact in facts.items() if fact.status is FactStatus.NOT_APPLICABLE} == {
        "rosetta", "driver_bundles", "kernel_modules", "pcsc_access", "apple_ccid_driver", "token_drivers",
        "pkcs11_modules",
    }  # fmt: skip


def test_real_doors_answer_none_elsewhere():
    import sys

    if sys.platform == "win32":
        pytest.skip("this is a Windows")
    api = Win32()
    answers = [api.build(), api.native_machine(), api.remote_session(), api.session_id(), api.service("SCardSvr")]
    assert answers == [None] * 5
    assert WinRegistry().value("HKLM", VERSION, "UBR") is None
