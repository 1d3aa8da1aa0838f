"""When cfgmgr32 does not answer: what pnputil and PowerShell print, and in which order they are asked."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from windows_fixtures import FOLDER, FakeCfgMgr

from jpkidoctor.facts import FactStatus
from jpkidoctor.host.probe import run_probes
from jpkidoctor.host.windows_commands import run_command, system_program
from jpkidoctor.host.windows_devices import DeviceDoors, device_probes
from jpkidoctor.host.windows_pnputil import decode_output, parse_text, parse_xml
from jpkidoctor.host.windows_powershell import parse_json
from jpkidoctor.host.windows_readers import reader_devices, usb_devices, usb_id
from jpkidoctor.host.windows_records import DeviceRecord

RC_S380 = (0x054C, 0x06C3)
READERS = frozenset({RC_S380})
ENGLISH, JAPANESE, XML, JSON = (
    (FOLDER / name).read_text(encoding="utf-8")
    for name in ("pnputil_en.txt", "pnputil_ja.txt", "pnputil.xml", "get_pnp_device.json")
)


def told(records):
    return [(record.instance.split("\\")[1], record.problem, record.device_class, record.inf) for record in records]


BOTH = [
    ("VID_076B&PID_3031", 0, "SmartCardReader", "wudfusbcciddriver.inf"),
    ("VID_054C&PID_06C3", 28, "Unknown", ""),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le"])
@pytest.mark.parametrize(("text", "unknown"), [(ENGLISH, "Unknown"), (JAPANESE, "不明")])
def test_text_in_both_languages_and_every_encoding(text, unknown, encoding):
    records = parse_text(text.replace("\n", "\r\n").encode(encoding))
    assert told(records) == [BOTH[0], (*BOTH[1][:2], unknown, "")]
    assert records[0].description == "Microsoft Usbccid Smartcard Reader (WUDF)"


def test_labels_of_an_unknown_language_do_not_hide_the_device():
    text = (
        "Instanz-ID:  USB\\VID_054C&PID_06C3\\6&1\nGerät: RC-S380\n"
        "Klassen-GUID: {50dd5230-ba8a-11d1-bf5d-0000f805f530}\n"
        "Problemcode: 28 (0x1C) [CM_PROB_FAILED_INSTALL]\nTreibername: oem7.inf\n"
    )
    (record,) = parse_text(text.encode())
    assert (record.problem, record.inf, record.class_guid[:9]) == (28, "oem7.inf", "{50dd5230")


def test_devices_without_an_empty_line_between_them():
    assert told(parse_text(ENGLISH.replace("\n\n", "\n").encode())) == BOTH


def test_xml():
    assert told(parse_xml(XML.encode())) == [BOTH[0], (*BOTH[1][:2], "", "")]
    assert parse_xml(XML.encode("utf-16")) == parse_xml(XML.encode())


def test_xml_that_was_cut_off_gives_its_first_part():
    assert told(parse_xml(XML[: XML.index("RC-S380")].encode())) == BOTH[:1]


def test_xml_with_entities_of_its_own_is_refused():
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><PnpUtil><Device InstanceId="USB\\VID_1\\2">&b;</Device></PnpUtil>'
    assert parse_xml(bomb.encode()) == ()


def test_json():
    records = parse_json(JSON.encode())
    assert told(records) == [(*BOTH[0][:3], ""), (*BOTH[1][:2], "", "")]
    assert records[0].service == "WUDFRd"


def test_single_object_instead_of_a_list():
    entry = {"InstanceId": r"USB\VID_054C&PID_06C3\1", "ConfigManagerErrorCode": 28, "CompatibleID": r"USB\Class_FF"}
    (record,) = parse_json(json.dumps(entry).encode("utf-16"))
    assert (record.problem, record.compatible_ids) == (28, ("USB\\Class_FF",))


@pytest.mark.parametrize("text", ["", "[", "null", "17", '"x"', "[[[]]]", '[{"InstanceId": 5}]', "[" * 100_000])
def test_json_of_another_form_gives_nothing(text):
    assert parse_json(text.encode()) == ()


@pytest.mark.parametrize(("code", "problem"), [(True, None), (-1, None), (1.5, None), ("CM_PROB_NEW", None), (43, 43)])
def test_strange_codes_are_not_told(code, problem):
    (record,) = parse_json(json.dumps([{"InstanceId": "USB\\VID_1&PID_2\\3", "Problem": code}]).encode())
    assert record.problem == problem


FRAGMENTS = st.sampled_from(
    [line.encode() for line in (ENGLISH + JAPANESE + XML + JSON).splitlines()]
    + [
        b"\xff\xfe",
        b"\0",
        b"\x81",
        b":",
        b"\n\n",
        b"<!DOCTYPE a>",
        b"]]>",
        b"{",
        b"Instance ID: USB\\VID_054C&PID_06C3\\1",
    ]
)
ANYTHING = st.one_of(st.binary(max_size=300), st.lists(FRAGMENTS, max_size=12).map(b"\n".join))


@given(ANYTHING)
def test_any_bytes_give_devices_or_none(data):
    assert isinstance(decode_output(data), str)
    for parse in (parse_text, parse_xml, parse_json):
        records = parse(data)
        assert all(record.instance for record in records)
        reader_devices(records, READERS)
        usb_devices(records, READERS)


TEXTS = st.one_of(
    st.sampled_from(["", r"USB\VID_054C&PID_06C3\1", r"USB\VID_054C&PID_06C3&MI_00\1", "ROOT\\X\\0", r"USB\Class_0B"]),
    st.text(max_size=20),
)
RECORDS = st.builds(
    DeviceRecord,
    instance=TEXTS,
    problem=st.none() | st.integers(0, 60),
    description=TEXTS,
    device_class=st.sampled_from(["", "SmartCardReader", "USB"]),
    compatible_ids=st.lists(TEXTS, max_size=3).map(tuple),
    hardware_ids=st.lists(TEXTS, max_size=3).map(tuple),
    parent=TEXTS,
)


@given(st.lists(RECORDS, max_size=6))
def test_any_devices_give_readers_or_none(records):
    listed = reader_devices(records, READERS)
    assert all(device.problem_code != 45 for device in listed)
    ids = {usb_id(record) for record in records}
    assert all((device.vid, device.pid) in ids for device in usb_devices(records, READERS))


# --- the order in which the ways are tried ---------------------------------------------------------


class Programs:
    """Programs that print what the test says; every call is written down."""

    def __init__(self, **outputs):
        self.outputs, self.calls = outputs, []

    def __call__(self, arguments, seconds):
        name = "powershell" if "powershell" in arguments[0] else "xml" if "xml" in arguments else "text"
        assert 0 < seconds < 3
        self.calls.append(name)
        return self.outputs.get(name)


def look(programs, cfgmgr=None, clock=lambda: 0.0):
    here = DeviceDoors(cfgmgr=cfgmgr, winscard=None, run=programs, environ={}, clock=clock)
    return run_probes(device_probes(here, READERS), 3.0)


def test_pnputil_tells_the_devices_but_not_their_protocol():
    programs = Programs(xml=XML.encode())
    facts = look(programs, FakeCfgMgr([], failing=0x13))
    assert programs.calls == ["xml"]
    assert facts["reader_devices"].source == "pnputil"
    assert facts["reader_devices"].note == "cr=0x13"
    assert [device.problem_code for device in facts["reader_devices"].value] == [0, 28]
    assert (facts["usb_devices"].status, facts["usb_devices"].note) == (FactStatus.UNKNOWN, "no_interface_classes")


def test_older_pnputil_knows_no_xml():
    programs = Programs(xml=b"Microsoft PnP Utility\r\n\r\nusage", text=JAPANESE.encode("cp932"))
    facts = look(programs)
    assert programs.calls == ["xml", "text"]
    assert len(facts["reader_devices"].value) == 2


def test_powershell_comes_last_and_tells_all():
    programs = Programs(powershell=JSON.encode())
    facts = look(programs)
    assert programs.calls == ["xml", "text", "powershell"]
    assert [device.interface_classes for device in facts["usb_devices"].value] == [(0x0B,), (0xFF,)]
    assert [device.problem_code for device in facts["reader_devices"].value] == [0, 28]


def test_nothing_answers():
    facts = look(Programs(), FakeCfgMgr([], failing=0x33))
    assert {fact.status for fact in facts.values()} == {FactStatus.DENIED}
    facts = look(Programs(), FakeCfgMgr([], failing=0x13))
    assert {(fact.status, fact.note) for fact in facts.values()} == {(FactStatus.ERROR, "cr=0x13")}
    assert {fact.status for fact in look(Programs()).values()} == {FactStatus.UNKNOWN}


def test_no_further_way_is_tried_when_time_is_up():
    times = iter([0.0, 0.1, 9.0, 9.0])
    programs = Programs(powershell=JSON.encode())
    facts = look(programs, clock=lambda: next(times))
    assert programs.calls == ["xml"]
    assert facts["reader_devices"].status is FactStatus.UNKNOWN


def test_programs_of_windows_are_started_by_their_full_name():
    assert system_program({}, "pnputil.exe") == r"C:\Windows\System32\pnputil.exe"
    half = {"SystemRoot": "D:\\W", "PROCESSOR_ARCHITEW6432": "AMD64"}
    assert system_program(half, "pnputil.exe") == r"D:\W\Sysnative\pnputil.exe"


def test_command_gives_its_output_or_none():
    assert run_command([sys.executable, "-c", "print('ok')"], 20).strip() == b"ok"
    assert run_command([sys.executable, "-c", "raise SystemExit(3)"], 20) is None
    assert run_command(["/nonexistent/program"], 5) is None
    assert run_command(["nul\0name"], 5) is None
    assert run_command([sys.executable, "-c", "import time; time.sleep(20)"], 0.3) is None
