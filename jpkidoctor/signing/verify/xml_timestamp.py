"""XAdES-T: the timestamps over an XML signature's value (ETSI EN 319 132-1 §5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jpkidoctor.signing.canonical import PLAIN, algorithm_of, canonical
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.trust import Anchor
from jpkidoctor.signing.verify.content import Content
from jpkidoctor.signing.verify.status import Line, LineId
from jpkidoctor.signing.verify.token import TokenReport, judge_token
from jpkidoctor.signing.verify.xml_methods import DS, unbase64

if TYPE_CHECKING:
    from lxml import etree

_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_PATH = f"{DS}Object/{_XADES}QualifyingProperties/{_XADES}UnsignedProperties/{_XADES}UnsignedSignatureProperties"
MAX_TOKENS = 16
_NONE = TokenReport(Line(LineId.TIMESTAMP, Mark.NOT_APPLICABLE, "none"))


def judge_xml_timestamps(
    signature: etree._Element, anchors: tuple[Anchor, ...], others: tuple[bytes, ...]
) -> TokenReport:
    """The worst of the timestamps when one is NG, else the earliest that is proven, else the first."""
    stamps = signature.findall(f"{_PATH}/{_XADES}SignatureTimeStamp")[:MAX_TOKENS]
    reports = [_judge(signature, stamp, anchors, others) for stamp in stamps]
    bad = [report for report in reports if report.line.mark is Mark.NG]
    proven = sorted((r for r in reports if r.proven and r.stamped is not None), key=lambda r: str(r.stamped))
    return next(iter([*bad, *proven, *reports]), _NONE)


def _judge(
    signature: etree._Element, stamp: etree._Element, anchors: tuple[Anchor, ...], others: tuple[bytes, ...]
) -> TokenReport:
    from asn1crypto import cms

    value = signature.find(f"{DS}SignatureValue")
    method = stamp.find(f"{DS}CanonicalizationMethod")
    way = algorithm_of(method) if method is not None else PLAIN
    tokens = stamp.findall(f"{_XADES}EncapsulatedTimeStamp")
    if value is None or way is None or len(tokens) != 1 or stamp.find(f"{_XADES}Include") is not None:
        return TokenReport(Line(LineId.TIMESTAMP, Mark.UNCONFIRMED, "other_form"))
    try:
        token = cms.ContentInfo.load(unbase64(tokens[0].text), strict=True)
        over = Content(canonical(value, way))
    except Exception:  # what came may hold anything, and the parser's errors are of many kinds
        return TokenReport(Line(LineId.TIMESTAMP, Mark.NG, "unreadable"))
    return judge_token(token, over, anchors, others=others)
