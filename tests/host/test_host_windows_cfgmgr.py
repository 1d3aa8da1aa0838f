"""Structures against byte images of the documented layouts, and the collectors against DLLs that misbehave."""

from __future__ import annotations

import ctypes
import datetime as dt
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from windows_fixtures import DOCUMENTED, KEY_IMAGES, FakeCfgMgr, FakeWinScard, filetime_image, list_image, utf16_image

from jpkidoctor.host import windows_cfgmgr, windows_winscard
from jpkidoctor.host.windows_cfgmgr import (
    KEYS,
    CfgMgrError,
    DevPropKey,
    Guid,
    open_cfgmgr,
    present_nodes,
    property_key,
    read_property,
)
from jpkidoctor.host.windows_properties import (
    RawProperty,
    parse_filetime,
    parse_guid,
    parse_string,
    parse_strings,
    parse_uint32,
    utf16_list,
)
from jpkidoctor.host.windows_records import record_of
from jpkidoctor.host.windows_winscard import ReaderLinks, open_winscard, reader_links

READER = {"instance": r"USB\VID_04E6&PID_5116\5&1", "problem": 0, "DeviceDesc": "Reader"}


def test_sizes_and_places_are_those_of_the_headers():
    assert (ctypes.sizeof(Guid), ctypes.sizeof(DevPropKey)) == (16, 20)
    assert (DevPropKey.fmtid.offset, DevPropKey.pid.offset) == (0, 16)
    assert (Guid.data1.offset, Guid.data2.offset, Guid.data3.offset, Guid.data4.offset) == (0, 4, 6, 8)


def test_class_guid_as_bytes():
    guid = Guid.from_buffer_copy(bytes.fromhex("3052dd508abad111bf5d0000f805f530"))
    assert (guid.data1, guid.data2, guid.data3) == (0x50DD5230, 0xBA8A, 0x11D1)
    assert bytes(guid.data4) == bytes.fromhex("bf5d0000f805f530")


def test_key_of_the_driver_version_as_bytes():
    key = property_key("a8b865dd-2e3d-4094-ad97-e593a70c75d6", 3)
    assert bytes(key) == bytes.fromhex("dd65b8a83d2e9440ad97e593a70c75d6 03000000")
    assert (key.fmtid.data1, key.pid) == (0xA8B865DD, 3)


def test_keys_are_the_documented_ones():
    assert {place: name for name, place in KEYS.items()} == DOCUMENTED
    assert {bytes(property_key(*place)): name for name, place in KEYS.items()} == KEY_IMAGES


def test_list_that_grows_is_read_again():
    assert len(present_nodes(FakeCfgMgr([READER], growing=2))) == 1


def test_list_that_grows_for_ever_is_an_error():
    with pytest.raises(CfgMgrError) as caught:
        present_nodes(FakeCfgMgr([READER], growing=99))
    assert caught.value.code == 0x1A


def test_refused_list_is_an_error():
    with pytest.raises(CfgMgrError) as caught:
        present_nodes(FakeCfgMgr([READER], failing=0x33))
    assert caught.value.code == 0x33


def test_device_that_vanishes_meanwhile_is_passed_over():
    other = READER | {"instance": r"USB\VID_072F&PID_2200\5&2"}
    nodes = present_nodes(FakeCfgMgr([READER, other], vanished=frozenset({READER["instance"]})))
    assert [node.instance for node in nodes] == [other["instance"]]


def test_reader_of_the_class_and_on_usb_is_told_once():
    both = READER | {"ClassGuid": "{50dd5230-ba8a-11d1-bf5d-0000f805f530}"}
    assert len(present_nodes(FakeCfgMgr([both]))) == 1


def test_problem_number_counts_only_with_its_flag():
    assert present_nodes(FakeCfgMgr([READER]))[0].problem == 0  # the DLL leaves 0xDEAD there


def test_problem_by_its_property_when_the_status_is_silent():
    silent = {"instance": READER["instance"], "ProblemCode": 22}
    (node,) = present_nodes(FakeCfgMgr([silent]))
    assert node.problem is None
    assert record_of(node).problem == 22


def test_long_value_is_read_in_a_second_call():
    dll = FakeCfgMgr([READER | {"DeviceDesc": "x" * 3000}])
    value = read_property(dll, 1, "DeviceDesc")
    assert value is not None
    assert parse_string(value) == "x" * 3000


def test_no_readers_and_no_service_give_no_links():
    assert reader_links(FakeWinScard({})) == ReaderLinks()
    stopped = FakeWinScard({"Reader 0": "x"}, context_code=-2146435043)
    assert reader_links(stopped) == ReaderLinks()
    assert stopped.released == []


def test_long_instance_is_read_in_a_second_call():
    assert reader_links(FakeWinScard({"Reader 0": "USB\\" + "x" * 700})).instances == (
        ("Reader 0", "USB\\" + "x" * 700),
    )


def test_redirected_reader_is_told_apart():
    links = reader_links(FakeWinScard({"Near 0": "elsewhere", "Here 0": r"USB\VID_1&PID_2\3"}))
    assert links == ReaderLinks((("Here 0", r"USB\VID_1&PID_2\3"),), ("Near 0",))


@pytest.mark.skipif(sys.platform == "win32", reason="this is a Windows")
def test_real_dlls_are_not_there_elsewhere():
    assert open_cfgmgr() is None
    assert open_winscard() is None


class CallableAsC:
    """A fake DLL behind C function pointers of the declared types: ctypes itself checks and converts each argument."""

    def __init__(self, fake, signatures):
        for name, arguments in signatures.items():
            setattr(self, name, ctypes.CFUNCTYPE(ctypes.c_uint32, *arguments)(getattr(fake, name)))


def test_cfgmgr_is_called_with_the_declared_types():
    fake = FakeCfgMgr([READER | {"HardwareIds": ["a", "b"], "DeviceDesc": "リーダー" * 200}])
    assert present_nodes(CallableAsC(fake, windows_cfgmgr.SIGNATURES)) == present_nodes(fake)
    assert parse_string(present_nodes(fake)[0].properties["DeviceDesc"]) == "リーダー" * 200


def test_winscard_is_called_with_the_declared_types():
    fake = FakeWinScard({"Near 0": "elsewhere", "リーダー 0": r"USB\VID_1&PID_2\3"})
    links = reader_links(CallableAsC(fake, windows_winscard.SIGNATURES))
    assert links == ReaderLinks((("リーダー 0", r"USB\VID_1&PID_2\3"),), ("Near 0",))
    assert fake.released == [0xCD000001]


# --- values --------------------------------------------------------------------------------------


def test_values_of_the_documented_layouts():
    assert parse_string(RawProperty(0x12, utf16_image("リーダー"))) == "リーダー"
    assert parse_strings(RawProperty(0x2012, list_image(["a", "b"]))) == ("a", "b")
    assert parse_uint32(RawProperty(0x07, b"\x1c\0\0\0")) == 28
    image = bytes.fromhex("3052dd508abad111bf5d0000f805f530")
    assert parse_guid(RawProperty(0x0D, image)) == "{50dd5230-ba8a-11d1-bf5d-0000f805f530}"
    # 2006-06-21 00:00 UTC, the date of drivers that come with Windows, as 64 bits.
    day = RawProperty(0x10, (127_953_216_000_000_000).to_bytes(8, "little"))
    moment = dt.datetime(2006, 6, 21, tzinfo=dt.UTC)
    assert parse_filetime(day) == moment
    assert filetime_image(moment) == day.data


def test_zero_and_endless_filetime_are_no_time():
    assert parse_filetime(RawProperty(0x10, bytes(8))) is None
    assert parse_filetime(RawProperty(0x10, b"\xff" * 8)) is None


def test_value_of_another_type_reads_as_nothing():
    text = utf16_image("abcd")
    assert parse_string(RawProperty(0x2012, text)) == ""
    assert parse_strings(RawProperty(0x12, text)) == ()
    assert parse_uint32(RawProperty(0x12, b"\x1c\0\0\0")) is None
    assert parse_guid(RawProperty(0x12, bytes(16))) == ""
    assert parse_filetime(RawProperty(0x09, bytes(8))) is None


@given(st.sampled_from([0, 7, 0x0D, 0x10, 0x12, 0x2012, 0xFFFFFFFF]), st.binary(max_size=200))
def test_any_bytes_are_a_value_or_nothing(kind, data):
    value = RawProperty(kind, data)
    assert "\0" not in parse_string(value)
    assert all("\0" not in text and text for text in parse_strings(value))
    assert parse_guid(value) == "" or len(parse_guid(value)) == 38
    number, moment = parse_uint32(value), parse_filetime(value)
    assert number is None or 0 <= number < 1 << 32
    assert moment is None or moment.tzinfo is dt.UTC


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), max_size=9))
def test_string_lists_come_back(texts):
    assert utf16_list(list_image(texts)) == tuple(texts)
