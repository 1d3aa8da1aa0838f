"""A bare RSA signature with its certificate and the original beside it."""

from __future__ import annotations

from pathlib import Path

from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.der import MAX_INPUT, UnreadableCertificateError, certificate_der
from jpkidoctor.signing.verify.cms import in_order
from jpkidoctor.signing.verify.content import Content
from jpkidoctor.signing.verify.signature_value import Algorithm, key_words, public_key, verify_value
from jpkidoctor.signing.verify.signer import SignerJudge, Times, algorithm_line
from jpkidoctor.signing.verify.status import Line, LineId, SignatureStatus

_ALGORITHM = Algorithm("pkcs1", "sha256")


def judge_raw(signature: bytes, certificate: Path, content: Content | None, judge: SignerJudge) -> SignatureStatus:
    """The status of the one signature. A certificate file that cannot be read is the SIGNER line's NG."""
    try:
        with certificate.open("rb") as file:
            der = certificate_der(file.read(MAX_INPUT + 1))
    except (OSError, UnreadableCertificateError):
        return SignatureStatus(1, "pkcs1", (Line(LineId.SIGNER, Mark.NG, "unreadable"),))
    from cryptography import x509

    report = judge.judge(der, (), Times())
    if report.origin is None:
        return SignatureStatus(1, "pkcs1", report.lines)
    key = public_key(x509.load_der_x509_certificate(der))
    direct = Line(LineId.DIGEST, Mark.NOT_APPLICABLE, "no_attributes")
    if content is None:
        read = Line(LineId.CONTENT, Mark.UNCONFIRMED, "original_missing")
        value = Line(LineId.SIGNATURE, Mark.UNCONFIRMED, "original_missing")
    else:
        try:
            digest = content.digest("sha256")
            read = Line(LineId.CONTENT, Mark.OK, "read", (("size", content.size), ("sha256", digest.hex().upper())))
            value = Line(LineId.SIGNATURE, *verify_value(key, signature, digest, _ALGORITHM))
            if content.is_part_of_a_signature():
                direct = Line(LineId.DIGEST, Mark.NG, "attributes_as_content")
        except OSError:
            read = Line(LineId.CONTENT, Mark.UNCONFIRMED, "original_unreadable")
            value = Line(LineId.SIGNATURE, Mark.UNCONFIRMED, "original_missing")
    lines = (
        read,
        direct,
        Line(LineId.ATTRIBUTES, Mark.NOT_APPLICABLE, "raw"),
        value,
        *report.lines,
        Line(LineId.TIMESTAMP, Mark.NOT_APPLICABLE, "none"),
        algorithm_line("sha256", "pkcs1", key_words(key), der),
    )
    return SignatureStatus(1, "pkcs1", in_order(lines), report.origin, report.authority, report.name)
