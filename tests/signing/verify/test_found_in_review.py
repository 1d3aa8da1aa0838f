"""What a review of the verifier found: each passed for good once, or kept it busy without end."""

from __future__ import annotations

import io
import time

import pytest
from asn1crypto import cms
from cryptography import x509

from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.verify.status import Judgement, LineId
from tests.signing.formats.conftest import ASCII_XML, make_pdf
from tests.signing.verify.conftest import Desk, ng, production_leaf, value
from tests.signing.verify.pdf_parts import appended, pdf_of, stream

PADES = SignatureFormat.PADES
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"


# -- PDF -----------------------------------------------------------------------------------------------


def test_objects_behind_the_end_with_the_old_table_named_once_more(desk: Desk):
    """pyHanko sees no change, and a program that mends broken files shows the new page."""
    signed = desk.sign(make_pdf(), PADES)
    page = b"\n3 0 obj\n<</Type/Page/MediaBox[0 0 9 9]>>\nendobj\n"
    status = desk.verify("a", signed + page + signed[signed.rindex(b"startxref") :])
    assert (LineId.CHANGES, "loose") in ng(status)
    assert desk.verify("b", signed + b"\r\n").judgement is Judgement.GOOD  # a line end that a mail program added


def test_two_fields_of_one_name_are_not_mixed_up(desk: Desk):
    """The difference is taken of the signature that is judged, and not of the first of that name."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    signed = desk.sign(desk.sign(make_pdf(), PADES), PADES)
    root = PdfFileReader(io.BytesIO(signed)).root
    second = root["/AcroForm"]["/Fields"][1].get_object()
    out = io.BytesIO()
    second.write_to_stream(out, None)
    renamed = out.getvalue().replace(b"(Signature2)", b"(Signature1)")
    assert renamed != out.getvalue()
    status = desk.verify("a", appended(signed, {second.container_ref.idnum: renamed}))
    assert len(status.signatures) == 2 and status.judgement is Judgement.BAD
    assert {value(status, LineId.CHANGES, number)[0] for number in (1, 2)} == {Mark.NG}


def test_a_pdf_with_two_tables_is_left_open(desk: Desk):
    """A hybrid file has a table for old programs and one for new ones; each may show another document."""
    import asyncio

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    from jpkidoctor.signing.formats.pdf import _Signer

    base = make_pdf_with_two_tables()
    meta = signers.PdfSignatureMetadata(field_name="P", signer_key_usage={"non_repudiation"})
    writer = IncrementalPdfFileWriter(io.BytesIO(base), strict=False)
    made = asyncio.run(signers.PdfSigner(meta, _Signer(desk.key())).async_sign_pdf(writer)).getvalue()
    status = desk.verify("a", made)
    assert value(status, LineId.CHANGES) == (Mark.UNCONFIRMED, "hybrid")
    assert status.judgement is not Judgement.GOOD


def make_pdf_with_two_tables() -> bytes:
    rows = b"\0\0\0\0"
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        stream(b"", b"BT ET"),
        stream(b"/Type/XRef/W[1 2 1]/Index[0 1]/Size 6", rows),
    )
    whole = pdf_of(*parts)
    place = whole.index(b"5 0 obj")
    return whole.replace(b"/Size 6/Root", b"/XRefStm %d/Size 6/Root" % place)


def test_later_changes_in_a_pdf_that_has_to_be_mended_stay_open(desk: Desk):
    """Each program mends a broken table in its own way, and may show another document."""
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        stream(b"", b"BT ET"),
        b"<</Unused true>>",
    )
    whole = pdf_of(*parts)
    broken = whole.replace(b"/Size 6/Root", b"/Size 5/Root")
    for base, word in ((whole, (Mark.OK, "signatures")), (broken, (Mark.UNCONFIRMED, "not_strict"))):
        once = desk.sign(base, PADES)
        assert desk.verify("a", once).judgement is Judgement.GOOD  # the signature covers all there is
        assert value(desk.verify("a", desk.sign(once, PADES)), LineId.CHANGES, 1) == word


# -- one signature's parts as another's content --------------------------------------------------------


@pytest.mark.parametrize("kind", ["attributes", "signed info"])
def test_a_signature_value_taken_out_of_another_form_is_no_raw_signature(desk: Desk, kind: str):
    """The value verifies over the SET of attributes, or over the SignedInfo. Nobody signed either as a document."""
    key = desk.key()
    if kind == "attributes":
        signer = cms.ContentInfo.load(desk.sign(b"x", SignatureFormat.CMS, key))["content"]["signer_infos"][0]
        content, signature = b"\x31" + signer["signed_attrs"].dump()[1:], signer["signature"].native
    else:
        import base64

        from lxml import etree

        from jpkidoctor.signing.canonical import canonical

        root = etree.fromstring(desk.sign(ASCII_XML, SignatureFormat.XML, key))
        content = canonical(root.find(f".//{_DS}SignedInfo"))
        signature = base64.b64decode(root.findtext(f".//{_DS}SignatureValue"))
    desk.put("a", content)
    desk.put("a.sig.cer", key.certificate)
    status = desk.verify("a.sig", signature)
    assert value(status, LineId.SIGNATURE) == (Mark.OK, "verified")
    assert (LineId.DIGEST, "attributes_as_content") in ng(status)


def test_two_signatures_in_one_text_are_not_taken_for_the_first(desk: Desk):
    import base64

    def pem(der: bytes) -> bytes:
        return b"-----BEGIN CMS-----\n" + base64.encodebytes(der) + b"-----END CMS-----\n"

    good = desk.sign(b"x", SignatureFormat.CMS)
    assert desk.verify("a", pem(good)).judgement is Judgement.GOOD
    bad = good[:-1] + bytes([good[-1] ^ 1])
    assert (LineId.CONTAINER, "trailing") in ng(desk.verify("a", pem(good) + pem(bad)))


def test_a_flood_of_certificates_is_not_followed(desk: Desk):
    """Thousands of authorities of one name, each of which might have issued the signer's certificate."""
    from asn1crypto import x509 as asn1_x509

    from jpkidoctor.simulator.practice_pki import Authority, Purpose

    info = cms.ContentInfo.load(desk.sign(b"x", SignatureFormat.CMS))
    ders = [desk.pki.ca_certificate(Authority(Purpose.SIGNATURE, number)) for number in (1, 2, 3)]
    flood = [asn1_x509.Certificate.load(der) for der in ders] * 1000
    info["content"]["certificates"] = [one.chosen for one in info["content"]["certificates"]] + flood
    began = time.perf_counter()
    status = desk.verify("a", info.dump())
    assert len(status.signatures) == 1 and status.judgement is Judgement.GOOD
    assert time.perf_counter() - began < 10


# -- XML -----------------------------------------------------------------------------------------------


def test_a_style_sheet_in_front_of_a_root_that_was_signed_by_its_id(desk: Desk):
    from lxml import etree
    from signxml import XMLSigner, methods

    signer = XMLSigner(method=methods.enveloped, c14n_algorithm=_C14N)
    certificate = x509.load_der_x509_certificate(production_leaf(desk.pki))
    root = signer.sign(
        etree.fromstring(b'<order Id="o"><a/></order>'), key=desk.pki.signature_key, cert=[certificate],
        reference_uri="#o",
    )  # fmt: skip
    made = etree.tostring(root)
    assert desk.verify("fresh", made).judgement is Judgement.GOOD
    assert desk.verify("comment", b"<!-- c -->" + made).judgement is Judgement.GOOD
    for place in (b'<?xml-stylesheet href="evil.xsl"?>' + made, made + b"<?show evil?>"):
        assert (LineId.CONTENT, "instructions") in ng(desk.verify("a", place))


@pytest.mark.parametrize(
    "document",
    [
        b"<a " + b" ".join(b'n%d=""' % number for number in range(300_000, 0, -1)) + b"/>",
        b"<a "
        + b" ".join(b'xmlns:n%d="u:%d"' % (number, number) for number in range(20_000))
        + b">"
        + b"<b/>" * 9
        + b"</a>",
        b'<a xmlns:x="u">' * 200 + b"</a>" * 200 + b"",
    ],
    ids=["attributes", "namespaces", "deep"],
)
def test_xml_whose_canonical_form_would_take_hours(desk: Desk, document: bytes):
    signed = desk.sign(b"<a/>", SignatureFormat.XML)
    start, end = signed.index(b"<ds:Signature"), signed.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    place = document.rindex(b"/>") if document.endswith(b"/>") else document.index(b">") + 1
    opened = document[:place] + b">" if document.endswith(b"/>") else document[:place]
    closing = b"</a>" if document.endswith(b"/>") else document[place:]
    began = time.perf_counter()
    status = desk.verify("a", opened + signed[start:end] + closing)
    assert status.judgement is not Judgement.GOOD
    assert time.perf_counter() - began < 20


def test_a_manifest_is_a_list_and_not_what_it_names(desk: Desk):
    from lxml import etree
    from signxml import XMLSigner, methods

    listed = (
        b'<ds:Manifest xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Reference URI="http://x.example/contract">'
        b'<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>AAAA</ds:DigestValue>'
        b"</ds:Reference></ds:Manifest>"
    )
    signer = XMLSigner(method=methods.enveloping, c14n_algorithm=_C14N)
    certificate = x509.load_der_x509_certificate(production_leaf(desk.pki))
    root = signer.sign(etree.fromstring(listed), key=desk.pki.signature_key, cert=[certificate])
    status = desk.verify("a", etree.tostring(root))
    assert value(status, LineId.CONTENT) == (Mark.UNCONFIRMED, "manifest")
    assert status.judgement is Judgement.UNJUDGED


def test_a_signing_time_that_nobody_signed_is_no_claim(desk: Desk):
    from lxml import etree

    xades = "{http://uri.etsi.org/01903/v1.3.2#}"
    root = etree.fromstring(desk.sign(ASCII_XML, SignatureFormat.XADES))
    holder = root.find(f".//{xades}QualifyingProperties")
    stray = etree.Element(f"{xades}UnsignedProperties")
    etree.SubElement(stray, f"{xades}SigningTime").text = "2020-01-01T00:00:00Z"
    holder.insert(0, stray)
    status = desk.verify("a", etree.tostring(root))
    assert status.signatures[0].claimed is not None and status.signatures[0].claimed.year == 2026
