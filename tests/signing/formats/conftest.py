from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from jpkidoctor.signing.formats.result import SigningDetails
from jpkidoctor.simulator.practice_pki import Authority, PracticePki, Purpose
from tests.signing.conftest import VALIDITY
from tests.signing.soft_key import SoftKey

WHEN = dt.datetime(2026, 11, 25, 3, 4, 5, tzinfo=dt.UTC)
DETAILS = SigningDetails(WHEN)
ISSUER = Authority(Purpose.SIGNATURE)
JAPANESE_XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet href="a.xsl"?>\n<!-- 控え -->\n'
    '<申請書 種別="一"><氏名>練習　花子</氏名>\n  <備考/> </申請書>'
).encode()
ASCII_XML = b'<?xml version="1.0"?>\n<order id="1" xmlns="urn:x"><item n="2">\xe7\xb7\xb4\xe7\xbf\x92</item></order>'


@pytest.fixture
def key(pki: PracticePki) -> SoftKey:
    return SoftKey(pki.signature_key, pki.signature_certificate(ISSUER, VALIDITY))


@pytest.fixture(scope="session")
def ca_pem(pki: PracticePki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(x509.load_der_x509_certificate(pki.ca_certificate(ISSUER)).public_bytes(Encoding.PEM))
    return path


def make_pdf(pages: int = 1) -> bytes:
    """A PDF of empty A4 pages, made by pyHanko's writer."""
    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

    writer = PdfFileWriter()
    for _ in range(pages):
        contents = writer.add_object(StreamObject(stream_data=b"BT ET"))
        writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 595, 842)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="session")
def pdf() -> bytes:
    return make_pdf()
