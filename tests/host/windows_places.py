"""Registry, files and calls of a Windows computer that answer from plain tables: a household's computer with the
client software, Chrome and its extension. Places after host-probes 3.3 to 3.5; nothing was seen on a real Windows.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field

JPKI = "ddhaancdmkmeigppopkakhpbboccibla"
CHROME = r"C:\Program Files\Google\Chrome\Application\chrome.exe"
MANIFEST = r"C:\Program Files\JPKI\jp.go.jpki.json"
PROFILE = r"C:\Users\taro\AppData\Local\Google\Chrome\User Data\Default"
HOST_KEY = r"HKLM\SOFTWARE\Google\Chrome\NativeMessagingHosts\jp.go.jpki"
POLICY = r"HKLM\SYSTEM\CurrentControlSet\Control\CI\Policy"
INTERNET = r"HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings"
ENVIRON = {
    "ProgramFiles": r"C:\Program Files",
    "LocalAppData": r"C:\Users\taro\AppData\Local",
    "SystemRoot": r"C:\Windows",
}
PROVIDER = r"HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\Provider\JPKI Crypto Service Provider for"


class FakeWinreg:
    """``winreg`` over ``HIVE\\key`` to values. Names of keys and values do not differ by case, as on Windows."""

    HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER, KEY_READ, KEY_WOW64_64KEY = 0x80000002, 0x80000001, 0x20019, 0x100

    def __init__(self, keys, closed=()):
        self.keys = {path.lower(): (path, values) for path, values in keys.items()}
        self.closed = {path.lower() for path in closed}

    def OpenKey(self, root, key, reserved, access):  # noqa: N802
        assert (reserved, access) == (0, self.KEY_READ | self.KEY_WOW64_64KEY)
        path = ("hklm\\" if root == self.HKEY_LOCAL_MACHINE else "hkcu\\") + key.lower()
        if path in self.closed:
            raise PermissionError(5, "Access is denied")
        if not any(known == path or known.startswith(path + "\\") for known in self.keys):
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return contextlib.nullcontext(path)

    def QueryValueEx(self, key, name):  # noqa: N802
        values = {known.lower(): value for known, value in self.keys.get(key, ("", {}))[1].items()}
        if name.lower() not in values:
            raise FileNotFoundError(2, name)
        return values[name.lower()], 1

    def EnumKey(self, key, index):  # noqa: N802
        below = [
            path[len(key) + 1 :].split("\\")[0] for low, (path, _) in self.keys.items() if low.startswith(key + "\\")
        ]
        names = list(dict.fromkeys(below))
        if index >= len(names):
            raise OSError(259, "No more data is available")
        return names[index]


@dataclass
class FakeFiles:
    files: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)

    def exists(self, path):
        return path in self.files or any(name.startswith(path + "\\") for name in self.files)

    def read(self, path, limit=0):
        return self.files.get(path)

    def names(self, folder):
        below = (name[len(folder) + 1 :].split("\\")[0] for name in self.files if name.startswith(folder + "\\"))
        return tuple(sorted(set(below)))

    def version(self, path):
        return self.versions.get(path, "")


class NoCalls:
    def __getattr__(self, name):
        return lambda *arguments: None if name != "program_platform" else "win-amd64"


def manifest(**changes):
    plain = {"name": "jp.go.jpki", "path": "JPKIHost.exe", "allowed_origins": [f"chrome-extension://{JPKI}/"]}
    return json.dumps(plain | changes).encode()


def profile(**entry):
    return json.dumps(
        {"extensions": {"settings": {JPKI: {"state": 1, "manifest": {"version": "2.0"}} | entry}}}
    ).encode()


def keys(**changes):
    return {
        r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion": {"CurrentBuildNumber": "26200"},
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\chrome.exe": {"": CHROME},
        HOST_KEY: {"": MANIFEST},
        r"HKLM\SOFTWARE\JPKI": {"InstallPath": "C:\\Program Files\\JPKI\\"},
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{1}": {
            "DisplayName": "公的個人認証サービス 利用者クライアントソフト", "DisplayVersion": "3.5.0",
        },
        PROVIDER + " Sign": {}, PROVIDER + " Auth": {},
        r"HKCU\SOFTWARE\JPKI": {"Name": "Sony FeliCa Port/PaSoRi 4.0 0", "RWType": 1},
        r"HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation": {"TimeZoneKeyName": "Tokyo Standard Time\0junk"},
    } | changes  # fmt: skip


FILES = {
    CHROME: b"MZ",
    MANIFEST: manifest(),
    r"C:\Program Files\JPKI\JPKIHost.exe": b"MZ",
    r"C:\Program Files\JPKI\JPKIPKCS11Sign64.dll": b"MZ",
    r"C:\Program Files\JPKI\JPKIPKCS11Sign.dll": b"MZ",
    PROFILE + r"\Preferences": b"{}",
    PROFILE + r"\Secure Preferences": profile(),
}
