"""Closed is not missing, on Windows: keys of the registry and files that we may not read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from closing import answers, lost_in_silence, subsets
from hypothesis import example, given, settings
from test_host_windows_software import CHROME, ENVIRON, FILES, FakeFiles, FakeWinreg, NoCalls, keys

from jpkidoctor.facts import Fact, FactStatus
from jpkidoctor.host import windows
from jpkidoctor.host.windows_devices import DeviceDoors
from jpkidoctor.host.windows_files import Disk
from jpkidoctor.host.windows_registry import WinRegistry


class ClosingFiles(FakeFiles):
    closed: frozenset[str] = frozenset()

    def _pass(self, path, inside):
        places = [path] if inside else []
        while "\\" in path:
            path = path.rpartition("\\")[0]
            places.append(path)
        if self.closed.intersection(places):
            raise PermissionError(13, "Access is denied", path)

    def exists(self, path):
        self._pass(path, inside=False)
        return super().exists(path)

    def read(self, path, limit=0):
        self._pass(path, inside=True)
        return super().read(path)

    def names(self, folder):
        self._pass(folder, inside=True)
        return super().names(folder)


REGISTRY = keys() | {
    r"HKCU\SOFTWARE\Microsoft\Windows\Shell\Associations\UrlAssociations\https\UserChoice": {"ProgId": "ChromeHTML"},
    r"HKLM\SYSTEM\CurrentControlSet\Services\SCardSvr": {"Start": 3},
    r"HKLM\SYSTEM\CurrentControlSet\Control\CI\Policy": {"SkuPolicyRequired": 1},
    r"HKLM\SOFTWARE\Policies\Microsoft\Edge": {"InternetExplorerIntegrationLevel": 1},
    r"HKLM\HARDWARE\DESCRIPTION\System\BIOS": {"SystemManufacturer": "VMware, Inc."},
    r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server": {"GlassSessionId": 1},
}
ALL_KEYS = sorted({"\\".join(path.split("\\")[:depth]) for path in REGISTRY for depth in range(2, 12)})
ALL_FILES = sorted({"\\".join(path.split("\\")[:depth]) for path in FILES for depth in range(2, 12)})


class Calls(NoCalls):
    def session_id(self):
        return 2


def windows_facts(closed_keys=frozenset(), closed_files=frozenset(), gone=frozenset()):
    files = ClosingFiles({name: data for name, data in FILES.items() if name not in gone}, {CHROME: "142.0"})
    files.closed = closed_files
    registry = {path: values for path, values in REGISTRY.items() if path not in gone}
    here = windows.WindowsComputer(
        registry=WinRegistry(FakeWinreg(registry, closed_keys)),
        api=Calls(),
        environ=ENVIRON,
        devices=DeviceDoors(cfgmgr=None, winscard=None, run=lambda arguments, seconds: None, environ={}),
        files=files,
        now=lambda: dt.datetime(2026, 11, 26, tzinfo=dt.UTC),
    )
    return answers(probe for probe in windows.probes(here) if probe.name != "card_users")


def silent_in(whole: dict[str, Fact], facts: dict[str, Fact]) -> set[str]:
    return {name for name, fact in facts.items() if name != "console" and lost_in_silence(whole[name], fact)}


def test_closing_each_key_or_file_of_windows_is_never_told_as_absence():
    whole = windows_facts()
    assert whole["browsers"].value[0].is_default
    for key in ALL_KEYS:
        assert (key, silent_in(whole, windows_facts(frozenset({key})))) == (key, set())
    for name in ALL_FILES:
        assert (name, silent_in(whole, windows_facts(closed_files=frozenset({name})))) == (name, set())


@settings(max_examples=30, deadline=None)
@given(subsets(ALL_KEYS), subsets(ALL_FILES), subsets([*REGISTRY, *FILES]))
@example(frozenset(ALL_KEYS), frozenset(ALL_FILES), frozenset())
def test_no_probe_of_windows_fails_on_what_is_gone_or_closed(closed_keys, closed_files, gone):
    facts = windows_facts(closed_keys, closed_files, gone)
    # The list of devices has no way that answers here.
    assert {n: f.note for n, f in facts.items() if f.status is FactStatus.ERROR and f.note != "no_cfgmgr32"} == {}


def test_a_closed_folder_of_this_disk_is_not_a_missing_one(monkeypatch, tmp_path):
    def closed(self, *arguments, **named):
        raise PermissionError(13, "closed")

    assert (Disk(None).exists(str(tmp_path)), Disk(None).exists(str(tmp_path / "no"))) == (True, False)
    assert (Disk(None).names(str(tmp_path / "no")), Disk(None).read(str(tmp_path / "no"))) == ((), None)
    for call in ("stat", "open", "iterdir"):
        monkeypatch.setattr(Path, call, closed)
    for look in (Disk(None).exists, Disk(None).read, Disk(None).names):
        with pytest.raises(PermissionError):
            look(str(tmp_path))


def test_half_a_list_of_keys_is_no_list():
    class Breaking(FakeWinreg):
        def EnumKey(self, key, index):  # noqa: N802
            if index == 1:
                raise OSError(1450, "Insufficient system resources")
            return super().EnumKey(key, index)

    with pytest.raises(OSError, match="Insufficient"):
        WinRegistry(Breaking(REGISTRY)).subkeys("HKLM", r"SOFTWARE\Microsoft\Cryptography\Defaults\Provider")
