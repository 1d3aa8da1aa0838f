"""RFC 3161 tokens: does the token belong to what it is with, and who says so."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.trust import Anchor
from jpkidoctor.signing.verify.content import HASHES, Content
from jpkidoctor.signing.verify.signature_value import verify_value
from jpkidoctor.signing.verify.signer_info import (
    algorithm_of,
    attributes_of,
    certificates_of,
    find_certificate,
    recorded_certificate_fits,
    signed_attributes,
)
from jpkidoctor.signing.verify.status import Line, LineId
from jpkidoctor.signing.verify.token_chain import is_for_timestamps, leads_to_anchor

_WEAK = frozenset({"md5", "sha1"})


@dataclass(frozen=True, slots=True)
class TokenReport:
    """The TIMESTAMP line, the token's time, and whether it comes from an authority that the person added."""

    line: Line
    stamped: dt.datetime | None = None
    proven: bool = False


def judge_token(
    token: Any,  # noqa: ANN401 - asn1crypto has no types
    over: Content,
    anchors: tuple[Anchor, ...],
    *,
    others: Iterable[bytes] = (),
    differs: str = "other_signature",
) -> TokenReport:
    """Judge a token (asn1crypto ContentInfo) over a signature value or a document. Garbage is NG ``unreadable``.

    ``others`` are certificates that came from outside of the token; ``differs`` is the word for a token of
    something else.
    """
    try:
        return _judge(token, over, anchors, tuple(others), differs)
    except Exception:  # a token may hold anything, and the parser's errors are of many kinds
        return TokenReport(Line(LineId.TIMESTAMP, Mark.NG, "unreadable"))


def _judge(
    token: Any,  # noqa: ANN401
    over: Content,
    anchors: tuple[Anchor, ...],
    others: tuple[bytes, ...],
    differs: str,
) -> TokenReport:
    from asn1crypto import tsp

    if token["content_type"].native != "signed_data":
        return TokenReport(Line(LineId.TIMESTAMP, Mark.NG, "unreadable"))
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

    def wrong(value: str) -> TokenReport:
        return TokenReport(Line(LineId.TIMESTAMP, Mark.NG, value, params))

    if name not in HASHES or over.digest(name) != imprint["hashed_message"].native:
        return wrong(differs)
    (signer,) = signed["signer_infos"]
    at_hand = (*others, *(anchor.der for anchor in anchors if anchor.purpose == "timestamp"))
    found = find_certificate(signed, signer, at_hand)
    if found is None:
        return TokenReport(Line(LineId.TIMESTAMP, Mark.UNCONFIRMED, "no_certificate", params), stamped)
    algorithm = algorithm_of(signer)
    if algorithm is None:
        return TokenReport(Line(LineId.TIMESTAMP, Mark.UNCONFIRMED, "unknown_algorithm", params), stamped)
    if algorithm.hash in _WEAK or name in _WEAK:
        return wrong("weak")
    if not _signed_right(signer, found.der, body, algorithm.hash):
        return wrong("broken")
    digest = hashlib.new(algorithm.hash, signed_attributes(signer)).digest()
    mark, _ = verify_value(found.key, signer["signature"].native, digest, algorithm)
    if mark is Mark.UNCONFIRMED:
        return TokenReport(Line(LineId.TIMESTAMP, Mark.UNCONFIRMED, "unknown_algorithm", params), stamped)
    if mark is not Mark.OK:
        return wrong("broken")
    certificate = found.certificate
    params = (*params, ("authority", safe_text(certificate.subject.rfc4514_string(), 120)))
    if not is_for_timestamps(certificate):
        return TokenReport(Line(LineId.TIMESTAMP, Mark.UNCONFIRMED, "not_for_timestamps", params), stamped)
    if leads_to_anchor(certificate, (*certificates_of(signed), *others), anchors, stamped):
        return TokenReport(Line(LineId.TIMESTAMP, Mark.OK, "own_authority", params), stamped, proven=True)
    return TokenReport(Line(LineId.TIMESTAMP, Mark.UNCONFIRMED, "authority_unconfirmed", params), stamped)


def _signed_right(signer: Any, certificate: bytes, body: bytes, hash_name: str) -> bool:  # noqa: ANN401
    """contentType, messageDigest and the recorded certificate, all of which a token must have (RFC 3161 §2.4.2)."""
    attributes = attributes_of(signer)
    kind, digest = attributes.get("content_type"), attributes.get("message_digest")
    return (
        all(value is not None for value in attributes.values())
        and kind is not None
        and kind.native == "tst_info"
        and digest is not None
        and digest.native == hashlib.new(hash_name, body).digest()
        and recorded_certificate_fits(attributes, certificate) is True
    )
