"""C-10 beyond kernel modules: a reader that was handed over to WSL, a virtual machine or another computer."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import CardUser, Facts, FactStatus, Product, UsbDevice

from . import faults
from .worlds import (
    CLIENT,
    RC_S380,
    SCR3310,
    assert_first_cause,
    assert_says,
    evidence_keys,
    finding,
    linux,
    lost,
    windows,
    with_host,
)

STUB = UsbDevice(vid=0x80EE, pid=0xCAFE, bound_driver="VBoxUSB")
HELD = replace(SCR3310, bound_driver="VBoxUSB")


def without_reader(*usb: UsbDevice) -> Facts:
    return with_host(faults.reader_unplugged(windows()), usb_devices=usb)


def test_reader_that_still_names_itself_is_the_cause() -> None:
    for device in (HELD, replace(RC_S380, bound_driver="VBoxUSB"), replace(SCR3310, bound_driver="vmusb")):
        assert_first_cause(without_reader(device), "C-10", "handed_over")
    held = with_host(faults.no_pcsc_readers(linux()), usb_devices=(replace(SCR3310, bound_driver="usbip-host"),))
    assert_first_cause(held, "C-10", "handed_over")


def test_reader_that_sleeps_with_its_service_is_the_cause_all_the_same() -> None:
    assert_first_cause(with_host(faults.pcsc_refuses(windows()), usb_devices=(HELD,), reader_devices=()), "C-10",
                       "handed_over")  # fmt: skip


def test_stub_does_not_say_what_it_was() -> None:
    said = assert_says(without_reader(STUB), "C-10", Status.ATTENTION, "handed_over")
    assert said.evidence[0].params == {"driver": "VBoxUSB", "usb": "80EE:CAFE"}
    assert_first_cause(without_reader(STUB), "C-01")


def test_something_else_may_be_handed_over_while_a_reader_works() -> None:
    world = with_host(windows(), usb_devices=(SCR3310, STUB))
    assert_says(world, "C-10", Status.NOT_APPLICABLE)
    assert_says(with_host(windows(), usb_devices=(SCR3310, HELD)), "C-10", Status.ATTENTION, "handed_over")


def test_programs_that_hand_devices_over_are_a_hint_where_no_reader_is() -> None:
    usbipd = Product(id="usbipd", version="4.3", found_by="uninstall")
    world = with_host(without_reader(), products=(CLIENT, usbipd), card_users=(CardUser(name="vmware-vmx.exe", pid=7),))
    said = assert_says(world, "C-10", Status.ATTENTION, "handed_over")
    assert [evidence.params["program"] for evidence in said.evidence] == ["virtual_machine", "usbipd"]
    assert_says(with_host(windows(), products=(CLIENT, usbipd)), "C-10", Status.NOT_APPLICABLE)


@pytest.mark.parametrize("driver", ["WinUSB", "libusbK", "LIBUSB0"])
def test_library_driver_is_told_for_any_kind_of_reader(driver: str) -> None:
    for device in (SCR3310, RC_S380):
        world = without_reader(replace(device, bound_driver=driver))
        assert_first_cause(world, "C-03", "library_driver")
        assert evidence_keys(finding(world, "C-03")) == ["usb_reader", "library_driver"]


def test_what_was_not_seen_was_not_handed_over() -> None:
    assert_says(with_host(windows(), usb_devices=lost(FactStatus.DENIED)), "C-10", Status.UNKNOWN)
