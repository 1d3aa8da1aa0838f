"""Bytes of a strange card are a certificate or they are not; nothing else ever comes out."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.card.certificates import NotACertificateError, authority_facts, certificate_facts, is_issued_by
from jpkidoctor.card.examine import Surroundings
from jpkidoctor.card.inspector import CardInspector
from jpkidoctor.facts import FactStatus
from jpkidoctor.simulator.practice_keys import KeyStore, default_key_directory
from jpkidoctor.simulator.practice_pki import Authority, PracticePki, Purpose
from jpkidoctor.simulator.scenario import find_scenario
from jpkidoctor.simulator.world import PracticeWorld


@pytest.fixture(scope="module")
def ca() -> bytes:
    pki = PracticePki(KeyStore(default_key_directory()))
    return pki.ca_certificate(Authority(Purpose.AUTHENTICATION, 3))


def test_a_ca_certificate_says_what_it_is(ca: bytes):
    facts = authority_facts(ca, from_cache=False)
    assert facts.organization == "JPKI-TEST"
    assert (facts.key_type, facts.key_bits) == ("RSA", 2048)
    assert facts.not_before.tzinfo is dt.UTC
    assert is_issued_by(ca, ca)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_in_one_way(data: bytes):
    with pytest.raises(NotACertificateError):
        certificate_facts(data)


@given(place=st.integers(0, 1300), value=st.integers(0, 255))
def test_a_changed_byte_gives_facts_or_that_one_refusal(ca: bytes, place: int, value: int):
    changed = bytearray(ca)
    changed[place % len(ca)] = value
    with contextlib.suppress(NotACertificateError):
        certificate_facts(bytes(changed))
        is_issued_by(bytes(changed), ca)
        is_issued_by(ca, bytes(changed))


def test_a_crash_inside_is_a_fact_and_the_watching_goes_on():
    def broken(atr: str) -> str:
        raise RuntimeError("a mistake of ours")

    world = PracticeWorld(find_scenario("suica-instead"))
    try:
        manager = world.resource_manager()
        name = manager.establish().list_readers()[0]
        inspector = CardInspector(manager, Surroundings((), broken))
        inspection = inspector.inspect(name, b"")
        inspector.stop()
    finally:
        world.stop()
    assert inspection.card.status is FactStatus.ERROR
    assert inspection.card.note == "RuntimeError"
