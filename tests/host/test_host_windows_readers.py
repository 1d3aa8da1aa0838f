"""Which devices count as readers, one rule at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from windows_fixtures import FakeCfgMgr

from jpkidoctor.host.windows_cfgmgr import present_nodes
from jpkidoctor.host.windows_devices import may_be_suspended
from jpkidoctor.host.windows_readers import is_virtual, reader_devices, usb_devices, usb_id
from jpkidoctor.host.windows_records import DeviceRecord

SCR3310 = (0x04E6, 0x5116)
READERS = frozenset({SCR3310})
READER = DeviceRecord(
    instance=r"USB\VID_04E6&PID_5116\5&1", device_class="SmartCardReader", compatible_ids=("USB\\Class_0B",), problem=0
)


def test_remembered_device_is_not_even_looked_at():
    remembered = {"instance": READER.instance, "problem": 0, "present": False}
    assert present_nodes(FakeCfgMgr([remembered])) == ()


def test_phantom_is_no_fact():
    phantom = DeviceRecord(instance=READER.instance, device_class="SmartCardReader", problem=45)
    assert reader_devices([phantom], READERS) == usb_devices([phantom], READERS) == ()


@pytest.mark.parametrize(
    ("instance", "description", "virtual"),
    [
        ("ROOT\\SMARTCARDREADER\\0000", "", True),
        ("SWD\\SCDEVICEENUM\\1", "", True),
        (r"USB\VID_04E6&PID_5116\5&1", "Windows Hello for Business 1", True),
        (r"ACPI\X\1", "TPM Virtual Smart Card", True),
        (r"ACPI\X\1", "Microsoft 仮想スマート カード", True),
        (r"USB\VID_04E6&PID_5116\5&1", "Smart Card Reader", False),
        (r"USB\VID_0E0F&PID_0004\5&1", "VMware Virtual USB CCID", False),
    ],
)
def test_readers_made_by_software(instance, description, virtual):
    assert is_virtual(DeviceRecord(instance=instance, description=description)) is virtual


def test_hub_with_a_readers_number_is_no_reader():
    hub = DeviceRecord(instance=READER.instance, compatible_ids=("USB\\Class_09",))
    assert usb_devices([hub], READERS) == ()


def test_device_that_pcsc_names_counts_whatever_it_is():
    strange = DeviceRecord(instance=r"USB\VID_1234&PID_5678\a", compatible_ids=("USB\\Class_FF",), problem=0)
    assert usb_devices([strange], READERS) == reader_devices([strange], READERS) == ()
    named = frozenset({strange.instance.upper()})
    assert [device.vid for device in usb_devices([strange], READERS, named)] == [0x1234]
    assert [device.vid for device in reader_devices([strange], READERS, named)] == [0x1234]


def test_reader_that_is_not_on_usb_is_told_by_its_class():
    built_in = DeviceRecord(instance=r"PCI\VEN_1217&DEV_7120\3", device_class="SmartCardReader", problem=0)
    (device,) = reader_devices([built_in], READERS)
    assert (device.vid, device.pid, device.virtual) == (None, None, False)
    assert usb_devices([built_in], READERS) == ()


def test_number_by_the_hardware_ids_of_a_reader_on_a_makers_own_bus():
    record = DeviceRecord(instance=r"VENDORBUS\READER\1", hardware_ids=(r"USB\VID_04E6&PID_5116",))
    assert usb_id(record) == SCR3310


def test_interface_whose_device_is_not_listed_stands_for_it():
    lone = DeviceRecord(instance=r"USB\VID_04E6&PID_5116&MI_01\6&1", compatible_ids=("USB\\Class_0B",), parent="USB\\X")
    (device,) = usb_devices([lone], READERS)
    assert (device.vid, device.pid, device.behind_hub) == (*SCR3310, None)


def test_two_readers_of_one_model_are_two():
    second = DeviceRecord(instance=r"USB\VID_04E6&PID_5116\5&2", device_class="SmartCardReader", problem=0)
    assert len(reader_devices([READER, second], READERS)) == len(usb_devices([READER, second], READERS)) == 2


STUB = DeviceRecord(instance=r"USB\VID_80EE&PID_CAFE\5&1", service="VBoxUSB", problem=0)


def test_stub_of_a_device_that_was_handed_over_is_told_and_is_no_reader():
    (device,) = usb_devices([STUB], READERS)
    assert (device.vid, device.pid, device.bound_driver) == (0x80EE, 0xCAFE, "VBoxUSB")
    assert reader_devices([replace(STUB, problem=10)], READERS) == ()


def test_number_of_a_stub_without_its_driver_is_nobodys_business():
    assert usb_devices([replace(STUB, service="")], READERS) == ()
    assert usb_devices([replace(STUB, instance=r"USB\VID_1234&PID_0001\5&1")], READERS) == ()


def test_reader_that_keeps_its_number_while_it_is_handed_over():
    (device,) = usb_devices([replace(READER, service="vmusb")], READERS)
    assert device.bound_driver == "vmusb"


class Power:
    def __init__(self, values):
        self.values = values

    def value(self, hive, key, name):
        assert (hive, key) == ("HKLM", rf"SYSTEM\CurrentControlSet\Enum\{READER.instance}\Device Parameters")
        answer = self.values.get(name)
        if isinstance(answer, OSError):
            raise answer
        return answer

    def subkeys(self, hive, key):
        return ()


@pytest.mark.parametrize(("values", "expected"), [
    ({}, None),
    ({"EnhancedPowerManagementEnabled": 1}, True),
    ({"EnhancedPowerManagementEnabled": 0, "SelectiveSuspendEnabled": b"\x01"}, True),
    ({"EnhancedPowerManagementEnabled": 0, "SelectiveSuspendEnabled": b"\x00"}, False),
    ({"SelectiveSuspendEnabled": "yes"}, None),
    ({"EnhancedPowerManagementEnabled": PermissionError(5, "denied")}, None),
])  # fmt: skip
def test_whether_windows_may_cut_its_power(values, expected):
    assert may_be_suspended(Power(values), READER.instance) is expected
