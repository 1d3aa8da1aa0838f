"""Bytes of a strange card are a certificate or they are not; nothing else ever comes out."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.card.ca_cache import DirectoryCache
from jpkidoctor.card.certificates import NotACertificateError, authority_facts, certificate_facts, is_issued_by
from jpkidoctor.card.examine import Surroundings
from jpkidoctor.card.inspector import CardInspector
from jpkidoctor.commands.report_desk import Desk
from jpkidoctor.examination import examine_once
from jpkidoctor.facts import FactStatus
from jpkidoctor.judge import load_judge
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


def test_cached_bytes_of_another_ca_are_not_believed(tmp_path):
    world = PracticeWorld(find_scenario("healthy-contact"))
    cache = DirectoryCache(tmp_path)
    try:
        manager = world.resource_manager()
        name = manager.establish().list_readers()[0]
        inspector = CardInspector(manager, Surroundings(), cache=cache)
        first = inspector.inspect(name, b"").card.value
        for file in tmp_path.iterdir():  # the same beginning, another key
            der = file.read_bytes()
            key = x509.load_der_x509_certificate(der).public_key().public_numbers().n.to_bytes(256, "big")
            file.write_bytes(der.replace(key, key[:-2] + bytes((key[-2] ^ 1, key[-1]))))
        second = inspector.inspect(name, b"").card.value
        inspector.stop()
    finally:
        world.stop()
    assert first.certificates.issued_by_card_ca.value is True
    assert second.certificates.issued_by_card_ca.value is True
    assert second.certificates.authentication_ca.value.from_cache is False


def test_an_older_report_is_never_replaced(tmp_path):
    world = PracticeWorld(find_scenario("healthy-contact"))
    judge = load_judge()
    facts = examine_once(world, judge.known)
    world.stop()
    path = tmp_path / "report.txt"
    path.write_text("older")
    with pytest.raises(FileExistsError):
        Desk().write(facts, judge(facts), "ja", "txt", path)
    assert path.read_text() == "older"
