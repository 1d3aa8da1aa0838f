"""The JPKI-TEST hierarchy against the profiles of sign-verify.md §1, and the cache of its keys."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtensionOID, NameOID

from jpkidoctor.card.certificates import certificate_facts, is_issued_by
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.practice_pki import (
    GENERATIONS,
    OTHER_NAME_ARC,
    SIGNATURE_POLICY_TEST,
    Authority,
    Person,
    PracticePki,
    Purpose,
    Validity,
)

from .conftest import NOW

VALIDITY = Validity.ending(NOW + dt.timedelta(days=400))


def load(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_three_generations_share_one_name_and_differ_in_key_and_serial(pki, purpose):
    authorities = [load(pki.ca_certificate(Authority(purpose, generation))) for generation in GENERATIONS]
    assert len({ca.subject for ca in authorities} | {ca.issuer for ca in authorities}) == 1
    assert len({ca.serial_number for ca in authorities}) == 3
    assert len({ca.public_key().public_numbers().n for ca in authorities}) == 3
    assert not authorities[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    for ca in authorities:
        ca.verify_directly_issued_by(ca)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_only_the_signature_tells_the_issuer(pki, generation):
    leaf = pki.authentication_certificate(Authority(Purpose.AUTHENTICATION, generation), VALIDITY)
    issuers = [
        candidate
        for candidate in GENERATIONS
        if is_issued_by(leaf, pki.ca_certificate(Authority(Purpose.AUTHENTICATION, candidate)))
    ]
    assert issuers == [generation]


def test_a_ca_certificate_has_the_real_shape(pki):
    der = pki.ca_certificate(Authority(Purpose.SIGNATURE, 3))
    ca = load(der)
    assert 1280 <= len(der) <= 1360
    assert ca.subject.rfc4514_string().count("OU=") == 2
    assert [extension.oid for extension in ca.extensions if extension.critical] == [
        ExtensionOID.KEY_USAGE,
        ExtensionOID.BASIC_CONSTRAINTS,
    ]
    alternative = ca.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    name = alternative.get_values_for_type(x509.DirectoryName)[0]
    assert [attribute.value for attribute in name][1:] == [
        "公的個人認証サービス",
        "公的個人認証サービス署名用",
        "地方公共団体情報システム機構",
    ]
    assert (ca.not_valid_before_utc.date(), ca.not_valid_after_utc.date()) == (
        dt.date(2023, 7, 16),
        dt.date(2033, 7, 15),
    )


def test_the_signature_certificate_carries_six_attributes_in_order(pki):
    der = pki.signature_certificate(Authority(Purpose.SIGNATURE), VALIDITY)
    leaf = load(der)
    assert 1465 <= len(der) <= 1800
    policies = leaf.extensions.get_extension_for_class(x509.CertificatePolicies)
    assert policies.critical
    assert [policy.policy_identifier for policy in policies.value] == [SIGNATURE_POLICY_TEST]
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and usage.content_commitment and not usage.key_cert_sign
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [name.type_id.dotted_string for name in names] == [f"{OTHER_NAME_ARC}.{tail}" for tail in (1, 4, 3, 5, 2, 6)]
    person = Person()
    texts = [name.value[2:].decode() for name in names]
    assert texts == [
        person.name,
        person.birth,
        person.sex,
        person.address,
        person.name_substitutes,
        person.address_substitutes,
    ]
    assert len(person.name_substitutes) == len(person.name)
    assert len(person.address_substitutes) == len(person.address)


def test_the_longest_address_still_fits(pki):
    person = Person(address="架" * 200, address_substitutes="0" * 200)
    leaf = load(pki.signature_certificate(Authority(Purpose.SIGNATURE), VALIDITY, person))
    names = list(leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    assert names[3].value == b"\x0c\x82\x02\x58" + ("架" * 200).encode()


def test_the_authentication_certificate_says_nothing_of_a_person(pki):
    der = pki.authentication_certificate(Authority(Purpose.AUTHENTICATION), VALIDITY)
    assert 1350 <= len(der) <= 1600
    leaf = load(der)
    assert [attribute.oid for attribute in leaf.subject] == [NameOID.COUNTRY_NAME, NameOID.COMMON_NAME]
    with pytest.raises(x509.ExtensionNotFound):
        leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    facts = certificate_facts(der)
    assert (facts.organization, facts.key_type, facts.key_bits) == ("JPKI-TEST", "RSA", 2048)
    assert facts.not_after == VALIDITY.not_after


def test_validity_ends_at_midnight_in_japan():
    assert VALIDITY.not_after.astimezone(dt.timezone(dt.timedelta(hours=9))).time() == dt.time(23, 59, 59)
    assert VALIDITY.not_after.date() == (NOW + dt.timedelta(days=400)).date()


def test_a_foreign_issuer_is_nobody_we_know(pki):
    foreign = Authority(Purpose.AUTHENTICATION, foreign=True)
    leaf = pki.authentication_certificate(foreign, VALIDITY)
    assert certificate_facts(leaf).organization == "RENSHU-FOREIGN"
    assert is_issued_by(leaf, pki.ca_certificate(foreign))
    with pytest.raises((InvalidSignature, ValueError)):
        load(leaf).verify_directly_issued_by(load(pki.ca_certificate(Authority(Purpose.AUTHENTICATION))))


def test_there_are_three_generations():
    with pytest.raises(ValueError, match="generation"):
        Authority(Purpose.SIGNATURE, 4)


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("purpose", list(Purpose))
def test_openssl_builds_the_chain(pki, tmp_path, purpose):
    make = pki.signature_certificate if purpose is Purpose.SIGNATURE else pki.authentication_certificate
    issuer = Authority(purpose, 3)
    (tmp_path / "leaf.der").write_bytes(make(issuer, VALIDITY))
    results = {}
    for generation in GENERATIONS:
        (tmp_path / "ca.der").write_bytes(pki.ca_certificate(Authority(purpose, generation)))
        for name in ("ca", "leaf"):
            args = ["openssl", "x509", "-inform", "DER", "-in", f"{name}.der", "-out", f"{name}.pem"]
            subprocess.run(args, cwd=tmp_path, check=True, timeout=10)
        verify = ["openssl", "verify", "-attime", str(int(NOW.timestamp())), "-CAfile", "ca.pem", "leaf.pem"]
        results[generation] = subprocess.run(verify, cwd=tmp_path, capture_output=True, timeout=10).returncode == 0
    assert results == {1: False, 2: False, 3: True}


# -- keys --------------------------------------------------------------------------------------------


def test_a_key_is_made_once_and_read_again(tmp_path):
    directory = tmp_path / "cache" / "keys"
    first = KeyStore(directory).ec_key("one")
    file = directory / "one.pem"
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        assert directory.stat().st_mode & 0o777 == 0o700
    assert KeyStore(directory).ec_key("one").private_numbers() == first.private_numbers()
    assert [path.name for path in directory.iterdir()] == ["one.pem"]


@pytest.mark.parametrize("broken", [b"", b"not a key", b"\x00" * 100_000], ids=["empty", "text", "huge"])
def test_a_broken_cache_is_made_anew(tmp_path, broken):
    file = tmp_path / "one.pem"
    file.write_bytes(broken)
    file.chmod(0o600)
    made = KeyStore(tmp_path).ec_key("one")
    assert KeyStore(tmp_path).ec_key("one").private_numbers() == made.private_numbers()


def test_a_key_of_another_kind_is_made_anew(tmp_path):
    KeyStore(tmp_path).ec_key("one")
    assert KeyStore(tmp_path).rsa_key("one").key_size == 2048


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_a_key_that_others_can_read_is_not_used(tmp_path):
    first = KeyStore(tmp_path).ec_key("one")
    (tmp_path / "one.pem").chmod(0o644)
    assert KeyStore(tmp_path).ec_key("one").private_numbers() != first.private_numbers()


def test_a_directory_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = KeyStore(Path(tmp_path / "file" / "keys"))
    assert store.ec_key("one") is store.ec_key("one")


def test_certificates_are_the_same_bytes_in_every_process(keys):
    authority = Authority(Purpose.SIGNATURE, 2)
    assert PracticePki(keys).ca_certificate(authority) == PracticePki(keys).ca_certificate(authority)
