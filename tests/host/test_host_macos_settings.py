"""What macOS' small commands tell: pluginkit of tokens and Safari, scutil of the proxy, and one long look at cards."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest

from jpkidoctor.facts import Extension, Fact, FactStatus, TokenDriver
from jpkidoctor.host import macos
from jpkidoctor.host.commands import Answer
from jpkidoctor.host.macos_commands import SAFARI_EXTENSIONS, SCUTIL_PROXY, TOKENS
from jpkidoctor.host.macos_pluginkit import (
    PlugIn,
    look_at_extensions,
    look_at_tokens,
    parse_pluginkit,
    safari_extensions,
)
from jpkidoctor.host.macos_proxy import chosen_services, look_at_proxy, parse_scutil
from jpkidoctor.host.probe import seen
from jpkidoctor.knowledge.known import load_known

RECORDED = Path(__file__).parent / "macos_commands"
OFF = b"-    jp.go.jpki.Safari(3.9)\n+    jp.go.myna.safari(1.4)\n=    jp.go.myna.safari(1.2)\n     com.example(1)\n"


class Commands:
    def __init__(self, **answers):
        names = {"safari": SAFARI_EXTENSIONS, "tokens": TOKENS, "scutil": SCUTIL_PROXY}
        self.answers = {names[name]: answer for name, answer in answers.items()}

    def run(self, command, limit):
        return self.answers.get(command, Answer(failure="not_found"))


def test_tokens_before_and_after_macos_26():
    recorded = Answer((RECORDED / "tokens.txt").read_bytes())
    assert look_at_tokens(Commands(tokens=recorded)).value == (
        TokenDriver(id="com.apple.CryptoTokenKit.pivtoken", version="1.0"),
        TokenDriver(id="com.apple.CryptoTokenKit.ctkcard.ctkcardtoken", version="1"),
        TokenDriver(id="com.apple.PlatformSSOToken", version="1.0"),
    )
    older = b"    com.apple.CryptoTokenKit.pivtoken(1.0)\n    (null)\n"
    assert look_at_tokens(Commands(tokens=Answer(older))).value == (
        TokenDriver(id="com.apple.CryptoTokenKit.pivtoken", version="1.0"),
    )
    assert look_at_tokens(Commands(tokens=Answer(b""))).value == ()
    assert look_at_tokens(Commands()).status is FactStatus.UNKNOWN


def test_lines_with_a_folder_keep_the_name_alone():
    long = b"+    jp.go.jpki.Safari(3.9)\tA-UUID\t2026-01-01 00:00:00 +0000\t/Users/taro/Applications/JPKI.app\n"
    assert parse_pluginkit(long) == (PlugIn("jp.go.jpki.Safari", "3.9", "+"),)
    assert parse_pluginkit(b"match: Connection invalid\n(1 plug-in)\n") == ()


def test_a_safari_extension_that_was_switched_off():
    off, on = safari_extensions(parse_pluginkit(OFF), load_known().products)
    assert (off.browser, off.product, off.enabled, off.disable_reasons) == ("safari", "jpki", False, ("user_action",))
    assert (on.id, on.version, on.enabled) == ("jp.go.myna.safari", "1.4", None)


def test_safari_stands_beside_the_other_browsers():
    other = Extension(browser="chrome", id="x")
    files = lambda: seen((other,), "files")  # noqa: E731
    both = look_at_extensions(Commands(safari=Answer(OFF)), files)
    assert [extension.browser for extension in both.value] == ["chrome", "safari", "safari"]
    alone = look_at_extensions(Commands(), files)
    assert (alone.value, alone.note) == ((other,), "safari_unseen")
    no_home = look_at_extensions(Commands(safari=Answer(OFF)), lambda: Fact(FactStatus.ABSENT, note="no_home"))
    assert (len(no_home.value), no_home.note) == (2, "no_home")


def closed():
    raise PermissionError(1, "Operation not permitted")  # what macOS says of folders it protects


def test_profiles_that_macos_protects_hide_no_safari():
    fact = look_at_extensions(Commands(safari=Answer(OFF)), closed)
    assert (len(fact.value), fact.note) == (2, "partly_closed")
    for nothing in (Answer(b""), Answer(failure="timeout")):
        with pytest.raises(PermissionError):
            look_at_extensions(Commands(safari=nothing), closed)


def test_the_proxy_in_force_is_told_and_its_address_is_not_kept():
    recorded = Answer((RECORDED / "scutil.txt").read_bytes())
    fact = look_at_proxy({}, Commands(scutil=recorded), None)
    assert (fact.value.configured, fact.value.automatic, fact.source) == (True, False, "scutil")
    assert "secret" not in repr(fact)
    automatic = Answer(b"<dictionary> {\n  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://x/\n}\n")
    assert look_at_proxy({}, Commands(scutil=automatic), None).value.automatic
    none = Answer(b"<dictionary> {\n  HTTPEnable : 0\n}\n")
    assert not look_at_proxy({}, Commands(scutil=none), None).value.configured
    assert look_at_proxy({"https_proxy": "http://secret"}, Commands(scutil=none), None).value.configured


def test_what_stands_in_an_inner_list_is_no_setting():
    settings = parse_scutil((RECORDED / "scutil.txt").read_bytes())
    assert (settings["HTTPEnable"], settings["HTTPSEnable"], settings["FTPPassive"]) == ("0", "1", "1")
    assert parse_scutil(b"") is None
    assert parse_scutil(b"  <dictionary> {\n") == {}


SERVICES = {
    "A": {"Proxies": {"HTTPSEnable": 1, "HTTPSProxy": "secret.example"}},
    "B": {"Proxies": {"ProxyAutoConfigEnable": 0}},
    "C": "nonsense",
}


@pytest.mark.parametrize(
    ("chosen", "configured"),
    [("/Sets/1", False), ("/Sets/2", True), ("/Sets/9", True), (None, True), (7, True)],
)
def test_without_the_command_only_the_chosen_services_count(chosen, configured):
    """A service that was left behind, such as an old office network, is no proxy of today."""
    sets = {"1": {"Network": {"Service": {"B": {}, "C": {}}}}, "2": {"Network": {"Service": {"A": {}}}}}
    settings = {"NetworkServices": SERVICES, "Sets": sets, "CurrentSet": chosen}
    fact = look_at_proxy({}, Commands(), settings)
    assert (fact.value.configured, fact.source) == (configured, "preferences.plist")
    assert "secret" not in repr(fact)


def test_without_command_and_file_the_proxy_is_unknown():
    assert look_at_proxy({}, Commands(scutil=Answer(failure="timeout")), None).status is FactStatus.TIMEOUT
    assert not look_at_proxy({}, Commands(), {}).value.configured
    assert chosen_services({"NetworkServices": 3}) == []


def test_slow_commands_keep_nobody_waiting(files):
    files.write("/System/Library/CoreServices/SystemVersion.plist", plistlib.dumps({"ProductVersion": "26.1"}))
    computer = macos.MacComputer(files.tree, {"HOME": "/Users/u"}, runner=Commands(), machine="arm64")
    slow = {probe.name for probe in macos.probes(computer) if probe.slow}
    assert slow == {"extensions", "reader_devices", "token_drivers"}
