"""PDF signatures, judged by pdfsig and by pyHanko's validator."""

from __future__ import annotations

import asyncio
import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from jpkidoctor.signing.formats.making import make_signature
from jpkidoctor.signing.formats.result import FormatRefusedError
from jpkidoctor.signing.key import SignatureFormat
from tests.signing.formats.conftest import DETAILS, make_pdf

PROFILES = [(SignatureFormat.PDF_TOUKI, "adbe.pkcs7.detached"), (SignatureFormat.PADES, "ETSI.CAdES.detached")]


def pdfsig(path: Path) -> str:
    return subprocess.run(["pdfsig", str(path)], capture_output=True, check=False).stdout.decode()


@pytest.mark.parametrize(("form", "type_"), PROFILES)
def test_pdfsig_says_that_the_signature_is_valid(form, type_, key, pdf, tmp_path):
    made = make_signature(pdf, form, key, DETAILS)
    (tmp_path / "a.pdf").write_bytes(made.data)
    judged = pdfsig(tmp_path / "a.pdf")
    assert "Signature is Valid." in judged and "Total document signed" in judged
    assert f"Signature Type: {type_}" in judged
    assert made.data.startswith(pdf)  # the original stays as it was, byte for byte
    assert key.used == 1


@pytest.mark.parametrize("form", [form for form, _ in PROFILES])
def test_pyhanko_finds_it_intact_and_chained(form, key, pdf, pki):
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from jpkidoctor.simulator.practice_pki import Authority, Purpose

    made = make_signature(pdf, form, key, DETAILS)
    root = x509.Certificate.load(pki.ca_certificate(Authority(Purpose.SIGNATURE)))
    context = ValidationContext(trust_roots=[root], moment=DETAILS.signing_time, allow_fetching=False)
    (embedded,) = PdfFileReader(io.BytesIO(made.data)).embedded_signatures
    status = asyncio.run(async_validate_pdf_signature(embedded, signer_validation_context=context))
    assert status.bottom_line and status.intact and status.valid and status.trusted


def test_a_registry_pdf_has_the_nine_entries(key, pdf):
    # Read without pyHanko: the entries are what the office's own reader looks for (sign-verify.md §3).
    made = make_signature(pdf, SignatureFormat.PDF_TOUKI, key, replace(DETAILS, reason="登記申請")).data[len(pdf) :]
    entries = re.search(
        rb"/Contents <[0-9a-fA-F]+>\s*/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]\s*/Type /Sig\s*/Filter /[\w.]+\s*"
        rb"/SubFilter /adbe\.pkcs7\.detached\s*/M \(D.*?\)\s*/Name \(.+?\)\s*/Reason \(.+?\)",
        made,
        re.DOTALL,
    )
    assert entries is not None
    start, length, again, rest = map(int, entries.groups())
    assert start == 0 and again + rest == len(pdf) + len(made)
    assert made[length - len(pdf) :].startswith(b"<") and made[again - len(pdf) - 1 :].startswith(b">")


def test_the_signer_is_named_in_japanese(key, pdf):
    from pyhanko.pdf_utils.reader import PdfFileReader

    made = make_signature(pdf, SignatureFormat.PDF_TOUKI, key, DETAILS)
    (embedded,) = PdfFileReader(io.BytesIO(made.data)).embedded_signatures
    assert embedded.sig_object["/Name"] == "練習　花子"
    assert embedded.self_reported_timestamp == DETAILS.signing_time


def test_a_second_signature_leaves_the_first_valid(key, pdf, tmp_path):
    once = make_signature(pdf, SignatureFormat.PDF_TOUKI, key, DETAILS).data
    twice = make_signature(once, SignatureFormat.PADES, key, DETAILS).data
    assert twice.startswith(once)
    (tmp_path / "a.pdf").write_bytes(twice)
    assert pdfsig(tmp_path / "a.pdf").count("Signature is Valid.") == 2


def test_a_stamp_shows_name_and_day_and_the_signature_still_holds(key, pdf, tmp_path):
    made = make_signature(pdf, SignatureFormat.PADES, key, replace(DETAILS, stamp=True))
    (tmp_path / "a.pdf").write_bytes(made.data)
    assert "Signature is Valid." in pdfsig(tmp_path / "a.pdf")
    shown = subprocess.run(
        ["pdftotext", str(tmp_path / "a.pdf"), "-"], capture_output=True, check=False
    ).stdout.decode()
    assert "花子" in shown and "2026-11-25 12:04 JST" in shown


@pytest.mark.parametrize("size", [(0, 0, 100, 80), (-300, -300, 0, 0)])
def test_a_stamp_stays_on_a_strange_page(size):
    from jpkidoctor.signing.formats.stamp import stamp_box

    x1, y1, x2, y2 = stamp_box(size)
    assert size[0] <= x1 < x2 <= size[2] and size[1] <= y1 < y2 <= size[3]


def test_an_encrypted_pdf_and_garbage_are_refused_before_the_key_is_used(key):
    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

    writer = PdfFileWriter()
    writer.insert_page(PageObject(contents=writer.add_object(StreamObject(stream_data=b"")), media_box=(0, 0, 9, 9)))
    writer.encrypt("x", "x")
    out = io.BytesIO()
    writer.write(out)
    for content, reason in (
        (out.getvalue(), "pdf_encrypted"),
        (b"%PDF-1.7 nothing", "pdf_unreadable"),
        (b"", "pdf_unreadable"),
        (make_pdf()[:-200], "pdf_unreadable"),
    ):
        with pytest.raises(FormatRefusedError, match=reason):
            make_signature(content, SignatureFormat.PADES, key, DETAILS)
    assert key.used == 0


def test_a_certified_pdf_that_allows_no_change_is_refused_before_the_key_is_used(key, pdf):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    from jpkidoctor.signing.formats.pdf import _Signer

    meta = signers.PdfSignatureMetadata(
        field_name="C", certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        signer_key_usage={"non_repudiation"},
    )  # fmt: skip
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    certified = asyncio.run(signers.PdfSigner(meta, _Signer(key)).async_sign_pdf(writer)).getvalue()
    key.used = 0
    with pytest.raises(FormatRefusedError, match="pdf_locked"):
        make_signature(certified, SignatureFormat.PADES, key, DETAILS)
    assert key.used == 0
