"""RFC 3161 tokens: does the token belong to this signature, and who says so."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.trust import Anchor
from jpkidoctor.signing.verify.content import HASHES
from jpkidoctor.signing.verify.signature_value import public_key, verify_value
from jpkidoctor.signing.verify.signer_info import algorithm_of, find_certificate
from jpkidoctor.signing.verify.status import Line, LineId


@dataclass(frozen=True, slots=True)
class TokenReport:
    """The TIMESTAMP line, the token's time, and whether the person trusts its authority."""

    line: Line
    stamped: dt.datetime | None = None
    proven: bool = False


def judge_token(token: Any, value: bytes, anchors: tuple[Anchor, ...]) -> TokenReport:  # noqa: ANN401
    """Judge a token (asn1crypto ContentInfo) over the signature ``value``. Garbage is NG ``unreadable``."""
    try:
        return _judge(token, value, anchors)
    except Exception:  # a token may hold anything, and the parser's errors are of many kinds
        return TokenReport(Line(LineId.TIMESTAMP, Mark.NG, "unreadable"))


def _judge(token: Any, value: bytes, anchors: tuple[Anchor, ...]) -> TokenReport:  # noqa: ANN401
    from asn1crypto import tsp

    signed = token["content"]
    encapsulated = signed["encap_content_info"]
    if encapsulated["content_type"].native != "tst_info":
        return TokenReport(Line(LineId.TIMESTAMP, Mark.NG, "unreadable"))
    body = bytes(encapsulated["content"])
    info = tsp.TSTInfo.load(body, strict=True)
    imprint = info["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    stamped: dt.datetime = info["gen_time"].native
    params: tuple[tuple[str, str], ...] = (("time", stamped.astimezone(dt.UTC).isoformat()),)
    if (
        name not in HASHES
        or hashlib.new(name, value, usedforsecurity=False).digest() != imprint["hashed_message"].native
    ):
        return TokenReport(Line(LineId.TIMESTAMP, Mark.NG, "other_signature", params))
    (signer,) = signed["signer_infos"]
    certificate = find_certificate(signed, signer)
    if certificate is None:
        return TokenReport(Line(LineId.TIMESTAMP, Mark.UNCONFIRMED, "no_certificate", params), stamped)
    algorithm = algorithm_of(signer)
    attributes = signer["signed_attrs"]
    digests = [a["values"][0].native for a in attributes if a["type"].native == "message_digest"]
    if algorithm is None or digests != [hashlib.new(algorithm.hash, body, usedforsecurity=False).digest()]:
        return TokenReport(Line(LineId.TIMESTAMP, Mark.NG, "broken", params))
    digest = hashlib.new(algorithm.hash, attributes.untag().dump(force=True), usedforsecurity=False).digest()
    mark, _ = verify_value(public_key(certificate), signer["signature"].native, digest, algorithm)
    if mark is not Mark.OK or name in ("md5", "sha1"):
        return TokenReport(Line(LineId.TIMESTAMP, Mark.NG, "broken", params))
    authority = safe_text(certificate.subject.rfc4514_string(), 120)
    params = (*params, ("authority", authority))
    if _counts(certificate, stamped, anchors):
        return TokenReport(Line(LineId.TIMESTAMP, Mark.OK, "own_authority", params), stamped, proven=True)
    return TokenReport(Line(LineId.TIMESTAMP, Mark.UNCONFIRMED, "authority_unconfirmed", params), stamped)


def _counts(certificate: Any, when: dt.datetime, anchors: tuple[Anchor, ...]) -> bool:  # noqa: ANN401
    """Signed by a CA the person added, or added itself, for time stamping, and in its time."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    if x509.oid.ExtendedKeyUsageOID.TIME_STAMPING not in uses:
        return False
    if not certificate.not_valid_before_utc <= when <= certificate.not_valid_after_utc:
        return False
    for anchor in anchors:
        if anchor.pinned is not None:
            continue  # JPKI's authorities certify no timestamps
        authority = x509.load_der_x509_certificate(anchor.der)
        try:
            if authority != certificate:
                certificate.verify_directly_issued_by(authority)
        except (InvalidSignature, ValueError, TypeError):
            continue
        return True
    return False
