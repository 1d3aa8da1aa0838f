"""PDF signatures: ours to count and to check the ranges of, pyHanko's to judge what was changed later.

pyHanko passes over signatures of an unknown SubFilter in silence (sign-verify.md §4.4 item 7), so the fields are
counted here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.pdf_objects import entry, form_fields
from jpkidoctor.signing.verify.cms import NotCmsError, in_order, judge_cms, parse_cms
from jpkidoctor.signing.verify.content import Content
from jpkidoctor.signing.verify.signer import SignerJudge
from jpkidoctor.signing.verify.status import DOCUMENT_TIMESTAMP, Line, LineId, SignatureStatus, Value
from jpkidoctor.signing.verify.token import judge_token

_JUDGED = frozenset({"adbe.pkcs7.detached", "ETSI.CAdES.detached"})
MAX_SIGNATURES = 64
_BLANK = b"\0\t\n\f\r "
_RANGE = re.compile(rb"/ByteRange\s*\[\s*\d+\s+\d+\s+\d+\s+\d+\s*\]")


class NotPdfError(Exception):
    """The bytes are no PDF that may be judged. ``value`` is the CONTAINER line's word."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """A signature dictionary, and the name of its field."""

    field: str
    dictionary: Any
    sub_filter: str


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A PDF that was read, with all its filled signature fields in the order of their ranges."""

    data: bytes
    reader: Any
    signatures: tuple[PdfSignature, ...]
    strict: bool
    """It was read without mending anything: another program may mend a broken table in another way."""
    found: int
    """Signatures of the form, or ranges that stand in the file when these are more: none is passed over."""


def read_pdf(data: bytes) -> PdfFile:
    """Raises NotPdfError ``unreadable``, ``encrypted`` or ``bomb``; to be called within limits."""
    from jpkidoctor.signing.pdf_reading import unpacks_too_much

    try:
        try:
            reader, found = _read(data, strict=True)
            strict = True
        except NotPdfError:
            raise
        except Exception:  # not by the book, as many programs write
            reader, found = _read(data, strict=False)
            strict = False
    except NotPdfError:
        raise
    except Exception as error:  # a PDF may be broken in every way, and the parser's errors are of many kinds
        raise NotPdfError("bomb" if unpacks_too_much(error) else "unreadable") from error
    loose = sum(1 for _ in _RANGE.finditer(data))
    signatures = tuple(sorted(found, key=lambda one: _end(one.dictionary)))
    return PdfFile(data, reader, signatures, strict, max(len(found), loose))


def _read(data: bytes, *, strict: bool) -> tuple[Any, list[PdfSignature]]:
    from jpkidoctor.signing.pdf_reading import pdf_reader

    reader = pdf_reader(data, strict=strict)
    if reader.encrypted:
        raise NotPdfError("encrypted")
    return reader, list(_signatures(reader))


def _signatures(reader: Any) -> Iterator[PdfSignature]:  # noqa: ANN401
    for field in form_fields(reader.root):
        value = entry(field.dictionary, "/V", None)
        if field.kind == "/Sig" and value is not None:
            yield PdfSignature(field.name, value, str(entry(value, "/SubFilter", "")).removeprefix("/"))


def _end(dictionary: Any) -> int:  # noqa: ANN401
    numbers = _byte_range(dictionary)
    return numbers[2] + numbers[3] if numbers else 0


def _byte_range(dictionary: Any) -> tuple[int, int, int, int] | None:  # noqa: ANN401
    try:
        numbers = tuple(int(number) for number in entry(dictionary, "/ByteRange", ()))
    except (TypeError, ValueError):
        return None
    return numbers if len(numbers) == 4 else None


def judge_pdf(file: PdfFile, judge: SignerJudge) -> tuple[SignatureStatus, ...]:
    """A status for every signature, of whatever kind."""
    judged: dict[int, SignatureStatus] = {}
    existed: dt.datetime | None = None
    # From the last to the first: a document timestamp proves that all before it was there.
    for place in range(min(len(file.signatures), MAX_SIGNATURES), 0, -1):
        judged[place] = _one(file, file.signatures[place - 1], place, judge, existed)
        stamped = judged[place].proven
        existed = stamped if existed is None or (stamped is not None and stamped < existed) else existed
    return tuple(judged[place] for place in sorted(judged))


def _one(
    file: PdfFile, signature: PdfSignature, number: int, judge: SignerJudge, existed: dt.datetime | None
) -> SignatureStatus:
    form = safe_text(signature.sub_filter, 40) or "?"
    ranges = _check_range(file.data, signature.dictionary)
    changes = _changes(file, signature, ranges)
    if signature.sub_filter not in _JUDGED | {DOCUMENT_TIMESTAMP}:
        other = Line(LineId.SIGNATURE, Mark.NG, "other_sub_filter", (("sub_filter", form),))
        return SignatureStatus(number, form, in_order((ranges.line, other, changes)))
    if ranges.der is None:
        return SignatureStatus(number, form, in_order((ranges.line, changes)))
    try:
        parsed = parse_cms(ranges.der)
    except NotCmsError as error:
        return SignatureStatus(
            number, form, in_order((ranges.line, Line(LineId.SIGNATURE, Mark.NG, error.value), changes))
        )
    content = Content(ranges.parts)
    if signature.sub_filter == DOCUMENT_TIMESTAMP:
        return _timestamp(ranges, changes, content, number, form, judge)
    if not parsed.detached:
        inside = Line(LineId.SIGNATURE, Mark.NG, "content_inside")
        return SignatureStatus(number, form, in_order((ranges.line, inside, changes)))
    claimed = _written_time(signature.dictionary)
    statuses = judge_cms(parsed, content, judge, form, first=number, before=(ranges.line,), claimed=claimed,
                         existed=existed)  # fmt: skip
    if len(statuses) != 1:  # ISO 32000-1 §12.8.3.3.1: one signer
        many = Line(LineId.SIGNATURE, Mark.NG, "not_one_signer")
        return SignatureStatus(number, form, in_order((ranges.line, many, changes)))
    status = statuses[0]
    return SignatureStatus(
        number, form, in_order((*status.lines, changes)), status.origin, status.authority, status.signer,
        status.claimed, status.stamped,
    )  # fmt: skip


def _written_time(dictionary: Any) -> dt.datetime | None:  # noqa: ANN401
    """M of the signature dictionary: the signer's claim where the attributes hold none, as in PAdES."""
    from pyhanko.pdf_utils.generic import parse_pdf_date

    try:
        when = parse_pdf_date(str(entry(dictionary, "/M", "")), strict=False)
    except Exception:  # the entry may hold anything, and the parser's errors are of many kinds
        return None
    return when if isinstance(when, dt.datetime) and when.tzinfo is not None else None


def _timestamp(
    ranges: _Ranges, changes: Line, content: Content, number: int, form: str, judge: SignerJudge
) -> SignatureStatus:
    """A document timestamp: it says when the document was there, and nothing of a signer."""
    from asn1crypto import cms

    token = judge_token(
        cms.ContentInfo.load(ranges.der), content, judge.request.anchors, differs="other_document"
    )  # fmt: skip
    lines = in_order((ranges.line, token.line, changes))
    good = token.proven and ranges.line.mark is Mark.OK
    return SignatureStatus(number, form, lines, stamped=token.stamped, proven=token.stamped if good else None)


@dataclass(frozen=True, slots=True)
class _Ranges:
    line: Line
    parts: tuple[memoryview, ...] = ()
    der: bytes | None = None
    end: int = 0


def _check_range(data: bytes, dictionary: Any) -> _Ranges:  # noqa: ANN401
    """The ByteRange must begin at 0, leave out the Contents string alone, and end where a revision ends."""

    def wrong(value: str) -> _Ranges:
        return _Ranges(Line(LineId.CONTENT, Mark.NG, value))

    numbers = _byte_range(dictionary)
    if numbers is None:
        return wrong("byte_range_missing")
    start, length, again, rest = numbers
    if min(numbers) < 0 or start != 0 or again + rest > len(data):
        return wrong("byte_range_outside")
    if again < length:
        return wrong("byte_range_overlap")
    gap = data[length:again]
    if len(gap) < 2 or gap[:1] != b"<" or gap[-1:] != b">":
        return wrong("byte_range_gap")
    try:
        contents = bytes.fromhex(gap[1:-1].decode("ascii"))
    except ValueError:
        return wrong("byte_range_gap")  # something else hides in the part that nobody signed
    try:
        stated = bytes(dictionary.raw_get("/Contents"))
    except Exception:  # an indirect or wrong entry; the gap is then no string of this dictionary
        return wrong("contents_elsewhere")
    if stated != contents:
        return wrong("contents_elsewhere")
    total = _cms_length(contents)
    if total is None:
        return wrong("contents_unreadable")
    if contents[total:].strip(b"\0"):
        return wrong("contents_trailing")
    end = again + rest
    if b"%%EOF" not in data[max(0, end - 32) : end]:
        return wrong("byte_range_revision")
    whole = end == len(data)
    params = (("size", length + rest), ("after", len(data) - end), ("total", len(data)))
    line = Line(LineId.CONTENT, Mark.OK, "whole" if whole else "revision", params)
    view = memoryview(data)
    return _Ranges(line, (view[:length], view[again:end]), contents[:total], end)


def _cms_length(contents: bytes) -> int | None:
    """Bytes of the DER or BER at the start (some signers write indefinite lengths); None when it is cut short."""
    from asn1crypto import parser

    if contents[:1] != b"\x30":
        return None
    try:
        length: int = parser.peek(contents)
    except (ValueError, RecursionError):
        return None
    return length if length > 2 else None  # an empty SEQUENCE is no CMS


def _changes(file: PdfFile, signature: PdfSignature, ranges: _Ranges) -> Line:
    """What was added after this signature, judged by pyHanko's difference analysis."""
    if ranges.end == 0:
        return Line(LineId.CHANGES, Mark.UNCONFIRMED, "not_judged")
    params = (("after", len(file.data) - ranges.end),)
    if file.reader.xrefs.hybrid_xrefs_present:
        return Line(LineId.CHANGES, Mark.UNCONFIRMED, "hybrid", params)  # two tables, which may show two documents
    if ranges.end == len(file.data):
        return Line(LineId.CHANGES, Mark.OK, "none", params)
    if not file.strict:
        return Line(LineId.CHANGES, Mark.UNCONFIRMED, "not_strict", params)
    from pyhanko.pdf_utils.misc import PdfStrictReadError
    from pyhanko.sign.diff_analysis import ModificationLevel

    from jpkidoctor.signing.pdf_reading import unpacks_too_much

    try:
        (embedded,) = (one for one in file.reader.embedded_signatures if _is(one, signature))
        embedded.compute_integrity_info()
        level = getattr(embedded.diff_result, "modification_level", ModificationLevel.OTHER)
        allowed = embedded.summarise_integrity_info()["docmdp_ok"]
        bomb = unpacks_too_much(embedded.diff_result)
    except PdfStrictReadError:
        return Line(LineId.CHANGES, Mark.UNCONFIRMED, "not_strict", params)
    except Exception as error:  # what cannot be judged is not called harmless
        bomb, level, allowed = unpacks_too_much(error), None, False
        if not bomb:
            return Line(LineId.CHANGES, Mark.NG, "unreadable", params)
    if bomb:
        return Line(LineId.CHANGES, Mark.UNCONFIRMED, "bomb", params)
    if level is ModificationLevel.OTHER or allowed is False:
        return Line(LineId.CHANGES, Mark.NG, "changed", params)
    if level is ModificationLevel.NONE:
        # Nothing of it belongs to the document as pyHanko reads it. A program that mends files would find it.
        loose = bool(file.data[ranges.end :].strip(_BLANK))
        return Line(LineId.CHANGES, Mark.NG if loose else Mark.OK, "loose" if loose else "none", params)
    if level is ModificationLevel.ANNOTATIONS:
        return Line(LineId.CHANGES, Mark.UNCONFIRMED, "annotations", params)
    return _allowed(file, ranges, embedded.diff_result, params)


def _is(embedded: Any, signature: PdfSignature) -> bool:  # noqa: ANN401
    """Whether pyHanko means the same signature: names of fields can be there twice."""
    same: bool = embedded.sig_object.container_ref == signature.dictionary.container_ref
    return same and embedded.field_name == signature.field


def _allowed(file: PdfFile, ranges: _Ranges, difference: Any, params: tuple[tuple[str, Value], ...]) -> Line:  # noqa: ANN401
    """Changes that a later signature may bring, told apart: further signatures alone, or filled-in fields too."""
    signature_fields = {field.name for field in form_fields(file.reader.root) if field.kind == "/Sig"}
    later = [place for place, one in enumerate(file.signatures, 1) if _end(one.dictionary) > ranges.end]
    if not set(difference.changed_form_fields) <= signature_fields:
        return Line(LineId.CHANGES, Mark.OK, "signatures_or_forms", params)
    if not later:
        return Line(LineId.CHANGES, Mark.OK, "data", params)
    params = (*params, ("later", ", ".join(str(place) for place in later)))
    stamps = any(file.signatures[place - 1].sub_filter == DOCUMENT_TIMESTAMP for place in later)
    return Line(LineId.CHANGES, Mark.OK, "signatures_and_timestamps" if stamps else "signatures", params)
