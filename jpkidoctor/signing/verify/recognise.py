"""What a file is, by its first bytes, and the DER inside of what is wrapped in text."""

from __future__ import annotations

import base64
import binascii
import re

from jpkidoctor.signing.verify.status import Kind

HEAD = 4096
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
"""OBJECT IDENTIFIER id-signedData (RFC 5652 §5.1)."""
_PEM = re.compile(rb"-----BEGIN (?:CMS|PKCS7|PKCS #7 SIGNED DATA)-----(.*?)-----END", re.DOTALL)
_MAIL = re.compile(rb"content-type:\s*application/(?:x-)?pkcs7-mime", re.IGNORECASE)
RAW_SIZES = (256, 384, 512)
"""Bytes of an RSA signature of 2048, 3072 or 4096 bits."""


def recognise(head: bytes, size: int, *, certificate_beside: bool) -> Kind:
    """The kind of a file of ``size`` bytes that begins with ``head`` (up to HEAD bytes)."""
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head[:1] == b"\x30" and _SIGNED_DATA in head[:32]:
        return Kind.CMS
    if size in RAW_SIZES and certificate_beside:
        return Kind.RAW
    if _PEM.search(head) or b"-----BEGIN CMS-----" in head or b"-----BEGIN PKCS7-----" in head or _MAIL.search(head):
        return Kind.CMS_TEXT
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Kind.XML
    if _SIGNED_DATA in _decoded(head[: len(head) // 4 * 4])[:32]:
        return Kind.CMS_TEXT
    return Kind.UNKNOWN


def _decoded(text: bytes) -> bytes:
    squeezed = b"".join(text.split())
    try:
        return base64.b64decode(squeezed[: len(squeezed) // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        return b""


def blocks_in(data: bytes) -> int:
    """How many PEM blocks there are, of whatever kind."""
    return data.count(b"-----BEGIN ")


def der_of_text(data: bytes) -> bytes | None:
    """The DER in PEM, an opaque S/MIME message or bare base64; None when there is none."""
    if (found := _PEM.search(data)) is not None:
        return _decoded(found[1]) or None
    if _MAIL.search(data[:HEAD]):
        body = re.split(rb"\r?\n\r?\n", data, maxsplit=1)
        return (_decoded(body[1]) or None) if len(body) == 2 else None
    return _decoded(data) or None
