"""C: is there a reader, is it clear which, and can it read a My Number card at all?"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import Fact, FactStatus, ReaderKind, UsbDevice

from . import faults
from .worlds import (
    ACR122U,
    ACR1281,
    EMPTY,
    NOT_HERE,
    NOT_SEEN,
    RC_S300,
    RC_S330,
    RC_S380,
    SCR3310,
    assert_first_cause,
    assert_hidden,
    assert_says,
    contact_reader,
    device_of,
    evidence_keys,
    finding,
    judge,
    linux,
    lost,
    macos,
    sam_slot,
    tpm_card,
    windows,
    windows_contactless,
    windows_hello,
    with_host,
    with_pcsc,
    with_reader,
    with_readers,
    without_card_facts,
)


@pytest.mark.parametrize("status", NOT_SEEN)
def test_what_was_not_observed_is_unknown(status: FactStatus) -> None:
    blind = with_pcsc(windows(), readers=lost(status), examined=None)
    assert_says(with_host(blind, usb_devices=lost(status), reader_devices=lost(status)), "C-01", Status.UNKNOWN)
    assert_says(blind, "C-02", Status.UNKNOWN)


def test_readers_without_meaning_here_are_not_applicable() -> None:
    nothing = with_pcsc(with_host(windows(), usb_devices=(), reader_devices=()), readers=NOT_HERE, examined=None)
    for node in ("C-02", "C-09", "C-12", "C-13"):
        assert_says(nothing, node, Status.NOT_APPLICABLE)


# --- C-01, C-12 ---------------------------------------------------------------------------------------


def test_unplugged_reader_is_missing_on_both_sides_and_a_phone_may_help() -> None:
    world = faults.reader_unplugged(windows())
    assert evidence_keys(finding(world, "C-01")) == ["no_pcsc_reader", "no_usb_reader"]
    assert_says(world, "C-12", Status.ATTENTION)


def test_a_reader_only_on_usb_is_found_and_its_driver_is_the_matter() -> None:
    assert_says(faults.driver_missing(windows()), "C-01", Status.OK)


def test_usb_alone_accuses_nobody_before_pcsc_was_asked() -> None:
    early = with_pcsc(faults.reader_unplugged(windows()), context=Fact(), readers=Fact(), examined=None)
    assert_says(early, "C-01", Status.UNKNOWN)
    assert_says(early, "C-12", Status.NOT_APPLICABLE)


def test_a_virtual_reader_is_no_reader() -> None:
    world = without_card_facts(with_readers(faults.reader_unplugged(windows()), windows_hello(), examined=None))
    diagnosis = assert_first_cause(world, "C-01")
    assert "virtual_reader" in evidence_keys(diagnosis.finding("C-01"))
    assert_says(world, "C-02", Status.ATTENTION, "virtual")


# --- C-02 ---------------------------------------------------------------------------------------------


def test_one_reader_is_clear() -> None:
    assert_says(windows(), "C-02", Status.OK)


def test_several_readers_are_listed_and_the_examined_one_is_named() -> None:
    world = with_readers(windows(), contact_reader(name="Empty 0", flags=EMPTY), contact_reader(), examined=1)
    said = assert_says(world, "C-02", Status.ATTENTION, "several")
    assert evidence_keys(said) == ["reader", "reader", "examined_reader"]
    assert said.evidence[2].params == {"reader": contact_reader().name}


def test_sam_slot_and_windows_hello_beside_a_reader_do_not_matter() -> None:
    world = with_readers(windows(), windows_hello(), sam_slot(), contact_reader(), examined=2)
    assert_says(world, "C-02", Status.OK)
    assert judge(world).first_cause is None


def test_only_a_sam_slot_proves_a_driver_but_not_the_right_one() -> None:
    world = faults.only_sam_slot(windows())
    for node in ("C-01", "C-03", "C-04"):
        assert_says(world, node, Status.OK)
    assert finding(world, "C-02").evidence[0].key == "sam_slot"


# --- C-09 ---------------------------------------------------------------------------------------------


def test_known_model_is_named() -> None:
    said = assert_says(windows_contactless(), "C-09", Status.OK)
    assert said.evidence[0].params == {"model": "sony-rc-s300-p"}


def test_model_that_nobody_knows_is_unknown() -> None:
    stranger = UsbDevice(vid=0x1234, pid=0x5678, interface_classes=(0x0B,))
    assert_says(windows(stranger, contact_reader(name="Stranger 0", model="")), "C-09", Status.UNKNOWN)


def test_unusable_model_explains_its_missing_driver() -> None:
    assert_hidden(faults.old_pasori(windows()), "C-04", "C-09")


def test_unusable_model_that_is_still_made_is_called_unsupported() -> None:
    k30 = UsbDevice(vid=0x08E6, pid=0x3438, interface_classes=(0x0B,))
    assert_first_cause(with_host(faults.driver_missing(windows()), usb_devices=(k30,)), "C-09", "unsupported")


def test_unusable_model_that_works_is_only_told() -> None:
    assert_says(with_host(windows(), usb_devices=(RC_S330,)), "C-09", Status.ATTENTION, "old")
    by_name = with_reader(windows(), name="Gemalto USB SmartCard Reader 0", model="thales-k30")
    assert_says(by_name, "C-09", Status.ATTENTION, "unsupported")


def test_linux_lists_troublesome_models() -> None:
    assert_says(linux(ACR122U), "C-09", Status.ATTENTION, "unsupported")
    unseen = with_host(faults.no_pcsc_readers(linux()), usb_devices=(ACR122U,))
    assert_first_cause(unseen, "C-09", "unsupported")


def test_pasori_380_on_linux_is_told_which_reader_to_take() -> None:
    world = faults.pasori_380_without_software(linux())
    assert_says(world, "C-09", Status.ATTENTION, "unsupported")
    assert_first_cause(world, "C-04", "other")


# --- C-13 ---------------------------------------------------------------------------------------------


def test_empty_pasori_on_windows_may_look_for_felica_only() -> None:
    empty = faults.no_card(windows_contactless())
    assert_says(empty, "C-13", Status.ATTENTION)
    assert_first_cause(empty, "D-02", "empty")


def test_felica_setting_is_asked_only_of_a_pasori_on_windows() -> None:
    assert_says(windows_contactless(), "C-13", Status.OK)
    assert_says(faults.no_card(windows()), "C-13", Status.NOT_APPLICABLE)
    assert_says(linux(RC_S300), "C-13", Status.NOT_APPLICABLE)
    assert_says(macos(RC_S380), "C-13", Status.NOT_APPLICABLE)


def test_kind_of_a_reader_is_told() -> None:
    unsure = with_readers(windows(), replace(contact_reader(), kind=ReaderKind.UNKNOWN))
    assert finding(unsure, "C-02").evidence[0].params["kind"] == "unknown"


# --- one side of two ------------------------------------------------------------------------------------


def test_one_slot_of_a_two_sided_reader_is_told_only_of_windows_own_driver() -> None:
    world = with_host(windows(), usb_devices=(ACR1281,), reader_devices=(device_of(ACR1281),))
    said = assert_says(world, "C-02", Status.ATTENTION, "one_slot")
    assert said.evidence[0].params == {"reader": contact_reader().name}
    makers = device_of(ACR1281, driver_provider="Advanced Card Systems Ltd.")
    assert_says(with_host(world, reader_devices=(makers,)), "C-02", Status.OK)
    assert_says(with_host(world, reader_devices=lost(FactStatus.DENIED)), "C-02", Status.OK)
    assert_says(windows(), "C-02", Status.OK)


def test_a_two_sided_reader_beside_the_one_in_use_is_not_meant() -> None:
    both = (device_of(SCR3310), device_of(ACR1281))
    world = with_host(windows(), usb_devices=(SCR3310, ACR1281), reader_devices=both)
    assert_says(world, "C-02", Status.OK)
    mine = with_reader(world, name="ACS ACR1281 1S Dual Reader ICC 0", model="acs-acr1281u")
    assert_says(mine, "C-02", Status.ATTENTION, "one_slot")


def test_a_card_of_the_computers_own_chip_is_told_and_windows_hello_is_not() -> None:
    assert_says(with_readers(windows(), contact_reader(), tpm_card()), "C-02", Status.ATTENTION, "virtual_card")
    assert_says(with_readers(windows(), contact_reader(), windows_hello()), "C-02", Status.OK)


def test_a_missing_reader_tells_of_devices_that_were_handed_over() -> None:
    stub = UsbDevice(vid=0x80EE, pid=0xCAFE, bound_driver="VBoxUSB")
    world = with_host(faults.reader_unplugged(windows()), usb_devices=(stub,))
    assert evidence_keys(finding(world, "C-01"))[-1] == "handed_over"
