"""The public advisories of jpki/myna of May 2026 as cases, and what their kind leads to.

GHSA-58hw-cg5m-88rp: dates, key usage and basicConstraints of the chain were not looked at, and a signer named by
its key id was an error. GHSA-g258-q5gf-7hvx: only the first signature of a PDF was checked, and a Contents cut short
crashed. GHSA-rxpx-26p9-4xvr: a ByteRange need not cover the document. Dates and usage stand in test_attacks.py.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from msgspec.structs import replace as with_fields

from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.trust import Anchor, sha256_of
from jpkidoctor.signing.verify.status import Judgement, LineId
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.practice_pki import Authority, PracticePki, Purpose
from tests.signing.formats.conftest import ASCII_XML, make_pdf
from tests.signing.verify.conftest import Desk, ng, pinned_request, production_leaf, value

PADES = SignatureFormat.PADES
_DS = "{http://www.w3.org/2000/09/xmldsig#}"


@pytest.fixture
def signed_pdf(desk: Desk) -> bytes:
    return desk.sign(make_pdf(), PADES)


# -- GHSA-58hw-cg5m-88rp -------------------------------------------------------------------------------


def test_a_pinned_authority_that_is_no_authority_does_not_count(tmp_path):
    """Without basicConstraints CA:TRUE even a pinned certificate issues nothing."""
    keys = KeyStore(tmp_path / "keys")
    pki = PracticePki(keys)
    desk = Desk(pki, tmp_path, pinned_request(pki))
    authority = Authority(Purpose.SIGNATURE, 3)
    key = keys.rsa_key(authority.key_name)
    whole = x509.load_der_x509_certificate(pki.ca_certificate(authority))
    builder = (
        x509.CertificateBuilder(whole.issuer, whole.subject, whole.public_key(), whole.serial_number)
        .not_valid_before(whole.not_valid_before_utc)
        .not_valid_after(whole.not_valid_after_utc)
    )
    for extension in whole.extensions:
        if not isinstance(extension.value, x509.BasicConstraints):
            builder = builder.add_extension(extension.value, extension.critical)
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    pin = with_fields(next(p for p in desk.request.pins if p.generation == 3), sha256=sha256_of(der))
    signed = desk.sign(b"x", SignatureFormat.CMS)
    assert desk.verify("good", signed).judgement is Judgement.GOOD
    status = desk.verify("bad", signed, pins=(pin,), anchors=(Anchor(der, pin.sha256, "signature", pin),))
    assert ng(status) == {(LineId.ISSUER, "library_refuses")}


@pytest.mark.peer
@pytest.mark.parametrize("options", [(), ("-keyid",), ("-stream", "-indef")], ids=["serial", "key-id", "streamed"])
def test_openssls_ways_to_name_a_signer_and_to_write_are_read(desk: Desk, options: tuple[str, ...]):
    """By key id, which was an error in the advisory, and in BER of indefinite length."""
    key, certificate = desk.directory / "key.pem", desk.directory / "certificate.pem"
    pem = desk.pki.signature_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key.write_bytes(pem)
    loaded = x509.load_der_x509_certificate(production_leaf(desk.pki))
    certificate.write_bytes(loaded.public_bytes(serialization.Encoding.PEM))
    original = desk.put("original", b"text\n")
    made = subprocess.run(
        ["openssl", "cms", "-sign", "-binary", "-nodetach", "-cades", "-md", "sha256", "-outform", "DER",
         "-in", original, "-signer", certificate, "-inkey", key, *options],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    if "-indef" in options:
        assert made[:2] == b"\x30\x80"
    now = dt.datetime.now(dt.UTC)  # openssl writes the time of the machine
    status = desk.verify("a", made, now=now, at=desk.request.now)
    assert status.judgement is Judgement.GOOD, ng(status)
    for tail in (b"\0", b"x", made):
        assert (LineId.CONTAINER, "trailing") in ng(desk.verify("b", made + tail, now=now, at=desk.request.now))


# -- GHSA-g258-q5gf-7hvx -------------------------------------------------------------------------------


def _before_signing(change: Callable[[Any], None]) -> bytes:
    """The practice PDF with a change to its form, as the bytes that are then signed."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(make_pdf()))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _fake_signature(writer: Any) -> Any:
    from pyhanko.pdf_utils import generic

    name = generic.pdf_name
    return writer.add_object(
        generic.DictionaryObject(
            {
                name("/Type"): name("/Sig"),
                name("/Filter"): name("/Adobe.PPKLite"),
                name("/SubFilter"): name("/adbe.pkcs7.detached"),
                name("/ByteRange"): generic.ArrayObject(generic.NumberObject(n) for n in (0, 1, 2, 3)),
                name("/Contents"): generic.ByteStringObject(b"none"),
            }
        )
    )


def test_a_bad_signature_before_a_good_one_is_found_where_its_field_inherits_its_kind(desk: Desk):
    from pyhanko.pdf_utils import generic

    def add(writer: Any) -> None:
        name = generic.pdf_name
        kid = generic.DictionaryObject({name("/T"): generic.pdf_string("k"), name("/V"): _fake_signature(writer)})
        kids = generic.ArrayObject([writer.add_object(kid)])
        parent = generic.DictionaryObject(
            {name("/T"): generic.pdf_string("p"), name("/FT"): name("/Sig"), name("/Kids"): kids}
        )
        form = generic.DictionaryObject({name("/Fields"): generic.ArrayObject([writer.add_object(parent)])})
        writer.root["/AcroForm"] = writer.add_object(form)
        writer.update_root()

    status = desk.verify("a", desk.sign(_before_signing(add), PADES))
    assert len(status.signatures) == 2 and status.judgement is Judgement.BAD
    assert {line_id for line_id, _ in ng(status)} >= {LineId.CONTENT}
    assert dict(status.lines[1].params)["found"] == 2


def test_a_signature_that_no_field_holds_is_counted(desk: Desk):
    def add(writer: Any) -> None:
        from pyhanko.pdf_utils import generic

        writer.root["/Stray"] = _fake_signature(writer)
        assert isinstance(writer.root["/Stray"], generic.DictionaryObject)
        writer.update_root()

    status = desk.verify("a", desk.sign(_before_signing(add), PADES))
    assert dict(status.lines[1].params) == {"found": 2, "checked": 1}
    assert status.judgement is Judgement.UNJUDGED


@pytest.mark.parametrize("digits", [b"", b"30", b"3084", b"30847fffffff", b"3088ffffffffffffffff", b"3080", b"zz"])
def test_contents_cut_short_are_a_sentence(desk: Desk, signed_pdf: bytes, digits: bytes):
    start = signed_pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = signed_pdf.index(b">", start)
    filler = digits.ljust(end - start, b"0") if digits else b" " * (end - start)
    status = desk.verify("a", signed_pdf[:start] + filler + signed_pdf[end:])
    assert status.judgement is not Judgement.GOOD
    if digits != b"zz":  # no hexadecimal: the file itself cannot be read
        assert status.judgement is Judgement.BAD


def test_numbers_beyond_every_file_are_a_sentence(desk: Desk, signed_pdf: bytes):
    huge = re.sub(
        rb"/ByteRange \[[\d ]+\] *",
        lambda found: b"/ByteRange [0 99999999999999999999 1 1]".ljust(len(found[0])),
        signed_pdf,
    )
    assert (LineId.CONTENT, "byte_range_overlap") in ng(desk.verify("a", huge))


def test_a_form_that_leads_back_into_itself_ends():
    """Two kids that are the field itself: looked into without end, it takes 2^32 steps."""
    import tempfile
    from pathlib import Path

    from jpkidoctor.signing.verify.request import Request
    from jpkidoctor.signing.verify.verify_file import verify_file

    parts = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</T(a)/FT/Sig/Kids[3 0 R 3 0 R]>>",
    ]
    data, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    rows = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"xref\n0 4\n%strailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (rows, len(data))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "a.pdf"
        path.write_bytes(data)
        began = time.perf_counter()
        status = verify_file(path, Request(pins=(), now=dt.datetime(2026, 11, 25, tzinfo=dt.UTC)))
    assert (status.lines[0].mark, status.lines[0].value) == (Mark.UNCONFIRMED, "unreadable")
    assert time.perf_counter() - began < 10


# -- wrapping in the objects of an XML signature ------------------------------------------------------


def _stray_object() -> Any:
    from lxml import etree

    holder = etree.Element(f"{_DS}Object")
    holder.append(etree.fromstring(b'<pay to="thief">1000</pay>'))
    return holder


def test_an_object_beside_the_signed_one_is_not_covered(desk: Desk):
    from lxml import etree
    from signxml import XMLSigner, methods

    signer = XMLSigner(method=methods.enveloping, c14n_algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315")
    certificate = x509.load_der_x509_certificate(production_leaf(desk.pki))
    root = signer.sign(etree.fromstring(b"<a>1</a>"), key=desk.pki.signature_key, cert=[certificate])
    fresh = desk.verify("fresh", etree.tostring(root))
    assert fresh.judgement is Judgement.GOOD and value(fresh, LineId.CONTENT) == (Mark.OK, "own_object")
    signed = root.find(f"{_DS}Object")
    assert signed is not None
    signed.addprevious(_stray_object())
    assert (LineId.CONTENT, "unsigned_object") in ng(desk.verify("a", etree.tostring(root)))


@pytest.mark.parametrize("form", [SignatureFormat.XML, SignatureFormat.XADES])
def test_an_object_put_into_an_enveloped_signature_is_not_covered(desk: Desk, form: SignatureFormat):
    from lxml import etree

    root = etree.fromstring(desk.sign(ASCII_XML, form))
    assert desk.verify("fresh", etree.tostring(root)).judgement is Judgement.GOOD
    signature = root.find(f".//{_DS}Signature")
    assert signature is not None
    signature.append(_stray_object())
    assert (LineId.CONTENT, "unsigned_object") in ng(desk.verify("a", etree.tostring(root)))
