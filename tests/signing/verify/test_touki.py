"""The entries for registry filing where several people signed: what was added after a signature decides."""

from __future__ import annotations

import io

import pytest

from jpkidoctor.knowledge.words import load_words
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.verify.lines import file_rows
from jpkidoctor.signing.verify.status import FileStatus, LineId
from tests.signing.formats.conftest import make_pdf
from tests.signing.verify.conftest import Desk, ng, value

TOUKI = SignatureFormat.PDF_TOUKI


def byte_range(status: FileStatus, number: int) -> tuple[Mark, str]:
    assert status.touki is not None
    return next((one.mark, one.value) for one in status.touki if (one.signature, one.id) == (number, "byte_range"))


def with_field() -> bytes:
    """The practice PDF with a field to fill in."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    name = generic.pdf_name
    writer = IncrementalPdfFileWriter(io.BytesIO(make_pdf()))
    field = generic.DictionaryObject(
        {name("/T"): generic.pdf_string("amount"), name("/FT"): name("/Tx"), name("/V"): generic.pdf_string("1")}
    )
    form = generic.DictionaryObject({name("/Fields"): generic.ArrayObject([writer.add_object(field)])})
    writer.root["/AcroForm"] = writer.add_object(form)
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def filled_in(pdf: bytes) -> bytes:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    field = next(f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == "amount")
    field["/V"] = generic.pdf_string("1000000")
    writer.update_container(field)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("stamp", [False, True])
def test_three_signatures_one_after_the_other_fit_and_each_names_the_later_ones(desk: Desk, stamp: bool):
    pdf = make_pdf()
    for _ in range(3):
        pdf = desk.sign(pdf, TOUKI, stamp=stamp)
    status = desk.verify("a", pdf, touki=True)
    assert ng(status) == set()
    assert [byte_range(status, n) for n in (1, 2, 3)] == [(Mark.OK, "co_signed")] * 2 + [(Mark.OK, "whole")]
    assert status.touki is not None and {line.mark for line in status.touki} == {Mark.OK}
    rows = list(file_rows(status, load_words("ja")))
    assert any("後の追加は署名だけです（署名 2, 3）。" in row for row in rows)
    assert any("別の署名だけです（署名 3）。" in row for row in rows)


def test_a_field_that_was_filled_in_between_two_signatures_does_not_fit(desk: Desk):
    once = desk.sign(with_field(), TOUKI)
    status = desk.verify("a", desk.sign(filled_in(once), TOUKI), touki=True)
    assert value(status, LineId.CHANGES, 1) == (Mark.OK, "signatures_or_forms")
    assert byte_range(status, 1) == (Mark.NG, "bytes_after")
    assert byte_range(status, 2) == (Mark.OK, "whole")


def test_a_page_that_was_added_before_the_second_signature_does_not_fit(desk: Desk):
    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.writer import PageObject

    writer = IncrementalPdfFileWriter(io.BytesIO(desk.sign(make_pdf(), TOUKI)))
    page = PageObject(contents=writer.add_object(StreamObject(stream_data=b"")), media_box=(0, 0, 9, 9))
    writer.insert_page(page)
    out = io.BytesIO()
    writer.write(out)
    status = desk.verify("a", desk.sign(out.getvalue(), TOUKI), touki=True)
    assert (LineId.CHANGES, "changed") in ng(status)
    assert byte_range(status, 1) == (Mark.NG, "bytes_after")


def test_an_update_without_a_signature_does_not_fit(desk: Desk):
    from pyhanko.pdf_utils.generic import pdf_name, pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(desk.sign(make_pdf(), TOUKI)))
    writer.set_custom_trailer_entry(pdf_name("/Info"), writer.add_object(_info(pdf_name, pdf_string)))
    out = io.BytesIO()
    writer.write(out)
    status = desk.verify("a", out.getvalue(), touki=True)
    assert value(status, LineId.CHANGES)[1] != "signatures"
    assert byte_range(status, 1) == (Mark.NG, "bytes_after")


def _info(name, text):
    from pyhanko.pdf_utils.generic import DictionaryObject

    return DictionaryObject({name("/Title"): text("another title")})
