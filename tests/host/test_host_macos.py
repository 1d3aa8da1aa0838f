"""macOS, with files and a kernel made for the test. Nothing here was seen on a real Mac."""

from __future__ import annotations

import plistlib
from dataclasses import dataclass, field

import pytest

from jpkidoctor.facts import FactStatus, HostFacts, OsFamily, SessionKind
from jpkidoctor.host import macos
from jpkidoctor.host.commands import Answer
from jpkidoctor.host.macos_api import Darwin
from jpkidoctor.host.probe import run_probes

SMART_CARD = "/Library/Preferences/com.apple.security.smartcard.plist"
ROSETTA = "/Library/Apple/usr/libexec/oah/libRosettaRuntime"
HANDLERS = "/Users/u/Library/Preferences/com.apple.LaunchServices/com.apple.launchservices.secure.plist"
GLOBAL = "Library/Preferences/.GlobalPreferences.plist"


@dataclass
class FakeKernel:
    numbers: dict[str, int] = field(default_factory=dict)

    def sysctl(self, name):
        return self.numbers.get(name)


class NoCommands:
    def run(self, command, limit):
        return Answer(failure="not_found")


@pytest.fixture
def mac(files):
    files.environ["HOME"] = "/Users/u"
    version(files, "15.1")
    return files


def version(files, text):
    plist = plistlib.dumps({"ProductName": "macOS", "ProductVersion": text})
    files.write("/System/Library/CoreServices/SystemVersion.plist", plist)


def computer(files, machine="arm64", **numbers):
    kernel = FakeKernel({name.replace("__", "."): number for name, number in numbers.items()})
    return macos.MacComputer(files.tree, files.environ, kernel, machine, NoCommands(), lambda: ())


@pytest.mark.parametrize(
    ("text", "name"), [("15.1", "macOS 15"), ("26.0.1", "macOS 26"), ("10.15.7", "macOS 10.15"), ("x", "macOS")]
)
def test_version(mac, text, name):
    version(mac, text)
    os_facts = macos.look_at_os(computer(mac)).value
    assert (os_facts.family, os_facts.name, os_facts.version) == (OsFamily.MACOS, name, text)


def test_apple_silicon_under_rosetta(mac):
    here = computer(mac, "x86_64", sysctl__proc_translated=1)
    os_facts = macos.look_at_os(here).value
    assert (os_facts.arch, os_facts.process_arch) == ("arm64", "x86_64")
    assert macos.look_at_rosetta(here).value is True


def test_apple_silicon_without_rosetta(mac):
    assert macos.look_at_rosetta(computer(mac)).value is False


def test_apple_silicon_with_rosetta(mac):
    mac.write(ROSETTA)
    assert macos.look_at_rosetta(computer(mac)).value is True


def test_intel_has_no_use_for_rosetta(mac):
    assert macos.look_at_rosetta(computer(mac, "x86_64")).status is FactStatus.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("settings", "apple"),
    [(None, True), ({}, True), ({"Logging": 1}, True), ({"useIFDCCID": False}, True), ({"useIFDCCID": True}, False),
     ({"useIFDCCID": 1}, False), ({"useIFDCCID": "yes"}, False), ({"useIFDCCID": "no"}, True)],
)  # fmt: skip
def test_apple_ccid_driver(mac, settings, apple):
    if settings is not None:
        mac.write(SMART_CARD, plistlib.dumps(settings, fmt=plistlib.FMT_BINARY))
    assert macos.look_at_ccid_driver(computer(mac)).value is apple


def test_before_sonoma_the_driver_is_libccid(mac):
    version(mac, "13.6")
    assert macos.look_at_ccid_driver(computer(mac)).value is False


def test_broken_smart_card_settings_are_unknown(mac):
    mac.write(SMART_CARD, b"bplist00broken")
    fact = macos.look_at_ccid_driver(computer(mac))
    assert (fact.status, fact.note) == (FactStatus.UNKNOWN, "unreadable")


def test_unknown_version_leaves_the_driver_unknown(files):
    assert macos.look_at_ccid_driver(computer(files)).status is FactStatus.UNKNOWN


def test_driver_bundles(mac):
    mac.bundle("/usr/libexec/SmartCardServices/drivers", [("0x04E6", "0x5116")], version="1.5.1")
    mac.bundle("/usr/local/libexec/SmartCardServices/drivers", [("0x054C", "0x0DC9")], name="ifd-vendor")
    fact = run_probes(macos.probes(computer(mac)), 3.0)["driver_bundles"]
    assert [(bundle.name, bundle.version) for bundle in fact.value] == [("ifd-ccid", "1.5.1"), ("ifd-vendor", "1.5.2")]


def test_default_browser_was_chosen(mac):
    handlers = [
        {"LSHandlerURLScheme": "mailto", "LSHandlerRoleAll": "com.apple.mail"},
        {"LSHandlerURLScheme": "https", "LSHandlerRoleAll": "com.google.chrome"},
    ]
    mac.write(HANDLERS, plistlib.dumps({"LSHandlers": handlers}, fmt=plistlib.FMT_BINARY))
    assert macos.look_at_browser(computer(mac)).value == "chrome"


def test_default_browser_was_never_chosen(mac):
    fact = macos.look_at_browser(computer(mac))
    assert (fact.value, fact.note) == ("safari", "unset")


def test_broken_handlers_are_unknown(mac):
    mac.write(HANDLERS, b"broken")
    assert macos.look_at_browser(computer(mac)).status is FactStatus.UNKNOWN


def test_language_of_the_person_before_that_of_the_computer(mac):
    mac.write(f"/{GLOBAL}", plistlib.dumps({"AppleLocale": "en_US"}))
    assert macos.look_at_locale(computer(mac)).value.system_locale == "en-US"
    mac.write(f"/Users/u/{GLOBAL}", plistlib.dumps({"AppleLanguages": ["ja-JP", "en-US"]}))
    assert macos.look_at_locale(computer(mac)).value.system_locale == "ja-JP"


def test_language_of_the_terminal_when_nothing_else_is_readable(mac):
    mac.write(f"/Users/u/{GLOBAL}", b"broken")
    mac.environ["LANG"] = "ja_JP.UTF-8"
    assert macos.look_at_locale(computer(mac)).value.system_locale == "ja-JP"


def test_sessions(mac):
    assert macos.look_at_session(computer(mac)).value == (SessionKind.LOCAL,)
    mac.environ["SSH_CONNECTION"] = "192.0.2.1 1 192.0.2.2 22"
    kinds = macos.look_at_session(computer(mac, kern__hv_vmm_present=1)).value
    assert kinds == (SessionKind.SSH, SessionKind.VM)


def test_probes_fill_every_field_without_error_on_an_empty_disk(files):
    facts = run_probes(macos.probes(computer(files)), 3.0)
    assert set(facts) == set(HostFacts.__struct_fields__)
    assert {name for name, fact in facts.items() if fact.status is FactStatus.ERROR} == set()
    assert {name for name, fact in facts.items() if fact.note == "not_yet"} == set()


def test_real_kernel_answers_none_elsewhere():
    import sys

    if sys.platform == "darwin":
        pytest.skip("this is a Mac")
    assert Darwin().sysctl("hw.optional.arm64") is None
