"""What is right is told as right, and what nobody can know stays not confirmed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest

from jpkidoctor.signing.chain import Mark, Origin
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.verify.status import Judgement, Kind, LineId
from jpkidoctor.signing.verify.verify_file import verify_file
from tests.signing.formats.conftest import ASCII_XML, JAPANESE_XML, make_pdf
from tests.signing.verify.conftest import Desk, ng, pinned_request, production_leaf, value

CONTENT = {
    SignatureFormat.PDF_TOUKI: make_pdf(),
    SignatureFormat.PADES: make_pdf(2),
    SignatureFormat.XML: ASCII_XML,
    SignatureFormat.XADES: JAPANESE_XML,
}
KINDS = {
    SignatureFormat.PDF_TOUKI: Kind.PDF,
    SignatureFormat.PADES: Kind.PDF,
    SignatureFormat.XML: Kind.XML,
    SignatureFormat.XADES: Kind.XML,
    SignatureFormat.CMS: Kind.CMS,
    SignatureFormat.CMS_DETACHED: Kind.CMS,
    SignatureFormat.RAW: Kind.RAW,
}


@pytest.mark.parametrize("form", SignatureFormat)
def test_every_format_of_ours_is_good_and_revocation_stays_unknown(form, desk: Desk):
    content = CONTENT.get(form, b"content\n")
    key = desk.key()
    desk.put("a", content)
    desk.put("a.sig.cer", key.certificate)
    status = desk.verify("a.sig", desk.sign(content, form, key))
    assert status.kind is KINDS[form] and ng(status) == set()
    assert status.judgement is Judgement.GOOD
    verdicts = status.verdicts
    assert (verdicts.intact, verdicts.authority, verdicts.origin) == (Mark.OK, Mark.OK, Origin.PINNED)
    assert verdicts.revocation is Mark.UNCONFIRMED


def test_pem_and_smime_and_bare_base64_are_read(desk: Desk):
    import base64

    der = desk.sign(b"x", SignatureFormat.CMS)
    text = base64.encodebytes(der)
    pem = b"-----BEGIN CMS-----\n" + text + b"-----END CMS-----\n"
    mail = b"MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n" + text
    for data in (pem, mail, text):
        status = desk.verify("a", data)
        assert (status.kind, status.judgement) == (Kind.CMS_TEXT, Judgement.GOOD)


def test_a_detached_signature_without_its_original_cannot_be_judged(desk: Desk):
    status = desk.verify("a.p7s", desk.sign(b"x", SignatureFormat.CMS_DETACHED))
    assert value(status, LineId.DIGEST) == (Mark.UNCONFIRMED, "original_missing")
    assert status.judgement is Judgement.UNJUDGED
    given = desk.put("elsewhere", b"x")
    assert (
        desk.verify("a.p7s", desk.sign(b"x", SignatureFormat.CMS_DETACHED), content=given).judgement is Judgement.GOOD
    )


@pytest.mark.parametrize("generation", [1, 2, 3])
def test_each_generation_needs_its_own_pin(generation, desk: Desk):
    at = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
    signed = desk.sign(b"x", SignatureFormat.CMS, desk.key(production_leaf(desk.pki, generation)), signing_time=at)
    right = desk.verify("a", signed, at=at)
    assert value(right, LineId.ISSUER) == (Mark.OK, "pinned") and right.judgement is Judgement.GOOD
    others = tuple(number for number in (1, 2, 3) if number != generation)
    wrong = dataclasses.replace(pinned_request(desk.pki, others), at=at)
    status = verify_file(desk.directory / "a", wrong)
    # The three share one name: without the right one it is of an unknown generation, and never good.
    assert status.judgement is not Judgement.GOOD
    assert status.signatures[0].origin is not Origin.PINNED


def test_a_claimed_time_never_makes_an_expired_signer_good(desk: Desk):
    signed = desk.sign(b"x", SignatureFormat.CMS)
    late = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    status = desk.verify("a", signed, now=late)
    assert value(status, LineId.VALIDITY_NOW) == (Mark.NG, "expired")
    assert value(status, LineId.VALIDITY_CLAIMED) == (Mark.UNCONFIRMED, "only_claimed")
    assert desk.verify("a", signed, now=late, at=desk.request.now).judgement is Judgement.GOOD


def test_two_signatures_one_later_are_both_good(desk: Desk):
    twice = desk.sign(desk.sign(make_pdf(), SignatureFormat.PDF_TOUKI), SignatureFormat.PADES)
    status = desk.verify("a", twice)
    assert len(status.signatures) == 2 and status.judgement is Judgement.GOOD
    assert value(status, LineId.CHANGES, 1) == (Mark.OK, "signatures")


def test_the_registry_check_passes_our_registry_pdf_and_refuses_pades(desk: Desk):
    good = desk.verify("a", desk.sign(make_pdf(), SignatureFormat.PDF_TOUKI), touki=True)
    assert good.touki is not None and len(good.touki) == 9
    assert {line.mark for line in good.touki} == {Mark.OK}
    other = desk.verify("a", desk.sign(make_pdf(), SignatureFormat.PADES), touki=True)
    assert other.touki is not None
    assert [line.id.value for line in other.touki if line.mark is Mark.NG] == ["sub_filter"]


def test_the_registry_check_wants_the_type_and_a_whole_date(desk: Desk):
    made = desk.sign(make_pdf(), SignatureFormat.PDF_TOUKI)
    for old, new, entry in ((rb"/Type /Sig\b", b"/Typf /Sig", "type"), (rb"/M \(D", b"/M (E", "m")):
        spoilt, times = re.subn(old, new, made)
        assert times == 1
        status = desk.verify("a", spoilt, touki=True)
        assert status.touki is not None
        assert entry in [line.id.value for line in status.touki if line.mark is Mark.NG]
