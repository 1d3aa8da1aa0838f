"""Attacks, one test each, each with an NG line of its own (sign-verify.md §7.4)."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import os
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from jpkidoctor.signing.chain import Mark, Origin
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.trust import Anchor, sha256_of
from jpkidoctor.signing.verify.signature_value import Algorithm, verify_value
from jpkidoctor.signing.verify.status import Judgement, LineId
from jpkidoctor.signing.verify.verify_file import verify_file
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.practice_pki import Authority, Person, PracticePki, Purpose, Validity
from tests.signing.formats.conftest import ASCII_XML, make_pdf
from tests.signing.soft_key import SoftKey
from tests.signing.verify.conftest import VALIDITY, Desk, ng, production_leaf, value

PADES = SignatureFormat.PADES
CMS = SignatureFormat.CMS


@pytest.fixture
def signed_pdf(desk: Desk) -> bytes:
    return desk.sign(make_pdf(), PADES)


# -- PDF -----------------------------------------------------------------------------------------------


def test_a_changed_byte_in_a_pdf(desk: Desk, signed_pdf: bytes):
    changed = signed_pdf.replace(b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 595 841 ]")
    assert changed != signed_pdf
    assert (LineId.DIGEST, "differs") in ng(desk.verify("a", changed))


def test_an_update_appended_after_signing(desk: Desk, signed_pdf: bytes):
    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.writer import PageObject

    writer = IncrementalPdfFileWriter(io.BytesIO(signed_pdf))
    page = PageObject(contents=writer.add_object(StreamObject(stream_data=b"")), media_box=(0, 0, 9, 9))
    writer.insert_page(page)
    out = io.BytesIO()
    writer.write(out)
    status = desk.verify("a", out.getvalue())
    assert value(status, LineId.DIGEST) == (Mark.OK, "same")  # what was signed is as it was ...
    assert (LineId.CHANGES, "changed") in ng(status)  # ... and what is shown is not


def _with_range(data: bytes, change) -> bytes:
    found = re.search(rb"/ByteRange \[([\d ]+)\]( *)", data)
    assert found is not None
    numbers = change(*map(int, found[1].split()))
    text = b"/ByteRange [" + b" ".join(str(number).encode() for number in numbers) + b"]"
    return data[: found.start()] + text.ljust(len(found[0])) + data[found.end() :]


def test_a_byte_range_that_skips_more_than_the_signature(desk: Desk, signed_pdf: bytes):
    status = desk.verify("a", _with_range(signed_pdf, lambda a, b, c, d: (a, b - 20, c, d)))
    assert (LineId.CONTENT, "byte_range_gap") in ng(status)


def test_a_byte_range_that_overlaps(desk: Desk, signed_pdf: bytes):
    status = desk.verify("a", _with_range(signed_pdf, lambda a, b, c, d: (a, b, b - 10, d)))
    assert (LineId.CONTENT, "byte_range_overlap") in ng(status)


def test_a_byte_range_that_ends_in_the_middle(desk: Desk, signed_pdf: bytes):
    status = desk.verify("a", _with_range(signed_pdf, lambda a, b, c, d: (a, b, c, d - 40)))
    assert (LineId.CONTENT, "byte_range_revision") in ng(status)


def test_a_byte_range_beyond_the_file(desk: Desk, signed_pdf: bytes):
    status = desk.verify("a", _with_range(signed_pdf, lambda a, b, c, d: (a, b, c, d + 9)))
    assert (LineId.CONTENT, "byte_range_outside") in ng(status)


def test_data_hidden_behind_the_signature_value(desk: Desk, signed_pdf: bytes):
    start = signed_pdf.rindex(b"/Contents <")
    end = signed_pdf.index(b">", start)
    hidden = signed_pdf[: end - 8] + b"deadbeef" + signed_pdf[end:]
    assert (LineId.CONTENT, "contents_trailing") in ng(desk.verify("a", hidden))


def test_a_bad_second_signature_beside_a_good_first(desk: Desk, signed_pdf: bytes):
    twice = desk.sign(signed_pdf, PADES)
    tail = twice[len(signed_pdf) :]
    spoilt = twice[: len(signed_pdf)] + tail.replace(b"/Filter /Adobe.PPKLite", b"/Filter /Adobe.PPKLitf", 1)
    status = desk.verify("a", spoilt)
    assert value(status, LineId.DIGEST, 1) == (Mark.OK, "same")
    assert value(status, LineId.DIGEST, 2) == (Mark.NG, "differs")
    assert status.judgement is Judgement.BAD


def test_a_sub_filter_that_nobody_knows_is_counted_and_not_passed_over(desk: Desk, signed_pdf: bytes):
    other = signed_pdf.replace(b"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /MOJS.CAdES.detached")
    status = desk.verify("a", other)
    count = status.lines[1]
    assert (count.mark, count.value, dict(count.params)) == (Mark.UNCONFIRMED, "some", {"found": 1, "checked": 0})
    assert ng(status) == {(LineId.SIGNATURE, "other_sub_filter")}  # a line of its own (issue 4, Prove)
    assert status.judgement is Judgement.BAD


def test_a_file_of_200_mb_is_refused_with_a_sentence_and_not_read(desk: Desk):
    path = desk.directory / "large.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(200 * 1024 * 1024)
    status = verify_file(path, desk.request)
    assert status.lines[0].value == "too_large" and status.sha256 == ""


def test_a_detached_original_of_200_mb_is_hashed_in_pieces(desk: Desk):
    path = desk.directory / "large"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    status = desk.verify("large.p7s", desk.sign(b"another", SignatureFormat.CMS_DETACHED))
    assert (LineId.DIGEST, "differs") in ng(status)


# -- CMS -----------------------------------------------------------------------------------------------


def test_the_wrong_original(desk: Desk):
    desk.put("a", b"another")
    status = desk.verify("a.p7s", desk.sign(b"original", SignatureFormat.CMS_DETACHED))
    assert (LineId.DIGEST, "differs") in ng(status)


def test_a_changed_signature_value(desk: Desk):
    signed = bytearray(desk.sign(b"x", CMS))
    signed[-1] ^= 1
    assert (LineId.SIGNATURE, "differs") in ng(desk.verify("a", bytes(signed)))


def test_bytes_behind_a_cms(desk: Desk):
    assert (LineId.CONTAINER, "trailing") in ng(desk.verify("a", desk.sign(b"x", CMS) + b"more"))


def test_another_certificate_of_the_same_key_in_its_place(desk: Desk):
    from asn1crypto import cms
    from asn1crypto import x509 as asn1_x509

    longer = production_leaf(desk.pki, validity=Validity.ending(dt.datetime(2029, 1, 1, tzinfo=dt.UTC)))
    info = cms.ContentInfo.load(desk.sign(b"x", CMS))
    signed = info["content"]
    other = asn1_x509.Certificate.load(longer)
    signed["certificates"] = [other]
    signed["signer_infos"][0]["sid"] = cms.SignerIdentifier(
        "issuer_and_serial_number",
        cms.IssuerAndSerialNumber({"issuer": other.issuer, "serial_number": other.serial_number}),
    )
    status = desk.verify("a", info.dump(force=True))
    assert value(status, LineId.SIGNATURE) == (Mark.OK, "verified")  # the key is the same ...
    assert (LineId.ATTRIBUTES, "other_certificate") in ng(status)  # ... and the certificate is not


def test_sha1_fails_and_says_that_the_value_fits(desk: Desk):
    from cryptography.hazmat.primitives.serialization import pkcs7

    key, certificate = desk.pki.signature_key, x509.load_der_x509_certificate(production_leaf(desk.pki))
    made = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(b"x")
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    # cryptography makes no SHA-1 any more; asn1crypto builds the same thing with it.
    status = desk.verify("a", _with_sha1(made, key))
    assert value(status, LineId.SIGNATURE) == (Mark.OK, "verified")
    assert (LineId.ALGORITHM, "sha1") in ng(status)


def _with_sha1(made: bytes, key: rsa.RSAPrivateKey) -> bytes:
    import hashlib

    from asn1crypto import algos, cms

    info = cms.ContentInfo.load(made)
    signer = info["content"]["signer_infos"][0]
    signer["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": "sha1"})
    signer["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha1(b"x").digest()]}),
        ]
    )
    signer["signed_attrs"] = attributes
    signer["signature"] = key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA1())
    return info.dump(force=True)


def test_an_expired_signer(desk: Desk):
    old = production_leaf(desk.pki, validity=Validity.ending(dt.datetime(2025, 1, 1, tzinfo=dt.UTC)))
    status = desk.verify("a", desk.sign(b"x", CMS, desk.key(old)))
    assert (LineId.VALIDITY_NOW, "expired") in ng(status)


def test_a_document_signed_with_the_authentication_key(desk: Desk):
    from jpkidoctor.signing.formats.cms import sign_cms
    from tests.signing.verify.conftest import DETAILS

    key = SoftKey(
        desk.pki.authentication_key,
        desk.pki.authentication_certificate(Authority(Purpose.AUTHENTICATION), VALIDITY),
    )
    made = sign_cms(b"x", key, DETAILS, detached=False).data  # past the refusal of make_signature
    assert (LineId.USAGE, "authentication_key") in ng(desk.verify("a", made))


def test_a_look_alike_root_of_the_same_name_and_serial(desk: Desk, monkeypatch):
    """Everything that a person can read is as in the real one; the key is not."""
    from jpkidoctor.simulator import practice_pki

    monkeypatch.setattr(practice_pki, "TEST_ORGANIZATION", "JPKI")
    forged = PracticePki(KeyStore(None))
    real = x509.load_der_x509_certificate(desk.pki.ca_certificate(Authority(Purpose.SIGNATURE)))
    monkeypatch.setattr(practice_pki, "_serial", lambda *parts: real.serial_number + len(parts) - 1)
    leaf = production_leaf(forged)
    root = forged.ca_certificate(Authority(Purpose.SIGNATURE))
    assert x509.load_der_x509_certificate(root).serial_number == real.serial_number
    made = make_with_root(desk, forged, leaf, root)
    status = desk.verify("a", made)
    assert status.signatures[0].origin is Origin.LOOK_ALIKE
    assert (LineId.ISSUER, "look_alike") in ng(status)


def make_with_root(desk: Desk, pki: PracticePki, leaf: bytes, root: bytes) -> bytes:
    from asn1crypto import cms
    from asn1crypto import x509 as asn1_x509

    info = cms.ContentInfo.load(desk.sign(b"x", CMS, SoftKey(pki.signature_key, leaf)))
    info["content"]["certificates"] = [asn1_x509.Certificate.load(leaf), asn1_x509.Certificate.load(root)]
    return info.dump(force=True)


def test_a_test_certificate_an_own_authority_and_a_foreign_one_are_three_sentences(desk: Desk, pki: PracticePki):
    test_leaf = pki.signature_certificate(Authority(Purpose.SIGNATURE), VALIDITY)
    signed = desk.sign(b"x", CMS, desk.key(test_leaf))
    assert (LineId.ISSUER, "test") in ng(desk.verify("a", signed, pins=(), anchors=()))
    der = pki.ca_certificate(Authority(Purpose.SIGNATURE))
    own = desk.verify("a", signed, pins=(), anchors=(Anchor(der, sha256_of(der), "signature", None),))
    assert value(own, LineId.ISSUER) == (Mark.OK, "own_test")
    assert own.judgement is Judgement.UNJUDGED  # never JPKI's
    foreign = pki.signature_certificate(Authority(Purpose.SIGNATURE, foreign=True), VALIDITY)
    status = desk.verify("a", desk.sign(b"x", CMS, desk.key(foreign)))
    assert value(status, LineId.ISSUER) == (Mark.UNCONFIRMED, "foreign")


def test_the_test_policy_under_a_pinned_authority(desk: Desk, pki: PracticePki):
    leaf = pki.signature_certificate(Authority(Purpose.SIGNATURE), VALIDITY)
    assert (LineId.POLICY, "test") in ng(desk.verify("a", desk.sign(b"x", CMS, desk.key(leaf))))


def test_terminal_escapes_in_every_name_reach_no_line(desk: Desk, pki: PracticePki):
    from jpkidoctor.knowledge.words import load_words
    from jpkidoctor.signing.verify.lines import file_rows

    evil = "\x1b]0;owned\x07\x1b[2J[red]\u202e"
    person = Person(name=evil, address=evil)
    leaf = production_leaf(pki, person=person)
    status = desk.verify("a", desk.sign(b"x", CMS, desk.key(leaf)))
    shown = "\n".join(file_rows(status, load_words("ja"), reveal=True))
    assert "[red]" in shown  # it is shown as it stands, without its teeth
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


# -- forged padding: what a verifier that unpads by hand lets pass (sign-verify.md §5 line 6) -----------


@pytest.mark.parametrize("garbage_at", ["end", "inside"])
def test_a_signature_with_forged_padding_fails(garbage_at):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    digest = bytes(range(32))
    info = bytes.fromhex("3031300d060960864801650304020105000420") + digest
    if garbage_at == "end":  # short padding, then garbage behind the hash
        block = b"\0\1" + b"\xff" * 8 + b"\0" + info
        block = block.ljust(256, b"\x5a")
    else:  # the length of the algorithm's parameters stretched to hold garbage
        fat = bytes.fromhex("3081b1300d060960864801650304020105000420") + digest
        block = (b"\0\1" + b"\xff" * (253 - len(fat)) + b"\0" + fat)[:256].ljust(256, b"\0")
    numbers = key.private_numbers()
    forged = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")
    assert verify_value(key.public_key(), forged, digest, Algorithm("pkcs1", "sha256")) == (Mark.NG, "differs")


def test_attributes_of_another_content_type_are_not_taken_for_data(desk: Desk):
    """The signed attributes say what kind of content was signed; swapped for another it fails."""
    from asn1crypto import cms

    info = cms.ContentInfo.load(desk.sign(b"x", CMS))
    info["content"]["encap_content_info"]["content_type"] = "1.2.840.113549.1.7.5"
    status = desk.verify("a", info.dump(force=True))
    assert {line_id for line_id, _ in ng(status)} & {LineId.ATTRIBUTES, LineId.CONTAINER}


# -- XML -----------------------------------------------------------------------------------------------


def test_a_changed_word_in_xml(desk: Desk):
    signed = desk.sign(ASCII_XML, SignatureFormat.XADES).replace(b'n="2"', b'n="3"')
    assert (LineId.DIGEST, "differs") in ng(desk.verify("a", signed))


def test_a_signature_wrapped_around_another_document(desk: Desk):
    """The signed element is moved aside, and another one stands where the reader looks."""
    from lxml import etree

    inner = b'<order Id="o"><pay to="me">1</pay></order>'
    signed = etree.fromstring(_signed_by_reference(desk, inner, "o"))
    wrapped = etree.fromstring(b'<order Id="evil"><pay to="thief">1000</pay></order>')
    signature = signed.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    signed.remove(signature)
    holder = etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object")
    holder.append(signed)
    wrapped.append(signature)
    status = desk.verify("a", etree.tostring(wrapped))
    assert (LineId.CONTENT, "part_only") in ng(status)


def test_two_elements_with_the_signed_id(desk: Desk):
    from lxml import etree

    root = etree.fromstring(_signed_by_reference(desk, b'<order Id="o"><a/></order>', "o"))
    etree.SubElement(root, "b", Id="o")
    assert (LineId.CONTENT, "ambiguous") in ng(desk.verify("a", etree.tostring(root)))


def _signed_by_reference(desk: Desk, document: bytes, name: str) -> bytes:
    """An enveloped signature that points at the root by its Id, made by signxml."""
    from lxml import etree
    from signxml import XMLSigner, methods

    key = desk.key()
    signer = XMLSigner(method=methods.enveloped, c14n_algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315")
    certificate = x509.load_der_x509_certificate(key.certificate)
    root = signer.sign(
        etree.fromstring(document), key=desk.pki.signature_key, cert=[certificate], reference_uri=f"#{name}"
    )
    made = etree.tostring(root)
    status = desk.verify("fresh", made)
    assert ng(status) == set(), ng(status)  # signxml's own is accepted before it is attacked
    return made


def test_an_external_entity_is_not_even_looked_at(desk: Desk):
    secret = desk.put("secret", b"secret text")
    document = f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{secret}">]><a>&e;</a>'.encode()
    status = desk.verify("a", document)
    assert (LineId.CONTAINER, "doctype") in ng(status)


# -- files ---------------------------------------------------------------------------------------------


def test_a_pipe_and_a_missing_file_and_a_folder_are_sentences(desk: Desk):
    os.mkfifo(desk.directory / "pipe")
    for name, word in (("pipe", "not_a_file"), ("nowhere", "missing"), (".", "not_a_file")):
        assert verify_file(desk.directory / name, desk.request).lines[0].value == word


def test_pyhankos_and_our_own_look_agree_on_a_signature_that_pyhanko_made(desk: Desk):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    from jpkidoctor.signing.formats.pdf import _Signer

    meta = signers.PdfSignatureMetadata(field_name="P", signer_key_usage={"non_repudiation"})
    writer = IncrementalPdfFileWriter(io.BytesIO(make_pdf()))
    made = asyncio.run(signers.PdfSigner(meta, _Signer(desk.key())).async_sign_pdf(writer)).getvalue()
    # pyHanko writes the time of the machine; the clock of the test is another day.
    status = desk.verify("a", made, now=dt.datetime.now(dt.UTC), at=desk.request.now)
    assert ng(status) == set()
