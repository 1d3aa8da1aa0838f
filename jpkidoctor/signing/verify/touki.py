"""The nine entries that a filing PDF for 登記 is asked for (sign-verify.md §3, §7.1 item 13).

This looks at the form alone. Whether an office accepts a file is the office's to say.
"""

from __future__ import annotations

import re
from typing import Any

from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.pdf_objects import entry
from jpkidoctor.signing.verify.pdf import PdfFile, PdfSignature
from jpkidoctor.signing.verify.status import Line, LineId, SignatureStatus, ToukiId, ToukiLine

_PDF_DATE = re.compile(r"D:\d{14}(?:Z(?:00'?00'?)?|[+-]\d\d'?\d\d'?)")
"""To the second and with its zone (ISO 32000-1 §7.9.4)."""


def judge_touki(file: PdfFile, statuses: tuple[SignatureStatus, ...]) -> tuple[ToukiLine, ...]:
    """Nine lines for each signature; a document timestamp is none."""
    return tuple(
        line
        for signature, status in zip(file.signatures, statuses, strict=False)
        if not status.is_timestamp
        for line in _lines(signature, status)
    )


def _lines(signature: PdfSignature, status: SignatureStatus) -> list[ToukiLine]:
    dictionary = signature.dictionary

    def line(entry_id: ToukiId, good: bool, value: str, **params: str | int) -> ToukiLine:
        return ToukiLine(status.number, entry_id, Mark.OK if good else Mark.NG, value, tuple(params.items()))

    kind = str(entry(dictionary, "/Type", ""))
    sub_filter = safe_text(signature.sub_filter, 40)
    name = _text(entry(dictionary, "/Name", ""))
    when = _text(entry(dictionary, "/M", ""))
    dated = _PDF_DATE.fullmatch(when) is not None
    content = status.line(LineId.CONTENT)
    whole = content is not None and content.mark is Mark.OK
    at_end = content is not None and content.value == "whole"
    changes = status.line(LineId.CHANGES)
    co_signed = whole and changes is not None and (changes.mark, changes.value) == (Mark.OK, "signatures")
    covered = "whole" if at_end else "co_signed" if co_signed else "bytes_after" if whole else "wrong"
    later = dict(changes.params).get("later", "") if changes is not None else ""
    signed = status.line(LineId.SIGNATURE)
    return [
        line(ToukiId.TYPE, kind == "/Sig", "sig" if kind == "/Sig" else "absent" if not kind else "other"),
        line(
            ToukiId.SUB_FILTER,
            sub_filter == "adbe.pkcs7.detached",
            "fits" if sub_filter == "adbe.pkcs7.detached" else "other",
            found=sub_filter,
        ),
        line(ToukiId.NAME, bool(name.strip()), "present" if name.strip() else "missing"),
        line(ToukiId.M, dated, "present" if dated else "missing"),
        line(ToukiId.BYTE_RANGE, at_end or co_signed, covered, later=str(later)),
        line(
            ToukiId.CONTENTS,
            signed is not None and signed.mark is not Mark.NG and whole,
            "cms" if whole else "unreadable",
        ),
        _of(ToukiId.SIGNER, status, LineId.USAGE, "signature"),
        _of(ToukiId.DIGEST, status, LineId.DIGEST, "same"),
        _of(ToukiId.ALGORITHM, status, LineId.ALGORITHM, "strong"),
    ]


def _of(entry_id: ToukiId, status: SignatureStatus, line_id: LineId, wanted: str) -> ToukiLine:
    found: Line | None = status.line(line_id)
    good = found is not None and found.mark is Mark.OK and found.value == wanted
    return ToukiLine(status.number, entry_id, Mark.OK if good else Mark.NG, "fits" if good else "wrong")


def _text(value: Any) -> str:  # noqa: ANN401
    return safe_text(str(value), 200)
