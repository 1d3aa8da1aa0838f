"""C, the driver's part: the most exact reason wins over "no driver"."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace

from jpkidoctor.checks.problem_codes import PROBLEM_VARIANTS
from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import Fact, FactStatus, ReaderDevice

from . import faults
from .worlds import (
    ACR122U,
    NOT_SEEN,
    NOW,
    RC_S380,
    SCR3310,
    assert_first_cause,
    assert_hidden,
    assert_says,
    device_of,
    evidence_keys,
    finding,
    judge,
    linux,
    lost,
    macos,
    windows,
    with_host,
    with_os,
    with_pcsc,
)


@pytest.mark.parametrize("status", NOT_SEEN)
def test_what_was_not_observed_is_unknown(status: FactStatus) -> None:
    for node in ("C-03", "C-04"):
        assert_says(with_host(windows(), usb_devices=lost(status)), node, Status.UNKNOWN)
    for node in ("C-05", "C-06", "C-07", "C-08"):
        assert_says(with_host(windows(), reader_devices=lost(status)), node, Status.UNKNOWN)
    assert_says(with_host(linux(), kernel_modules=lost(status)), "C-10", Status.UNKNOWN)
    assert_says(with_os(windows(), installed_at=None), "C-06", Status.UNKNOWN)


@pytest.mark.parametrize("node", ["C-05", "C-06", "C-07", "C-08"])
def test_the_device_manager_is_a_matter_of_windows(node: str) -> None:
    for world in (linux(), macos()):
        assert_says(world, node, Status.NOT_APPLICABLE)


def test_kernel_and_mac_drivers_are_matters_of_their_systems() -> None:
    assert_says(windows(), "C-10", Status.NOT_APPLICABLE)
    assert_says(linux(), "C-11", Status.NOT_APPLICABLE)
    assert_says(macos(), "C-11", Status.OK)


def test_without_any_reader_drivers_do_not_matter() -> None:
    for node in ("C-03", "C-04", "C-05", "C-07"):
        assert_says(faults.reader_unplugged(windows()), node, Status.NOT_APPLICABLE)


def test_drivers_wait_for_a_service_that_did_not_answer() -> None:
    world = faults.service_stopped(linux())
    assert finding(world, "C-03").evidence[0].params == {"step": "B"}
    assert_says(faults.service_stopped(linux(RC_S380)), "C-04", Status.UNKNOWN)
    assert_says(faults.pcsc_refuses(macos()), "C-11", Status.UNKNOWN)
    early = with_pcsc(faults.plugged_in_before_driver(windows()), context=Fact(), readers=Fact())
    assert_says(early, "C-07", Status.UNKNOWN)


# --- C-03, C-04 ---------------------------------------------------------------------------------------


def test_missing_driver_hides_the_missing_reader() -> None:
    diagnosis = judge(faults.driver_missing(windows()))
    assert [said.id for said in diagnosis.failed] == ["C-03"]
    assert evidence_keys(diagnosis.finding("C-03")) == ["usb_reader", "no_pcsc_reader"]


def test_linux_shows_its_driver_package_and_whether_it_lists_the_reader() -> None:
    listed = finding(faults.driver_missing(linux()), "C-03")
    assert (listed.variant, evidence_keys(listed)) == ("vendor", ["usb_reader", "no_pcsc_reader", "driver_bundle"])
    assert evidence_keys(finding(faults.driver_too_old_for_reader(linux()), "C-03"))[-1] == "not_in_driver_list"


def test_mac_leaves_its_driver_to_c11() -> None:
    assert_says(faults.driver_missing(macos()), "C-03", Status.OK)
    assert finding(faults.driver_missing(macos()), "C-11").evidence[1].params == {"used": 1}


def test_pasori_380_with_its_software_is_ok() -> None:
    assert_says(with_host(windows(), usb_devices=(RC_S380,)), "C-04", Status.OK)


@pytest.mark.parametrize("code", [22, 14, 10, 52])
def test_pasori_380_with_trouble_of_its_own_is_left_to_the_device_manager(code: int) -> None:
    world = with_host(
        faults.no_pcsc_readers(windows()), usb_devices=(RC_S380,),
        reader_devices=(device_of(RC_S380, problem_code=code),),
    )  # fmt: skip
    assert_says(world, "C-04", Status.OK)
    assert_first_cause(world, "C-05", PROBLEM_VARIANTS[code])


def test_pasori_380_without_driver_needs_its_software_whatever_the_device_manager_says() -> None:
    marked = (device_of(RC_S380, problem_code=28),)
    world = with_host(faults.pasori_380_without_software(windows()), reader_devices=marked)
    assert_first_cause(world, "C-04", "other")
    other_device = (device_of(SCR3310, problem_code=22),)
    assert_first_cause(with_host(world, reader_devices=other_device), "C-04", "other")


# --- C-05 to C-08 -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [*PROBLEM_VARIANTS, 12])
def test_problem_code_explains_a_missing_driver(code: int) -> None:
    world = faults.problem_code(code)(windows())
    assert_hidden(world, "C-03", "C-05")
    known_fault = {31: "usbccid"}  # of the driver that comes with Windows
    expected = {**PROBLEM_VARIANTS, **known_fault}.get(code, "failed")
    said = assert_says(world, "C-05", Status.FAILED, expected)
    assert said.evidence[0].params == {"code": code}


def test_marked_reader_beside_a_working_one_is_only_told() -> None:
    world = with_host(windows(), reader_devices=(device_of(ACR122U, problem_code=22), device_of(SCR3310)))
    assert_says(world, "C-05", Status.ATTENTION, "disabled")


def test_virtual_readers_have_no_driver_trouble() -> None:
    hello = ReaderDevice(instance="ROOT\\SMARTCARDREADER\\0", problem_code=10, virtual=True)
    assert_says(with_host(windows(), reader_devices=(hello, device_of(SCR3310))), "C-05", Status.OK)


def test_driver_of_windows_itself_is_never_old() -> None:
    assert_says(windows(), "C-06", Status.OK)


def test_driver_older_than_windows_fails_only_when_the_reader_is_not_seen() -> None:
    world = faults.driver_older_than_windows(windows())
    assert finding(world, "C-06").evidence[0].params["date"] == "2015-01-01"
    assert_says(world, "C-06", Status.FAILED)
    works = with_host(windows(), reader_devices=world.host.reader_devices)
    assert_says(works, "C-06", Status.ATTENTION)
    marked = tuple(replace(device, problem_code=10) for device in world.host.reader_devices.value or ())
    assert_says(with_host(world, reader_devices=marked), "C-06", Status.ATTENTION)


def test_old_or_late_driver_explains_that_no_driver_took_the_reader() -> None:
    assert_hidden(faults.driver_older_than_windows(windows()), "C-03", "C-06")
    assert_hidden(faults.plugged_in_before_driver(windows()), "C-03", "C-07")


def test_reader_plugged_in_before_its_driver() -> None:
    world = faults.plugged_in_before_driver(windows())
    assert_says(world, "C-07", Status.FAILED)
    assert_says(with_host(windows(), reader_devices=world.host.reader_devices), "C-07", Status.OK)


@pytest.mark.parametrize(("seconds", "status"), [(59, Status.OK), (61, Status.FAILED)])
def test_driver_that_came_within_a_minute_came_with_the_reader(seconds: int, status: Status) -> None:
    device = device_of(
        SCR3310, driver_provider="Identiv", first_connected_at=NOW,
        driver_installed_at=NOW + dt.timedelta(seconds=seconds),
    )  # fmt: skip
    assert_says(with_host(faults.no_pcsc_readers(windows()), reader_devices=(device,)), "C-07", status)


def test_drivers_of_two_makers_are_told() -> None:
    two = (device_of(SCR3310, driver_provider="Identiv"), device_of(ACR122U, driver_provider="ACS"))
    said = assert_says(with_host(windows(), reader_devices=two), "C-08", Status.ATTENTION)
    assert [e.params["provider"] for e in said.evidence] == ["ACS", "Identiv"]
    assert_says(windows(), "C-08", Status.OK)


# --- C-10 ---------------------------------------------------------------------------------------------


def test_kernel_that_holds_the_reader_explains_the_unfit_model() -> None:
    assert_hidden(faults.kernel_holds_reader(linux()), "C-09", "C-10")
    assert_says(faults.kernel_holds_reader(linux()), "C-03", Status.OK)


def test_kernel_that_holds_a_pasori_380_is_told_instead_of_its_protocol() -> None:
    held = replace(RC_S380, bound_driver="port100")
    world = with_host(faults.no_pcsc_readers(linux()), usb_devices=(held,), kernel_modules=("port100",))
    assert_says(world, "C-04", Status.OK)
    assert_first_cause(world, "C-10", "busy")


def test_kernel_module_that_holds_nothing_is_shown_and_harmless() -> None:
    said = assert_says(with_host(linux(), kernel_modules=("port100",)), "C-10", Status.OK)
    assert evidence_keys(said) == ["kernel_module_idle"]


def test_kernel_that_holds_another_reader_is_only_told() -> None:
    beside = with_host(linux(), usb_devices=(replace(ACR122U, bound_driver="pn533_usb"), SCR3310))
    assert_says(beside, "C-10", Status.ATTENTION, "busy")
