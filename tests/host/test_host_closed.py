"""Closed is not missing: whatever part of a computer is closed to us or gone, no probe fails, and nothing that was
there is told as absent because we may not see it.
"""

from __future__ import annotations

import json
import plistlib
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from closing import ClosingDisk, answers, everything_below, lost_in_silence, subsets
from hypothesis import given, settings
from hypothesis import strategies as st
from unix_files import Files

from jpkidoctor.facts import FactStatus
from jpkidoctor.host import linux, macos
from jpkidoctor.host.commands import Answer
from jpkidoctor.host.linux_pcsc import Knock, look_at_service
from jpkidoctor.host.tree import Tree
from jpkidoctor.knowledge.known import load_known

HOME = "/home/u"
MPA = "mpaohblnoacafmpfmimdpnngljefbhmf"
SOCKET = "/run/pcscd/pcscd.comm"
LISTENING = "Num\n0000000000000000: 00000002 00000000 00010000 0001 01 20001 " + SOCKET + "\n"
MAPS = "7f00-7f01 r-xp 00000000 08:01 42 /usr/lib/libpcsclite.so.1.0.0\n"
PREFERENCES = json.dumps({"extensions": {"settings": {MPA: {"state": 1, "manifest": {"version": "1"}}}}})
MANIFEST = json.dumps({"path": "/opt/mpa/mpa", "allowed_origins": [f"chrome-extension://{MPA}/"]})
USB_IDS = load_known().usb_ids()
NOT_OF_FILES = {"clock", "console"}
"""They tell the time of the look, or ask the environment."""


LISTENERS: list[socket.socket] = []


def listen(path: Path) -> None:
    """A socket that answers, as pcscd's does; it lives as long as the tests of this file."""
    path.unlink()
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    LISTENERS.append(server)
    server.bind(str(path))
    server.listen(200)


def linux_files(root: Path) -> Files:
    files = Files(root, {"HOME": HOME, "XDG_SESSION_ID": "3"})
    files.write("/usr/lib/os-release", "ID=ubuntu\nNAME=Ubuntu\nVERSION_ID=24.04\n")
    files.write("/etc/locale.conf", "LANG=ja_JP.UTF-8\n")
    files.write(f"{HOME}/.config/mimeapps.list", "[Default Applications]\nx-scheme-handler/https=chromium.desktop\n")
    files.write("/.dockerenv")
    files.write("/proc/self/cgroup", "0::/docker/0123456789ab\n")
    files.write("/proc/self/status", "Uid:\t1000\t1000\t1000\t1000\n")
    files.write("/proc/cpuinfo", "flags : hypervisor\n")
    files.write("/proc/sys/kernel/osrelease", "6.8.0\n")
    files.write("/proc/net/unix", LISTENING)
    files.link("/proc/self/exe", "/usr/bin/python3")
    files.process(1, "systemd", parent=0)
    files.process(300, "pcscd", maps=MAPS)
    files.process(90, "scdaemon", maps=MAPS)
    listen(files.write(SOCKET))
    files.write("/usr/sbin/pcscd")
    files.write("/usr/lib/systemd/system/pcscd.socket")
    files.link("/etc/systemd/system/sockets.target.wants/pcscd.socket", "/usr/lib/systemd/system/pcscd.socket")
    files.write("/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy")
    files.write("/run/systemd/sessions/3", "ACTIVE=1\nREMOTE=0\n")
    files.bundle("/usr/lib/pcsc/drivers", [("0x04E6", "0x5116")])
    files.usb("1-2", "04e6", "5116", [("0b", "usbfs")])
    files.usb("1-3", "054c", "06c1", [("ff", "port100")])
    files.folder("/sys/module/port100")
    files.write("/usr/bin/chromium", b"\x7fELF")
    files.write("/snap/bin/firefox")
    files.write(f"{HOME}/.config/chromium/Last Version", "156.0\n")
    files.write(f"{HOME}/.config/chromium/Default/Preferences", PREFERENCES)
    files.write(f"{HOME}/.config/chromium/NativeMessagingHosts/com.github.jpki.mpa.json", MANIFEST)
    files.write("/opt/mpa/mpa")
    files.write(f"{HOME}/snap/firefox/common/.mozilla/native-messaging-hosts/jp.go.myna.json", MANIFEST)
    files.write(f"{HOME}/.config/dconf/user", (Path(__file__).parent / "linux/dconf_manual_proxy").read_bytes())
    files.write("/usr/share/p11-kit/modules/opensc-pkcs11.module", "module: opensc-pkcs11.so\n")
    return files


def mac_files(root: Path) -> Files:
    files = Files(root, {"HOME": "/Users/u"})
    support = "/Users/u/Library/Application Support"
    files.write("/System/Library/CoreServices/SystemVersion.plist", plistlib.dumps({"ProductVersion": "26.1"}))
    files.write("/Library/Preferences/com.apple.security.smartcard.plist", plistlib.dumps({"useIFDCCID": True}))
    files.write("/Library/Apple/usr/libexec/oah/libRosettaRuntime")
    files.write("/Users/u/Library/Preferences/.GlobalPreferences.plist", plistlib.dumps({"AppleLocale": "ja_JP"}))
    handlers = {"LSHandlers": [{"LSHandlerURLScheme": "https", "LSHandlerRoleAll": "com.google.chrome"}]}
    files.write(
        "/Users/u/Library/Preferences/com.apple.LaunchServices/com.apple.launchservices.secure.plist",
        plistlib.dumps(handlers),
    )
    files.bundle("/usr/libexec/SmartCardServices/drivers", [("0x04E6", "0x5116")])
    for app in ("Google Chrome", "JPKI"):
        version = plistlib.dumps({"CFBundleShortVersionString": "3.9"})
        files.write(f"/Applications/{app}.app/Contents/Info.plist", version)
    files.write("/usr/local/lib/JPKIPKCS11Sign.dylib")
    files.write(f"{support}/Google/Chrome/Default/Preferences", PREFERENCES)
    files.write(f"{support}/Google/Chrome/NativeMessagingHosts/com.github.jpki.mpa.json", MANIFEST)
    files.write("/opt/mpa/mpa")
    return files


class Kernel:
    def sysctl(self, name):
        return 1 if name == "hw.optional.arm64" else None


class NoCommands:
    def run(self, command, limit):
        return Answer(failure="not_found")


def linux_facts(tree: Tree, environ):
    computer = linux.LinuxComputer(tree, environ, "/usr/bin/python3", "x86_64", 64)
    return answers(linux.probes(USB_IDS, computer))


def mac_facts(tree: Tree, environ):
    computer = macos.MacComputer(tree, environ, Kernel(), "arm64", NoCommands(), lambda: ())
    return answers(macos.probes(computer, USB_IDS))


SYSTEMS = {"linux": (linux_files, linux_facts), "macos": (mac_files, mac_facts)}


@pytest.fixture(scope="module", params=SYSTEMS)
def system(request, tmp_path_factory):
    build, look = SYSTEMS[request.param]
    files = build(tmp_path_factory.mktemp(request.param))
    whole = look(files.tree, files.environ)
    assert {name for name, fact in whole.items() if fact.status in (FactStatus.ERROR, FactStatus.DENIED)} == set()
    yield files, look, whole
    while LISTENERS:
        LISTENERS.pop().close()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_closing_any_part_is_never_told_as_absence(system, data):
    files, look, whole = system
    closed = data.draw(subsets(everything_below(files.root)))
    facts = look(replace(files.tree, disk=ClosingDisk(files.root, closed)), files.environ)
    silent = {n for n, fact in facts.items() if n not in NOT_OF_FILES and lost_in_silence(whole[n], fact)}
    assert (closed, silent) == (closed, set())


def test_closing_each_single_part_is_never_told_as_absence(system):
    files, look, whole = system
    for name in everything_below(files.root):
        facts = look(replace(files.tree, disk=ClosingDisk(files.root, frozenset({name}))), files.environ)
        silent = {n for n, fact in facts.items() if n not in NOT_OF_FILES and lost_in_silence(whole[n], fact)}
        assert (name, silent) == (name, set())


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_no_probe_fails_on_what_is_gone_or_closed(system, data):
    files, look, _ = system
    names = everything_below(files.root)
    disk = ClosingDisk(files.root, data.draw(subsets(names)), data.draw(subsets(names)))
    facts = look(replace(files.tree, disk=disk), files.environ)
    assert {n: fact.note for n, fact in facts.items() if fact.status is FactStatus.ERROR} == {}


def test_a_closed_folder_of_programs_denies_browsers_and_products(system):
    files, look, whole = system
    folder = "/Applications" if "/Applications" in everything_below(files.root) else "/usr/bin"
    facts = look(replace(files.tree, disk=ClosingDisk(files.root, frozenset({folder}))), files.environ)
    assert whole["browsers"].known
    assert facts["browsers"].status is FactStatus.DENIED


def test_a_closed_socket_is_no_missing_daemon(tmp_path):
    files = Files(tmp_path)
    files.write(SOCKET)
    tree = replace(files.tree, disk=ClosingDisk(tmp_path, frozenset({"/run/pcscd"})))
    with pytest.raises(PermissionError):
        look_at_service(tree, {}, lambda path: Knock.CLOSED)
    units = replace(files.tree, disk=ClosingDisk(tmp_path, frozenset({"/etc/systemd"})))
    files.folder("/etc/systemd/system")
    assert look_at_service(units, {}, lambda path: Knock.CLOSED).status is FactStatus.DENIED
    assert look_at_service(units, {}, lambda path: Knock.OPEN).note == "partly_closed"


def test_a_disk_that_fails_is_an_error_and_no_absence(tmp_path):
    class Failing(ClosingDisk):
        def lstat(self, path):
            raise OSError(5, "Input/output error")

    files = mac_files(tmp_path)
    facts = mac_facts(replace(files.tree, disk=Failing(tmp_path)), files.environ)
    assert (facts["browsers"].status, facts["browsers"].note) == (FactStatus.ERROR, "OSError")
