"""CMS SignedData: every signer with its own lines. Own thin code over asn1crypto and cryptography.

``openssl`` and asn1crypto both read past trailing bytes; this does not (sign-verify.md §4.4 item 15).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.verify.content import Content
from jpkidoctor.signing.verify.signature_value import Algorithm, key_words, verify_value
from jpkidoctor.signing.verify.signer import SignerJudge, Times, algorithm_line
from jpkidoctor.signing.verify.signer_info import (
    ESS_V1,
    ESS_V2,
    Found,
    OtherHashError,
    algorithm_of,
    attributes_of,
    certificates_of,
    find_certificate,
    recorded_certificate_fits,
    signed_attributes,
)
from jpkidoctor.signing.verify.status import Line, LineId, SignatureStatus
from jpkidoctor.signing.verify.token import TokenReport, judge_token

MAX_SIGNERS = 64
_PADES = "ETSI.CAdES.detached"


class NotCmsError(Exception):
    """The bytes are no SignedData. ``value`` is the CONTAINER line's word."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


@dataclass(frozen=True, slots=True)
class Parsed:
    """A SignedData that was read to its last byte."""

    signed: Any
    detached: bool
    inside: bytes
    """The content when it is inside; empty when detached."""


def parse_cms(der: bytes) -> Parsed:
    """Raises NotCmsError ``unreadable``, ``trailing`` or ``not_signed_data``."""
    from asn1crypto import cms, core, parser, tsp

    assert tsp.SigningCertificateV2  # noqa: S101 - its import teaches asn1crypto the attribute
    try:
        if parser.peek(der) != len(der):  # BER of indefinite length, as streaming signers write it, has an end too
            raise NotCmsError("trailing")
        info = cms.ContentInfo.load(der)
        if info["content_type"].native != "signed_data":
            raise NotCmsError("not_signed_data")
        signed = info["content"]
        encapsulated = signed["encap_content_info"]
        content = encapsulated["content"]
        detached = isinstance(content, core.Void)
        inside = b"" if detached else bytes(content)
    except NotCmsError:
        raise
    except Exception as error:  # bytes may be anything, and the parser's errors are of many kinds
        raise NotCmsError("unreadable") from error
    return Parsed(signed, detached, inside)


def judge_cms(
    parsed: Parsed,
    content: Content | None,
    judge: SignerJudge,
    form: str,
    *,
    first: int = 1,
    before: tuple[Line, ...] = (),
    claimed: dt.datetime | None = None,
    existed: dt.datetime | None = None,
) -> tuple[SignatureStatus, ...]:
    """A status for each signer. ``content`` is the original of a detached signature, None when it is missing.

    ``before`` are lines that come first in each (a PDF's ByteRange takes the place of CONTENT); ``claimed`` is the
    signer's time where the attributes hold none; ``existed`` when the signature existed by a proof from outside of
    it, such as a document timestamp of an authority that the person added.
    """
    signed = parsed.signed
    if not parsed.detached:
        content = Content(parsed.inside)
    others = certificates_of(signed)
    return tuple(
        _one(signed, signer, content, judge, form, first + place, others, before, claimed, existed)
        for place, signer in enumerate(list(signed["signer_infos"])[:MAX_SIGNERS])
    )


def _one(
    signed: Any,  # noqa: ANN401
    signer: Any,  # noqa: ANN401
    content: Content | None,
    judge: SignerJudge,
    form: str,
    number: int,
    others: tuple[bytes, ...],
    before: tuple[Line, ...],
    written: dt.datetime | None,
    existed: dt.datetime | None,
) -> SignatureStatus:
    algorithm = algorithm_of(signer)
    certificate = find_certificate(signed, signer)
    der = certificate.der if certificate is not None else b""
    attributes = attributes_of(signer)
    content_lines = before or (_content_line(content),)
    token = _token(signer, judge, others)
    claimed = _claimed(attributes) or written
    stamped = token.stamped if token.proven or existed is None else existed
    times = Times(claimed, stamped, stamped if token.proven or existed is not None else None)
    if algorithm is None:
        name = safe_text(str(signer["digest_algorithm"]["algorithm"].native), 40)
        digest = Line(LineId.DIGEST, Mark.UNCONFIRMED, "unknown_algorithm", (("algorithm", name),))
        value = Line(LineId.SIGNATURE, Mark.UNCONFIRMED, "unknown_algorithm")
        strength = Line(LineId.ALGORITHM, Mark.UNCONFIRMED, "unknown")
    else:
        digest, signed_digest = _digest(signed, signer, attributes, content, algorithm.hash)
        value = _value(signer, certificate, signed_digest, algorithm)
        key = key_words(certificate.key) if certificate is not None else ("?", 0)
        strength = algorithm_line(algorithm.hash, algorithm.scheme, key, der or None)
    report = judge.judge(der, others, times) if der else None
    signer_lines = report.lines if report else (Line(LineId.SIGNER, Mark.NG, "missing"),)
    lines = (
        *content_lines,
        digest,
        _attributes_line(signed, signer, attributes, certificate, der, form),
        value,
        *signer_lines,
        token.line,
        strength,
    )
    shape = "cades" if form == "cms" and {ESS_V1, ESS_V2} & set(attributes) else form
    return SignatureStatus(
        number,
        shape,
        in_order(lines),
        report.origin if report else None,
        report.authority if report else "",
        report.name if report else None,
        claimed,
        stamped,
    )


def in_order(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines in the order of LineId."""
    order = {line_id: place for place, line_id in enumerate(LineId)}
    return tuple(sorted(lines, key=lambda line: order[line.id]))


def _has_attributes(signer: Any) -> bool:  # noqa: ANN401
    """Whether the SET is there; an empty one is there, and says nothing of the content."""
    from asn1crypto import core

    return not isinstance(signer["signed_attrs"], core.Void)


def _content_line(content: Content | None) -> Line:
    if content is None:
        return Line(LineId.CONTENT, Mark.UNCONFIRMED, "original_missing")
    try:
        params = (("size", content.size), ("sha256", content.digest("sha256").hex().upper()))
    except OSError:
        return Line(LineId.CONTENT, Mark.UNCONFIRMED, "original_unreadable")
    return Line(LineId.CONTENT, Mark.OK, "read", params)


def _digest(
    signed: Any,  # noqa: ANN401
    signer: Any,  # noqa: ANN401
    attributes: dict[str, Any],
    content: Content | None,
    hash_name: str,
) -> tuple[Line, bytes | None]:
    """The DIGEST line, and the digest that the signature value is over (None: not to be had)."""
    try:
        own = content.digest(hash_name) if content is not None else None
        taken = content is not None and content.is_part_of_a_signature()
    except OSError:
        own, taken = None, False
    if not _has_attributes(signer):
        # Without attributes the value is over the content itself; nothing stands between to compare.
        if taken:
            return Line(LineId.DIGEST, Mark.NG, "attributes_as_content"), own
        return Line(LineId.DIGEST, Mark.NOT_APPLICABLE, "no_attributes"), own
    over = hashlib.new(hash_name, signed_attributes(signer), usedforsecurity=False).digest()
    named = attributes.get("message_digest")
    if named is None:
        return Line(LineId.DIGEST, Mark.NG, "missing"), over
    if own is None:
        return Line(LineId.DIGEST, Mark.UNCONFIRMED, "original_missing"), over
    same = named.native == own
    if not same and content is not None and _is_same_text(content, hash_name, named.native):
        return Line(LineId.DIGEST, Mark.UNCONFIRMED, "line_ends"), over
    return Line(LineId.DIGEST, Mark.OK if same else Mark.NG, "same" if same else "differs"), over


def _is_same_text(content: Content, hash_name: str, digest: bytes) -> bool:
    try:
        return content.digest_as_text(hash_name) == digest
    except OSError:
        return False


def _value(signer: Any, certificate: Found | None, digest: bytes | None, algorithm: Algorithm) -> Line:  # noqa: ANN401
    if certificate is None:
        return Line(LineId.SIGNATURE, Mark.UNCONFIRMED, "no_certificate")
    if digest is None:
        return Line(LineId.SIGNATURE, Mark.UNCONFIRMED, "original_missing")
    mark, value = verify_value(certificate.key, signer["signature"].native, digest, algorithm)
    return Line(LineId.SIGNATURE, mark, value)


def _attributes_line(
    signed: Any,  # noqa: ANN401
    signer: Any,  # noqa: ANN401
    attributes: dict[str, Any],
    certificate: Found | None,
    der: bytes,
    form: str,
) -> Line:
    """RFC 5652 asks for contentType and messageDigest alone; CAdES, and so PAdES, for the signing certificate too."""
    content_type = signed["encap_content_info"]["content_type"].native
    if not _has_attributes(signer):
        if content_type != "data":  # RFC 5652 §5.3: they must be there
            return Line(LineId.ATTRIBUTES, Mark.NG, "content_type")
        open_one = Line(LineId.ATTRIBUTES, Mark.UNCONFIRMED, "no_signing_certificate")
        return open_one if form == _PADES else Line(LineId.ATTRIBUTES, Mark.NOT_APPLICABLE, "none")
    if any(value is None for value in attributes.values()):
        return Line(LineId.ATTRIBUTES, Mark.NG, "twice")
    kind = attributes.get("content_type")
    if kind is None or kind.native != content_type:
        return Line(LineId.ATTRIBUTES, Mark.NG, "content_type")
    if certificate is None:
        return Line(LineId.ATTRIBUTES, Mark.UNCONFIRMED, "no_certificate")
    try:
        fits = recorded_certificate_fits(attributes, der)
    except OtherHashError:
        return Line(LineId.ATTRIBUTES, Mark.UNCONFIRMED, "other_hash")
    if fits is None:
        if form == _PADES:
            return Line(LineId.ATTRIBUTES, Mark.UNCONFIRMED, "no_signing_certificate")
        return Line(LineId.ATTRIBUTES, Mark.NOT_APPLICABLE, "not_recorded")
    return Line(LineId.ATTRIBUTES, Mark.OK if fits else Mark.NG, "fits" if fits else "other_certificate")


def _claimed(attributes: dict[str, Any]) -> dt.datetime | None:
    value = attributes.get("signing_time")
    when = value.native if value is not None else None
    return when if isinstance(when, dt.datetime) and when.tzinfo is not None else None


def _token(signer: Any, judge: SignerJudge, others: tuple[bytes, ...]) -> TokenReport:  # noqa: ANN401
    for attribute in signer["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token" and len(attribute["values"]):
            over = Content(signer["signature"].native)
            return judge_token(attribute["values"][0], over, judge.request.anchors, others=others)
    return TokenReport(Line(LineId.TIMESTAMP, Mark.NOT_APPLICABLE, "none"))
