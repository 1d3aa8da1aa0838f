"""Every recorded computer as facts: the real collectors look at what answers
from its file, down to the last call. What PC/SC and the card would say is added as the file tells it. The Macs of
``macos_borrowed/`` have the commands of another one.

The table ``replay`` of a file says whence it comes, what is wrong with the computer, and how it must be judged.
"""

from __future__ import annotations

import datetime as dt
import plistlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from test_host_macos_hosts import BUNDLES, Answer, Kernel
from test_host_macos_hosts import Recorded as RecordedCommands
from unix_files import Files
from windows_fixtures import FakeCfgMgr, FakeWinScard
from windows_places import ENVIRON, FILES, PROFILE, FakeFiles, FakeWinreg, keys, profile

from jpkidoctor.facts import ConnectFacts, Fact, Facts, FactStatus, HostFacts, PcscFacts, ReaderFacts, ReaderKind
from jpkidoctor.host import linux, macos, windows
from jpkidoctor.host.clock import built_at
from jpkidoctor.host.macos_commands import IOREG, SMART_CARDS, USB_HOST, USB_OLD
from jpkidoctor.host.probe import Probe, run_probes
from jpkidoctor.host.process_names import look_at_card_users
from jpkidoctor.host.unix_setting import look_at_clock
from jpkidoctor.host.windows_api import ServiceEntry
from jpkidoctor.host.windows_devices import DeviceDoors
from jpkidoctor.host.windows_registry import WinRegistry
from jpkidoctor.knowledge.known import load_known
from tests.checks import faults
from tests.checks.worlds import my_number_card

FOLDER = Path(__file__).parent
_BUILT = built_at()
assert _BUILT is not None
NOW = _BUILT + dt.timedelta(days=1, hours=1)
"""The clock of all computers, right by the program's own tables."""
EMPTY, PRESENT, EXCLUSIVE, MUTE = 0x10, 0x20, 0x80, 0x200
SHARING_VIOLATION, UNRESPONSIVE = 0x8010000B, 0x80100066
_NEVER = (ReaderKind.SAM, ReaderKind.VIRTUAL)


class Replay(Struct, frozen=True, forbid_unknown_fields=True):
    """How a computer must be judged."""

    sources: tuple[str, ...]
    """Sections of the fact sheets, or public records, that the computer was made after."""
    faults: dict[str, str]
    """What is wrong with it: the node that must tell it, and the fault in words. Two or more are there at once."""
    loud: dict[str, str]
    """Every finding that failed or needs attention: ``failed/vendor``, ``attention``."""
    first_cause: str | None = None


@dataclass(frozen=True)
class Recorded:
    """A computer, how it must be judged, and what was seen of it."""

    name: str
    replay: Replay
    facts: Facts


def names() -> tuple[str, ...]:
    """All computers, as ``windows/code_10_failed_start``."""
    files = [path for folder in ("windows", "linux", "macos_borrowed") for path in (FOLDER / folder).glob("*.toml")]
    found = [f"{path.parent.name}/{path.stem}" for path in files]
    return tuple(sorted(found + [f"macos/{path.parent.name}" for path in (FOLDER / "macos").glob("*/host.toml")]))


_SYSTEMS = {"windows": "windows", "linux": "linux", "macos": "macos", "macos_borrowed": "macos"}


def load(name: str, folder: Path) -> Recorded:
    """One computer. ``folder`` is empty: files of a Mac or Linux computer are laid out there."""
    place, _, rest = name.partition("/")
    system, path = _SYSTEMS[place], FOLDER / place / (f"{rest}/host.toml" if place == "macos" else f"{rest}.toml")
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    look = {"windows": _windows, "macos": _macos, "linux": _linux}[system]
    host = look(told, path.parent, Files(folder))
    facts = Facts(taken_at=NOW, tool_version="0", host=host, pcsc=_pcsc(told))
    reader = facts.pcsc.examined_reader
    if reader is not None and reader.connect.value is not None and reader.connect.value.code == 0:
        facts = replace(facts, card=_found(my_number_card()))
    for fault in told.get("card_faults", ()):
        facts = getattr(faults, fault)(facts)
    return Recorded(name, msgspec.convert(told["replay"], type=Replay), facts)


def _found(value: Any) -> Fact[Any]:
    return Fact(FactStatus.OK, value, "recorded")


# --- PC/SC, as the card room would tell it --------------------------------------------------------------

_STATES: Mapping[str, tuple[int, ConnectFacts | None]] = {
    "empty": (EMPTY, None),
    "present": (PRESENT, ConnectFacts(code=0, protocol="T=1")),
    "mute": (PRESENT | MUTE, ConnectFacts(code=UNRESPONSIVE, attempts=3, failures=3)),
    "held": (PRESENT, ConnectFacts(code=SHARING_VIOLATION, attempts=5, failures=5)),
    "exclusive": (PRESENT | EXCLUSIVE, ConnectFacts(code=SHARING_VIOLATION, attempts=5, failures=5)),
    "blocked": (PRESENT, ConnectFacts(code=0x8010000A, ms=8000.0, blocked=True)),
    "flaky": (PRESENT, ConnectFacts(code=0, protocol="T=1", attempts=4, failures=3)),
}
"""What a reader's place in the table ``pcsc`` means: its state, and how connecting went."""


def _pcsc(told: Mapping[str, Any]) -> PcscFacts:
    table = told.get("pcsc", {})
    context = table.get("context", 0)
    placed = [(name, *state) for word, state in _STATES.items() for name in table.get(word, ())]
    for reader in told.get("reader", ()):  # a Mac's: name and flags
        placed.append((reader["name"], *_STATES[{EMPTY: "empty", PRESENT: "present"}[reader["flags"]]]))
    readers = tuple(_reader(*one) for one in placed)
    usable = [index for index, reader in enumerate(readers) if reader.kind not in _NEVER]
    with_card = [index for index in usable if readers[index].flags & PRESENT]
    return PcscFacts(
        library=_found("2.3.1"),
        context=_found(context),
        readers=Fact() if context else _found(readers),
        examined=next(iter(with_card or usable), None),
    )


def _reader(name: str, flags: int, connect: ConnectFacts | None) -> ReaderFacts:
    known = load_known()
    never, model = known.not_a_reader(name), known.reader_by_name(name)
    named = never if never is not None and never.id else model
    return ReaderFacts(
        name=name,
        kind=known.slot_kind(name),
        model=named.id if named is not None else "",
        flags=flags,
        connect=Fact() if connect is None else _found(connect),
        mute_insertions=int(flags & MUTE > 0),
    )


# --- Windows --------------------------------------------------------------------------------------------

_VERSION = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_HTTPS = r"HKCU\SOFTWARE\Microsoft\Windows\Shell\Associations\UrlAssociations\https\UserChoice"
_SERVICES = {
    "running": ServiceEntry("running", "manual"),
    "on_demand": ServiceEntry("stopped", "manual"),
    "disabled": ServiceEntry("stopped", "disabled"),
    "not_installed": None,
}
_HELPERS = {"ScDeviceEnum": "on_demand", "CertPropSvc": "running", "SCPolicySvc": "on_demand"}


@dataclass(frozen=True)
class _Calls:
    """Windows' own calls."""

    told: Mapping[str, Any]

    def build(self) -> int:
        return self.told.get("build", 26200)

    def native_machine(self) -> int:
        return 0xAA64 if self.told.get("machine") == "arm64" else 0x8664

    def program_platform(self) -> str:
        return "win-amd64"

    def remote_session(self) -> bool:
        return bool({"rdp", "citrix"} & set(self.told.get("session", ())))

    def session_id(self) -> int:
        return 0 if "service" in self.told.get("session", ()) else 1

    def ansi_codepage(self) -> int:
        return self.told.get("codepage", 932)

    def system_locale(self) -> str:
        return "ja-JP" if self.ansi_codepage() == 932 else "en-US"

    def console_mode(self) -> int | None:
        return self.told.get("console_mode", 7)

    def service(self, name: str) -> ServiceEntry | None:
        state = self.told.get("service", "running") if name == "SCardSvr" else _HELPERS[name]
        return _SERVICES[self.told.get("helpers", {}).get(name, state)]


def _places(told: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Registry and files: a household's computer, changed as the file says."""
    base = {path: values for path, values in keys().items() if not path.startswith("HKCU")}
    base[_VERSION] = {
        "CurrentBuildNumber": str(told.get("build", 26200)),
        "EditionID": "Core",
        "InstallationType": "Client",
        "InstallDate": 1736899200,  # 2025-01-15
    }
    base[_HTTPS] = {"ProgId": told.get("browser", "ChromeHTML")}
    if "vm" in told.get("session", ()):
        base[r"HKLM\HARDWARE\DESCRIPTION\System\BIOS"] = {"SystemManufacturer": "VMware, Inc."}
    files = dict(FILES)
    if told.get("extension") == "off":
        files[PROFILE + r"\Secure Preferences"] = profile(state=0, disable_reasons=[2])
    for path, values in told.get("registry", {}).items():
        base[path] = {**base.get(path, {}), **values}
    gone = tuple(told.get("gone", ()))
    return (
        {path: values for path, values in base.items() if not (gone and path.startswith(gone))},
        {path: data for path, data in files.items() if not (gone and path.startswith(gone))},
    )


def _no_program(arguments: Any, seconds: float) -> None:
    raise AssertionError(f"{arguments[0]} was started although cfgmgr32 answers")


def _windows(told: Mapping[str, Any], folder: Path, unused: Files) -> HostFacts:
    registry, files = _places(told)
    environ = {**ENVIRON, **({"SESSIONNAME": "ICA-tcp#3"} if "citrix" in told.get("session", ()) else {})}
    if "ssh" in told.get("session", ()):
        environ["SSH_CONNECTION"] = "192.0.2.1 50000 192.0.2.2 22"
    here = windows.WindowsComputer(
        registry=WinRegistry(FakeWinreg(registry, told.get("closed", ()))),
        api=_Calls(told),
        environ=environ,
        devices=DeviceDoors(
            cfgmgr=FakeCfgMgr(told.get("device", [])),
            winscard=FakeWinScard(told.get("links", {}), told["pcsc"]["context"]),
            run=_no_program,
            environ={},
        ),
        files=FakeFiles(files),
        now=lambda: NOW,
    )
    return _seen(windows.probes(here, load_known().usb_ids()), "windows", told)


def _loaded_files(with_library: Sequence[int], pid: int) -> tuple[str, ...]:
    """What the memory of a process holds: those of the file have the card library loaded."""
    return ("C:\\Windows\\System32\\WinSCard.dll",) if pid in with_library else ("C:\\Windows\\System32\\user32.dll",)


def _seen(probes: Any, system: Any, told: Mapping[str, Any]) -> HostFacts:
    """Run all probes. Running programs are those of the file, and the clock is that of the recording."""
    own = [probe for probe in probes if not (system == "windows" and probe.name == "card_users")]
    if system == "windows":
        programs = tuple(enumerate(told.get("programs", ()), 100))
        loaded = partial(_loaded_files, told["loads_winscard"]) if "loads_winscard" in told else None
        own.append(Probe("card_users", lambda: look_at_card_users("windows", lambda: programs, loaded=loaded)))
    host = HostFacts(**run_probes(own, 5.0))
    return host if system == "windows" else replace(host, clock=look_at_clock(NOW, "JST"))


# --- macOS ----------------------------------------------------------------------------------------------


_DEVICE_COMMANDS = frozenset({IOREG, USB_HOST, USB_OLD, SMART_CARDS})
_NOTHING_SET = b"<dictionary> {\n}\n"
"""What scutil prints where no proxy is set."""


@dataclass(frozen=True)
class _Commands:
    """The device commands as recorded; every other one finds nothing."""

    recorded: RecordedCommands

    def run(self, command: Any, limit: float) -> Answer:
        if command in _DEVICE_COMMANDS:
            answer: Answer = self.recorded.run(command, limit)
            return answer
        return Answer(_NOTHING_SET if "scutil" in command[0] else b"")


def _macos(told: Mapping[str, Any], folder: Path, files: Files) -> HostFacts:
    files.write("/System/Library/CoreServices/SystemVersion.plist", plistlib.dumps({"ProductVersion": told["version"]}))
    if told["settings"]:
        files.write("/Library/Preferences/com.apple.security.smartcard.plist", plistlib.dumps(told["settings"]))
    if told["rosetta"]:
        files.write("/Library/Apple/usr/libexec/oah/libRosettaRuntime")
    client = {"CFBundleShortVersionString": told.get("client", "3.9")}
    if client["CFBundleShortVersionString"]:
        files.write("/Applications/JPKI.app/Contents/Info.plist", plistlib.dumps(client))
        for module in ("", "Sign", "Auth"):
            files.write(f"/usr/local/lib/JPKIPKCS11{module}.dylib")
    files.bundle(BUNDLES, [("0x04E6", "0x5116"), ("0x054C", "0x0DC9")], version="1.5.1")
    record = FOLDER / "macos" / told["commands"] if "commands" in told else folder
    computer = macos.MacComputer(
        files.tree,
        {"HOME": "/Users/u", **told.get("environ", {})},
        Kernel(told["machine"]),
        told["machine"],
        _Commands(RecordedCommands(record, told["failures"])),
        lambda: enumerate(told["programs"], 100),
    )
    return _seen(macos.probes(computer, load_known().usb_ids()), "macos", told)


# --- Linux ----------------------------------------------------------------------------------------------


def _linux(told: Mapping[str, Any], folder: Path, files: Files) -> HostFacts:
    files.write("/etc/os-release", told["os_release"])
    files.folder("/sys/module")
    for name, text in told.get("files", {}).items():
        files.write(name, text)
    for name, target in told.get("links", {}).items():
        files.link(name, target)
    for name in told.get("folders", ()):
        files.folder(name)
    for device in told.get("usb", ()):
        interfaces = [(number, driver) for number, driver in device["interfaces"]]
        files.usb(device["name"], device["vid"], device["pid"], interfaces, device.get("product", "Reader"))
    for bundle in told.get("bundle", ()):
        files.bundle(bundle["folder"], [tuple(pair) for pair in bundle["ids"]], bundle["version"], bundle["name"])
    for process in told.get("process", ()):
        files.process(process["pid"], process["name"], maps=process.get("maps", ""))
    files.environ.update({"HOME": "/home/u", "DISPLAY": ":0"} | told.get("environ", {}))
    return _seen(linux.probes(load_known().usb_ids(), files.linux), "linux", told)
