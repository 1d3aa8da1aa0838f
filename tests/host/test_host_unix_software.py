"""Browsers, manifests, extensions and products of Macs and Linux computers, from trees of files."""

from __future__ import annotations

import json
import plistlib

import pytest

from jpkidoctor.facts import FactStatus
from jpkidoctor.host.console import console_kind, look_at_console
from jpkidoctor.host.probe import Probe, run_probes, seen
from jpkidoctor.host.unix_browser_places import LINUX, MAC
from jpkidoctor.host.unix_software import UnixSoftware

HOME = "/home/somebody"
JPKI = "ddhaancdmkmeigppopkakhpbboccibla"


def linux(files, default=""):
    return UnixSoftware(files.tree, HOME, LINUX, lambda: seen(default, "test"))


def mac(files):
    return UnixSoftware(files.tree, "/Users/u", MAC, lambda: seen("safari", "test"))


def manifest(program, *ids):
    return json.dumps({"path": program, "allowed_origins": [f"chrome-extension://{id_}/" for id_ in ids]})


def preferences(**extensions):
    return json.dumps({"extensions": {"settings": extensions}})


def test_a_snap_and_an_ordinary_browser_are_two(files):
    files.write("/usr/bin/chromium", b"\x7fELF")
    files.write("/snap/bin/firefox", b"")
    files.write(f"{HOME}/.config/chromium/Last Version", "156.0.1.2\n")
    found = [(b.id, b.version, b.sandbox, b.is_default) for b in linux(files, "firefox").browsers().value]
    assert found == [("chromium", "156.0.1.2", "", False), ("firefox", "", "snap", True)]


def test_the_script_that_starts_the_snap_is_no_browser_of_its_own(files):
    files.write("/usr/bin/firefox", '#!/bin/sh\nexec /snap/bin/firefox "$@"\n')
    assert linux(files).browsers().value == ()


def test_a_manifest_whose_program_is_gone_is_told(files):
    folder = f"{HOME}/.config/chromium/NativeMessagingHosts"
    files.write(f"{folder}/com.github.jpki.mpa.json", manifest("/opt/mpa/mpa", "mpaohblnoacafmpfmimdpnngljefbhmf"))
    files.write(f"{folder}/com.example.other.json", manifest("/opt/other", "a" * 32))
    (host,) = linux(files).native_hosts().value
    assert (host.name, host.scope, host.manifest_readable, host.program_exists) == (
        "com.github.jpki.mpa", "user", True, False,
    )  # fmt: skip
    assert [product.id for product in linux(files).products().value] == ["mpa_for_linux"]


def test_an_extension_that_lost_its_permissions_is_told_and_the_profile_is_a_number(files):
    folder = "/Users/u/Library/Application Support/Google/Chrome"
    entry = {JPKI: {"state": 0, "disable_reasons": 2, "manifest": {"version": "1.4"}}}
    files.write(f"{folder}/Taro Yamada/Preferences", preferences(**entry))
    (extension,) = mac(files).extensions().value
    assert (extension.product, extension.enabled, extension.profile) == ("jpki", False, 0)
    assert "permissions_increase" in extension.disable_reasons
    assert "Taro" not in repr(extension)


def test_firefox_on_a_mac_and_its_version(files):
    files.write("/Applications/Firefox.app/Contents/Info.plist", plistlib.dumps({"CFBundleShortVersionString": "140"}))
    files.write("/Applications/Safari.app/Contents/Info.plist", b"broken")
    assert [(b.id, b.version, b.is_default) for b in mac(files).browsers().value] == [
        ("firefox", "140", False),
        ("safari", "", True),
    ]


def test_the_client_of_a_mac_with_modules_and_one_that_was_thrown_away(files):
    files.write("/Applications/JPKI.app/Contents/Info.plist", plistlib.dumps({"CFBundleShortVersionString": "3.9"}))
    files.write("/usr/local/lib/JPKIPKCS11Sign.dylib", b"")
    (client,) = mac(files).products().value
    assert (client.id, client.version, client.arch, client.missing) == ("jpki", "3.9", "x86_64", ())
    assert client.modules == ("JPKIPKCS11Sign.dylib",)


def test_a_receipt_without_its_program_says_what_is_missing(files):
    files.write("/var/db/receipts/jp.go.jpki.plist", plistlib.dumps({"PackageVersion": "3.8"}))
    (client,) = mac(files).products().value
    assert (client.found_by, client.version, client.missing) == ("package", "3.8", ("JPKI.app",))


def test_without_a_home_only_the_system_is_looked_at(files):
    files.write("/etc/chromium/native-messaging-hosts/jp.go.jpki.json", manifest("/opt/x", JPKI))
    nobody = UnixSoftware(files.tree, "", LINUX)
    assert [host.scope for host in nobody.native_hosts().value] == ["system"]
    assert nobody.extensions().status is FactStatus.ABSENT


@pytest.mark.parametrize(
    ("environ", "platform", "interactive", "kind"),
    [
        ({"WT_SESSION": "1"}, "win32", True, "windows_terminal"),
        ({}, "win32", True, "conhost"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "darwin", True, "terminal_app"),
        ({"TERM": "xterm"}, "linux", True, "other"),
        ({"WT_SESSION": "1"}, "win32", False, "none"),
    ],
)
def test_the_kind_of_terminal(environ, platform, interactive, kind):
    assert console_kind(environ, platform, interactive=interactive) == kind


def test_a_dumb_terminal_takes_no_escape_codes():
    assert look_at_console({"TERM": "dumb"}, "linux").value.escape_codes is False
    assert look_at_console({"TERM": "xterm"}, "linux").value.escape_codes is True
    assert look_at_console({}, "win32").value.escape_codes is None


def test_a_folder_that_is_closed_to_us_is_not_an_empty_one(files, monkeypatch):
    def closed(self, name):
        raise PermissionError(name)

    monkeypatch.setattr(type(files.tree), "names", closed)
    facts = run_probes(
        [Probe("native_hosts", mac(files).native_hosts), Probe("extensions", mac(files).extensions)], 3.0
    )
    assert {fact.status for fact in facts.values()} == {FactStatus.DENIED}
