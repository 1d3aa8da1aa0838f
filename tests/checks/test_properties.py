"""What holds for any facts: nothing crashes, nobody is blamed for what was not seen, every cause is real."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields, replace

from jpkidoctor.checks.flow import FLOW
from jpkidoctor.diagnosis import Diagnosis, Status
from jpkidoctor.facts import (
    Availability,
    Browser,
    Fact,
    Facts,
    FactStatus,
    PinId,
    PinState,
    Proxy,
    ServiceFacts,
    ServiceState,
    SessionKind,
)
from jpkidoctor.report.redact import redact

from . import faults
from .cases import CASES, Case
from .strategies import any_facts
from .worlds import (
    ACR122U,
    ACR1281,
    CLIENT,
    HEALTHY,
    NOT_SEEN,
    NOW,
    RC_S330,
    SCR3310,
    connected,
    contact_reader,
    device_of,
    judge,
    linux,
    macos,
    tpm_card,
    windows,
    windows_contactless,
    windows_hello,
    with_card,
    with_certificate,
    with_host,
    with_pin,
    with_reader,
    with_readers,
)  # fmt: skip

RELAXED = settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def outcome(diagnosis: Diagnosis) -> tuple[str | None, list[tuple[str, Status, str, str]]]:
    return diagnosis.first_cause, [(f.id, f.status, f.variant, f.because) for f in diagnosis.findings]


@RELAXED
@given(any_facts())
def test_any_facts_give_every_node_once_and_no_crash(facts: Facts) -> None:
    diagnosis = judge(facts)
    assert [said.id for said in diagnosis.findings] == [*FLOW, "L-01"]
    crashed = {said.id: e.params for said in diagnosis.findings for e in said.evidence if e.key == "check_crashed"}
    assert crashed == {}


@RELAXED
@given(any_facts())
def test_the_first_cause_failed_and_is_explained_by_nothing_deeper(facts: Facts) -> None:
    diagnosis = judge(facts)
    failed = {said.id: said for said in diagnosis.failed}
    assert (diagnosis.first_cause is None) == (not failed)
    if diagnosis.first_cause is not None:
        assert failed[diagnosis.first_cause].because == ""
    for said in diagnosis.findings:
        assert not said.because or (said.status is Status.FAILED and failed[said.because].because == "")
    if failed:
        assert diagnosis.finding("L-01").status is Status.NOT_APPLICABLE


@RELAXED
@given(any_facts())
def test_a_redacted_report_is_judged_alike(facts: Facts) -> None:
    assert outcome(judge(redact(facts).facts)) == outcome(judge(facts))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_fault_is_found_in_a_redacted_report_too(case: Case) -> None:
    assert outcome(judge(redact(case.facts).facts)) == outcome(judge(case.facts))


# --- what was not seen is nobody's fault ------------------------------------------------------------

ATTENTION = {
    "one try left": with_pin(windows(), PinId.SIGNATURE, PinState.TRIES, 1),
    "card-face PIN locked": with_pin(windows(), PinId.CARD_FACE_INPUT, PinState.BLOCKED, 0),
    "expires soon": with_certificate(windows(), not_after=NOW + dt.timedelta(days=30)),
    "no signature certificate": with_card(windows(), availability=Availability(signature=False, authentication=True)),
    "test card": with_certificate(linux(), organization="JPKI-TEST"),
    "remote desktop": faults.session(SessionKind.RDP)(windows()),
    "ssh": faults.session(SessionKind.SSH)(linux()),
    "virtual machine with its reader": faults.session(SessionKind.VM)(linux()),
    "container with its reader": faults.session(SessionKind.CONTAINER)(linux()),
    "sandbox": faults.session(SessionKind.SANDBOX)(linux()),
    "two readers and Windows Hello": with_readers(
        windows(), contact_reader(name="Empty Reader 0", flags=0x10, connect=Fact()), contact_reader(), windows_hello(),
        examined=1,
    ),
    "one reader marked beside a working one": with_host(
        windows(), reader_devices=(device_of(ACR122U, problem_code=28), device_of(SCR3310))
    ),
    "old driver that works": with_host(
        windows(),
        reader_devices=(device_of(
            ACR122U, driver_provider="ACS", driver_date=dt.date(2015, 1, 1),
            first_connected_at=NOW - dt.timedelta(days=2), driver_installed_at=NOW,
        ),),
    ),
    "kernel holds another reader": with_host(
        linux(), usb_devices=(replace(ACR122U, bound_driver="pn533_usb"), SCR3310)
    ),
    "unusable model beside a working one": with_host(windows(), usb_devices=(RC_S330,)),
    "one side of a two-sided reader": with_host(
        windows(), usb_devices=(ACR1281,), reader_devices=(device_of(ACR1281),)
    ),
    "a virtual card beside the reader": with_readers(windows(), contact_reader(), tpm_card()),
    "a helper service is disabled": with_host(
        windows(), helper_services=(ServiceFacts(name="ScDeviceEnum", state=ServiceState.DISABLED),)
    ),
    "another device was handed over": with_host(
        windows(), usb_devices=(replace(ACR122U, bound_driver="VBoxUSB"), SCR3310)
    ),
    "one bad connect behind a hub": with_reader(
        faults.behind_hub(windows()), connect=connected(attempts=2, failures=1)
    ),
    "S mode with the client in it": with_host(windows(), s_mode=True),
    "IE mode": with_host(windows(), ie_mode=True),
    "a browser in a Snap": with_host(
        linux(), browsers=(Browser(id="firefox", is_default=True, sandbox="snap"),)
    ),
    "a proxy": with_host(windows(), proxy=Proxy(configured=True, automatic=True)),
    "a proxy and no Java": with_host(macos(), proxy=Proxy(configured=True)),
    "an old client": with_host(macos(), products=(replace(CLIENT, version="3.7"),)),
    "a reader setting left behind": with_host(
        windows(), products=(replace(CLIENT, reader_setting="Sony PaSoRi 0"),)
    ),
    "reader that USB does not name": with_host(windows(), usb_devices=(), reader_devices=()),
    "unusable model by its name": with_reader(windows(), name="Gemalto USB SmartCard Reader 0", model="thales-k30"),
    "flapped and was read": with_reader(windows_contactless(), samples=faults.samples(0x10, 0x20, 0x10, 0x20)),
    "connected at the second try": with_reader(windows(), connect=connected(attempts=2, failures=1)),
}  # fmt: skip
WELL = {**HEALTHY, **ATTENTION}


@pytest.mark.parametrize("name", ATTENTION)
def test_a_world_to_look_at_has_no_failure(name: str) -> None:
    diagnosis = judge(ATTENTION[name])
    assert diagnosis.first_cause is None
    assert diagnosis.finding("L-01").status is Status.OK


@pytest.mark.parametrize("name", ATTENTION)
def test_a_world_to_look_at_is_judged_alike_when_redacted(name: str) -> None:
    assert outcome(judge(redact(ATTENTION[name]).facts)) == outcome(judge(ATTENTION[name]))


Place = tuple[str | int, ...]


def fact_places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where the observed facts stand in a world."""
    if isinstance(value, Fact):
        if value.status is not FactStatus.NOT_APPLICABLE:
            yield place
        if value.value is not None:
            yield from fact_places(value.value, (*place, "value"))
    elif isinstance(value, Struct):
        for field in fields(value):
            yield from fact_places(getattr(value, field.name), (*place, field.name))
    elif isinstance(value, tuple):
        for n, item in enumerate(value):
            yield from fact_places(item, (*place, n))


def without(value: Any, place: Place, gone: Fact[Any]) -> Any:
    """The same with the fact at a place not observed. A place that went with another is left alone."""
    if not place:
        return gone if isinstance(value, Fact) else value
    head, rest = place[0], place[1:]
    if isinstance(head, int):
        return (*value[:head], without(value[head], rest, gone), *value[head + 1 :]) if value is not None else None
    inner = getattr(value, head, None)
    return value if inner is None else replace(value, **{head: without(inner, rest, gone)})


ABSENCE_IS_THE_FAULT: dict[Place, str] = {
    ("pcsc", "library"): "B-01",
    ("card", "value", "certificates", "authentication"): "J-01",
}
"""Looked, and it is not there: a missing PC/SC library, and a card that answers "no such file"."""

NOTES = ("", "pending", "not_yet", "sw=6982")


def gone_facts(place: Place) -> st.SearchStrategy[Fact[Any]]:
    ways = [status for status in NOT_SEEN if status is not FactStatus.ABSENT or place not in ABSENCE_IS_THE_FAULT]
    return st.builds(Fact, status=st.sampled_from(ways), note=st.sampled_from(NOTES))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_what_was_not_seen_is_nobodys_fault(data: st.DataObject) -> None:
    world = WELL[data.draw(st.sampled_from(list(WELL)))]
    for place in data.draw(st.lists(st.sampled_from(list(fact_places(world))), min_size=1, unique=True)):
        world = without(world, place, data.draw(gone_facts(place)))
    assert [(said.id, said.variant) for said in judge(world).failed] == []


@pytest.mark.parametrize("status", NOT_SEEN)
@pytest.mark.parametrize("name", WELL)
def test_no_single_fact_makes_a_fault_by_being_out_of_sight(name: str, status: FactStatus) -> None:
    for place in fact_places(WELL[name]):
        failed = [said.id for said in judge(without(WELL[name], place, Fact(status))).failed]
        absent = status is FactStatus.ABSENT and place in ABSENCE_IS_THE_FAULT
        assert failed == ([ABSENCE_IS_THE_FAULT[place]] if absent else []), place


def test_a_locked_pin_is_told_even_when_the_excuse_was_not_read() -> None:
    """The one designed exception: the lock itself was seen, and saying nothing would hide it from most people."""
    child = with_pin(ATTENTION["no signature certificate"], PinId.SIGNATURE, PinState.BLOCKED, 0, 0x63C0)
    assert judge(child).first_cause is None
    assert judge(with_card(child, availability=Fact(FactStatus.ERROR))).first_cause == "G-04"
