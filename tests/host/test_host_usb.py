"""Readers on USB, as sysfs shows them on Linux."""

from __future__ import annotations

import pytest

from jpkidoctor.facts import FactStatus
from jpkidoctor.host.linux_usb import kernel_modules, linux_catalogue, look_at_usb
from jpkidoctor.host.probe import Probe, run_probes
from jpkidoctor.host.tree import Tree

SCR3310 = (0x04E6, 0x5116)
RC_S380 = (0x054C, 0x06C1)
RC_S300 = (0x054C, 0x0DC9)
READERS = frozenset({SCR3310, RC_S380, RC_S300})
DRIVERS = "/usr/lib/pcsc/drivers"


def test_ccid_reader_in_the_drivers_list(files):
    files.usb("1-2", "04e6", "5116", [("0b", "usbfs")], product="SCR33xx USB Smart Card Reader")
    files.bundle(DRIVERS, [("0x04E6", "0x5116")])
    (reader,) = look_at_usb(files.tree, READERS).value
    assert (reader.vid, reader.pid) == SCR3310
    assert reader.interface_classes == (0x0B,)
    assert reader.listed_by_driver is True
    assert reader.behind_hub is False
    assert reader.bound_driver == ""  # usbfs is pcscd itself
    assert reader.product == "SCR33xx USB Smart Card Reader"


def test_reader_newer_than_the_driver(files):
    files.usb("1-1", "054c", "0dc9", [("0b", "")])
    files.bundle(DRIVERS, [("0x04E6", "0x5116")], version="1.4.0")
    (reader,) = look_at_usb(files.tree, READERS).value
    assert reader.listed_by_driver is False


def test_no_driver_list_read_is_not_unlisted(files):
    files.usb("1-1", "054c", "0dc9", [("0b", "")])
    (reader,) = look_at_usb(files.tree, READERS).value
    assert reader.listed_by_driver is None


def test_rc_s380_held_by_the_kernel(files):
    files.usb("2-1", "054c", "06c1", [("ff", "port100")])
    files.bundle(DRIVERS, [("0x04E6", "0x5116")])
    (reader,) = look_at_usb(files.tree, READERS).value
    assert reader.bound_driver == "port100"
    assert reader.interface_classes == (0xFF,)


def test_unknown_model_of_a_reader_maker_with_its_own_protocol_is_a_candidate(files):
    files.usb("2-1", "054c", "7777", [("ff", ""), ("fe", "")])
    (reader,) = look_at_usb(files.tree, READERS).value
    assert reader.pid == 0x7777


def test_keyboard_disk_and_camera_stay_private(files):
    files.usb("1-3", "046d", "c31c", [("03", "usbhid")], product="Keyboard")
    files.usb("1-4", "0951", "1666", [("08", "usb-storage")], product="Disk")
    files.usb("1-5", "054c", "0994", [("06", ""), ("ff", "")], product="Camera")
    fact = look_at_usb(files.tree, READERS)
    assert fact.status is FactStatus.OK
    assert fact.value == ()


def test_vendor_hub_is_no_reader(files):
    files.usb("1-1", "054c", "0001", [("ff", "hub")], device_class="09")
    assert look_at_usb(files.tree, READERS).value == ()


def test_keyboard_with_reader_reports_no_keyboard_driver(files):
    files.usb("1-6", "413c", "2101", [("03", "usbhid"), ("0b", "")])
    (reader,) = look_at_usb(files.tree, READERS).value
    assert reader.interface_classes == (0x03, 0x0B)
    assert reader.bound_driver == ""


def test_reader_behind_a_hub(files):
    files.usb("1-2.3", "04e6", "5116", [("0b", "")])
    (reader,) = look_at_usb(files.tree, READERS).value
    assert reader.behind_hub is True


def test_interfaces_of_a_neighbour_port_are_not_mixed_in(files):
    files.usb("1-1", "04e6", "5116", [("0b", "")])
    files.usb("1-10", "04e6", "5116", [("0b", ""), ("0b", "")])
    readers = look_at_usb(files.tree, READERS).value
    assert [len(reader.interface_classes) for reader in readers] == [1, 2]


def test_sysfs_closed_to_us_is_denied(files):
    class ClosedTree(Tree):
        def names(self, name):
            raise PermissionError(13, "closed", name)

    files.folder("/sys/bus/usb/devices")
    tree = ClosedTree(files.root)
    fact = run_probes([Probe("usb_devices", lambda: look_at_usb(tree, READERS))], 1.0)["usb_devices"]
    assert fact.status is FactStatus.DENIED


def test_kernel_without_usb_is_not_no_reader(files):
    fact = look_at_usb(files.tree, READERS)
    assert fact.status is FactStatus.ABSENT
    assert fact.note == "no_usb_sysfs"


def test_usb_without_any_reader(files):
    files.folder("/sys/bus/usb/devices")
    fact = look_at_usb(files.tree, READERS)
    assert fact.status is FactStatus.OK
    assert fact.value == ()


def test_device_names_cannot_steer_the_terminal(files):
    files.usb("1-1", "04e6", "5116", [("0b", "")], product="\x1b]0;owned\x07Reader\x1b[2J\u202e")
    (reader,) = look_at_usb(files.tree, READERS).value
    assert reader.product == "Reader"


def test_serial_number_is_not_recorded(files):
    files.usb("1-1", "04e6", "5116", [("0b", "")])
    assert "SECRET" not in repr(look_at_usb(files.tree, READERS))


def test_half_written_device_is_passed_over(files):
    files.usb("1-1", "04e6", "5116", [("0b", "")])
    files.write("/sys/bus/usb/devices/1-7/idVendor", "zz\n")
    files.write("/sys/bus/usb/devices/1-8/idVendor", "04e6\n")
    assert len(look_at_usb(files.tree, READERS).value) == 1


@pytest.mark.parametrize(
    "folder", ["/usr/lib/pcsc/drivers", "/usr/lib64/pcsc/drivers", "/usr/lib/x86_64-linux-gnu/pcsc/drivers"]
)
def test_bundle_places_of_the_distributions(files, folder):
    files.bundle(folder, [("0x04E6", "0x5116")])
    catalogue = linux_catalogue(files.tree)
    assert catalogue.bundles[0].name == "ifd-ccid"
    assert catalogue.bundles[0].version == "1.5.2"
    assert catalogue.bundles[0].reader_count == 1
    assert catalogue.lists(SCR3310) is True


def test_lib64_as_a_link_to_lib_is_read_once(files):
    files.bundle(DRIVERS, [("0x04E6", "0x5116")])
    files.link("/usr/lib64", "lib")
    assert len(linux_catalogue(files.tree).bundles) == 1


def test_loaded_nfc_modules(files):
    files.folder("/sys/module/port100")
    files.folder("/sys/module/usbcore")
    assert kernel_modules(files.tree).value == ("port100",)


def test_no_nfc_module_is_known_to_be_none(files):
    files.folder("/sys/module")
    assert kernel_modules(files.tree).value == ()


def test_modules_without_sysfs(files):
    assert kernel_modules(files.tree).status is FactStatus.ABSENT


@pytest.mark.parametrize(("control", "may_sleep"), [("auto\n", True), ("on\n", False), ("rubbish", None), (None, None)])
def test_whether_the_kernel_may_cut_the_power(files, control, may_sleep):
    files.usb("1-2", "04e6", "5116", [("0b", "usbfs")])
    if control is not None:
        files.write("/sys/bus/usb/devices/1-2/power/control", control)
    (reader,) = look_at_usb(files.tree, READERS).value
    assert reader.may_sleep is may_sleep
