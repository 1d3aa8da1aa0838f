"""H: the operating system and the browser."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import Browser, Facts, FactStatus, LocaleFacts, OsFamily
from jpkidoctor.knowledge.known import load_known

from . import faults
from .worlds import (
    NOT_HERE,
    NOT_SEEN,
    assert_first_cause,
    assert_says,
    evidence_keys,
    finding,
    judge,
    linux,
    lost,
    macos,
    windows,
    with_host,
    with_os,
)


@pytest.mark.parametrize("status", NOT_SEEN)
def test_what_was_not_observed_is_unknown(status: FactStatus) -> None:
    for node in ("H-01", "H-02", "H-03"):
        assert_says(with_host(windows(), os=lost(status)), node, Status.UNKNOWN)
    assert_says(with_host(macos(), rosetta=lost(status)), "H-02", Status.UNKNOWN)
    assert_says(with_host(windows(), default_browser=lost(status)), "H-04", Status.UNKNOWN)
    assert_says(with_host(windows(), locale=lost(status)), "H-05", Status.UNKNOWN)
    assert_says(with_os(windows(), build=None), "H-01", Status.UNKNOWN)
    assert_says(with_os(macos(), version="Sequoia"), "H-02", Status.UNKNOWN)
    assert_says(with_host(windows(), locale=LocaleFacts()), "H-05", Status.UNKNOWN)


def test_each_system_has_its_own_checks() -> None:
    for world in (linux(), macos()):
        assert_says(world, "H-01", Status.NOT_APPLICABLE)
        assert_says(world, "H-05", Status.NOT_APPLICABLE)
    for world in (windows(), linux()):
        assert_says(world, "H-02", Status.NOT_APPLICABLE)
    assert_says(with_host(windows(), default_browser=NOT_HERE), "H-04", Status.NOT_APPLICABLE)


# --- H-01 ---------------------------------------------------------------------------------------------


def test_windows_7_cannot_run_the_client() -> None:
    assert_first_cause(faults.windows_7(windows()), "H-01", "ended")


def test_windows_10_still_runs_the_client_but_has_no_support() -> None:
    world = with_os(windows(), name="Windows 10", build=19045)
    said = assert_says(world, "H-01", Status.ATTENTION, "ended")
    assert said.evidence[1].params == {"date": "2025-10-14"}
    assert judge(world).first_cause is None


@pytest.mark.parametrize(
    ("today", "status", "variant"),
    [
        (dt.date(2026, 7, 14), Status.OK, ""),
        (dt.date(2026, 7, 15), Status.ATTENTION, "ends_soon"),
        (dt.date(2026, 10, 13), Status.ATTENTION, "ends_soon"),
        (dt.date(2026, 10, 14), Status.ATTENTION, "ended"),
    ],
)
def test_support_ends_on_its_day_and_is_told_ninety_days_before(today: dt.date, status: Status, variant: str) -> None:
    noon = dt.datetime.combine(today, dt.time(12), dt.UTC)
    assert_says(replace(with_os(windows(), build=26100), taken_at=noon), "H-01", status, variant)


def test_long_term_edition_is_supported_longer_than_home() -> None:
    assert_says(with_os(windows(), build=26100, edition="Enterprise"), "H-01", Status.OK)


def test_windows_that_the_table_does_not_know_is_ok() -> None:
    assert evidence_keys(assert_says(with_os(windows(), build=99999), "H-01", Status.OK)) == ["os_build"]


# --- H-02 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "status"),
    [("13.5", Status.OK), ("13.4.1", Status.FAILED), ("10.15.7", Status.FAILED), ("26.1", Status.OK)],
)
def test_macos_runs_the_client_from_13_5(version: str, status: Status) -> None:
    assert_says(with_os(macos(), version=version), "H-02", status, "old" if status is Status.FAILED else "")


def test_rosetta_is_needed_on_apple_silicon_only() -> None:
    assert_first_cause(faults.without_rosetta(macos()), "H-02", "no_rosetta")
    assert_says(with_os(faults.without_rosetta(macos()), arch="x86_64"), "H-02", Status.OK)


# --- H-03 to H-05 -------------------------------------------------------------------------------------


def test_linux_works_and_is_not_official() -> None:
    assert_says(linux(), "H-03", Status.ATTENTION)
    assert judge(linux()).first_cause is None
    for world in (windows(), macos()):
        assert_says(world, "H-03", Status.OK)


def test_a_system_nobody_knows_is_not_called_official() -> None:
    assert_says(with_os(linux(), family=OsFamily.OTHER, name="FreeBSD 14"), "H-03", Status.UNKNOWN)


@pytest.mark.parametrize("browser", ["edge", "chrome", "safari", "firefox", "other"])
def test_every_browser_but_internet_explorer_will_do(browser: str) -> None:
    assert_says(with_host(windows(), default_browser=browser), "H-04", Status.OK)
    assert finding(faults.internet_explorer(windows()), "H-04").status is Status.FAILED


def test_windows_that_is_not_japanese_garbles_the_client() -> None:
    english = with_host(windows(), locale=LocaleFacts(system_locale="en-US", ansi_codepage=1252))
    said = assert_says(english, "H-05", Status.ATTENTION)
    assert said.evidence[0].params == {"codepage": 1252, "locale": "en-US"}
    assert_says(windows(), "H-05", Status.OK)


# --- whose support it is ------------------------------------------------------------------------------


def columns(facts: Facts, node: str) -> dict[str, str | int]:
    return next((e.params for e in finding(facts, node).evidence if e.key == "supported_by"), {})


def test_support_of_client_and_services_stands_beside_that_of_the_maker() -> None:
    ten = with_os(windows(), name="Windows 10", build=19045)
    assert columns(ten, "H-01") == {"client": "unknown", "etax": "no", "portal": "unknown", "confidence": "B"}
    assert columns(windows(), "H-01")["etax"] == "yes"
    assert columns(macos(), "H-02")["client"] == "yes"
    assert columns(faults.old_macos(macos()), "H-02")["client"] == "no"
    assert columns(linux(), "H-03") == {"client": "no", "etax": "no", "portal": "no", "confidence": "B"}


def test_a_column_never_makes_a_fault() -> None:
    """e-Tax has left Windows 10, and it works all the same."""
    assert_says(with_os(windows(), name="Windows 10", build=19045), "H-01", Status.ATTENTION, "ended")


def test_every_column_has_its_source() -> None:
    known = load_known()
    for platform in known.platforms:
        told = {platform.client, platform.etax, platform.portal} != {"unknown"}
        assert told == bool(platform.columns_sources), platform.id
        assert set(platform.columns_sources) <= known.sources.keys(), platform.id


# --- IE mode and sandboxes ------------------------------------------------------------------------------


def test_a_browser_in_a_sandbox_matters_only_when_no_other_copy_is_there() -> None:
    snap = Browser(id="firefox", is_default=True, sandbox="snap")
    assert_says(with_host(linux(), browsers=(snap,)), "H-04", Status.ATTENTION, "sandbox")
    both = (snap, Browser(id="firefox", is_default=True))
    assert_says(with_host(linux(), browsers=both), "H-04", Status.OK)
    other = (Browser(id="chromium", sandbox="snap"), Browser(id="firefox", is_default=True))
    assert_says(with_host(linux(), browsers=other), "H-04", Status.OK)


def test_internet_explorer_itself_comes_before_its_mode() -> None:
    assert_says(with_host(faults.internet_explorer(windows()), ie_mode=True), "H-04", Status.FAILED)
    assert_says(with_host(windows(), ie_mode=True), "H-04", Status.ATTENTION, "ie_mode")
