"""Facts: everything observed in one examination, as plain frozen data.

A fact is never a judgement. Each one says whether it could be observed, from where, and how long that
took; an unobserved fact says why. Facts are saved with a report and can be judged again on any computer.
Lengths are bytes, times are milliseconds, dates are UTC.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from msgspec import Struct

from jpkidoctor.privacy import Device, Personal, Public

SCHEMA: Literal["jpkidoctor.facts/1"] = "jpkidoctor.facts/1"

T = TypeVar("T")


class FactStatus(StrEnum):
    """Whether a thing could be observed. Only ``ok`` carries a value."""

    OK = "ok"
    ABSENT = "absent"
    """Looked, and it is not there."""
    DENIED = "denied"
    """The operating system or the card refused to answer."""
    TIMEOUT = "timeout"
    ERROR = "error"
    """The probe failed in some other way; the note says how."""
    NOT_APPLICABLE = "not_applicable"
    """Has no meaning here (a Windows service on Linux)."""
    UNKNOWN = "unknown"
    """Not looked at, or not yet."""


class Fact(Struct, Generic[T], frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One observation. ``note`` is a short machine word or code (``pending``, ``sw=6982``), never free text."""

    status: FactStatus = FactStatus.UNKNOWN
    value: T | None = None
    source: Public = ""
    ms: float = 0.0
    note: Public = ""

    @property
    def known(self) -> bool:
        """True when the value was observed."""
        return self.status is FactStatus.OK and self.value is not None


class _Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every group of facts: frozen, and strict when read back."""


# --- the computer -------------------------------------------------------------------------------


class OsFamily(StrEnum):
    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    OTHER = "other"


class SessionKind(StrEnum):
    """Where this program's screen and its readers are. Several may hold at once."""

    LOCAL = "local"
    RDP = "rdp"
    SSH = "ssh"
    SERVICE = "service"
    CONTAINER = "container"
    WSL = "wsl"
    VM = "vm"
    SANDBOX = "sandbox"
    """Flatpak or Snap: its own copy of pcsc-lite."""


class OsFacts(_Data, frozen=True, kw_only=True):
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


class LocaleFacts(_Data, frozen=True, kw_only=True):
    system_locale: Public = ""
    ansi_codepage: int | None = None
    """Windows only: 932 is Japanese."""


class UsbDevice(_Data, frozen=True, kw_only=True):
    """A USB device that is, or may be, a card reader."""

    vid: int
    pid: int
    product: Device = ""
    manufacturer: Device = ""
    interface_classes: tuple[int, ...] = ()
    """bInterfaceClass of each interface; 0x0B is CCID, 0xFF is the maker's own protocol."""
    bound_driver: Public = ""
    """Linux: kernel driver that holds an interface (``port100``, ``pn533_usb``), else empty.
    Windows: WinUSB or a libusb driver in the place of a reader's own, else empty."""
    listed_by_driver: bool | None = None
    """The VID:PID stands in an installed PC/SC driver's list. None: no list was read."""
    behind_hub: bool | None = None


class ReaderDevice(_Data, frozen=True, kw_only=True):
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


class ServiceFacts(_Data, frozen=True, kw_only=True):
    name: Public
    state: ServiceState
    start_type: Public = ""


class DriverBundle(_Data, frozen=True, kw_only=True):
    """A PC/SC driver package: libccid's bundle on Linux and macOS."""

    name: Public
    version: Public = ""
    reader_count: int = 0


class PcscAccess(StrEnum):
    ALLOWED = "allowed"
    REFUSED_BY_POLKIT = "refused_by_polkit"
    REFUSED_BY_SOCKET = "refused_by_socket"


class CardUser(_Data, frozen=True, kw_only=True):
    """Another program that has the PC/SC library open."""

    name: Public
    pid: int
    evidence: Public = ""


class HostFacts(_Data, frozen=True, kw_only=True):
    """The computer around the card."""

    os: Fact[OsFacts] = Fact()
    session: Fact[tuple[SessionKind, ...]] = Fact()
    locale: Fact[LocaleFacts] = Fact()
    default_browser: Fact[Public] = Fact()
    """One of ``edge chrome safari firefox internet_explorer other``."""
    rosetta: Fact[bool] = Fact()
    usb_devices: Fact[tuple[UsbDevice, ...]] = Fact()
    reader_devices: Fact[tuple[ReaderDevice, ...]] = Fact()
    driver_bundles: Fact[tuple[DriverBundle, ...]] = Fact()
    kernel_modules: Fact[tuple[Public, ...]] = Fact()
    """Loaded kernel NFC modules that are known to take readers away from PC/SC."""
    service: Fact[ServiceFacts] = Fact()
    pcsc_access: Fact[PcscAccess] = Fact()
    apple_ccid_driver: Fact[bool] = Fact()
    """macOS: True when Apple's own CCID driver is in use (``useIFDCCID`` unset)."""
    card_users: Fact[tuple[CardUser, ...]] = Fact()


# --- PC/SC ----------------------------------------------------------------------------------------


class ReaderKind(StrEnum):
    CONTACT = "contact"
    CONTACTLESS = "contactless"
    SAM = "sam"
    VIRTUAL = "virtual"
    """No card of the caller can ever be in it: Windows Hello, a TPM virtual smart card."""
    UNKNOWN = "unknown"


class StateSample(_Data, frozen=True, kw_only=True):
    at_ms: float
    flags: int


class ConnectFacts(_Data, frozen=True, kw_only=True):
    """How SCardConnect to the examined reader went. ``code`` is the last result, 0 is success."""

    code: int
    protocol: Public = ""
    attempts: int = 1
    failures: int = 0
    ms: float = 0.0
    blocked: bool = False
    """The call did not come back in time: another program holds a transaction."""


class ReaderFacts(_Data, frozen=True, kw_only=True):
    """One PC/SC reader (a slot). ``flags`` are SCARD_STATE_* without the event counter."""

    name: Device
    model: Public = ""
    """Id in the reader table when the name or USB id is known, else empty."""
    kind: ReaderKind = ReaderKind.UNKNOWN
    flags: int = 0
    event_count: int = 0
    atr: Public = ""
    samples: tuple[StateSample, ...] = ()
    """State changes seen while the card was awaited; a bad position shows as flapping."""
    mute_insertions: int = 0
    """How many insertions in a row ended without an answer (PRESENT and MUTE)."""
    connect: Fact[ConnectFacts] = Fact()


class PcscFacts(_Data, frozen=True, kw_only=True):
    library: Fact[Public] = Fact()
    """Version of pyscard; absent when it or the system's PC/SC library is missing."""
    context: Fact[int] = Fact()
    """Result of SCardEstablishContext: 0, or the PC/SC error code as an unsigned number."""
    contexts_rebuilt: int = 0
    readers: Fact[tuple[ReaderFacts, ...]] = Fact()
    examined: int | None = None
    """Index of the reader whose card was examined."""

    @property
    def examined_reader(self) -> ReaderFacts | None:
        """The reader whose card was examined, if any."""
        readers = self.readers.value or ()
        if self.examined is None or not 0 <= self.examined < len(readers):
            return None
        return readers[self.examined]


# --- the card -------------------------------------------------------------------------------------


class CardKind(StrEnum):
    """What the card is, by what it answered (SELECT, token label), never by its ATR alone."""

    MY_NUMBER = "my_number"
    JUKI = "juki"
    ANDROID = "android"
    IPHONE = "iphone"
    UNKNOWN_JPKI = "unknown_jpki"
    """The JPKI application answers but its label is none we know: a newer card."""
    OTHER = "other"
    """The JPKI application does not answer; ``other_card`` says what else it looks like."""


class ApplicationProbe(_Data, frozen=True, kw_only=True):
    """SELECT of one application: its id in ``cards.toml`` and the status word."""

    application: Public
    aid: Public
    sw: int


class PinId(StrEnum):
    SIGNATURE = "signature"
    AUTHENTICATION = "authentication"
    CARD_FACE_INPUT = "card_face_input"
    RESIDENT_COMMON = "resident_common"
    """住民基本台帳用, the counter in the common application."""
    RESIDENT_JUKI = "resident_juki"
    """住民基本台帳用, the separate counter in the juki application."""
    NUMBER_A_INPUT = "number_a_input"
    NUMBER_B_INPUT = "number_b_input"
    NUMBER_A_FACE = "number_a_face"
    NUMBER_B_FACE = "number_b_face"


class PinState(StrEnum):
    TRIES = "tries"
    BLOCKED = "blocked"
    VERIFIED = "verified"
    """Another program verified it in this power session, so the card gives no count."""
    ABSENT = "absent"
    UNKNOWN = "unknown"


class PinFacts(_Data, frozen=True, kw_only=True):
    """Answer to VERIFY without data for one PIN. ``sw`` is 0 when nothing was asked."""

    id: PinId
    state: PinState
    tries_left: int | None = None
    sw: int = 0


class Availability(_Data, frozen=True, kw_only=True):
    """EF 0008 of the JPKI application: which certificates were issued to this card."""

    signature: bool
    authentication: bool


class CertificateFacts(_Data, frozen=True, kw_only=True):
    """What a certificate says, without its body."""

    sha256: Personal
    """Of the whole DER. It picks out the one person whose certificate it is."""
    serial: Personal
    subject: Personal
    issuer: Public
    organization: Public = ""
    """O of the issuer: ``JPKI``, or ``JPKI-TEST`` on a test card."""
    not_before: dt.datetime
    not_after: dt.datetime
    key_type: Public
    key_bits: int
    policies: tuple[Public, ...] = ()
    size: int = 0


class AuthorityFacts(CertificateFacts, frozen=True, kw_only=True):
    """A CA certificate: the same on millions of cards, so its names and numbers are public."""

    sha256: Public
    serial: Public
    subject: Public
    from_cache: bool = False
    """Its beginning equals one read before; the rest was not read again."""


class Certificates(_Data, frozen=True, kw_only=True):
    authentication: Fact[CertificateFacts] = Fact()
    authentication_ca: Fact[AuthorityFacts] = Fact()
    signature_ca: Fact[AuthorityFacts] = Fact()
    issued_by_card_ca: Fact[bool] = Fact()
    """The authentication certificate's signature verifies with the CA certificate on the same card."""


class LinkFacts(_Data, frozen=True, kw_only=True):
    """How the talk with the card went."""

    commands: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    slowest_ms: float = 0.0
    lost: bool = False
    """The card went away in the middle (moved, torn out, reset by another program)."""
    lost_code: int = 0
    """PC/SC code of the loss; 0 with ``lost`` is the answer of success with no bytes."""
    lost_in: Public = ""
    """Reading step at which the card was lost."""
    protocol_errors: int = 0
    """Answers that break ISO 7816: too short, too long, endless 61xx."""
    timed_out: bool = False
    """The time for the whole card passed, or the work was cancelled."""
    silent: bool = False
    """A command was not answered at all in its time; reader or card hangs."""


class CardFacts(_Data, frozen=True, kw_only=True):
    """All answers a card gives without a PIN."""

    kind: CardKind
    other_card: Public = ""
    """Id in ``cards.toml`` of the card this looks like, when the kind is ``other``."""
    atr: Public = ""
    probes: tuple[ApplicationProbe, ...] = ()
    token_label: Fact[Public] = Fact()
    availability: Fact[Availability] = Fact()
    certificates: Certificates = Certificates()
    pins: tuple[PinFacts, ...] = ()
    expires_on: Fact[dt.date] = Fact()
    """Expiry of the card itself, from the common application."""
    municipality: Fact[Public] = Fact()
    """Five-digit municipality code, from the common application."""
    link: LinkFacts = LinkFacts()

    def pin(self, pin: PinId) -> PinFacts:
        """The facts of one PIN; state ``unknown`` when it was not asked."""
        return next((p for p in self.pins if p.id is pin), PinFacts(id=pin, state=PinState.UNKNOWN))


class Facts(_Data, frozen=True, kw_only=True, omit_defaults=False):
    """One examination. Written with all its parts, so that a saved one says what it is."""

    schema: Literal["jpkidoctor.facts/1"] = SCHEMA
    taken_at: dt.datetime
    tool_version: Public
    redacted: bool = False
    host: HostFacts = HostFacts()
    pcsc: PcscFacts = PcscFacts()
    card: Fact[CardFacts] = Fact()
