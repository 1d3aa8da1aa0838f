"""Parsers of macOS' commands: any bytes give devices or a reason, never an exception."""

from __future__ import annotations

import json
import plistlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpkidoctor.host.driver_bundles import DriverCatalogue
from jpkidoctor.host.macos_registry import MacUsbEntry, parse_profiler_usb, parse_registry
from jpkidoctor.host.macos_smart_cards import MacDriver, parse_smart_cards, reader_name
from jpkidoctor.host.macos_usb import readers_on_usb

SONY, S380 = 0x054C, (0x054C, 0x06C3)
IDS = frozenset({S380})
NO_LIST = DriverCatalogue((), None)
SELF_CONTAINING = b"bplist00\xa1\x00\x08" + bytes(6) + b"\x01\x01" + (1).to_bytes(8) + bytes(8) + (10).to_bytes(8)
"""A binary property list: an array whose one element is the array."""

words = st.sampled_from([
    "idVendor", "idProduct", "bDeviceClass", "bInterfaceClass", "locationID", "IORegistryEntryChildren",
    "IOObjectClass", "IOUSBHostDevice", "USB Product Name", "_items", "_name", "vendor_id", "0x054c", "product_id",
    "USBDeviceKeyVendorID", "location_id", "READERS", "READERS_DRIVERS", "#01", "SPUSBDataType",
    "SPUSBHostDataType", "SPSmartCardsDataType",
])  # fmt: skip
leaves = words | st.text(max_size=8) | st.integers(-(2**63), 2**63) | st.booleans() | st.floats(allow_nan=False)
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=5), max_leaves=25
)


@given(st.binary(max_size=300))
def test_any_bytes(data):
    for parse in (parse_registry, parse_profiler_usb, parse_smart_cards):
        parse(data)
        parse(b"bplist00" + data)
        parse(b'<?xml version="1.0"?><plist version="1.0">' + data)


@given(trees)
@settings(max_examples=150)
def test_any_property_list(tree):
    entries = parse_registry(plistlib.dumps(tree, fmt=plistlib.FMT_BINARY))
    assert entries is None or all(0 <= entry.vid <= 0xFFFF and 0 <= entry.pid <= 0xFFFF for entry in entries)
    readers_on_usb(entries or (), IDS, NO_LIST)


@given(trees, st.sampled_from(["SPUSBDataType", "SPUSBHostDataType", "SPSmartCardsDataType"]))
@settings(max_examples=150)
def test_any_json(tree, name):
    data = json.dumps({name: tree}).encode()
    readers_on_usb(parse_profiler_usb(data) or (), IDS, NO_LIST)
    cards = parse_smart_cards(data)
    assert cards is None or all(len(reader) <= 100 for reader in cards.readers or ())


@given(st.text(max_size=400))
def test_reader_names_are_harmless(line):
    name = reader_name(line)
    assert "\x1b" not in name
    assert "-----" not in name


@pytest.mark.parametrize(
    "data",
    [SELF_CONTAINING, plistlib.dumps([[[]]] * 100_000, fmt=plistlib.FMT_BINARY), b"[" * 500_000, b'{"a":' * 200_000],
)  # fmt: skip
def test_hostile_shapes_end_soon(data):
    begin = time.perf_counter()
    for parse in (parse_registry, parse_profiler_usb, parse_smart_cards):
        assert not parse(data)
    assert time.perf_counter() - begin < 2


def test_the_self_containing_list_is_one():
    content = plistlib.loads(SELF_CONTAINING)
    assert content[0] is content


def test_deep_nesting_is_cut():
    tree = {"idVendor": 1, "idProduct": 1, "bDeviceClass": 0}
    for _ in range(80):
        tree = {"IORegistryEntryChildren": [tree]}
    assert parse_registry(plistlib.dumps(tree, fmt=plistlib.FMT_BINARY)) == ()


def test_nothing_printed_is_nothing_attached_and_rubbish_is_unknown():
    assert parse_registry(b"\n") == ()
    assert parse_registry(b"ioreg: error") is None
    assert parse_profiler_usb(b'{"SPAudioDataType": []}') is None
    assert parse_profiler_usb(b'{"SPUSBDataType": []}') == ()


def test_interfaces_of_a_device_behind_a_hub_are_not_the_hubs():
    inner = {"bDeviceClass": 0, "idVendor": 2, "idProduct": 3, "IORegistryEntryChildren": [{"bInterfaceClass": 11}]}
    port = {"IORegistryEntryChildren": [inner]}
    hub = {"bDeviceClass": 9, "idVendor": 1, "idProduct": 1, "IORegistryEntryChildren": [{"bInterfaceClass": 9}, port]}
    first, second = parse_registry(plistlib.dumps(hub))
    assert (first.is_hub, first.interface_classes, first.behind_hub) == (True, (9,), False)
    assert (second.is_hub, second.interface_classes, second.behind_hub) == (False, (11,), True)


@pytest.mark.parametrize(
    ("location", "behind"), [(0x01100000, False), (0x14200000, False), (0x01120000, True), (0x14312000, True)]
)
def test_location_alone_tells_a_hub(location, behind):
    device = {"bDeviceClass": 0, "idVendor": 1, "idProduct": 2, "locationID": location}
    assert parse_registry(plistlib.dumps([device]))[0].behind_hub is behind


def test_two_readers_of_one_model_are_two():
    device = {"bDeviceClass": 0, "idVendor": 1, "idProduct": 2}
    places = [dict(device, locationID=0x01100000), dict(device, locationID=0x01200000)]
    assert len(parse_registry(plistlib.dumps(places))) == 2
    assert len(parse_registry(plistlib.dumps([device, device]))) == 2


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        (MacUsbEntry(1, 1, interface_classes=(0x0B,)), True),  # CCID of an unknown maker
        (MacUsbEntry(*S380), True),  # in the reader table
        (MacUsbEntry(SONY, 9, interface_classes=(0xFF,)), True),  # reader maker, own protocol, no driver
        (MacUsbEntry(SONY, 9, interface_classes=(6, 0xFF)), False),  # the same maker's camera
        (MacUsbEntry(SONY, 9, "New PaSoRi"), True),  # interfaces not told: its name says it
        (MacUsbEntry(SONY, 9, "Headphones"), False),
        (MacUsbEntry(7, 9, "Smart Card Reader"), False),  # interfaces not told, maker unknown
        (MacUsbEntry(1, 1, interface_classes=(0x0B,), is_hub=True), False),
    ],
)  # fmt: skip
def test_only_what_may_be_a_reader_is_kept(entry, kept):
    assert bool(readers_on_usb((entry,), IDS, NO_LIST)) is kept


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Contoso 3310 (ATR:{length = 15, bytes = 0x3bda})", "Contoso 3310"),
        ("Fabrikam NFC (no card present)", "Fabrikam NFC"),
        ("ACME (Dual) Reader (no card present)", "ACME (Dual) Reader"),
        ("Plain", "Plain"),
        ("-----BEGIN CERTIFICATE-----", ""),
        ("x" * 301, ""),
    ],
)
def test_reader_names(line, name):
    assert reader_name(line) == name


def test_drivers_and_tokens_without_their_paths():
    sections = [
        {"_name": "READERS_DRIVERS", "#01": "fr.apdu.ccid.smartcardccid:1.5.1 (/usr/x/ifd-ccid.bundle)",
         "#02": "(null):(null) (/usr/x/ifd-foo.bundle)"},
        {"_name": "TOKEN_DRIVERS"},
        {"_name": "SMARTCARDS_DRIVERS", "#01": "com.apple.CryptoTokenKit.pivtoken:1.0 (/System/x.appex)"},
    ]  # fmt: skip
    cards = parse_smart_cards(json.dumps({"SPSmartCardsDataType": sections}).encode())
    assert cards.readers is None
    assert cards.drivers == (MacDriver("fr.apdu.ccid.smartcardccid", "1.5.1"),)
    assert cards.tokens == (MacDriver("com.apple.CryptoTokenKit.pivtoken", "1.0"),)
