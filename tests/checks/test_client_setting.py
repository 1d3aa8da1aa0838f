"""I: the client's version, its reader, the network, Java: things to look at, never a fault."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import Facts, Product, Proxy

from . import faults
from .worlds import (
    CLIENT,
    NOT_SEEN,
    assert_says,
    contact_reader,
    evidence_keys,
    finding,
    linux,
    lost,
    macos,
    windows,
    with_host,
    with_readers,
)

JAVA = Product(id="java", version="1.8", found_by="registry")
PROXY = Proxy(configured=True)


def with_client(facts: Facts, *others: Product, **changes: Any) -> Facts:
    return with_host(facts, products=(replace(CLIENT, **changes), *others))


@pytest.mark.parametrize("status", NOT_SEEN)
def test_what_was_not_observed_is_unknown(status: Any) -> None:
    unseen = with_host(windows(), products=lost(status), proxy=lost(status))
    for node in ("I-02", "I-04", "I-06", "I-08"):
        assert_says(unseen, node, Status.UNKNOWN)


def test_linux_has_no_client_to_set_up() -> None:
    for node in ("I-02", "I-04", "I-06", "I-08"):
        assert_says(with_host(linux(), proxy=PROXY), node, Status.NOT_APPLICABLE)


@pytest.mark.parametrize(("version", "status"), [
    ("3.7", Status.ATTENTION), ("3.9", Status.OK), ("3.10", Status.OK), ("", Status.NOT_APPLICABLE),
    ("three", Status.NOT_APPLICABLE), ("1.0.0", Status.NOT_APPLICABLE),
])  # fmt: skip
def test_version_on_a_mac_is_held_against_the_newest_that_a_source_names(version: str, status: Status) -> None:
    assert_says(with_client(macos(), version=version), "I-02", status)


def test_windows_calls_no_version_new() -> None:
    """Nobody names the newest one: only what is older than a version that was seen is old."""
    assert_says(with_client(windows(), version="3.3.0"), "I-02", Status.ATTENTION)
    said = assert_says(with_client(windows(), version="3.5"), "I-02", Status.NOT_APPLICABLE)
    assert evidence_keys(said) == ["product", "newest_not_known"]


def test_reader_of_the_clients_setting_is_looked_for_among_those_of_pcsc() -> None:
    here = contact_reader().name
    assert_says(with_client(windows(), reader_setting=here), "I-04", Status.OK)
    said = assert_says(with_client(windows(), reader_setting="Sony PaSoRi 0"), "I-04", Status.ATTENTION)
    assert evidence_keys(said) == ["reader_setting", "reader"]
    assert_says(with_client(windows(), reader_setting=""), "I-04", Status.NOT_APPLICABLE)
    assert_says(with_client(windows()), "I-04", Status.NOT_APPLICABLE)


def test_setting_says_nothing_while_no_reader_is_there() -> None:
    named = with_client(windows(), reader_setting="Sony PaSoRi 0")
    assert_says(with_readers(named, examined=None), "I-04", Status.NOT_APPLICABLE)
    assert_says(faults.pcsc_refuses(named), "I-04", Status.UNKNOWN)


@pytest.mark.parametrize("automatic", [False, True])
def test_proxy_is_told_and_blamed_for_nothing(automatic: bool) -> None:
    said = assert_says(with_host(windows(), proxy=Proxy(configured=True, automatic=automatic)), "I-06",
                       Status.ATTENTION, "proxy")  # fmt: skip
    assert said.evidence[0].params == {"automatic": int(automatic)}


def test_java_matters_to_the_proxy_tool_of_a_mac() -> None:
    behind = with_host(macos(), proxy=PROXY)
    assert_says(behind, "I-08", Status.ATTENTION)
    assert_says(with_client(behind, JAVA), "I-08", Status.OK)
    assert_says(with_host(windows(), proxy=PROXY), "I-08", Status.NOT_APPLICABLE)
    assert finding(with_host(behind, products=(JAVA,)), "I-08").status is Status.OK
