"""J: dates and issuer of the certificate. "Valid" is never said: revocation cannot be checked here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import Fact, Facts, FactStatus

from . import faults
from .worlds import (
    AUTH_CA_3,
    NOT_SEEN,
    NOW,
    SIGN_CA_3,
    assert_first_cause,
    assert_hidden,
    assert_says,
    evidence_keys,
    finding,
    judge,
    lost,
    windows,
    with_authority,
    with_card,
    with_certificate,
    with_certificates,
    without_card_facts,
)

STEP = ("J-01", "J-02", "J-03", "J-06", "J-07", "J-08")
OF_CERTIFICATE = ("J-02", "J-03", "J-06", "J-07")
SIGN_CA_1 = "19645405A1FE14377434BD55957628AC4038557C542403A2243F21C706FC9355"
AUTH_CA_1 = "4DCFC4CA0AAF9FB2A3081B3F0C991C320B3ACC008667A341EEAEC5AF1D58CA7D"
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


@pytest.mark.parametrize("node", STEP)
def test_third_generation_certificate_is_ok(node: str) -> None:
    assert_says(windows(), node, Status.OK)


@pytest.mark.parametrize("status", NOT_SEEN)
def test_what_was_not_observed_is_unknown(status: FactStatus) -> None:
    for node in STEP:
        assert_says(without_card_facts(windows(), status), node, Status.UNKNOWN)
    unread = with_certificates(windows(), authentication=lost(status))
    for node in OF_CERTIFICATE:
        assert_says(unread, node, Status.UNKNOWN)
    assert_says(with_certificates(windows(), authentication_ca=lost(status)), "J-06", Status.UNKNOWN)
    assert_says(with_certificates(windows(), issued_by_card_ca=lost(status)), "J-06", Status.UNKNOWN)
    assert_says(with_card(windows(), expires_on=lost(status)), "J-08", Status.UNKNOWN)


@pytest.mark.parametrize("fault", [faults.juki_card, faults.newer_card, faults.transit_card])
def test_certificates_of_other_cards_are_not_judged(fault: Callable[[Facts], Facts]) -> None:
    for node in STEP:
        assert_says(fault(windows()), node, Status.UNKNOWN)


# --- J-01 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [status for status in NOT_SEEN if status is not FactStatus.ABSENT])
def test_certificate_that_could_not_be_read_is_not_called_missing(status: FactStatus) -> None:
    said = assert_says(with_certificates(windows(), authentication=lost(status, "sw=6982")), "J-01", Status.UNKNOWN)
    assert said.evidence[0].params["status"] == status.value


def test_missing_certificate_is_issued_at_the_city_office() -> None:
    assert_first_cause(with_certificates(windows(), authentication=lost(FactStatus.ABSENT)), "J-01", "absent")


@pytest.mark.parametrize("note", ["not_der", "not_a_certificate", "length", "short_file"])
def test_broken_certificate_is_told_by_what_is_broken(note: str) -> None:
    world = with_certificates(windows(), authentication=lost(FactStatus.ERROR, note))
    assert_first_cause(world, "J-01", "unreadable")


# --- J-02, J-03 ---------------------------------------------------------------------------------------


def test_certificate_lasts_to_its_last_second() -> None:
    assert_says(with_certificate(windows(), not_after=NOW), "J-02", Status.OK)
    assert_first_cause(with_certificate(windows(), not_after=NOW - SECOND), "J-02")


def test_expired_certificate_says_since_when() -> None:
    said = finding(faults.certificate_expired(windows()), "J-02")
    assert said.evidence[1].params == {"days": 10}
    assert_says(faults.certificate_expired(windows()), "J-03", Status.NOT_APPLICABLE)


def test_dates_are_shown_in_japanese_time() -> None:
    said = finding(with_certificate(windows(), not_before=dt.datetime(2024, 4, 30, 15, tzinfo=dt.UTC)), "J-01")
    assert said.evidence[0].params == {"since": "2024-05-01", "until": "2029-05-01"}


def test_a_computer_clock_before_the_certificate_is_no_verdict() -> None:
    world = with_certificate(windows(), not_before=NOW + DAY)
    assert "clock_before_certificate" in evidence_keys(assert_says(world, "J-02", Status.UNKNOWN))
    assert_says(world, "L-01", Status.UNKNOWN)
    assert judge(world).first_cause is None


@pytest.mark.parametrize(("days", "status"), [(93, Status.OK), (92, Status.ATTENTION), (0, Status.ATTENTION)])
def test_renewal_opens_three_months_before_the_end(days: int, status: Status) -> None:
    world = with_certificate(windows(), not_after=NOW + days * DAY)
    assert assert_says(world, "J-03", status).evidence[-1].params == {"days": days}
    assert judge(world).first_cause is None


def test_certificate_without_an_end_does_not_crash_the_calendar() -> None:
    endless = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
    said = assert_says(with_certificate(windows(), not_after=endless), "J-02", Status.OK)
    assert said.evidence[0].params["until"] == "9999-12-31"


# --- J-06: each in its own words ----------------------------------------------------------------------


def test_test_card_is_told_and_no_fault() -> None:
    world = with_certificate(windows(), organization="JPKI-TEST")
    assert_says(world, "J-06", Status.ATTENTION, "test")
    assert judge(world).first_cause is None


def test_issuer_of_another_name_is_foreign() -> None:
    assert_says(with_certificate(windows(), organization="Example CA"), "J-06", Status.ATTENTION, "foreign")


@pytest.mark.parametrize("sha256", ["00" * 32, SIGN_CA_3])
def test_issuer_that_is_not_pinned_for_authentication(sha256: str) -> None:
    said = assert_says(with_authority(windows(), sha256=sha256), "J-06", Status.ATTENTION, "unpinned")
    assert said.evidence[0].params == {"sha256": sha256}


def test_first_generation_ca_has_ended() -> None:
    old = with_authority(windows(), sha256=AUTH_CA_1, not_after=dt.datetime(2025, 10, 19, 14, 59, 59, tzinfo=dt.UTC))
    said = assert_says(old, "J-06", Status.ATTENTION, "expired_ca")
    assert said.evidence[0].params == {"ca": "auth-1", "generation": 1}


def test_signature_that_does_not_verify_is_a_fault_whatever_the_names_say() -> None:
    assert_first_cause(faults.not_issued_by_its_ca(windows()), "J-06", "not_issued")
    named = with_certificate(faults.not_issued_by_its_ca(windows()), organization="JPKI-TEST")
    assert_first_cause(named, "J-06", "not_issued")


def test_name_alone_never_proves_the_issuer() -> None:
    world = with_certificates(windows(), authentication_ca=Fact(), issued_by_card_ca=Fact())
    assert_says(world, "J-06", Status.UNKNOWN)


def signature_ca(**changes: object) -> Facts:
    facts = windows()
    assert facts.card.value is not None
    authority = facts.card.value.certificates.signature_ca.value
    assert authority is not None
    return with_certificates(facts, signature_ca=replace(authority, **changes))


def test_generation_of_the_ca_for_signatures_is_told_beside_the_other() -> None:
    said = assert_says(windows(), "J-06", Status.OK)
    assert [e.params for e in said.evidence] == [{"ca": "auth-3", "generation": 3}, {"ca": "sign-3", "generation": 3}]


@pytest.mark.parametrize("sha256", ["00" * 32, AUTH_CA_3])
def test_ca_for_signatures_that_is_not_pinned_for_them(sha256: str) -> None:
    said = assert_says(signature_ca(sha256=sha256), "J-06", Status.ATTENTION, "unpinned")
    assert said.evidence[1].params == {"sha256": sha256}
    assert judge(signature_ca(sha256=sha256)).first_cause is None


@pytest.mark.parametrize(("organization", "variant"), [("JPKI-TEST", "test"), ("Example CA", "foreign")])
def test_ca_for_signatures_of_another_name(organization: str, variant: str) -> None:
    assert_says(signature_ca(organization=organization), "J-06", Status.ATTENTION, variant)


def test_first_generation_ca_for_signatures_has_ended() -> None:
    old = signature_ca(sha256=SIGN_CA_1, not_after=dt.datetime(2025, 10, 19, 14, 59, 59, tzinfo=dt.UTC))
    said = assert_says(old, "J-06", Status.ATTENTION, "expired_ca")
    assert said.evidence[1].params == {"ca": "sign-1", "generation": 1}


@pytest.mark.parametrize("status", NOT_SEEN)
def test_ca_for_signatures_that_was_not_seen_is_no_fault_and_is_told(status: FactStatus) -> None:
    said = assert_says(with_certificates(windows(), signature_ca=lost(status, "sw=6982")), "J-06", Status.OK)
    shown = [e.params.get("fact") for e in said.evidence]
    told = status is not FactStatus.ABSENT
    assert ("card.certificates.signature_ca" in shown) is told


# --- J-07, J-08 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "status"), [(dt.timedelta(0), Status.ATTENTION), (2 * DAY, Status.ATTENTION), (2 * DAY + SECOND, Status.OK)]
)
def test_renewed_certificate_needs_up_to_two_days_to_be_known(age: dt.timedelta, status: Status) -> None:
    assert_says(with_certificate(windows(), not_before=NOW - age), "J-07", status)


@pytest.mark.parametrize(
    ("date", "status"),
    [
        (dt.date(2026, 11, 23), Status.FAILED),
        (dt.date(2026, 11, 24), Status.ATTENTION),
        (dt.date(2027, 2, 24), Status.ATTENTION),
        (dt.date(2027, 2, 25), Status.OK),
    ],
)
def test_card_itself_ends_on_its_day_in_japan(date: dt.date, status: Status) -> None:
    said = assert_says(with_card(windows(), expires_on=date), "J-08", status)
    assert said.evidence[0].params == {"date": str(date)}


def test_expired_card_explains_its_expired_certificate() -> None:
    assert_hidden(faults.card_expired(faults.certificate_expired(windows())), "J-02", "J-08")
