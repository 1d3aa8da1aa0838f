"""Every parser of ``jpkidoctor/host/`` beside 50 ms, on the worst megabyte that is known for it.

The table is also what the tests mutate: one place says which parsers there are and what they read.
"""

from __future__ import annotations

import json
import plistlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.row import Row
from jpkidoctor.host import browsers, linux_pcsc, linux_processes, linux_session, linux_usb, macos, windows
from jpkidoctor.host.assignments import parse_assignments
from jpkidoctor.host.browser_profiles import parse_chromium, parse_firefox
from jpkidoctor.host.dconf import read_string
from jpkidoctor.host.driver_bundles import parse_bundle_info
from jpkidoctor.host.hypervisor import names_virtual_machine
from jpkidoctor.host.language import locale_tag
from jpkidoctor.host.linux_pkcs11 import parse_module
from jpkidoctor.host.macos_pluginkit import parse_pluginkit
from jpkidoctor.host.macos_proxy import parse_scutil
from jpkidoctor.host.macos_registry import parse_profiler_usb, parse_registry
from jpkidoctor.host.macos_smart_cards import parse_smart_cards
from jpkidoctor.host.native_manifests import parse_manifest
from jpkidoctor.host.process_names import process_name
from jpkidoctor.host.property_list import parse_property_list
from jpkidoctor.host.time_server import read_answer
from jpkidoctor.host.tree import decode
from jpkidoctor.host.windows_cfgmgr import DeviceNode
from jpkidoctor.host.windows_files import expand, fixed_version
from jpkidoctor.host.windows_pnputil import parse_text, parse_xml
from jpkidoctor.host.windows_powershell import parse_json
from jpkidoctor.host.windows_properties import FILETIME, STRING, STRING_LIST, RawProperty, parse_string, parse_strings
from jpkidoctor.host.windows_readers import reader_devices, usb_devices
from jpkidoctor.host.windows_records import record_of
from jpkidoctor.safe_text import safe_text

MEGABYTE = 1 << 20
LIMIT_MS = 50.0
_LONGEST_PROPERTY = 1 << 16
"""Bytes of a device's property that the collector reads."""
_ID = "ddhaancdmkmeigppopkakhpbboccibla"
_WANTED = {_ID: "jpki", "mpa@jpki.github.io": "mpa_for_linux"}


@dataclass(frozen=True)
class Parser:
    """A parser from bytes, and what it is made to read."""

    name: str
    parse: Callable[[bytes], object]
    samples: tuple[bytes, ...]
    dense: tuple[bytes, ...] = ()
    """Well-formed inputs of about a megabyte."""


def _text(parse: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: parse(decode(data))


def _plist(parse: Callable[[dict[str, object]], object]) -> Callable[[bytes], object]:
    def work(data: bytes) -> object:
        content = parse_property_list(data)
        return parse(content) if isinstance(content, dict) else None

    return work


def _devices(data: bytes) -> object:
    """Device nodes whose properties hold these bytes, and what card readers there are among them."""
    lines = data.split(b"\n", 63)
    known = frozenset({(0x54C, 0x6C1)})
    records = []
    for line in lines:
        text = RawProperty(STRING, line[:_LONGEST_PROPERTY].decode("utf-8", "replace").encode("utf-16-le"))
        ids = RawProperty(STRING_LIST, data[:_LONGEST_PROPERTY])
        properties = {"HardwareIds": ids, "CompatibleIds": ids, "FriendlyName": text, "Parent": text, "Class": text}
        records.append(record_of(DeviceNode(line[:_LONGEST_PROPERTY].decode("utf-8", "replace"), 28, properties)))
    return usb_devices(records, known), reader_devices(records, known)


def _session(data: bytes) -> object:
    text = decode(data)
    return linux_session.session_kinds(
        environ={"SNAP": text[:100]}, executable=text[:200], os_id=text[:20], container_file=False,
        container_manager="", flatpak=False, cgroup=text, kernel=text, wsl_interop=False, firmware=(), cpuinfo=text,
        stat=text,
    )  # fmt: skip


_USB = {"idVendor": 0x54C, "idProduct": 0xDC9, "bDeviceClass": 0, "USB Product Name": "RC-S300", "locationID": 1 << 20,
        "IORegistryEntryChildren": [{"bInterfaceClass": 11, "idVendor": 0x54C, "idProduct": 0xDC9}]}  # fmt: skip
_IOREG = _USB | {
    "sessionID": 1_000_000, "USBSpeed": 1, "bcdDevice": 256, "bMaxPacketSize0": 64, "iManufacturer": 1, "iProduct": 2,
    "kUSBCurrentConfiguration": 1, "IOClassNameOverride": "IOUSBDevice", "Built-In": False, "bDeviceProtocol": 0,
    "IOCFPlugInTypes": {"9dc7b780-9ec0-11d4-a54f-000a27052861": "IOUSBHostFamily.kext/PlugIns/IOUSBLib.bundle"},
    "IOPowerManagement": {"DevicePowerState": 0, "CurrentPowerState": 3, "CapabilityFlags": 32768, "MaxPowerState": 4},
}  # fmt: skip
"""With the names that ioreg prints beside those of use."""
_BUNDLE = {"CFBundleShortVersionString": "1.5.2", "ifdVendorID": ["0x04E6"] * 9, "ifdProductID": ["0x5116"] * 9}
_HANDLERS = {"LSHandlers": [{"LSHandlerURLScheme": "https", "LSHandlerRoleAll": "com.google.chrome"}] * 3}
_PROFILE = {"extensions": {"settings": {_ID: {"state": 0, "disable_reasons": [2], "manifest": {"version": "1"}}}}}
_ADDONS = {"addons": [{"id": "mpa@jpki.github.io", "active": False, "userDisabled": True, "version": "1.0"}]}
_MANIFEST = {"path": "C:\\JPKI\\host.exe", "allowed_origins": [f"chrome-extension://{_ID}/"],
             "allowed_extensions": ["a@b"]}  # fmt: skip
_PNP = [{"InstanceId": "USB\\VID_04E6&PID_5116\\5&1", "Class": "SmartCardReader", "ConfigManagerErrorCode": 28,
         "HardwareID": ["USB\\VID_04E6&PID_5116"], "Present": True}]  # fmt: skip
_CARDS = {"SPSmartCardsDataType": [
    {"_name": "READERS", "#01": "Contoso 3310 (ATR:{length = 15, bytes = 0x3bda})"},
    {"_name": "READERS_DRIVERS", "#01": "fr.apdu.ccid.smartcardccid:1.5.1 (/usr/libexec/ifd-ccid.bundle)"},
    {"_name": "TOKEN_DRIVERS"}]}  # fmt: skip
_PROFILER = {"SPUSBHostDataType": [{"_name": "USBHost", "_items": [
    {"_name": "RC-S300", "USBDeviceKeyVendorID": "0x054c", "USBDeviceKeyProductID": "0x0dc9"}]}]}  # fmt: skip
_PNPUTIL = """Microsoft PnP Utility

Instance ID:                USB\\VID_076B&PID_3031\\6&1A2B3C4D&0&2
Device Description:         Microsoft Usbccid Smartcard Reader (WUDF)
Class GUID:                 {50dd5230-ba8a-11d1-bf5d-0000f805f530}
Status:                     Problem
Problem Code:               28 (0x1C) [CM_PROB_FAILED_INSTALL]
Driver Name:                wudfusbcciddriver.inf

"""
_PNPUTIL_JA = """インスタンス ID:            USB\\VID_076B&PID_3031\\6&1
デバイスの説明:             リーダー
クラス名:                   SmartCardReader
状態:                       開始

"""
_XML = """<?xml version="1.0" encoding="utf-8"?>
<PnpUtil><Device InstanceId="USB\\VID_076B&amp;PID_3031\\6"><ClassName>SmartCardReader</ClassName>
<ProblemCode>28</ProblemCode><Status>Problem</Status></Device></PnpUtil>"""
_MIMEAPPS = b"[Default Applications]\nx-scheme-handler/https=google-chrome.desktop;firefox.desktop;\n"
_SOCKETS = b"Num RefCount Protocol Flags Type St Inode Path\n0: 02 00 00010000 0001 01 20001 /run/pcscd/pcscd.comm\n"
_IDS = b"USB\\VID_054C&PID_06C1\\1\nUSB\\VID_054C&PID_06C1&MI_00\\2\nUSB\\Class_0B&SubClass_00\n"
_VERSION = b"VS\0" + bytes.fromhex("bd04effe00000100050003000700010000000000")
_PLUGINS = b"+    com.apple.CryptoTokenKit.pivtoken(1.0)\n     jp.go.jpki.Safari(3.9)\n"
_SCUTIL = b"<dictionary> {\n  ExceptionsList : <array> {\n    0 : *.local\n  }\n  HTTPSEnable : 1\n}\n"
_DCONF = (Path(__file__).parents[1] / "tests" / "host" / "linux" / "dconf_manual_proxy").read_bytes()


def _plists(content: object) -> tuple[bytes, ...]:
    return plistlib.dumps(content), plistlib.dumps(content, fmt=plistlib.FMT_BINARY)


def _encoded(text: str) -> tuple[bytes, ...]:
    return tuple(text.encode(code) for code in ("utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le"))


def _json(content: object) -> tuple[bytes, ...]:
    return _encoded(json.dumps(content, ensure_ascii=False, indent=1))


def _many(content: object) -> list[object]:
    """Again and again, until a megabyte as an XML property list."""
    return [content] * (MEGABYTE // (len(plistlib.dumps([content, content])) - len(plistlib.dumps([content]))))


PARSERS: tuple[Parser, ...] = (
    Parser("decode", decode, _encoded("カードリーダー ok\n")),
    Parser("safe_text", _text(safe_text), (b"\x1b[31mRC-S300\x1b]0;t\x07\r\n\t",)),
    Parser(
        "os-release", _text(parse_assignments), (b'NAME="Debian \\"12\\""\nexport ID=debian\n#x\nLANG=ja_JP.UTF-8\n',)
    ),
    Parser("mimeapps.list", _text(browsers.parse_mimeapps), (_MIMEAPPS,)),
    Parser("desktop file name", _text(browsers.browser_of_desktop_file), (b"org.mozilla.firefox.desktop",)),
    Parser("ProgId", _text(browsers.browser_of_progid), (b"FirefoxURL-308046B0AF4A39CB",)),
    Parser("bundle id", _text(browsers.browser_of_bundle_id), (b"com.google.chrome",)),
    Parser("locale", _text(locale_tag), (b"ja_JP.UTF-8@x", b"zh-Hant-TW")),
    Parser("firmware", _text(lambda text: names_virtual_machine([text])), (b"VMware, Inc.", b"Google Compute Engine")),
    Parser("/proc/net/unix", _text(linux_pcsc.parse_listening_sockets), (_SOCKETS,)),
    Parser("/proc/PID/stat", _text(linux_processes.parse_parent), (b"12 (a) b) S 1 12 12 0 -1 0",)),
    Parser("/proc of a session", _session, (b"0::/system.slice/x.service\nflags\t: a hypervisor\n1 (x) S 1 1 1 0",)),
    Parser("sysfs number", _text(linux_usb.parse_hex), (b"054c\n",)),
    Parser("macOS version", _text(macos.macos_name), (b"10.15.7",)),
    Parser("process name", _text(process_name), (b"C:\\Users\\x\\MPA.exe",)),
    Parser("property list", parse_property_list, _plists(_HANDLERS), (*_plists(_many({"a": 1})), *_plists(_many([])))),
    Parser("https handler", _plist(macos.https_handler), _plists(_HANDLERS)),
    Parser("languages", _plist(macos.preferred_language), _plists({"AppleLanguages": ["ja-JP"]})),
    Parser("driver bundle", parse_bundle_info, _plists(_BUNDLE)),
    Parser(
        "ioreg",
        parse_registry,
        _plists([_USB, _USB | {"bDeviceClass": 9, "IORegistryEntryChildren": [_USB]}]),
        _plists(_many(_IOREG))[:1],
    ),
    Parser(
        "system_profiler USB",
        parse_profiler_usb,
        _json(_PROFILER),
        (json.dumps({"SPUSBDataType": [[{}] * 9] * 29_000}).encode(),),
    ),
    Parser("system_profiler cards", parse_smart_cards, _json(_CARDS)),
    Parser("pluginkit", parse_pluginkit, (_PLUGINS,)),
    Parser("scutil", parse_scutil, (_SCUTIL,)),
    Parser("dconf", lambda data: read_string(data, "/org/gnome/system/proxy/mode"), (_DCONF,)),
    Parser("p11-kit module", parse_module, (b"# x\nmodule: opensc-pkcs11.so\npriority: 1\n",)),
    Parser("time server", lambda data: read_answer(data, bytes(8)), (b"\x24\x02" + bytes(30) + b"\xe9" * 16,)),
    Parser("native manifest", parse_manifest, _json(_MANIFEST)),
    Parser("Chromium profile", lambda data: parse_chromium((data, data), _WANTED, "chrome", 0), _json(_PROFILE)),
    Parser("Firefox profile", lambda data: parse_firefox(data, _WANTED, 0), _json(_ADDONS)),
    Parser("pnputil text", parse_text, (*_encoded(_PNPUTIL), *_encoded(_PNPUTIL_JA))),
    Parser("pnputil XML", parse_xml, _encoded(_XML)),
    Parser(
        "PowerShell JSON", parse_json, _json(_PNP), (json.dumps(_PNP * 5500).encode(), b"[" + b"[]," * 349_000 + b"1]")
    ),
    Parser("version resource", fixed_version, (_VERSION,)),
    Parser("device text", lambda data: parse_string(RawProperty(STRING, data)), _encoded("リーダー\0")),
    Parser("device texts", lambda data: parse_strings(RawProperty(STRING_LIST, data)), _encoded("a\0b\0\0")),
    Parser("device time", lambda data: windows.install_date(len(data)) or RawProperty(FILETIME, data), (bytes(8),)),
    Parser("device ids", _devices, (_IDS,)),
    Parser("registry path", _text(lambda text: expand(text, {"ProgramFiles": "C:\\P"})), (b"%ProgramFiles%\\JPKI",)),
    Parser("registry number", _text(windows.parse_number), (b"26100",)),
)


TOKENS = (
    b"\0", b" ", b"\n", b"=", b"a", b"9", b"0x", b"[", b"{", b"(", b")", b'"', b"\\", b"%", b":", b"\xff", b"\xfe\xff",
    b"a=b\n", b"a: b\n", b"\n\n", b"[[],", b'{"a":', b'"a",', b"<a>", b"<a/>", b"<array>", b"<string>a</string>",
    b"<key>a</key><integer>1</integer>", b"&amp;", b"#01", b"USB\\VID_054C&PID_06C1\\1\n", b"\x1b[", b"\x1b]",
    b"\xef\xbb\xbf", b"\x82\xa0", b"a\0", b"export ", b"\\n", b"/x.service", b"VS\xbd\x04\xef\xfe", b"-----", b"; ",
)  # fmt: skip


def megabytes(parser: Parser) -> Iterator[tuple[str, bytes]]:
    """Inputs of one megabyte that cost most: a token again and again, a sample again and again, one long value."""
    for token in TOKENS:
        yield f"{token!r} again and again", (token * (MEGABYTE // len(token) + 1))[:MEGABYTE]
    for number, content in enumerate(parser.dense):
        yield f"a well-formed one, {number}", content
    for number, sample in enumerate(parser.samples):
        yield f"sample {number} again and again", (sample * (MEGABYTE // len(sample) + 1))[:MEGABYTE]
        middle = len(sample) // 2
        for token in (b"a", b"\n", b"[", b"<a>", b'"a",', b"\0", b" "):
            filling = token * ((MEGABYTE - len(sample)) // len(token))
            yield f"sample {number} filled with {token!r}", sample[:middle] + filling + sample[middle:]


def cost_ms(parser: Parser, data: bytes) -> float:
    """Processor time of one call: other programs of this computer do not count."""
    begin = time.thread_time()
    parser.parse(data)
    return (time.thread_time() - begin) * 1000


def rows() -> Iterator[Row]:
    """The dearest megabyte of each parser, best of three."""
    for parser in PARSERS:
        worst, what = max((cost_ms(parser, data), what) for what, data in megabytes(parser))
        data = next(data for name, data in megabytes(parser) if name == what)
        best = min(worst, *(cost_ms(parser, data) for _ in range(2)))
        yield Row(f"{parser.name}: 1 MB, {what}"[:58], best, LIMIT_MS, 1.0)
