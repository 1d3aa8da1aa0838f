"""The computer around the card."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from jpkidoctor.facts.fact import Data, Fact
from jpkidoctor.facts.software import Browser, Clock, Console, Extension, NativeHost, Product, Proxy
from jpkidoctor.privacy import Device, Public


class OsFamily(StrEnum):
    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    OTHER = "other"


class SessionKind(StrEnum):
    """Where this program's screen and its readers are. Several may hold at once."""

    LOCAL = "local"
    RDP = "rdp"
    CITRIX = "citrix"
    """Citrix's remote screen (ICA); it hands cards or USB through, as its administrator set it up."""
    SSH = "ssh"
    SERVICE = "service"
    CONTAINER = "container"
    WSL = "wsl"
    VM = "vm"
    SANDBOX = "sandbox"
    """Flatpak or Snap: its own copy of pcsc-lite."""


class OsFacts(Data, frozen=True, kw_only=True):
    family: OsFamily
    name: Public = ""
    """As a person would say it: ``Windows 11``, ``macOS 15``, ``Debian GNU/Linux 12``."""
    version: Public = ""
    build: int | None = None
    """Windows build number: 26100 is 24H2."""
    edition: Public = ""
    arch: Public = ""
    process_arch: Public = ""
    installed_at: dt.datetime | None = None
    """When this OS version was installed or upgraded (UTC)."""


class LocaleFacts(Data, frozen=True, kw_only=True):
    system_locale: Public = ""
    ansi_codepage: int | None = None
    """Windows only: 932 is Japanese."""


class UsbDevice(Data, frozen=True, kw_only=True):
    """A USB device that is, or may be, a card reader."""

    vid: int
    pid: int
    product: Device = ""
    manufacturer: Device = ""
    interface_classes: tuple[int, ...] = ()
    """bInterfaceClass of each interface; 0x0B is CCID, 0xFF is the maker's own protocol."""
    bound_driver: Public = ""
    """Linux: kernel driver that holds an interface (``port100``, ``pn533_usb``), else empty.
    Windows: WinUSB or a libusb driver in the place of a reader's own, or the one that hands a device over to a
    virtual machine or WSL (``vboxusb``, ``vmusb``), else empty."""
    listed_by_driver: bool | None = None
    """The VID:PID stands in an installed PC/SC driver's list. None: no list was read."""
    behind_hub: bool | None = None
    may_sleep: bool | None = None
    """The system may cut its power while nothing is read (selective suspend, autosuspend). None: not told."""


class ReaderDevice(Data, frozen=True, kw_only=True):
    """A card reader as the device manager sees it (Windows; macOS in part)."""

    instance: Device = ""
    vid: int | None = None
    pid: int | None = None
    description: Device = ""
    device_class: Public = ""
    problem_code: int | None = None
    """Device Manager's "Code N" (CM_PROB_*), 0 is no problem."""
    driver_provider: Public = ""
    driver_version: Public = ""
    driver_date: dt.date | None = None
    driver_inf: Public = ""
    driver_service: Public = ""
    driver_installed_at: dt.datetime | None = None
    first_connected_at: dt.datetime | None = None
    virtual: bool = False


class ServiceState(StrEnum):
    RUNNING = "running"
    ON_DEMAND = "on_demand"
    """Not running now, starts by itself when asked (socket activation, trigger start)."""
    STOPPED = "stopped"
    DISABLED = "disabled"
    NOT_INSTALLED = "not_installed"


class ServiceFacts(Data, frozen=True, kw_only=True):
    name: Public
    state: ServiceState
    start_type: Public = ""


class DriverBundle(Data, frozen=True, kw_only=True):
    """A PC/SC driver package: libccid's bundle on Linux and macOS."""

    name: Public
    version: Public = ""
    reader_count: int = 0


class PcscAccess(StrEnum):
    ALLOWED = "allowed"
    REFUSED_BY_POLKIT = "refused_by_polkit"
    REFUSED_BY_SOCKET = "refused_by_socket"


class TokenDriver(Data, frozen=True, kw_only=True):
    """A program part that makes a card usable for macOS itself (CryptoTokenKit)."""

    id: Public
    """Bundle id: ``com.apple.CryptoTokenKit.pivtoken``."""
    version: Public = ""


class Pkcs11Module(Data, frozen=True, kw_only=True):
    """A PKCS#11 module that p11-kit offers to every program."""

    name: Public
    """Name of its file in the modules' folder, without the ending; empty for one of the person's own."""
    library: Public = ""
    """File name of the library, without its folder."""
    scope: Public = ""
    """``system`` or ``user``."""
    enabled: bool = True


class CardUser(Data, frozen=True, kw_only=True):
    """Another program that has the PC/SC library open."""

    name: Public
    pid: int
    evidence: Public = ""


class HostFacts(Data, frozen=True, kw_only=True):
    """The computer around the card."""

    os: Fact[OsFacts] = Fact()
    session: Fact[tuple[SessionKind, ...]] = Fact()
    locale: Fact[LocaleFacts] = Fact()
    s_mode: Fact[bool] = Fact()
    """Windows in S mode runs programs from the Store only."""
    browsers: Fact[tuple[Browser, ...]] = Fact()
    extensions: Fact[tuple[Extension, ...]] = Fact()
    native_hosts: Fact[tuple[NativeHost, ...]] = Fact()
    products: Fact[tuple[Product, ...]] = Fact()
    ie_mode: Fact[bool] = Fact()
    """Windows: a policy lets Edge show pages in the old engine of Internet Explorer."""
    clock: Fact[Clock] = Fact()
    proxy: Fact[Proxy] = Fact()
    console: Fact[Console] = Fact()
    default_browser: Fact[Public] = Fact()
    """One of ``edge chrome safari firefox internet_explorer other``."""
    rosetta: Fact[bool] = Fact()
    usb_devices: Fact[tuple[UsbDevice, ...]] = Fact()
    reader_devices: Fact[tuple[ReaderDevice, ...]] = Fact()
    driver_bundles: Fact[tuple[DriverBundle, ...]] = Fact()
    kernel_modules: Fact[tuple[Public, ...]] = Fact()
    """Loaded kernel NFC modules that are known to take readers away from PC/SC."""
    service: Fact[ServiceFacts] = Fact()
    helper_services: Fact[tuple[ServiceFacts, ...]] = Fact()
    """Windows: services beside the Smart Card service (``ScDeviceEnum``, ``CertPropSvc``, ``SCPolicySvc``)."""
    pcsc_access: Fact[PcscAccess] = Fact()
    apple_ccid_driver: Fact[bool] = Fact()
    """macOS: True when Apple's own CCID driver is in use (``useIFDCCID`` unset)."""
    token_drivers: Fact[tuple[TokenDriver, ...]] = Fact()
    """macOS: the CryptoTokenKit extensions that are registered."""
    pkcs11_modules: Fact[tuple[Pkcs11Module, ...]] = Fact()
    """Linux: what p11-kit hands to browsers and other programs; each of them may hold the card."""
    card_users: Fact[tuple[CardUser, ...]] = Fact()
