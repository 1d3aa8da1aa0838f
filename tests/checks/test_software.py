"""I and H-08: the client software, the way from a browser to it, and the clock."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import Clock, Facts, FactStatus

from .worlds import (
    CLIENT,
    EXTENSION,
    NATIVE_HOST,
    NOW,
    assert_first_cause,
    assert_says,
    linux,
    lost,
    windows,
    with_certificate,
    with_host,
)

DAY = dt.timedelta(days=1)


def clock(facts: Facts, **changes: object) -> Facts:
    plain = {"utc": NOW, "built_at": NOW - 30 * DAY}
    return with_host(facts, clock=Clock(**plain | changes))  # type: ignore[arg-type]


def test_no_program_at_all_is_the_first_cause() -> None:
    assert_first_cause(with_host(windows(), products=(), extensions=(), native_hosts=()), "I-01")


def test_program_of_the_portal_alone_is_no_failure() -> None:
    portal = replace(CLIENT, id="myna_portal")
    assert_says(with_host(windows(), products=(portal,)), "I-01", Status.ATTENTION)


@pytest.mark.parametrize("status", [FactStatus.DENIED, FactStatus.TIMEOUT, FactStatus.ERROR, FactStatus.UNKNOWN])
@pytest.mark.parametrize("name", ["products", "extensions", "native_hosts"])
def test_what_was_not_seen_is_not_missing(name: str, status: FactStatus) -> None:
    nothing = {"products": (), "extensions": (), "native_hosts": ()}
    assert_says(with_host(windows(), **nothing | {name: lost(status)}), "I-01", Status.UNKNOWN)


def test_linux_has_no_official_client() -> None:
    for node in ("I-01", "I-03", "I-05", "I-07"):
        assert_says(linux(), node, Status.NOT_APPLICABLE)


def test_client_without_any_part_is_damaged() -> None:
    bare = replace(CLIENT, modules=(), missing=("JPKIPKCS11Sign64.dll",))
    assert_first_cause(with_host(windows(), products=(bare,)), "I-03")


def test_one_missing_key_provider_is_an_attention() -> None:
    partly = replace(CLIENT, missing=("JPKI Crypto Service Provider for Sign",))
    assert_says(with_host(windows(), products=(partly,)), "I-03", Status.ATTENTION)


@pytest.mark.parametrize(
    "broken",
    [
        (),
        (replace(NATIVE_HOST, manifest_readable=False),),
        (replace(NATIVE_HOST, program_exists=False),),
        (replace(NATIVE_HOST, allowed=("a" * 32,)),),
        (replace(NATIVE_HOST, browser="firefox"),),
    ],
    ids=["no manifest", "unreadable", "program gone", "not let in", "another browser's"],
)
def test_extension_without_its_program(broken: tuple[object, ...]) -> None:
    assert_first_cause(with_host(windows(), native_hosts=broken), "I-05")


def test_edge_finds_the_manifests_of_chrome() -> None:
    assert_says(with_host(windows(), extensions=(replace(EXTENSION, browser="edge"),)), "I-05", Status.OK)


def test_extension_turned_off_everywhere() -> None:
    off = replace(EXTENSION, enabled=False, disable_reasons=("permissions_increase",))
    facts = with_host(windows(), extensions=(off,))
    assert_first_cause(facts, "I-07")
    assert_says(with_host(windows(), extensions=(off, EXTENSION)), "I-07", Status.ATTENTION)


def test_clock_before_this_program_was_made() -> None:
    assert_first_cause(clock(windows(), utc=NOW - 400 * DAY), "H-08")


def test_clock_before_the_certificate_began() -> None:
    assert_first_cause(with_certificate(windows(), not_before=NOW + 40 * DAY), "H-08")


@pytest.mark.parametrize(("seconds", "status"), [(4.0, Status.OK), (-7200.0, Status.FAILED), (7200.0, Status.FAILED)])
def test_clock_against_a_time_server(seconds: float, status: Status) -> None:
    assert_says(clock(windows(), server_offset_s=seconds), "H-08", status)
