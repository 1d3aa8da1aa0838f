"""From a file's content and a key to a signed file: one door to all formats, each loaded when it is wanted."""

from __future__ import annotations

from jpkidoctor.signing.formats.result import FormatRefusedError, SignedDocument, SigningDetails
from jpkidoctor.signing.formats.signer import require_document_key
from jpkidoctor.signing.key import SignatureFormat, SigningKey


def make_signature(content: bytes, form: SignatureFormat, key: SigningKey, details: SigningDetails) -> SignedDocument:
    """Sign ``content`` in this format. Blocks while the key signs; call it on a worker thread.

    Raises FormatRefusedError (before the key is used, but for ``timestamp_*``) and what the key raises.
    """
    require_document_key(key.certificate)
    if form is SignatureFormat.RAW:
        if details.timestamps is not None:
            raise FormatRefusedError("raw_timestamp")
        from jpkidoctor.signing.formats.raw import sign_raw

        return sign_raw(content, key)
    if form in (SignatureFormat.CMS, SignatureFormat.CMS_DETACHED):
        from jpkidoctor.signing.formats.cms import sign_cms

        return sign_cms(content, key, details, detached=form is SignatureFormat.CMS_DETACHED)
    if form in (SignatureFormat.PDF_TOUKI, SignatureFormat.PADES):
        from jpkidoctor.signing.formats.pdf import sign_pdf

        return sign_pdf(content, key, details, pades=form is SignatureFormat.PADES)
    from jpkidoctor.signing.formats.xml import sign_xml

    return sign_xml(content, key, details, xades=form is SignatureFormat.XADES)
