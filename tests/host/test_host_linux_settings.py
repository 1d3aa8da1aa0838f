"""Settings of a Linux desktop: its proxy, PKCS#11 modules, sandboxed browsers, and polkit's own answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.facts import FactStatus, PcscAccess, Pkcs11Module
from jpkidoctor.host.commands import Answer
from jpkidoctor.host.dconf import read_string
from jpkidoctor.host.linux_pcsc import ACCESS_ACTION, POLKIT_ACTIONS, look_at_access
from jpkidoctor.host.linux_pkcs11 import look_at_modules, parse_module
from jpkidoctor.host.linux_proxy import look_at_proxy
from jpkidoctor.host.unix_browser_places import LINUX
from jpkidoctor.host.unix_software import UnixSoftware

HOME = "/home/u"
RECORDS = Path(__file__).parent / "linux"
DCONF = (RECORDS / "dconf_manual_proxy").read_bytes()
"""Written by dconf 0.40 from ``mode="manual"`` and ``autoconfig-url=""``."""
MODE = "/org/gnome/system/proxy/mode"


def test_a_database_that_dconf_wrote():
    assert read_string(DCONF, MODE) == "manual"
    assert read_string(DCONF, "/org/gnome/system/proxy/autoconfig-url") == ""
    assert read_string(DCONF, "/org/gnome/desktop/interface/clock") is None  # no string
    assert read_string(DCONF, "mode") is None
    assert read_string(DCONF, "/org/gnome/system/proxy/nothing") is None


@given(st.binary(max_size=120), st.integers(0, len(DCONF)))
def test_any_bytes_are_a_database_or_none(data, cut):
    read_string(data, MODE)
    read_string(DCONF[:cut] + data + DCONF[cut + len(data) :], MODE)
    read_string(DCONF[:24] + data, MODE)


@pytest.mark.parametrize(("record", "automatic"), [("dconf_manual_proxy", False), ("dconf_automatic_proxy", True)])
def test_gnome_says_whether_there_is_a_proxy(files, record, automatic):
    files.write(f"{HOME}/.config/dconf/user", (RECORDS / record).read_bytes())
    fact = look_at_proxy(files.tree, {"HOME": HOME})
    assert (fact.value.configured, fact.value.automatic, fact.source) == (True, automatic, "dconf")


def test_a_computer_that_an_administrator_set_up(files):
    files.write("/etc/dconf/profile/user", "user-db:user\nsystem-db:site\nsystem-db:../../evil\n")
    files.write("/etc/dconf/db/site", DCONF)
    assert look_at_proxy(files.tree, {"HOME": HOME}).value.configured


def test_kde_and_a_computer_without_a_desktop(files):
    assert not look_at_proxy(files.tree, {"HOME": HOME}).value.configured
    assert look_at_proxy(files.tree, {"ALL_PROXY": "socks5://secret"}).value.configured
    files.write(f"{HOME}/.config/kioslaverc", "[Proxy Settings]\nProxyType=2\nhttpProxy=http://secret 8080\n")
    fact = look_at_proxy(files.tree, {"HOME": HOME})
    assert (fact.value.configured, fact.value.automatic) == (True, True)
    assert "secret" not in repr(fact)


def test_modules_of_p11_kit(files):
    files.write("/usr/share/p11-kit/modules/opensc-pkcs11.module", "# x\nmodule: opensc-pkcs11.so\npriority: 1\n")
    files.write("/usr/share/p11-kit/modules/p11-kit-trust.module", "module: p11-kit-trust.so\n")
    files.write("/etc/pkcs11/modules/opensc-pkcs11.module", "disable-in: firefox\n")
    files.write(f"{HOME}/.config/pkcs11/modules/taro.module", "module: /home/u/secret/libmine.so\n")
    fact = look_at_modules(files.tree, HOME)
    assert fact.value == (
        Pkcs11Module(name="", library="libmine.so", scope="user"),
        Pkcs11Module(name="opensc-pkcs11", library="", scope="system", enabled=False),
    )
    assert "secret" not in repr(fact) and "taro" not in repr(fact)
    assert look_at_modules(files.tree, "").value[0].scope == "system"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_module_file(data):
    assert all(key and value == value.strip() for key, value in parse_module(data).items())


def test_manifests_of_sandboxed_browsers(files):
    manifest = json.dumps({"path": "/usr/bin/mpa", "allowed_extensions": ["mpa@jpki.github.io"]})
    inside = json.dumps({"path": f"{HOME}/snap/firefox/common/mpa", "allowed_extensions": ["mpa@jpki.github.io"]})
    files.write("/usr/bin/mpa")
    files.write(
        f"{HOME}/.var/app/org.mozilla.firefox/.mozilla/native-messaging-hosts/com.github.jpki.mpa.json", manifest
    )
    files.write(f"{HOME}/snap/firefox/common/.mozilla/native-messaging-hosts/com.github.jpki.mpa.json", inside)
    files.write(f"{HOME}/.var/app/com.google.Chrome/config/google-chrome/NativeMessagingHosts/jp.go.myna.json", "{}")
    files.folder(f"{HOME}/.local/share/flatpak/app/org.chromium.Chromium")
    software = UnixSoftware(files.tree, HOME, LINUX)
    hosts = {(host.browser, host.name): host for host in software.native_hosts().value}
    assert set(hosts) == {("firefox", "com.github.jpki.mpa"), ("chrome", "jp.go.myna")}
    told = [host.program_exists for host in software.native_hosts().value if host.browser == "firefox"]
    assert sorted(told, key=str) == [False, None]  # what we see at /usr/bin is not what a sandbox sees there
    assert [(browser.id, browser.sandbox) for browser in software.browsers().value] == [("chromium", "flatpak")]


class Polkit:
    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def run(self, command, limit):
        assert 0 < limit < 1.5
        self.asked.append(command)
        return self.answer


@pytest.fixture
def remote(files):
    files.write("/run/pcscd/pcscd.comm")
    files.write(POLKIT_ACTIONS)
    files.write("/proc/self/status", "Uid:\t1000\t1000\t1000\t1000\n")
    return files


@pytest.mark.parametrize(
    ("answer", "access"),
    [
        (Answer(b""), PcscAccess.ALLOWED),
        (Answer(failure="exit", code=1), PcscAccess.REFUSED_BY_POLKIT),
        (Answer(failure="exit", code=2), PcscAccess.REFUSED_BY_POLKIT),
        (Answer(failure="exit", code=127), None),
        (Answer(failure="timeout"), None),
        (Answer(failure="not_found"), None),
    ],
)
def test_polkit_is_asked_where_the_files_leave_doubt(remote, answer, access):
    polkit = Polkit(answer)
    fact = look_at_access(remote.tree, {"SSH_CONNECTION": "1"}, lambda path: True, polkit)
    assert (fact.value, fact.note) == (access, "polkit_remote_session")
    assert fact.status is (FactStatus.OK if access else FactStatus.UNKNOWN)
    assert polkit.asked[0][:3] == ("/usr/bin/pkcheck", "--action-id", ACCESS_ACTION)


def test_polkit_is_left_alone_in_an_ordinary_session(remote):
    polkit = Polkit(Answer(failure="exit", code=1))
    assert look_at_access(remote.tree, {}, lambda path: True, polkit).value is PcscAccess.ALLOWED
    assert polkit.asked == []
