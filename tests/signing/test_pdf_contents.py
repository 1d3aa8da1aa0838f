"""What a PDF carries, as the plan tells it before a PIN is asked for."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest

from jpkidoctor.signing.formats.making import make_signature
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.pdf_contents import read_pdf_contents
from jpkidoctor.signing.plan import PlanProblem, make_plan
from jpkidoctor.signing.request import SigningRequest
from jpkidoctor.simulator.practice_pki import Authority, PracticePki, Purpose
from tests.signing.conftest import VALIDITY
from tests.signing.formats.conftest import DETAILS, make_pdf
from tests.signing.soft_key import SoftKey

PADES = SignatureFormat.PADES


@pytest.fixture
def key(pki: PracticePki) -> SoftKey:
    return SoftKey(pki.signature_key, pki.signature_certificate(Authority(Purpose.SIGNATURE), VALIDITY))


def put(directory: Path, data: bytes) -> Path:
    path = directory / "a.pdf"
    path.write_bytes(data)
    return path


def test_a_pdf_that_is_signed_already_can_be_signed_once_more(key, tmp_path):
    once = make_signature(make_pdf(), PADES, key, DETAILS).data
    for number, data in enumerate((once, make_signature(once, PADES, key, DETAILS).data), 1):
        path = put(tmp_path, data)
        contents = read_pdf_contents(path)
        assert contents is not None
        assert (contents.pages, contents.signatures, contents.form_fields, contents.locked) == (1, number, 0, False)
        assert make_plan(SigningRequest((path,), PADES)).ready


def test_a_certified_pdf_that_allows_no_change_is_told_as_such(key, tmp_path):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    from jpkidoctor.signing.formats.pdf import _Signer

    meta = signers.PdfSignatureMetadata(
        field_name="C", certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES, signer_key_usage={"non_repudiation"}
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(make_pdf()))
    certified = asyncio.run(signers.PdfSigner(meta, _Signer(key)).async_sign_pdf(writer)).getvalue()
    (file,) = make_plan(SigningRequest((put(tmp_path, certified),), PADES)).files
    assert file.problem is PlanProblem.PDF_LOCKED


def test_fields_below_a_parent_are_counted_with_the_kind_they_inherit(tmp_path):
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(make_pdf()))
    kids = ArrayObject(
        writer.add_object(DictionaryObject({NameObject("/T"): pdf_string(name)})) for name in ("first", "second")
    )
    parent = DictionaryObject(
        {NameObject("/T"): pdf_string("p"), NameObject("/FT"): NameObject("/Tx"), NameObject("/Kids"): kids}
    )
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer.add_object(parent)])})
    writer.root[NameObject("/AcroForm")] = writer.add_object(form)
    writer.root[NameObject("/OpenAction")] = ArrayObject()
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    contents = read_pdf_contents(put(tmp_path, out.getvalue()))
    assert contents is not None
    assert (contents.form_fields, contents.signatures, contents.scripts) == (2, 0, True)


def test_garbage_holds_nothing(tmp_path):
    for data in (b"%PDF-1.7 nothing", make_pdf()[:-200]):
        assert read_pdf_contents(put(tmp_path, data)) is None
