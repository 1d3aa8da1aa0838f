"""From the bytes of a file to the DER of one certificate, or a clear refusal."""

from __future__ import annotations

import base64
import binascii
import re
from enum import StrEnum

from jpkidoctor.card.files import MAX_FILE, der_length

MAX_INPUT = 64 * 1024
"""A larger file holds more than one certificate, or none. Bytes."""

_PEM = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", re.DOTALL)


class Refusal(StrEnum):
    """Why bytes are no certificate; each has a sentence ``cert.refused.<id>``."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_DER = "not_der"
    CUT_SHORT = "cut_short"
    BAD_PEM = "bad_pem"
    NOT_A_CERTIFICATE = "not_a_certificate"


class UnreadableCertificateError(Exception):
    """The bytes hold no certificate that can be read."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


def certificate_der(data: bytes) -> bytes:
    """The first certificate's DER in ``data`` (DER or PEM); bytes after its end are cut.

    Looks at the outer length only. Raises UnreadableCertificateError.
    """
    if not data.strip(b"\0\xff \r\n\t"):
        raise UnreadableCertificateError(Refusal.EMPTY)
    if len(data) > MAX_INPUT:
        raise UnreadableCertificateError(Refusal.TOO_LARGE)
    if b"-----BEGIN" in data and data[:1] != b"\x30":
        data = _from_pem(data)
    total = der_length(data)
    if total is None:
        raise UnreadableCertificateError(Refusal.NOT_DER)
    if total > MAX_FILE:
        raise UnreadableCertificateError(Refusal.TOO_LARGE)
    if total > len(data):
        raise UnreadableCertificateError(Refusal.CUT_SHORT)
    return data[:total]


def _from_pem(data: bytes) -> bytes:
    found = _PEM.search(data)
    if found is None:
        raise UnreadableCertificateError(Refusal.BAD_PEM)
    try:
        return base64.b64decode(b"".join(found[1].split()), validate=True)
    except binascii.Error as error:
        raise UnreadableCertificateError(Refusal.BAD_PEM) from error
