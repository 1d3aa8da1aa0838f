"""Whole Macs from recorded shapes (``macos/``): commands answer from files, and the real judge reads the facts.

Made by hand after the public records of host-probes §1.2; names and serial numbers are invented.
"""

from __future__ import annotations

import datetime as dt
import plistlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from jpkidoctor.facts import Fact, Facts, FactStatus, HostFacts, PcscFacts, ReaderFacts, ReaderKind
from jpkidoctor.host import macos
from jpkidoctor.host.commands import Answer
from jpkidoctor.host.macos_commands import (
    IOREG,
    SAFARI_EXTENSIONS,
    SCUTIL_PROXY,
    SMART_CARDS,
    TOKENS,
    USB_HOST,
    USB_OLD,
)
from jpkidoctor.host.probe import LATE_LIMIT, run_probes
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.known import load_known

HOSTS = Path(__file__).parent / "macos"
NAMES = sorted(folder.name for folder in HOSTS.iterdir())
FILES = {
    IOREG: "ioreg.plist", USB_HOST: "usb_host.json", USB_OLD: "usb_old.json", SMART_CARDS: "smart_cards.json",
    TOKENS: "tokens.txt", SAFARI_EXTENSIONS: "safari.txt", SCUTIL_PROXY: "scutil.txt",
}  # fmt: skip
LATE = {SMART_CARDS, TOKENS, SAFARI_EXTENSIONS}
"""Asked by probes that nobody waits for."""
ANY_MAC = Path(__file__).parent / "macos_commands"
"""What a command prints that no host has a record of its own for."""
BUNDLES = "/usr/libexec/SmartCardServices/drivers"
NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


@dataclass
class Recorded:
    """A runner that answers from a host's folder; a command without a file must not be asked."""

    folder: Path
    failures: dict[str, str]

    def run(self, command, limit):
        assert 0 < limit < (LATE_LIMIT if command in LATE else 3)
        file = FILES[command]
        failure = self.failures.get(file.partition(".")[0])
        if failure:
            return Answer(failure=failure)
        place = ANY_MAC if (ANY_MAC / file).exists() else self.folder
        return Answer((place / file).read_bytes())


class Kernel:
    def __init__(self, machine):
        self.numbers = {"hw.optional.arm64": 1} if machine == "arm64" else {}

    def sysctl(self, name):
        return self.numbers.get(name)


@dataclass
class Host:
    told: dict
    facts: Facts


@pytest.fixture
def host(request, files):
    folder = HOSTS / request.param
    told = tomllib.loads((folder / "host.toml").read_text(encoding="utf-8"))
    files.write("/System/Library/CoreServices/SystemVersion.plist", plistlib.dumps({"ProductVersion": told["version"]}))
    if told["settings"]:
        files.write("/Library/Preferences/com.apple.security.smartcard.plist", plistlib.dumps(told["settings"]))
    if told["rosetta"]:
        files.write("/Library/Apple/usr/libexec/oah/libRosettaRuntime")
    files.write("/Applications/JPKI.app/Contents/Info.plist", plistlib.dumps({"CFBundleShortVersionString": "3.9"}))
    files.bundle(BUNDLES, [("0x04E6", "0x5116"), ("0x054C", "0x0DC9")], version="1.5.1")
    computer = macos.MacComputer(
        files.tree,
        {"HOME": "/Users/u"},
        Kernel(told["machine"]),
        told["machine"],
        Recorded(folder, told["failures"]),
        lambda: enumerate(told["programs"], 100),
    )
    seen = HostFacts(**run_probes(macos.probes(computer, load_known().usb_ids()), 3.0))
    readers = tuple(
        ReaderFacts(name=reader["name"], kind=ReaderKind(reader["kind"]), flags=reader["flags"])
        for reader in told.get("reader", ())
    )
    pcsc = PcscFacts(
        library=Fact(FactStatus.OK, "2.3.1"),
        context=Fact(FactStatus.OK, 0),
        readers=Fact(FactStatus.OK, readers),
        examined=0 if readers else None,
    )
    return Host(told, Facts(taken_at=NOW, tool_version="0", host=seen, pcsc=pcsc))


def usb_line(device):
    classes = ",".join(f"{number:02X}" for number in device.interface_classes) or "-"
    return f"{device.vid:04X}:{device.pid:04X} {classes} {'hub' if device.behind_hub else 'direct'}"


@pytest.mark.parametrize("host", NAMES, indirect=True)
def test_facts(host):
    expected, seen = host.told["expected"], host.facts.host
    usb = seen.usb_devices
    assert [usb_line(device) for device in usb.value or ()] == expected["usb"]
    assert expected["usb_source"] == (usb.source if usb.known else usb.status.value)
    claimed = seen.reader_devices
    assert ([device.description for device in claimed.value] if claimed.known else "unseen") == expected["claimed"]
    assert [user.name for user in seen.card_users.value] == expected["card_users"]
    assert seen.apple_ccid_driver.value is expected["apple_ccid_driver"]


@pytest.mark.parametrize("host", NAMES, indirect=True)
def test_judgement(host):
    expected, diagnosis = host.told["expected"], load_judge()(host.facts)
    assert [finding.id for finding in diagnosis.failed] == expected["failed"]
    assert diagnosis.first_cause == expected["first_cause"]
    said = {node: diagnosis.finding(node).status.value for node in expected["findings"]}
    assert said == expected["findings"]


@pytest.mark.parametrize("host", NAMES, indirect=True)
def test_no_probe_fails_and_the_facts_replay_with_the_same_findings(host):
    probes = {name: getattr(host.facts.host, name) for name in HostFacts.__struct_fields__}
    assert {name for name, fact in probes.items() if fact.status is FactStatus.ERROR or fact.note == "not_yet"} == set()
    replayed = msgspec.json.decode(msgspec.json.encode(host.facts), type=Facts)
    assert load_judge()(replayed) == load_judge()(host.facts)


@pytest.mark.parametrize("host", NAMES, indirect=True)
def test_no_serial_certificate_atr_or_path_is_kept(host):
    saved = msgspec.json.encode(host.facts)
    for secret in (b"SECRET", b"CERTIFICATE", b"3bda", b"/System", b"/usr/libexec", b"/Users"):
        assert secret not in saved


def test_records_do_hold_what_must_not_be_kept():
    """Otherwise the test above proves nothing."""
    whole = b"".join(path.read_bytes() for path in HOSTS.rglob("*") if path.suffix in {".plist", ".json"})
    for secret in (b"SECRET-SERIAL", b"BEGIN CERTIFICATE", b"3bda", b"/usr/libexec"):
        assert secret in whole
