"""Timestamps of signatures and of documents, made by ``openssl ts`` behind a server on loopback."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import io
import json
import subprocess
from hashlib import sha256

import pytest
from asn1crypto import cms
from click.testing import CliRunner

from jpkidoctor.cli import main
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.formats.timestamp import TimestampServer
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.trust import Anchor, AnchorPurpose, sha256_of
from jpkidoctor.signing.verify.lines import file_rows
from jpkidoctor.signing.verify.status import FileStatus, Judgement, LineId
from tests.signing.formats.conftest import make_pdf
from tests.signing.formats.tsa import Authority, ChainedAuthority, serve
from tests.signing.verify.conftest import Desk, ng, value

PADES, CMS = SignatureFormat.PADES, SignatureFormat.CMS


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def chained(tmp_path_factory: pytest.TempPathFactory) -> ChainedAuthority:
    return ChainedAuthority(tmp_path_factory.mktemp("chain"))


def anchor(der: bytes, purpose: AnchorPurpose = "timestamp") -> Anchor:
    return Anchor(der, sha256_of(der), purpose, None)


def verify(desk: Desk, data: bytes, *anchors: Anchor, now: dt.datetime | None = None) -> FileStatus:
    """The server's clock is the machine's, so "now" is too."""
    return desk.verify(
        "a", data, anchors=(*desk.request.anchors, *anchors), now=now or dt.datetime.now(dt.UTC)
    )  # fmt: skip


def stamped_cms(desk: Desk, authority: Authority) -> bytes:
    with serve(authority.answer) as url:
        return desk.sign(b"x", CMS, timestamps=TimestampServer(url))


def document_stamp(pdf: bytes, authority: Authority) -> bytes:
    """A document timestamp as pyHanko adds it."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfTimeStamper

    from jpkidoctor.signing.formats.pdf import _Stamper

    with serve(authority.answer) as url:
        stamper = PdfTimeStamper(_Stamper(TimestampServer(url)))
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        out: io.BytesIO = asyncio.run(stamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=32_768))
    return out.getvalue()


# -- whose timestamp it is -----------------------------------------------------------------------------


def test_a_token_counts_only_when_its_authority_was_added_for_timestamps(desk: Desk, tsa: Authority):
    signed = stamped_cms(desk, tsa)
    unknown = verify(desk, signed)
    assert value(unknown, LineId.TIMESTAMP) == (Mark.UNCONFIRMED, "authority_unconfirmed")
    assert unknown.judgement is Judgement.GOOD  # the signature is as good as without it
    signing = verify(desk, signed, anchor(tsa.der, "signature"))
    assert value(signing, LineId.TIMESTAMP) == (Mark.UNCONFIRMED, "authority_unconfirmed")
    added = verify(desk, signed, anchor(tsa.der))
    assert value(added, LineId.TIMESTAMP) == (Mark.OK, "own_authority")
    assert value(added, LineId.VALIDITY_TIMESTAMP) == (Mark.OK, "valid")
    late = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    assert value(verify(desk, signed, now=late), LineId.VALIDITY_NOW) == (Mark.NG, "expired")
    proven = verify(desk, signed, anchor(tsa.der), now=late)
    assert value(proven, LineId.VALIDITY_NOW) == (Mark.NOT_APPLICABLE, "expired_but_stamped")
    assert proven.judgement is Judgement.GOOD


def test_the_authorities_between_are_followed_as_openssl_follows_them(desk: Desk, chained: ChainedAuthority):
    signed = stamped_cms(desk, chained)
    token = cms.ContentInfo.load(signed)["content"]["signer_infos"][0]["unsigned_attrs"][0]["values"][0]
    (desk.directory / "t").write_bytes(token.dump())
    value_signed = cms.ContentInfo.load(signed)["content"]["signer_infos"][0]["signature"].native
    (desk.directory / "v").write_bytes(value_signed)
    judged = subprocess.run(
        ["openssl", "ts", "-verify", "-token_in", "-in", desk.directory / "t", "-data", desk.directory / "v",
         "-CAfile", chained.root],
        capture_output=True, check=False,
    )  # fmt: skip
    assert b"Verification: OK" in judged.stdout + judged.stderr
    assert value(verify(desk, signed), LineId.TIMESTAMP) == (Mark.UNCONFIRMED, "authority_unconfirmed")
    for der in (chained.root_der, chained.der):  # the root, and the server's own certificate
        assert value(verify(desk, signed, anchor(der)), LineId.TIMESTAMP) == (Mark.OK, "own_authority")


def test_a_path_with_a_gap_and_one_to_another_authority_do_not_count(
    desk: Desk, chained: ChainedAuthority, tsa: Authority
):
    signed = cms.ContentInfo.load(stamped_cms(desk, chained))
    attribute = signed["content"]["signer_infos"][0]["unsigned_attrs"][0]
    token = attribute["values"][0]
    kept = [one for one in token["content"]["certificates"] if "Middle" not in one.chosen.subject.human_friendly]
    assert len(kept) == 1
    token["content"]["certificates"] = kept
    attribute["values"] = [token]
    status = verify(desk, signed.dump(), anchor(chained.root_der))
    assert value(status, LineId.TIMESTAMP) == (Mark.UNCONFIRMED, "authority_unconfirmed")
    own = verify(desk, stamped_cms(desk, chained), anchor(tsa.der))
    assert value(own, LineId.TIMESTAMP) == (Mark.UNCONFIRMED, "authority_unconfirmed")


def test_a_certificate_that_is_not_for_timestamps_stamps_nothing(desk: Desk):
    """Anybody's signing key can make a token; only the purpose in its certificate makes it a timestamp."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1_x509
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

    key = desk.pki.signature_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    leaf = desk.key().certificate
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(leaf), keys.PrivateKeyInfo.load(key), include_nonce=False,
        fixed_dt=dt.datetime(2026, 11, 25, tzinfo=dt.UTC),
    )  # fmt: skip
    info = cms.ContentInfo.load(desk.sign(b"x", CMS))
    signer = info["content"]["signer_infos"][0]
    token = asyncio.run(stamper.async_timestamp(sha256(signer["signature"].native).digest(), "sha256"))
    stamp = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token.dump())]})
    signer["unsigned_attrs"] = cms.CMSAttributes([stamp])
    status = verify(desk, info.dump(), anchor(desk.request.anchors[-1].der))
    assert value(status, LineId.TIMESTAMP) == (Mark.UNCONFIRMED, "not_for_timestamps")


def test_a_token_of_another_signature_or_with_a_changed_byte_is_ng(desk: Desk, tsa: Authority):
    first, second = (cms.ContentInfo.load(stamped_cms(desk, tsa)) for _ in range(2))
    signer = first["content"]["signer_infos"][0]
    other = desk.sign(b"y", CMS)
    moved = cms.ContentInfo.load(other)
    moved["content"]["signer_infos"][0]["unsigned_attrs"] = signer["unsigned_attrs"]
    assert (LineId.TIMESTAMP, "other_signature") in ng(verify(desk, moved.dump()))
    data = bytearray(second.dump())
    data[-3] ^= 1  # the token's own signature value stands at the end
    assert (LineId.TIMESTAMP, "broken") in ng(verify(desk, bytes(data)))


def test_a_timestamp_server_is_added_by_its_own_purpose(tsa: Authority, chained: ChainedAuthority, tmp_path):
    def run(*words: str):
        environment = {"XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
        return CliRunner().invoke(main, ["trust", *words], env=environment)

    def add(der: bytes, purpose: str):
        (tmp_path / "a.cer").write_bytes(der)
        return run("add", str(tmp_path / "a.cer"), "--purpose", purpose, "--pin", sha256_of(der)).exit_code

    assert add(chained.der, "sign") == 1  # no authority
    assert add(chained.der, "timestamp") == 0  # the server's own certificate is one for timestamps
    assert add(chained.root_der, "timestamp") == 0
    own = json.loads(run("list", "--json").stdout)["own"]
    assert {row["purpose"] for row in own} == {"timestamp"} and len(own) == 2
    assert "タイムスタンプ用" in run("list").stdout


# -- document timestamps -------------------------------------------------------------------------------


def test_a_document_timestamp_is_a_line_of_its_own_and_no_signer(desk: Desk, tsa: Authority):
    stamped = document_stamp(desk.sign(make_pdf(), PADES), tsa)
    status = verify(desk, stamped)
    assert [one.form for one in status.signatures] == ["ETSI.CAdES.detached", "ETSI.RFC3161"]
    assert value(status, LineId.TIMESTAMP, 2) == (Mark.UNCONFIRMED, "authority_unconfirmed")
    assert value(status, LineId.CHANGES, 1) == (Mark.OK, "signatures_and_timestamps")
    assert status.signatures[1].signer is None and status.signatures[1].line(LineId.SIGNER) is None
    assert status.judgement is Judgement.GOOD and status.verdicts.authority is Mark.OK
    rows = list(file_rows(status, load_words("ja")))
    assert "文書のタイムスタンプ 2（ETSI.RFC3161）" in rows
    added = verify(desk, stamped, anchor(tsa.der))
    assert value(added, LineId.TIMESTAMP, 2) == (Mark.OK, "own_authority")


def test_a_document_timestamp_proves_that_the_signature_before_it_is_older(desk: Desk, tsa: Authority):
    late = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    stamped = document_stamp(desk.sign(make_pdf(), PADES), tsa)
    assert value(verify(desk, stamped, now=late), LineId.VALIDITY_NOW) == (Mark.NG, "expired")
    proven = verify(desk, stamped, anchor(tsa.der), now=late)
    assert value(proven, LineId.VALIDITY_NOW) == (Mark.NOT_APPLICABLE, "expired_but_stamped")
    assert proven.judgement is Judgement.GOOD
    before = desk.sign(document_stamp(make_pdf(), tsa), PADES)  # stamped first, signed later: proves nothing of it
    assert value(verify(desk, before, anchor(tsa.der), now=late), LineId.VALIDITY_NOW, 2) == (Mark.NG, "expired")


def test_a_document_changed_after_its_timestamp(desk: Desk, tsa: Authority):
    stamped = document_stamp(make_pdf(), tsa)
    alone = verify(desk, stamped, anchor(tsa.der))
    assert alone.judgement is Judgement.UNJUDGED and ng(alone) == set()  # nobody signed it
    assert alone.verdicts.intact is Mark.OK and alone.verdicts.authority is Mark.UNCONFIRMED
    changed = stamped.replace(b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 595 841 ]")
    assert changed != stamped
    status = verify(desk, changed, anchor(tsa.der))
    assert (LineId.TIMESTAMP, "other_document") in ng(status) and status.judgement is Judgement.BAD


def test_a_signature_is_not_taken_for_a_document_timestamp(desk: Desk):
    """The SubFilter alone makes no timestamp of a signature, which would take its signer away."""
    signed = desk.sign(make_pdf(), PADES)
    other = signed.replace(b"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /ETSI.RFC3161".ljust(31))
    assert (LineId.TIMESTAMP, "unreadable") in ng(verify(desk, other))


# -- XAdES-T -------------------------------------------------------------------------------------------

_DS, _XADES = "{http://www.w3.org/2000/09/xmldsig#}", "{http://uri.etsi.org/01903/v1.3.2#}"


def xades_t(desk: Desk, authority: Authority, *, exclusive: bool = False, over: bytes | None = None) -> bytes:
    """XAdES with a timestamp over the canonical SignatureValue, which is written out by hand here."""
    from lxml import etree

    root = etree.fromstring(desk.sign(b'<order xmlns="urn:x" xml:lang="ja"><item/></order>', SignatureFormat.XADES))
    text = root.findtext(f".//{_DS}SignatureValue")
    scope, lang = ("", "") if exclusive else (' xmlns="urn:x"', ' xml:lang="ja"')
    form = '<ds:SignatureValue{} xmlns:ds="http://www.w3.org/2000/09/xmldsig#"{}>{}</ds:SignatureValue>'
    canonical = form.format(scope, lang, text).encode() if over is None else over
    with serve(authority.answer) as url:
        token = TimestampServer(url).token(sha256(canonical).digest())
    holder = root.find(f".//{_XADES}QualifyingProperties")
    for tag in ("UnsignedProperties", "UnsignedSignatureProperties", "SignatureTimeStamp"):
        holder = etree.SubElement(holder, f"{_XADES}{tag}")
    if exclusive:
        method = "http://www.w3.org/2001/10/xml-exc-c14n#"
        etree.SubElement(holder, f"{_DS}CanonicalizationMethod", Algorithm=method)
    etree.SubElement(holder, f"{_XADES}EncapsulatedTimeStamp").text = base64.b64encode(token).decode()
    return etree.tostring(root)


@pytest.mark.parametrize("exclusive", [False, True], ids=["inclusive", "exclusive"])
def test_a_timestamp_in_xades_is_checked_as_others_are(desk: Desk, tsa: Authority, exclusive: bool):
    signed = xades_t(desk, tsa, exclusive=exclusive)
    assert value(verify(desk, signed), LineId.TIMESTAMP) == (Mark.UNCONFIRMED, "authority_unconfirmed")
    added = verify(desk, signed, anchor(tsa.der), now=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    assert value(added, LineId.TIMESTAMP) == (Mark.OK, "own_authority")
    assert value(added, LineId.VALIDITY_NOW) == (Mark.NOT_APPLICABLE, "expired_but_stamped")
    assert added.judgement is Judgement.GOOD, ng(added)


def test_a_timestamp_in_xades_of_something_else_is_ng(desk: Desk, tsa: Authority):
    assert (LineId.TIMESTAMP, "other_signature") in ng(
        verify(desk, xades_t(desk, tsa, over=b"another"), anchor(tsa.der))
    )
    spoilt = xades_t(desk, tsa).replace(b"EncapsulatedTimeStamp>M", b"EncapsulatedTimeStamp>N", 1)
    assert (LineId.TIMESTAMP, "unreadable") in ng(verify(desk, spoilt, anchor(tsa.der)))
