"""Distribution, language and browser on Linux."""

from __future__ import annotations

import pytest

from jpkidoctor.facts import FactStatus, HostFacts, OsFamily
from jpkidoctor.host.linux import LinuxComputer, look_at_locale, look_at_os, probes
from jpkidoctor.host.linux_browser import default_browser
from jpkidoctor.host.probe import run_probes


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        ('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
         "Debian GNU/Linux 12", "12"),
        ("NAME=\"Ubuntu\"\nVERSION_ID='24.04'\n", "Ubuntu 24.04", "24.04"),
        ("NAME=Fedora\nVERSION_ID=42\nVARIANT_ID=workstation\n", "Fedora 42", "42"),
        ('NAME="Arch Linux"\nBUILD_ID=rolling\n', "Arch Linux", ""),
        ("PRETTY_NAME=Own\n", "Own", ""),
        ("# nothing\n\n=x\n", "Linux", ""),
        ('NAME="E\x1b[31mvil"\r\nVERSION_ID="1\\"2"\r\n', 'Evil 1"2', '1"2'),
    ],
)  # fmt: skip
def test_os_release_variants(files, text, name, version):
    files.write("/etc/os-release", text)
    os_facts = look_at_os(files.linux).value
    assert os_facts.family is OsFamily.LINUX
    assert (os_facts.name, os_facts.version) == (name, version)


def test_os_release_in_its_second_place(files):
    files.write("/usr/lib/os-release", "NAME=Fedora\nVERSION_ID=42\nVARIANT_ID=workstation\n")
    assert look_at_os(files.linux).value.edition == "workstation"


def test_missing_os_release_is_still_a_linux(files):
    fact = look_at_os(files.linux)
    assert (fact.status, fact.value.name, fact.note) == (FactStatus.OK, "Linux", "no_os_release")


@pytest.mark.parametrize(
    ("machine", "bits", "expected"),
    [("x86_64", 64, ("x86_64", "x86_64")), ("aarch64", 64, ("arm64", "arm64")), ("x86_64", 32, ("x86_64", "x86"))],
)
def test_architecture(files, machine, bits, expected):
    computer = LinuxComputer(files.tree, {}, "", machine, bits)
    os_facts = look_at_os(computer).value
    assert (os_facts.arch, os_facts.process_arch) == expected


def test_locale_of_the_environment_comes_first(files):
    files.environ["LANG"] = "ja_JP.UTF-8"
    files.write("/etc/default/locale", 'LANG="en_US.UTF-8"\n')
    assert look_at_locale(files.linux).value.system_locale == "ja-JP"


def test_locale_of_the_system(files):
    files.write("/etc/locale.conf", "LANG=ja_JP.eucJP\n")
    assert look_at_locale(files.linux).value.system_locale == "ja-JP"


def test_no_locale_anywhere(files):
    assert look_at_locale(files.linux).status is FactStatus.ABSENT


USER_LIST = "/home/user/.config/mimeapps.list"


def browser(files):
    return default_browser(files.tree, {"HOME": "/home/user", **files.environ})


def test_default_browser_of_the_user(files):
    files.write(USER_LIST, "[Default Applications]\nx-scheme-handler/https=google-chrome.desktop;firefox.desktop;\n")
    files.write("/etc/xdg/mimeapps.list", "[Default Applications]\nx-scheme-handler/https=firefox.desktop\n")
    assert browser(files).value == "chrome"


def test_added_associations_are_no_default(files):
    files.write(USER_LIST, "[Added Associations]\nx-scheme-handler/https=google-chrome.desktop\n")
    files.write("/usr/share/applications/mimeapps.list", "[Default Applications]\ntext/html=firefox-esr.desktop\n")
    assert browser(files).value == "firefox"


def test_desktop_specific_list_comes_before_the_general_one(files):
    files.environ["XDG_CURRENT_DESKTOP"] = "ubuntu:GNOME"
    files.write("/home/user/.config/gnome-mimeapps.list", "[Default Applications]\ntext/html=microsoft-edge.desktop\n")
    files.write(USER_LIST, "[Default Applications]\ntext/html=firefox.desktop\n")
    assert browser(files).value == "edge"


def test_debian_alternative(files):
    files.link("/etc/alternatives/x-www-browser", "/usr/bin/google-chrome-stable")
    assert browser(files).value == "chrome"


def test_chromium_is_other(files):
    files.write(USER_LIST, "[Default Applications]\ntext/html=chromium.desktop\n")
    assert browser(files).value == "other"


def test_server_without_browser(files):
    assert browser(files).status is FactStatus.ABSENT


def test_probes_fill_every_field(files):
    assert [probe.name for probe in probes(frozenset(), files.linux)] == list(HostFacts.__struct_fields__)


def test_empty_disk_gives_facts_and_no_error(files):
    facts = run_probes(probes(frozenset({(0x04E6, 0x5116)}), files.linux), 3.0)
    assert {name for name, fact in facts.items() if fact.status is FactStatus.ERROR} == set()


def test_environment_full_of_nonsense_gives_no_error(files):
    files.environ.update(
        HOME="\0", LANG="\0\x1b[2J", PCSCLITE_CSOCK_NAME="/a\0b", XDG_DATA_DIRS=":::", XDG_SESSION_ID="\0", SNAP="/"
    )
    facts = run_probes(probes(frozenset(), files.linux), 3.0)
    assert {name for name, fact in facts.items() if fact.status is FactStatus.ERROR} == set()
