"""PDF signatures through pyHanko: an incremental update, so the original bytes stay as they were.

Two profiles (sign-verify.md §3): ``adbe.pkcs7.detached`` with Name and M, which 登記ねっと asks for, and PAdES B-B.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from typing import Any

from asn1crypto import tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jpkidoctor.signing.formats.result import FormatRefusedError, SignedDocument, SigningDetails, Timestamps
from jpkidoctor.signing.formats.signer import signer_name
from jpkidoctor.signing.formats.stamp import stamp_box, stamp_style
from jpkidoctor.signing.key import SigningKey
from jpkidoctor.signing.limits import LimitReachedError, within_limits
from jpkidoctor.signing.pdf_objects import allows_no_change, entry
from jpkidoctor.signing.pdf_reading import pdf_writer

SIGNATURE_SIZE = 256
_RESERVED_WITH_TOKEN = 32 * 1024
_MAX_FIELDS = 1000


class _Signer(Signer):
    """pyHanko's signer over a key that signs digests."""

    def __init__(self, key: SigningKey) -> None:
        super().__init__(signing_cert=x509.Certificate.load(key.certificate), cert_registry=SimpleCertificateStore())
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(SIGNATURE_SIZE)  # asked for the size alone: the card must not hear of it
        if digest_algorithm != "sha256":
            raise ValueError(digest_algorithm)
        return self._key.sign_digest(hashlib.sha256(data).digest())


class _Stamper(TimeStamper):
    """pyHanko's timestamper over ours."""

    def __init__(self, timestamps: Timestamps) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._timestamps = timestamps

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:  # noqa: ANN401
        return tsp.ContentInfo.load(self._timestamps.token(message_digest))

    async def async_request_tsa_response(self, req: Any) -> Any:  # noqa: ANN401
        raise NotImplementedError  # async_timestamp is the only way in


class _PdfSigner(signers.PdfSigner):
    """Takes the time from outside, so that M, signingTime and the summary say the same."""

    def __init__(self, details: SigningDetails, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._details = details

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._details.signing_time.replace(microsecond=0)
        return session


def sign_pdf(content: bytes, key: SigningKey, details: SigningDetails, *, pades: bool) -> SignedDocument:
    """The PDF with one more signature. Raises FormatRefusedError, and what key and timestamp server raise."""
    writer = _open(content)
    field = _free_field(writer)
    name = signer_name(key.certificate)
    subfilter = fields.SigSeedSubFilter.PADES if pades else fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    spec = fields.SigFieldSpec(sig_field_name=field)
    style = None
    if details.stamp:
        box = stamp_box(_first_page_box(writer))
        spec = fields.SigFieldSpec(sig_field_name=field, on_page=0, box=box)
        style = stamp_style(writer, name, details.signing_time, box)
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        name=name,
        reason=details.reason or None,
        subfilter=subfilter,
        signer_key_usage={"non_repudiation"},
    )
    signer = _PdfSigner(
        details,
        meta,
        _Signer(key),
        timestamper=_Stamper(details.timestamps) if details.timestamps is not None else None,
        stamp_style=style,
        new_field_spec=spec,
    )
    out = io.BytesIO()
    reserved = _RESERVED_WITH_TOKEN if details.timestamps is not None else None
    asyncio.run(signer.async_sign_pdf(writer, output=out, bytes_reserved=reserved))
    return SignedDocument(out.getvalue())


def _open(content: bytes) -> IncrementalPdfFileWriter:
    """Raises FormatRefusedError for what pyHanko cannot add a signature to."""
    try:
        writer = within_limits(lambda: pdf_writer(content))
        encrypted = writer.prev.encrypted
        hybrid = writer.prev.xrefs.hybrid_xrefs_present
        pages = int(writer.root["/Pages"]["/Count"])
    except LimitReachedError as error:
        raise FormatRefusedError("pdf_unreadable") from error
    except Exception as error:  # a PDF may be broken in every way, and the parser's errors are of many kinds
        raise FormatRefusedError("pdf_unreadable") from error
    if encrypted:
        raise FormatRefusedError("pdf_encrypted")
    if hybrid:
        raise FormatRefusedError("pdf_hybrid")  # its two cross-reference tables may show two documents
    if allows_no_change(writer.root):
        raise FormatRefusedError("pdf_locked")
    if pages < 1:
        raise FormatRefusedError("pdf_unreadable")
    return writer


def _free_field(writer: IncrementalPdfFileWriter) -> str:
    form = entry(writer.root, "/AcroForm", {})
    taken = {str(entry(field.get_object(), "/T", "")) for field in entry(form, "/Fields", ())}
    for number in range(1, _MAX_FIELDS):
        if (name := f"Signature{number}") not in taken:
            return name
    raise FormatRefusedError("pdf_unreadable")


def _first_page_box(writer: IncrementalPdfFileWriter) -> tuple[float, float, float, float]:
    """The first page's visible box in points."""
    page = writer.find_page_for_modification(0)[0].get_object()
    depth = 0
    while depth < 32:
        found = page.get("/CropBox") or page.get("/MediaBox")
        if found is not None and len(found) == 4:
            x1, y1, x2, y2 = (float(value) for value in found)
            return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
        if "/Parent" not in page:
            break
        page, depth = page["/Parent"], depth + 1
    return 0.0, 0.0, 595.0, 842.0
