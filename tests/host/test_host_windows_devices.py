"""Whole Windows computers: fake DLLs answer from a file, the real probes look, the real judge judges.

PC/SC facts are added by hand, as the card room would give them.
"""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from windows_fixtures import HOSTS, FakeCfgMgr, FakeWinScard, load_host

from jpkidoctor.facts import (
    Fact,
    Facts,
    FactStatus,
    HostFacts,
    OsFacts,
    OsFamily,
    PcscFacts,
    ReaderFacts,
    ReaderKind,
    ServiceFacts,
    ServiceState,
    SessionKind,
)
from jpkidoctor.host.probe import run_probes
from jpkidoctor.host.windows_devices import DeviceDoors, device_probes
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.known import load_known

WINDOWS_11 = OsFacts(
    family=OsFamily.WINDOWS,
    name="Windows 11",
    build=26100,
    edition="Core",
    arch="x86_64",
    installed_at=dt.datetime(2025, 1, 15, tzinfo=dt.UTC),
)


def no_program(arguments, seconds):
    raise AssertionError(f"{arguments[0]} was started although cfgmgr32 answers")


def doors(host, **changes):
    plain = {
        "cfgmgr": FakeCfgMgr(host.get("device", [])),
        "winscard": FakeWinScard(host.get("links", {}), host["pcsc"]["context"]),
        "run": no_program,
        "environ": {},
    }
    return DeviceDoors(**plain | changes)


def look(host, **changes):
    return run_probes(device_probes(doors(host, **changes), load_known().usb_ids()), 5.0)


def found(value):
    return Fact(FactStatus.OK, value, "test")


def pcsc_facts(table):
    known, context = load_known(), table["context"]
    names = [(name, 0x10) for name in table.get("empty", [])] + [(name, 0x20) for name in table.get("present", [])]
    readers = []
    for name, flags in names:
        model = known.reader_by_name(name)
        readers.append(ReaderFacts(name=name, kind=known.slot_kind(name), model=model.id if model else "", flags=flags))
    usable = [index for index, reader in enumerate(readers) if reader.kind is not ReaderKind.VIRTUAL]
    return PcscFacts(
        context=found(context),
        readers=Fact() if context else found(tuple(readers)),
        examined=usable[0] if usable else None,
    )


def facts_of(host):
    service = ServiceFacts(name="SCardSvr", state=ServiceState(host.get("service", "running")), start_type="manual")
    return Facts(
        taken_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        tool_version="0",
        host=HostFacts(
            os=found(WINDOWS_11),
            session=found(tuple(SessionKind(kind) for kind in host.get("session", ["local"]))),
            service=found(service),
            **look(host),
        ),
        pcsc=pcsc_facts(host["pcsc"]),
    )


def usb_line(device):
    classes = " ".join(f"{number:02X}" for number in device.interface_classes)
    return f"{device.vid:04X}:{device.pid:04X} {classes} {device.bound_driver}".strip()


def device_line(device):
    number = "virtual" if device.virtual else f"{device.vid:04X}:{device.pid:04X}"
    date = device.driver_date or "-"
    return f"{number} {device.problem_code} {device.driver_provider} {device.driver_inf} {date}"


@pytest.mark.parametrize("name", HOSTS)
def test_host_is_seen_and_judged_right(name):
    host = load_host(name)
    expected = host["expect"]
    facts = facts_of(host)
    usb, devices = facts.host.usb_devices, facts.host.reader_devices
    assert (usb.status, devices.status) == (FactStatus.OK, FactStatus.OK)
    assert (usb.source, devices.source) == ("cfgmgr32", "cfgmgr32")
    assert [usb_line(device) for device in usb.value] == expected["usb"]
    assert [device_line(device) for device in devices.value] == expected["devices"]
    assert devices.note == expected.get("note", "")
    if "behind_hub" in expected:
        assert [device.behind_hub for device in usb.value] == expected["behind_hub"]
    diagnosis = load_judge()(facts)
    judged = {node: diagnosis.finding(node) for node in expected["findings"]}
    told = {node: "/".join(filter(None, (f.status.value, f.variant))) for node, f in judged.items()}
    assert told == expected["findings"]
    if "first_cause" in expected:
        assert diagnosis.first_cause == expected["first_cause"]


def test_there_are_enough_hosts():
    assert len(HOSTS) >= 22


def test_every_property_of_a_healthy_reader_arrives():
    (device,) = look(load_host("ok_generic_driver"))["reader_devices"].value
    assert device.instance == r"USB\VID_04E6&PID_5116\5&2C7F1A30&0&2"
    assert device.description == "Microsoft Usbccid Smartcard Reader (WUDF)"
    assert (device.device_class, device.driver_service) == ("SmartCardReader", "WUDFRd")
    assert device.driver_version == "10.0.26100.1"
    assert device.driver_installed_at == device.first_connected_at == dt.datetime(2025, 3, 2, 1, 0, 5, tzinfo=dt.UTC)


def test_usb_device_is_named_as_it_calls_itself():
    (device,) = look(load_host("ok_generic_driver"))["usb_devices"].value
    assert (device.product, device.manufacturer) == ("SCR33xx v2.0 USB SC Reader", "Microsoft")


def test_reader_of_another_class_is_told_when_pcsc_has_it():
    host = load_host("winusb_took_the_reader")
    instance = host["device"][0]["instance"]
    facts = look(host, winscard=FakeWinScard({"Some Reader 0": instance}))
    assert [device.driver_provider for device in facts["reader_devices"].value] == ["libwdi"]


def test_both_facts_come_of_one_look():
    host = load_host("ok_generic_driver")
    dll = FakeCfgMgr(host["device"])
    look(host, cfgmgr=dll)
    assert dll.asked.count(dll.asked[0]) == len(host["device"])


def test_hostile_texts_are_made_harmless():
    host = load_host("ok_generic_driver")
    host["device"][0]["DeviceDesc"] = "Reader\x1b[31m\u202e\r\nX" + "y" * 500
    (device,) = look(host)["reader_devices"].value
    assert device.description.startswith("Reader Xy")
    assert len(device.description) == 100


def test_context_of_pcsc_is_released():
    host = load_host("ok_generic_driver")
    dll = FakeWinScard(host["links"])
    look(host, winscard=dll)
    assert dll.released == [0xCD000001]


def test_hanging_pcsc_service_does_not_hide_the_devices():
    end = threading.Event()

    class Hanging(FakeWinScard):
        def SCardEstablishContext(self, scope, reserved1, reserved2, context):  # noqa: N802
            end.wait(10)
            return 0x80100013

    try:
        assert len(look(load_host("ok_generic_driver"), winscard=Hanging({}))["reader_devices"].value) == 1
    finally:
        end.set()


class Power:
    """The parameters of one device in the registry."""

    def __init__(self, values):
        self.values = values
        self.asked = set()

    def value(self, hive, key, name):
        self.asked.add((hive, key))
        if self.values is None:
            raise PermissionError(5, "Access is denied")
        return self.values.get(name)

    def subkeys(self, hive, key):
        return ()


@pytest.mark.parametrize(
    ("values", "may_sleep"),
    [
        ({"EnhancedPowerManagementEnabled": 1}, True),
        ({"SelectiveSuspendEnabled": b"\x01"}, True),
        ({"SelectiveSuspendEnabled": b"\x00", "EnhancedPowerManagementEnabled": 0}, False),
        ({"SelectiveSuspendEnabled": "yes"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_whether_windows_may_cut_the_power(values, may_sleep):
    instance = r"USB\VID_04E6&PID_5116\5&1"
    reader = {"instance": instance, "problem": 0, "DeviceDesc": "Reader", "CompatibleIds": ["USB\\Class_0B"]}
    registry = Power(values)
    here = DeviceDoors(cfgmgr=FakeCfgMgr([reader]), winscard=None, run=no_program, environ={})
    facts = run_probes(device_probes(here, load_known().usb_ids(), registry), 5.0)
    (device,) = facts["usb_devices"].value
    assert device.may_sleep is may_sleep
    key = rf"SYSTEM\CurrentControlSet\Enum\{instance}\Device Parameters"
    assert registry.asked == {("HKLM", key)}
