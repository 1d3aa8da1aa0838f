"""The diagnosis as a whole: every single fault is told first, and of two the deeper one."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import pytest

from jpkidoctor.checks.flow import FLOW, diagnose
from jpkidoctor.diagnosis import Finding, Status
from jpkidoctor.facts import Facts, SessionKind
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.known import Known

from . import faults
from .cases import CASES, Case
from .faults import problem_code, session, torn_out
from .worlds import HEALTHY, assert_first_cause, judge, linux, macos, windows, windows_contactless, with_reader

Fault = Callable[[Facts], Facts]


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_wrong_with_a_healthy_world(name: str) -> None:
    diagnosis = judge(HEALTHY[name])
    assert diagnosis.first_cause is None
    told = {
        said.id: said.status for said in diagnosis.findings if said.status not in (Status.OK, Status.NOT_APPLICABLE)
    }
    assert told == ({"H-03": Status.ATTENTION} if name == "linux" else {})
    assert diagnosis.finding("L-01").status is Status.OK


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_single_fault_is_told_first(case: Case) -> None:
    assert_first_cause(case.facts, case.node, case.variant)


def test_findings_come_in_the_order_of_the_flow_and_once_each() -> None:
    assert [said.id for said in judge(windows()).findings] == [*FLOW, "L-01"]


# Two faults at once: what the caller must hear first. Applied from left to right.
PAIRS: list[tuple[str, Facts, tuple[Fault, ...], str]] = [
    ("driver missing, Juki card", windows(), (faults.juki_card, faults.driver_missing), "C-03"),
    ("reader unplugged, Internet Explorer", windows(), (faults.reader_unplugged, faults.internet_explorer), "C-01"),
    ("driver missing, service asleep", windows(), (faults.driver_missing, faults.pcsc_refuses), "C-03"),
    ("no PaSoRi software, service asleep", windows(),
     (faults.pasori_380_without_software, faults.pcsc_refuses), "C-04"),
    ("reader disabled, service asleep", windows(), (problem_code(22), faults.pcsc_refuses), "C-05"),
    ("service disabled, driver missing", windows(), (faults.driver_missing, faults.service_disabled), "B-01"),
    ("service disabled, reader disabled", windows(), (problem_code(22), faults.service_disabled), "B-01"),
    ("WinUSB, service asleep", windows(), (faults.bound_to("WinUSB"), faults.pcsc_refuses), "C-03"),
    ("handed over, service asleep", windows(), (faults.bound_to("VBoxUSB"), faults.pcsc_refuses), "C-10"),
    ("handed over, S mode", windows(), (faults.s_mode, faults.bound_to("VBoxUSB")), "C-10"),
    ("kernel holds reader, pcscd stopped", linux(), (faults.kernel_holds_reader, faults.service_stopped), "B-01"),
    ("bad link behind hub, signature locked", windows(),
     (faults.signature_locked, faults.behind_hub, faults.sometimes_connects), "F-01"),
    ("reader unplugged, service asleep", windows(), (faults.reader_unplugged, faults.pcsc_refuses), "C-01"),
    ("reader unplugged, pcscd stopped", linux(), (faults.reader_unplugged, faults.service_stopped), "B-01"),
    ("kernel holds reader, unfit model", linux(), (faults.kernel_holds_reader,), "C-10"),
    ("pcscd refuses, Internet Explorer", linux(), (faults.refused_by_polkit, faults.internet_explorer), "B-04"),
    ("sandbox, reader unplugged", linux(), (faults.reader_unplugged, faults.in_sandbox), "B-03"),
    ("remote desktop, service gone", windows(),
     (faults.reader_unplugged, faults.pcsc_refuses, session(SessionKind.RDP)), "B-02"),
    ("wrong way round, Windows 7", windows(), (faults.wrong_way_round, faults.windows_7), "D-03"),
    ("no card, old macOS", macos(), (faults.no_card, faults.old_macos), "D-01"),
    ("flapping, card lost", windows_contactless(),
     (torn_out(0x80100069), lambda f: with_reader(f, samples=faults.samples(0x10, 0x20, 0x10, 0x20))), "D-02"),
    ("Juki card, signature locked", windows(), (faults.juki_card, faults.signature_locked), "E-02"),
    ("Juki card, no certificate", windows(), (faults.no_certificates, faults.juki_card), "E-02"),
    ("newer card, no certificate", windows(), (faults.no_certificates, faults.newer_card), "E-05"),
    ("card lost, certificate missing", windows(), (faults.no_certificates, torn_out(0)), "F-02"),
    ("connects sometimes, card lost", windows(), (torn_out(0), faults.sometimes_connects), "F-02"),
    ("long answers fail, PIN locked", windows(), (faults.long_answers_fail, faults.signature_locked), "F-04"),
    ("both PINs locked", windows(), (faults.authentication_locked, faults.signature_locked), "G-04"),
    ("PIN locked, certificate expired", windows(), (faults.certificate_expired, faults.authentication_locked), "G-05"),
    ("card and certificate expired", windows(), (faults.card_expired, faults.certificate_expired), "J-08"),
    ("Internet Explorer, certificate expired", windows(),
     (faults.internet_explorer, faults.certificate_expired), "H-04"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "both", "first"), [p[1:] for p in PAIRS], ids=[p[0] for p in PAIRS])
def test_of_two_faults_the_deeper_one_is_told_first(facts: Facts, both: tuple[Fault, ...], first: str) -> None:
    assert judge(reduce(lambda world, fault: fault(world), both, facts)).first_cause == first


def test_a_crash_in_one_check_is_unknown_and_the_rest_goes_on() -> None:
    def crash(facts: Facts, known: Known) -> Finding:
        raise ZeroDivisionError("private text of the crash")

    rules = load_judge()
    facts = CASES["signature_locked"].facts
    diagnosis = diagnose(facts, rules.known, rules.hides, flow={**FLOW, "C-02": crash, "J-02": crash})
    crashed = diagnosis.finding("C-02")
    assert crashed.status is Status.UNKNOWN
    assert [(e.key, e.params) for e in crashed.evidence] == [("check_crashed", {"error": "ZeroDivisionError"})]
    assert diagnosis.first_cause == "G-04"
    assert [said.id for said in diagnosis.findings] == [*FLOW, "L-01"]
    healthy = diagnose(windows(), rules.known, rules.hides, flow={**FLOW, "J-02": crash})
    assert healthy.finding("L-01").status is Status.UNKNOWN


def test_only_failures_are_explained_and_only_by_failures() -> None:
    for case in CASES.values():
        diagnosis = judge(case.facts)
        failed = {said.id for said in diagnosis.failed}
        assert all(not said.because or said.id in failed for said in diagnosis.findings)
        assert {said.because for said in diagnosis.failed} <= failed | {""}
