"""Programs, browsers and settings of a Windows computer: a ``winreg`` and a version.dll that answer from a fixture,
so the collectors run down to the last call. Places after host-probes 3.3 to 3.5; nothing was seen on a real Windows.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from windows_places import (
    CHROME,
    ENVIRON,
    FILES,
    INTERNET,
    JPKI,
    MANIFEST,
    POLICY,
    PROFILE,
    FakeFiles,
    FakeWinreg,
    NoCalls,
    keys,
    manifest,
    profile,
)

from jpkidoctor.facts import Facts, FactStatus, HostFacts, PcscFacts
from jpkidoctor.host import windows
from jpkidoctor.host.probe import run_probes
from jpkidoctor.host.windows_devices import DeviceDoors
from jpkidoctor.host.windows_files import Disk, expand, fixed_version, folder_of
from jpkidoctor.host.windows_registry import WinRegistry
from jpkidoctor.judge import load_judge


def look(registry=None, files=None, closed=(), environ=None):
    here = windows.WindowsComputer(
        registry=WinRegistry(FakeWinreg(registry or keys(), closed)),
        api=NoCalls(),
        environ=ENVIRON | (environ or {}),
        devices=DeviceDoors(cfgmgr=None, winscard=None, run=lambda arguments, seconds: None, environ={}),
        files=FakeFiles(files or FILES, {CHROME: "142.0.7444.176"}),
        now=lambda: dt.datetime(2026, 11, 26, tzinfo=dt.UTC),
    )
    return run_probes([probe for probe in windows.probes(here) if probe.name != "card_users"], 3.0)


def judged(facts):
    host = HostFacts(**facts)
    whole = Facts(taken_at=dt.datetime(2026, 11, 26, tzinfo=dt.UTC), tool_version="0", host=host, pcsc=PcscFacts())
    diagnosis = load_judge()(whole)
    return {node: diagnosis.finding(node).status.value for node in ("H-08", "I-01", "I-03", "I-05", "I-07")}


WELL = {"H-08": "ok", "I-01": "ok", "I-03": "ok", "I-05": "ok", "I-07": "ok"}


def test_every_fact_of_a_whole_computer_arrives():
    facts = look()
    (browser,) = facts["browsers"].value
    assert (browser.id, browser.version) == ("chrome", "142.0.7444.176")
    (client,) = facts["products"].value
    assert (client.id, client.version, client.found_by) == ("jpki", "3.5.0", "registry")
    assert len(client.modules) == 4
    assert client.missing == ()
    assert (client.reader_setting, client.reader_type) == ("Sony FeliCa Port/PaSoRi 4.0 0", "1")
    (host,) = facts["native_hosts"].value
    assert (host.scope, host.manifest_readable, host.program_exists, host.allowed) == ("system", True, True, (JPKI,))
    (extension,) = facts["extensions"].value
    assert (extension.profile, extension.enabled, extension.version) == (0, True, "2.0")
    assert facts["clock"].value.zone == "Tokyo Standard Time"
    assert (facts["s_mode"].value, facts["ie_mode"].value, facts["proxy"].value.configured) == (False, False, False)
    assert judged(facts) == WELL


@pytest.mark.parametrize(("name", "expected"), [
    ("ACS ACR39U ICC Reader 0", "ACS ACR39U ICC Reader 0"), ("PC/SC", None), ("", None), ("  ", None), (7, None),
    ("Reader\x1b[31m 0", "Reader 0"),
])  # fmt: skip
def test_setting_that_is_no_name_of_a_reader_is_not_known(name, expected):
    (client,) = look(keys() | {r"HKCU\SOFTWARE\JPKI": {"Name": name, "RWType": 2}})["products"].value
    assert (client.reader_setting, client.reader_type) == (expected, "2")


def test_no_name_of_a_person_is_kept():
    assert "taro" not in repr(look())


UNPERMITTED = profile(state=0, disable_reasons=[2])
GONE = {name: data for name, data in FILES.items() if not name.endswith("JPKIHost.exe")}
BARE = {name: data for name, data in FILES.items() if not name.lower().endswith(".dll")}
NO_KEYS = {path: values for path, values in keys().items() if "Provider" not in path}
EMPTY_PC = {path: values for path, values in keys().items() if "CurrentVersion" in path and "Uninstall" not in path}


@pytest.mark.parametrize(
    ("registry", "files", "expected"),
    [
        (keys(), GONE, {"I-05": "failed"}),
        (keys(), FILES | {MANIFEST: manifest(allowed_origins=[])}, {"I-05": "failed"}),
        (keys(), FILES | {MANIFEST: "{\"path\": \"利用者\"}".encode("cp932")}, {"I-05": "failed"}),
        (keys(), FILES | {PROFILE + r"\Secure Preferences": UNPERMITTED}, {"I-05": "not_applicable", "I-07": "failed"}),
        (NO_KEYS, FILES, {"I-03": "attention"}),
        (NO_KEYS, BARE, {"I-03": "failed"}),
        (NO_KEYS, {n: d for n, d in BARE.items() if n in GONE}, {"I-03": "failed", "I-05": "failed"}),
        (NO_KEYS, BARE | {PROFILE + r"\Secure Preferences": UNPERMITTED},
         {"I-03": "failed", "I-05": "not_applicable", "I-07": "failed"}),
        (EMPTY_PC, {CHROME: b"MZ"},
         {"I-01": "failed", "I-03": "not_applicable", "I-05": "not_applicable", "I-07": "not_applicable"}),
    ],
    ids=["program gone", "not let in", "manifest in cp932", "asks for permissions", "keys gone", "all parts gone",
         "parts and program gone", "parts gone and extension off", "nothing installed"],
)  # fmt: skip
def test_computers_are_judged_right(registry, files, expected):
    assert judged(look(registry, files)) == WELL | expected


def test_closed_keys_are_denied_and_blame_nobody():
    facts = look(closed=[r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"])
    assert facts["products"].status is FactStatus.DENIED
    assert judged(facts)["I-01"] == "unknown"


def test_settings_of_an_organisation():
    registry = keys() | {
        POLICY: {"SkuPolicyRequired": 1},
        r"HKLM\SOFTWARE\Policies\Microsoft\Edge": {"InternetExplorerIntegrationLevel": 1},
        INTERNET: {"AutoConfigURL": "http://secret-proxy.example/p.pac"},
    }
    facts = look(registry)
    assert (facts["s_mode"].value, facts["ie_mode"].value) == (True, True)
    assert facts["proxy"].value == replace(facts["proxy"].value, configured=True, automatic=True)
    assert "secret-proxy" not in repr(facts)


def test_proxy_by_the_environment():
    assert look(environ={"https_proxy": "http://10.0.0.1:8080"})["proxy"].value.configured


class FakeVersionDll:
    def __init__(self, block):
        self.block = block

    def GetFileVersionInfoSizeW(self, path, handle):  # noqa: N802
        return len(self.block)

    def GetFileVersionInfoW(self, path, handle, size, block):  # noqa: N802
        ctypes.memmove(block, self.block, size)
        return 1


def test_version_of_a_program_by_its_byte_image():
    block = b"V\0S\0_\0" * 5 + struct.pack("<IIIIII", 0xFEEF04BD, 0x10000, 3 << 16 | 5, 1 << 16 | 7, 0, 0)
    assert Disk(FakeVersionDll(block)).version("x") == "3.5.1.7"
    assert Disk(FakeVersionDll(b"")).version("x") == ""


@given(st.binary(max_size=80))
def test_any_version_block_gives_a_version_or_nothing(block):
    fixed_version(block)
    fixed_version(block + struct.pack("<I", 0xFEEF04BD) + block)


def test_paths_of_the_table():
    assert expand(r"%PROGRAMFILES%\JPKI", ENVIRON) == r"C:\Program Files\JPKI"
    assert expand(r"%ProgramFiles(x86)%\JPKI", ENVIRON) == ""
    assert folder_of('"C:\\A B\\c.exe"') == r"C:\A B"
