"""Parsers are total: whatever stands in a file, they answer and never raise."""

from __future__ import annotations

import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.host import browsers, driver_bundles, linux_pcsc, linux_processes, linux_session, linux_usb, macos
from jpkidoctor.host.architecture import architecture
from jpkidoctor.host.assignments import parse_assignments
from jpkidoctor.host.driver_bundles import parse_bundle_info, read_catalogue
from jpkidoctor.host.hypervisor import names_virtual_machine
from jpkidoctor.host.language import locale_tag
from jpkidoctor.host.property_list import parse_property_list
from jpkidoctor.host.tree import decode
from jpkidoctor.host.windows import install_date, parse_number, windows_name

PLIST_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.binary())
def test_text_parsers_answer_to_any_bytes(data):
    text = decode(data)
    parse_assignments(text)
    browsers.parse_mimeapps(text)
    browsers.browser_of_desktop_file(text)
    browsers.browser_of_progid(text)
    browsers.browser_of_bundle_id(text)
    linux_pcsc.parse_listening_sockets(text)
    linux_processes.parse_parent(text)
    linux_session.has_terminal(text)
    linux_usb.parse_hex(text)
    macos.major_version(text)
    macos.macos_name(text)
    names_virtual_machine([text])
    locale_tag(text)
    architecture(text)
    parse_number(text)
    windows_name(None, text, text)


@given(st.binary() | st.binary().map(lambda data: b"bplist00" + data) | st.text().map(lambda t: f"<plist>{t}".encode()))
def test_property_lists_of_any_bytes(data):
    parse_property_list(data)
    parse_bundle_info(data)


@given(PLIST_VALUES, PLIST_VALUES, PLIST_VALUES)
def test_bundle_lists_of_any_shape(version, vendors, products):
    plist = {"CFBundleShortVersionString": version, "ifdVendorID": vendors, "ifdProductID": products}
    try:
        data = plistlib.dumps({key: value for key, value in plist.items() if value is not None})
    except (TypeError, ValueError, OverflowError):
        return  # not every value can stand in a plist
    info = parse_bundle_info(data)
    assert info is None or all(0 <= vid <= 0xFFFF and 0 <= pid <= 0xFFFF for vid, pid in info.reader_ids)


@given(st.dictionaries(st.sampled_from(["LSHandlers", "AppleLanguages", "AppleLocale"]), PLIST_VALUES))
def test_mac_settings_of_any_shape(settings):
    assert isinstance(macos.https_handler(settings), str)
    assert isinstance(macos.preferred_language(settings), str)


@given(st.integers() | st.none())
def test_install_dates_of_any_number(seconds):
    when = install_date(seconds)
    assert when is None or 2001 <= when.year <= 2106


@given(st.lists(st.integers(min_value=0, max_value=0xFFFF), min_size=2, max_size=2))
def test_usb_ids_survive_their_spelling(pair):
    plist = plistlib.dumps({"ifdVendorID": [f"0x{pair[0]:04X}"], "ifdProductID": [f"{pair[1]:04x}"]})
    assert parse_bundle_info(plist).reader_ids == {tuple(pair)}


def test_driver_for_one_reader_may_write_plain_strings():
    plist = plistlib.dumps({"ifdVendorID": "0x054C", "ifdProductID": "0x0DC9"})
    assert parse_bundle_info(plist).reader_ids == {(0x054C, 0x0DC9)}


def test_unequal_lists_are_read_as_far_as_they_pair():
    plist = plistlib.dumps({"ifdVendorID": ["0x054C", "0x04E6"], "ifdProductID": ["0x0DC9"]})
    assert parse_bundle_info(plist).reader_ids == {(0x054C, 0x0DC9)}


@pytest.mark.parametrize("data", [b"", b"not a plist", b"<plist><dict><key>x</key>", b"bplist00\xff\xff", b"\0" * 64])
def test_broken_bundle_is_named_and_no_list_was_read(files, data):
    files.write("/drivers/ifd-broken.bundle/Contents/Info.plist", data)
    catalogue = read_catalogue(files.tree, ["/drivers"])
    assert [(bundle.name, bundle.reader_count) for bundle in catalogue.bundles] == [("ifd-broken", 0)]
    assert catalogue.lists((0x054C, 0x0DC9)) is None


def test_broken_bundle_beside_a_good_one(files):
    files.write("/drivers/ifd-a.bundle/Contents/Info.plist", b"broken")
    files.bundle("/drivers", [("0x054C", "0x0DC9")])
    catalogue = read_catalogue(files.tree, ["/drivers"])
    assert len(catalogue.bundles) == 2
    assert catalogue.lists((0x054C, 0x0DC9)) is True
    assert catalogue.lists((0x054C, 0x06C1)) is False


def test_entity_bomb_is_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><plist><string>&a;</string></plist>'
    assert parse_property_list(bomb) is None


def test_no_bundle_is_absent():
    fact = driver_bundles.driver_bundles_fact(driver_bundles.DriverCatalogue((), None))
    assert fact.value is None


@pytest.mark.parametrize(
    ("name", "tag"),
    [("ja_JP.UTF-8", "ja-JP"), ("ja-JP", "ja-JP"), ("C.UTF-8", "C"), ("POSIX", "C"), ("ja", "ja"),
     ("zh_Hant_TW", "zh-Hant-TW"), ("en_US@euro", "en-US"), ("Japanese_Japan.932", "Japanese_Japan")],
)  # fmt: skip
def test_locale_names(name, tag):
    assert locale_tag(name) == tag


def test_japanese_code_page_is_read():
    assert decode("メーカー".encode("cp932")) == "メーカー"
    assert decode("メーカー".encode()) == "メーカー"
    assert "\ufffd" in decode(b"\x81")
