"""B: the PC/SC service and the session. Not-observed facts are unknown, never a fault."""

from __future__ import annotations

import pytest

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import Fact, FactStatus, PcscAccess, ServiceFacts, ServiceState, SessionKind

from . import faults
from .worlds import (
    NOT_HERE,
    NOT_SEEN,
    assert_first_cause,
    assert_hidden,
    assert_says,
    evidence_keys,
    finding,
    judge,
    linux,
    lost,
    macos,
    windows,
    with_host,
    with_pcsc,
)

ELSEWHERE = [SessionKind.VM, SessionKind.WSL, SessionKind.CONTAINER]


@pytest.mark.parametrize("status", NOT_SEEN)
def test_what_was_not_observed_is_unknown(status: FactStatus) -> None:
    assert_says(with_pcsc(linux(), context=lost(status)), "B-01", Status.UNKNOWN)
    assert_says(with_pcsc(linux(), context=lost(status)), "B-04", Status.UNKNOWN)
    assert_says(with_host(linux(), session=lost(status)), "B-02", Status.UNKNOWN)
    assert_says(with_host(linux(), session=lost(status)), "B-03", Status.UNKNOWN)


def test_sandbox_and_polkit_are_matters_of_linux() -> None:
    for world in (windows(), macos(), faults.pcsc_refuses(windows(), faults.SECURITY_VIOLATION)):
        assert_says(world, "B-03", Status.NOT_APPLICABLE)
        assert_says(world, "B-04", Status.NOT_APPLICABLE)


def test_a_fact_without_meaning_here_is_not_applicable() -> None:
    assert_says(with_host(windows(), session=NOT_HERE), "B-02", Status.NOT_APPLICABLE)
    assert_says(with_pcsc(windows(), context=NOT_HERE), "B-01", Status.NOT_APPLICABLE)


# --- B-01 ---------------------------------------------------------------------------------------------


def test_stopped_service_shows_code_and_state() -> None:
    said = finding(faults.service_stopped(linux()), "B-01")
    assert [(e.key, e.params) for e in said.evidence] == [
        ("pcsc_context", {"code": "0x8010001D"}),
        ("service_state", {"service": "pcscd", "state": "stopped"}),
    ]


def test_service_of_windows_that_sleeps_without_a_reader_is_no_fault() -> None:
    asleep = faults.pcsc_refuses(faults.reader_unplugged(windows()))
    said = assert_says(asleep, "B-01", Status.ATTENTION, "stopped")
    assert "service_sleeps_without_reader" in evidence_keys(said)
    assert_first_cause(asleep, "C-01")


def test_sleeping_service_of_windows_means_no_reader_where_devices_cannot_be_looked_for() -> None:
    asleep = with_host(
        faults.pcsc_refuses(windows()),
        usb_devices=lost(FactStatus.UNKNOWN, "not_yet"),
        reader_devices=lost(FactStatus.UNKNOWN, "not_yet"),
        service=Fact(FactStatus.OK, ServiceFacts(name="SCardSvr", state=ServiceState.ON_DEMAND)),
    )
    assert_says(asleep, "B-01", Status.ATTENTION, "stopped")
    assert_first_cause(asleep, "C-01")
    stopped = with_host(asleep, service=Fact(FactStatus.OK, ServiceFacts(name="SCardSvr", state=ServiceState.STOPPED)))
    assert_first_cause(stopped, "B-01", "stopped")


def test_disabled_service_of_windows_is_a_fault_even_without_a_reader() -> None:
    assert_first_cause(faults.service_disabled(faults.reader_unplugged(windows())), "B-01", "disabled")


def test_stopped_pcscd_explains_a_reader_that_is_not_found() -> None:
    assert_hidden(faults.service_stopped(faults.reader_unplugged(linux())), "C-01", "B-01")


def test_service_of_windows_is_not_blamed_for_a_missing_driver() -> None:
    assert_hidden(faults.pcsc_refuses(faults.driver_missing(windows())), "B-01", "C-03")
    assert_hidden(faults.pcsc_refuses(faults.pasori_380_without_software(windows())), "B-01", "C-04")
    assert_hidden(faults.pcsc_refuses(faults.problem_code(28)(windows())), "B-01", "C-05")


def test_service_is_blamed_when_the_driver_runs() -> None:
    assert_first_cause(faults.pcsc_refuses(windows()), "B-01", "stopped")


def test_a_running_service_that_refuses_us_is_ok_and_b04_says_so() -> None:
    for fault in (faults.refused_by_polkit, faults.refused_by_socket):
        assert_says(fault(linux()), "B-01", Status.OK)


def test_on_windows_nobody_is_refused_by_polkit() -> None:
    assert_says(faults.pcsc_refuses(windows(), faults.SECURITY_VIOLATION), "B-01", Status.FAILED, "stopped")


# --- B-02 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_a_reader_that_was_handed_through_makes_the_place_harmless(kind: SessionKind) -> None:
    assert_says(faults.session(kind)(linux()), "B-02", Status.OK)
    assert_says(faults.session(kind)(faults.driver_missing(linux())), "B-02", Status.OK)


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_no_reader_here_because_it_is_elsewhere(kind: SessionKind) -> None:
    assert_hidden(faults.session(kind)(faults.reader_unplugged(linux())), "C-01", "B-02")


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_a_pcscd_put_in_here_and_stopped_is_a_fault_of_its_own(kind: SessionKind) -> None:
    world = faults.session(kind)(faults.service_stopped(faults.reader_unplugged(linux())))
    assert_first_cause(world, "B-01", "stopped")
    assert_says(world, "B-02", Status.ATTENTION, kind.value)


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_a_pcscd_never_installed_is_what_being_elsewhere_looks_like(kind: SessionKind) -> None:
    world = faults.session(kind)(faults.service_not_installed(faults.reader_unplugged(linux())))
    assert_hidden(world, "B-01", "B-02")


def test_a_disabled_service_is_a_fault_wherever_it_is() -> None:
    for world in (linux(), windows()):
        in_vm = faults.session(SessionKind.VM)(faults.service_disabled(faults.reader_unplugged(world)))
        assert_first_cause(in_vm, "B-01", "disabled")


def test_windows_that_is_remote_explains_its_sleeping_service() -> None:
    asleep = faults.service_stopped(faults.reader_unplugged(windows()))
    assert_first_cause(faults.session(SessionKind.RDP)(asleep), "B-02", "rdp")


def test_remote_desktop_does_not_see_a_reader_of_the_remote_computer() -> None:
    assert_first_cause(faults.session(SessionKind.RDP)(faults.no_pcsc_readers(windows())), "B-02", "rdp")


def test_remote_desktop_with_a_redirected_reader_is_only_told() -> None:
    assert_says(faults.session(SessionKind.RDP)(windows()), "B-02", Status.ATTENTION, "rdp")


def test_ssh_is_only_told_and_the_missing_reader_is_the_cause() -> None:
    world = faults.session(SessionKind.SSH)(faults.reader_unplugged(linux()))
    assert_says(world, "B-02", Status.ATTENTION, "ssh")
    assert_first_cause(world, "C-01")


def test_nobody_says_elsewhere_before_pcsc_was_asked() -> None:
    early = with_pcsc(faults.reader_unplugged(linux()), context=Fact(), readers=Fact(), examined=None)
    assert_says(faults.session(SessionKind.CONTAINER)(early), "B-02", Status.UNKNOWN)


def test_session_at_the_computer_is_ok() -> None:
    assert_says(windows(), "B-02", Status.OK)


# --- B-03, B-04 ---------------------------------------------------------------------------------------


def test_sandbox_that_reaches_the_service_is_only_told() -> None:
    assert_says(faults.session(SessionKind.SANDBOX)(linux()), "B-03", Status.ATTENTION, "sandbox")


def test_sandbox_explains_the_unreachable_service() -> None:
    assert_hidden(faults.in_sandbox(linux()), "B-01", "B-03")


def test_no_service_of_a_remote_session_is_polkit_when_pcscd_runs() -> None:
    refused = with_host(
        faults.pcsc_refuses(linux()), pcsc_access=Fact(FactStatus.UNKNOWN, note="polkit_remote_session")
    )
    assert_first_cause(refused, "B-04", "polkit")
    stopped = with_host(refused, service=ServiceFacts(name="pcscd", state=ServiceState.STOPPED))
    assert_first_cause(stopped, "B-01", "stopped")


def test_access_allowed_leaves_a_stopped_service_to_b01() -> None:
    assert_says(faults.service_stopped(linux()), "B-04", Status.OK)
    assert_says(with_host(faults.service_stopped(linux()), pcsc_access=Fact()), "B-04", Status.UNKNOWN)


def test_library_missing_explains_itself_and_says_nothing_of_readers() -> None:
    diagnosis = judge(faults.library_missing(faults.reader_unplugged(linux())))
    assert [said.id for said in diagnosis.failed] == ["B-01"]


def test_access_by_the_socket_is_shown() -> None:
    said = finding(with_host(faults.pcsc_refuses(linux()), pcsc_access=PcscAccess.REFUSED_BY_SOCKET), "B-04")
    assert said.evidence[1].params == {"access": "refused_by_socket"}


# --- services beside it -------------------------------------------------------------------------------


def helper(name: str, state: ServiceState) -> ServiceFacts:
    return ServiceFacts(name=name, state=state)


def test_a_disabled_helper_is_told_while_the_service_runs() -> None:
    world = with_host(windows(), helper_services=(helper("ScDeviceEnum", ServiceState.DISABLED),))
    assert_says(world, "B-01", Status.ATTENTION, "helper")
    assert_first_cause(faults.service_disabled(world), "B-01", "disabled")


@pytest.mark.parametrize("name", ["CertPropSvc", "SCPolicySvc"])
@pytest.mark.parametrize("state", list(ServiceState))
def test_helpers_that_nobody_needs_are_no_fault(name: str, state: ServiceState) -> None:
    said = assert_says(with_host(windows(), helper_services=(helper(name, state),)), "B-01", Status.OK)
    locks = name == "SCPolicySvc" and state is ServiceState.RUNNING
    assert ("removal_policy" in evidence_keys(said)) == locks
