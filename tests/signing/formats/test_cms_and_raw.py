"""CMS and raw signatures, judged by openssl."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jpkidoctor.signing.formats.making import make_signature
from jpkidoctor.signing.formats.result import FormatRefusedError
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.simulator.practice_pki import Authority, PracticePki, Purpose
from tests.signing.conftest import VALIDITY
from tests.signing.formats.conftest import DETAILS, WHEN
from tests.signing.soft_key import SoftKey

CONTENT = "申請の本文\r\n".encode("cp932") * 50


def openssl(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *words], capture_output=True, check=False)


def verify(path: Path, ca: Path, *more: str) -> subprocess.CompletedProcess[bytes]:
    # -ignore_critical: openssl does not follow the critical certificatePolicies of the JPKI profile by itself
    common = ("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", "-ignore_critical")
    return openssl(*common, "-in", str(path), "-CAfile", str(ca), *more)


def test_openssl_accepts_an_attached_cades_signature_and_gives_the_content_back(key, ca_pem, tmp_path):
    made = make_signature(CONTENT, SignatureFormat.CMS, key, DETAILS)
    (tmp_path / "a.p7m").write_bytes(made.data)
    judged = verify(tmp_path / "a.p7m", ca_pem)
    assert judged.returncode == 0 and b"CAdES Verification successful" in judged.stderr
    assert judged.stdout == CONTENT
    assert key.used == 1


def test_openssl_accepts_a_detached_signature_over_its_original_only(key, ca_pem, tmp_path):
    made = make_signature(CONTENT, SignatureFormat.CMS_DETACHED, key, DETAILS)
    (tmp_path / "a.p7s").write_bytes(made.data)
    (tmp_path / "right").write_bytes(CONTENT)
    (tmp_path / "wrong").write_bytes(CONTENT + b"!")
    assert verify(tmp_path / "a.p7s", ca_pem, "-content", str(tmp_path / "right")).returncode == 0
    assert verify(tmp_path / "a.p7s", ca_pem, "-content", str(tmp_path / "wrong")).returncode != 0


def test_the_signed_attributes_are_those_of_cades_bes(key):
    made = make_signature(CONTENT, SignatureFormat.CMS_DETACHED, key, DETAILS)
    tsp.SigningCertificateV2  # noqa: B018 - its import teaches asn1crypto the attribute
    signer = cms.ContentInfo.load(made.data, strict=True)["content"]["signer_infos"][0]
    attributes = {attribute["type"].native: attribute["values"][0] for attribute in signer["signed_attrs"]}
    assert set(attributes) == {"content_type", "message_digest", "signing_time", "signing_certificate_v2"}
    assert attributes["signing_time"].native == WHEN
    # DER wants a SET OF in order, or another verifier hashes other bytes than we signed.
    encoded = [attribute.dump() for attribute in signer["signed_attrs"]]
    assert encoded == sorted(encoded)


def test_openssl_accepts_a_raw_signature_with_the_key_of_the_certificate_beside_it(key, tmp_path):
    made = make_signature(CONTENT, SignatureFormat.RAW, key, DETAILS)
    ((suffix, certificate),) = made.beside
    assert suffix == ".cer" and len(made.data) == 256
    public = x509.load_der_x509_certificate(certificate).public_key()
    (tmp_path / "k.pem").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "s").write_bytes(made.data)
    (tmp_path / "c").write_bytes(CONTENT)
    judged = openssl(
        "dgst", "-sha256", "-verify", str(tmp_path / "k.pem"), "-signature", str(tmp_path / "s"), str(tmp_path / "c")
    )
    assert judged.stdout == b"Verified OK\n"


@pytest.mark.parametrize("form", SignatureFormat)
def test_the_authentication_key_signs_no_document_in_any_format(form, pki: PracticePki):
    key = SoftKey(pki.authentication_key, pki.authentication_certificate(Authority(Purpose.AUTHENTICATION), VALIDITY))
    with pytest.raises(FormatRefusedError, match="not_a_document_key"):
        make_signature(CONTENT, form, key, DETAILS)
    assert key.used == 0


def test_a_key_that_is_not_rsa_and_bytes_that_are_no_certificate_are_refused(pki: PracticePki):
    elliptic = pki.authentication_certificate(Authority(Purpose.AUTHENTICATION), VALIDITY, elliptic=True)
    for certificate, reason in ((elliptic, "key_not_rsa"), (b"garbage", "certificate_unreadable")):
        key = SoftKey(pki.signature_key, certificate)
        with pytest.raises(FormatRefusedError, match=reason):
            make_signature(CONTENT, SignatureFormat.CMS, key, DETAILS)
        assert key.used == 0
