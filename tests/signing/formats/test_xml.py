"""XML signatures, judged by xmlsec1, and by signxml where it can read the names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jpkidoctor.signing.formats.making import make_signature
from jpkidoctor.signing.formats.result import FormatRefusedError
from jpkidoctor.signing.key import SignatureFormat
from tests.signing.formats.conftest import ASCII_XML, DETAILS, JAPANESE_XML

IN_CONTEXT = '<order xml:lang="ja" xml:id="o" xmlns="urn:x" xmlns:q="urn:q"><item n="2">練習</item></order>'.encode()
"""What a root hands down to its parts: language, id and namespaces that nothing in them uses."""
BOTH = [SignatureFormat.XML, SignatureFormat.XADES]


def xmlsec1(path: Path, ca: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [
            "xmlsec1", "--verify", "--trusted-pem", str(ca), "--enabled-key-data", "x509",
            "--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties", str(path),
        ],
        capture_output=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("form", BOTH)
@pytest.mark.parametrize("document", [ASCII_XML, JAPANESE_XML, IN_CONTEXT], ids=["ascii", "japanese", "in context"])
def test_xmlsec1_accepts_it_and_refuses_a_changed_word(form, document, key, ca_pem, tmp_path):
    made = make_signature(document, form, key, DETAILS)
    path = tmp_path / "a.xml"
    path.write_bytes(made.data)
    judged = xmlsec1(path, ca_pem)
    assert judged.returncode == 0, judged.stderr
    assert (b"(ok/all): 2/2" if form is SignatureFormat.XADES else b"(ok/all): 1/1") in judged.stderr + judged.stdout
    path.write_bytes(made.data.replace("練習".encode(), "練集".encode()))
    assert xmlsec1(path, ca_pem).returncode != 0
    assert key.used == 1


@pytest.mark.parametrize("form", BOTH)
def test_signxml_accepts_it_too(form, key):
    from cryptography import x509
    from signxml import XMLVerifier

    made = make_signature(ASCII_XML, form, key, DETAILS)
    certificate = x509.load_der_x509_certificate(key.certificate)
    results = XMLVerifier().verify(made.data, x509_cert=certificate, expect_references=1 + (form is BOTH[1]))
    first = results[0] if isinstance(results, list) else results
    assert b"item" in first.signed_data


def test_what_stands_around_the_root_is_signed_too(key, ca_pem, tmp_path):
    made = make_signature(JAPANESE_XML, SignatureFormat.XML, key, DETAILS)
    path = tmp_path / "a.xml"
    path.write_bytes(made.data.replace(b'href="a.xsl"', b'href="b.xsl"'))
    assert xmlsec1(path, ca_pem).returncode != 0


def test_a_second_signature_counts_on_the_first(key, ca_pem, tmp_path):
    once = make_signature(JAPANESE_XML, SignatureFormat.XADES, key, DETAILS).data
    twice = make_signature(once, SignatureFormat.XADES, key, DETAILS).data
    assert twice.count(b"<ds:SignatureValue>") == 2
    assert b'Id="jpkidoctor-signature-2"' in twice


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>', "xml_doctype"),
        (b"<!DOCTYPE a><a/>", "xml_doctype"),
        (b"<a><b></a>", "xml_unreadable"),
        (b"", "xml_unreadable"),
        (b"\x00\xff", "xml_unreadable"),
        (b"<a>" * 5000, "xml_unreadable"),
    ],
)
def test_entities_and_broken_documents_are_refused_before_the_key_is_used(document, reason, key):
    with pytest.raises(FormatRefusedError, match=reason):
        make_signature(document, SignatureFormat.XML, key, DETAILS)
    assert key.used == 0
