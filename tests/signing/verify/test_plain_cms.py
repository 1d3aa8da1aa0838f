"""CMS as openssl signs it when nobody asks for CAdES: no signing certificate recorded, or no attributes at all."""

from __future__ import annotations

import datetime as dt

import pytest
from asn1crypto import cms, core

from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.trust import Anchor, sha256_of
from jpkidoctor.signing.verify.status import FileStatus, Judgement, LineId
from jpkidoctor.simulator.practice_pki import Authority, Purpose
from tests.signing.conftest import VALIDITY
from tests.signing.verify.conftest import Desk, ng, production_leaf, value
from tests.signing.verify.openssl_signer import openssl_sign

CONTENT = b"text\r\nmore\r\n"


def openssl(desk: Desk, *options: str, certificate: bytes | None = None) -> bytes:
    leaf = certificate or production_leaf(desk.pki)
    return openssl_sign(desk.directory, desk.pki.signature_key, leaf, CONTENT, *options)


def verify(desk: Desk, data: bytes, **request: object) -> FileStatus:
    """At the time of the practice certificates; openssl writes the time of the machine."""
    return desk.verify("a.p7s", data, now=dt.datetime.now(dt.UTC), at=desk.request.now, **request)


@pytest.mark.peer
@pytest.mark.parametrize(
    ("options", "word"),
    [(("-nodetach",), "not_recorded"), ((), "not_recorded"), (("-noattr",), "none"), (("-cades",), "fits")],
    ids=["attached", "detached", "no attributes", "cades"],
)
def test_what_openssl_signs_is_judged_with_or_without_the_certificate_recorded(desk: Desk, options, word):
    desk.put("a", CONTENT)
    status = verify(desk, openssl(desk, "-binary", "-outform", "DER", *options))
    assert status.judgement is Judgement.GOOD, ng(status)
    mark = Mark.OK if word == "fits" else Mark.NOT_APPLICABLE
    assert value(status, LineId.ATTRIBUTES) == (mark, word)


@pytest.mark.peer
def test_a_text_that_openssl_signed_with_other_line_ends_is_told_and_not_called_changed(desk: Desk):
    """Without -binary openssl signs CR LF; a file with LF is another one in its bytes, and never good."""
    signed = openssl(desk, "-outform", "DER")
    desk.put("a", CONTENT)
    assert verify(desk, signed).judgement is Judgement.GOOD
    desk.put("a", CONTENT.replace(b"\r\n", b"\n"))
    status = verify(desk, signed)
    assert value(status, LineId.DIGEST) == (Mark.UNCONFIRMED, "line_ends")
    assert status.judgement is Judgement.UNJUDGED
    desk.put("a", CONTENT.replace(b"\r\n", b"\n").replace(b"more", b"less"))
    assert (LineId.DIGEST, "differs") in ng(verify(desk, signed))


@pytest.mark.peer
def test_a_test_key_of_the_persons_own_authority_is_judged_and_never_jpkis(desk: Desk):
    der = desk.pki.ca_certificate(Authority(Purpose.SIGNATURE))
    leaf = desk.pki.signature_certificate(Authority(Purpose.SIGNATURE), VALIDITY)
    signed = openssl(desk, "-binary", "-nodetach", "-outform", "DER", certificate=leaf)
    status = verify(desk, signed, pins=(), anchors=(Anchor(der, sha256_of(der), "signature", None),))
    assert status.verdicts.intact is Mark.OK
    assert value(status, LineId.ISSUER) == (Mark.OK, "own_test")
    assert status.judgement is Judgement.UNJUDGED


def test_a_pades_signature_without_the_certificate_recorded_stays_open(desk: Desk):
    """PAdES is CAdES in a PDF, and CAdES wants it; adbe.pkcs7.detached does not."""
    from jpkidoctor.signing.verify.cms import judge_cms, parse_cms
    from jpkidoctor.signing.verify.content import Content
    from jpkidoctor.signing.verify.signer import SignerJudge

    info = cms.ContentInfo.load(desk.sign(CONTENT, SignatureFormat.CMS_DETACHED))
    signer = info["content"]["signer_infos"][0]
    signer["signed_attrs"] = [a for a in signer["signed_attrs"] if a["type"].native != "signing_certificate_v2"]
    marks = {}
    for form in ("ETSI.CAdES.detached", "adbe.pkcs7.detached", "cms"):
        judge = SignerJudge(desk.request)
        (status,) = judge_cms(parse_cms(info.dump(force=True)), Content(CONTENT), judge, form)
        line = status.line(LineId.ATTRIBUTES)
        assert line is not None
        marks[form] = line.mark
    assert marks == {
        "ETSI.CAdES.detached": Mark.UNCONFIRMED,
        "adbe.pkcs7.detached": Mark.NOT_APPLICABLE,
        "cms": Mark.NOT_APPLICABLE,
    }


def test_signed_attributes_are_not_passed_off_as_the_content(desk: Desk):
    """The value fits: it is over the attributes. Nobody signed them as a document (RFC 5652 §5.4 allows both)."""
    info = cms.ContentInfo.load(desk.sign(b"x", SignatureFormat.CMS))
    signed = info["content"]
    signer = signed["signer_infos"][0]
    attributes = b"\x31" + signer["signed_attrs"].dump()[1:]
    signer["signed_attrs"] = None
    signed["encap_content_info"] = {"content_type": "data", "content": core.OctetString(attributes)}
    status = desk.verify("a", info.dump(force=True))
    assert value(status, LineId.SIGNATURE) == (Mark.OK, "verified")
    assert (LineId.DIGEST, "attributes_as_content") in ng(status)


def test_an_empty_set_of_attributes_is_not_no_attributes(desk: Desk):
    info = cms.ContentInfo.load(desk.sign(b"x", SignatureFormat.CMS))
    info["content"]["signer_infos"][0]["signed_attrs"] = cms.CMSAttributes([])
    status = desk.verify("a", info.dump(force=True))
    assert {(LineId.DIGEST, "missing"), (LineId.ATTRIBUTES, "content_type")} <= ng(status)


def test_content_that_is_no_data_must_have_attributes(desk: Desk):
    info = cms.ContentInfo.load(desk.sign(b"x", SignatureFormat.CMS))
    info["content"]["signer_infos"][0]["signed_attrs"] = None
    info["content"]["encap_content_info"]["content_type"] = "1.2.840.113549.1.7.5"
    assert desk.verify("a", info.dump(force=True)).judgement is Judgement.BAD
