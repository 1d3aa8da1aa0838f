"""The line about revocation: not confirmed, unless the person gave a CRL or an OCSP response of the authority.

Nothing is fetched: revocation data goes to notified verifiers only, and a question to a server would tell which
document is being looked at (sign-verify.md §2).
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from typing import TYPE_CHECKING

from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.certificate_view import CertificateView
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.verify.request import Request, Supplied
from jpkidoctor.signing.verify.status import Line, LineId, Value

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.x509 import ocsp

_PEM = re.compile(rb"-----BEGIN [A-Z0-9 ]+-----(.*?)-----END", re.DOTALL)
_LATE = dt.timedelta(minutes=10)
_WITHOUT_END = dt.timedelta(days=1)


def revocation_line(view: CertificateView, issuer_der: bytes | None, request: Request) -> Line:
    """REVOCATION. OK only when a supplied list of the right authority is in time and does not name the serial."""
    supplied = [*((_crl, file) for file in request.crls), *((_ocsp, file) for file in request.ocsp)]
    if not supplied:
        return Line(LineId.REVOCATION, Mark.UNCONFIRMED, "not_checked")
    if issuer_der is None:
        return Line(LineId.REVOCATION, Mark.UNCONFIRMED, "no_authority")
    from cryptography import x509

    leaf, issuer = x509.load_der_x509_certificate(view.der), x509.load_der_x509_certificate(issuer_der)
    lines = []
    for look, file in supplied:
        try:
            lines.append(look(file, leaf, issuer, request.moment))
        except Exception:  # a supplied file may hold anything, and the parsers' errors are of many kinds
            lines.append(_line(Mark.UNCONFIRMED, "unreadable", file))
    for mark in (Mark.NG, Mark.OK):
        if found := next((line for line in lines if line.mark is mark), None):
            return found
    return lines[0]


def _line(mark: Mark, value: str, file: Supplied, *more: tuple[str, Value]) -> Line:
    return Line(LineId.REVOCATION, mark, value, (("file", safe_text(file.name, 80)), *more))


def _der(data: bytes) -> bytes:
    found = _PEM.search(data)
    return base64.b64decode(b"".join(found[1].split())) if found else data


def _day(moment: dt.datetime) -> tuple[str, Value]:
    return "day", moment.date().isoformat()


def _crl(file: Supplied, leaf: x509.Certificate, issuer: x509.Certificate, moment: dt.datetime) -> Line:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

    crl = x509.load_der_x509_crl(_der(file.data))
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or crl.issuer != issuer.subject or not crl.is_signature_valid(key):
        return _line(Mark.UNCONFIRMED, "other_authority", file)
    if any(e.critical and e.oid.dotted_string != "2.5.29.28" for e in crl.extensions):
        return _line(Mark.UNCONFIRMED, "unreadable", file)  # a partial list of a kind this does not know
    if not _is_about(crl, leaf):
        return _line(Mark.UNCONFIRMED, "other_certificate", file)
    entry = crl.get_revoked_certificate_by_serial_number(leaf.serial_number)
    if entry is not None and entry.revocation_date_utc <= moment:
        return _line(Mark.NG, "revoked", file, _day(entry.revocation_date_utc))
    if entry is not None or crl.last_update_utc > moment + _LATE or _is_late(crl, moment):
        return _line(Mark.UNCONFIRMED, "out_of_time", file, _day(crl.last_update_utc))
    return _line(Mark.OK, "not_on_list", file, _day(crl.last_update_utc))


def _is_about(crl: x509.CertificateRevocationList, leaf: x509.Certificate) -> bool:
    """Whether a list in parts is the part of this certificate: JPKI's are cut by municipality (RFC 5280 §5.2.5)."""
    from cryptography import x509

    try:
        part = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return True
    if part.only_contains_ca_certs or part.only_contains_attribute_certs or part.indirect_crl or part.only_some_reasons:
        return False
    if part.full_name is None and part.relative_name is None:
        return True
    try:
        points = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return False
    named = {name for point in points for name in point.full_name or ()}
    return bool(named & set(part.full_name or ()))


def _is_late(told: x509.CertificateRevocationList | ocsp.OCSPResponse, moment: dt.datetime) -> bool:
    """Past its next update; one that names none counts for a day, or an old one would count for ever."""
    if told.next_update_utc is not None:
        return told.next_update_utc < moment
    since = told.this_update_utc if hasattr(told, "this_update_utc") else told.last_update_utc
    return since + _WITHOUT_END < moment


def _ocsp(file: Supplied, leaf: x509.Certificate, issuer: x509.Certificate, moment: dt.datetime) -> Line:
    from cryptography.x509 import ocsp

    answer = ocsp.load_der_ocsp_response(_der(file.data))
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return _line(Mark.UNCONFIRMED, "unreadable", file)
    if not _answered_by(answer, issuer, moment):
        return _line(Mark.UNCONFIRMED, "other_authority", file)
    if answer.serial_number != leaf.serial_number or not _same_issuer(answer, issuer):
        return _line(Mark.UNCONFIRMED, "other_certificate", file)
    if answer.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        when = answer.revocation_time_utc or answer.this_update_utc
        return _line(Mark.NG, "revoked", file, _day(when))
    late = _is_late(answer, moment)
    if answer.certificate_status is not ocsp.OCSPCertStatus.GOOD or late or answer.this_update_utc > moment + _LATE:
        return _line(Mark.UNCONFIRMED, "out_of_time", file, _day(answer.this_update_utc))
    return _line(Mark.OK, "not_on_list", file, _day(answer.this_update_utc))


def _same_issuer(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    spki = issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    from asn1crypto import keys

    key_bits = keys.PublicKeyInfo.load(spki)["public_key"].contents[1:]
    digest = hashes.Hash(answer.hash_algorithm)
    digest.update(key_bits)
    return digest.finalize() == answer.issuer_key_hash


def _answered_by(answer: ocsp.OCSPResponse, issuer: x509.Certificate, moment: dt.datetime) -> bool:
    """Signed by the authority itself, or by a responder that it certified for OCSP (RFC 6960 §4.2.2.2)."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    hash_algorithm = answer.signature_hash_algorithm
    for responder in (issuer, *answer.certificates):
        key = responder.public_key()
        if not isinstance(key, rsa.RSAPublicKey) or hash_algorithm is None:
            continue
        try:
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), hash_algorithm)
            if responder == issuer:
                return True
            responder.verify_directly_issued_by(issuer)
            uses = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
            continue
        in_time = responder.not_valid_before_utc <= moment <= responder.not_valid_after_utc
        if in_time and x509.oid.ExtendedKeyUsageOID.OCSP_SIGNING in uses:
            return True
    return False
