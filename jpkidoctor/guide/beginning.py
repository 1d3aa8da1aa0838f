"""What a call begins with: a code, a message, a support code that the caller reads out, or a saved report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import Facts, OsFamily
from jpkidoctor.guide.measured import ALL_WELL
from jpkidoctor.guide.tables import Guide, folded
from jpkidoctor.support_code.decode import Decoded, decode
from jpkidoctor.support_code.errors import SupportCodeError, sentence_key

_SUPPORT_CODE = re.compile(r"[\d\s.\-]+")
_FEWEST_DIGITS = 8
"""A support code has at least two groups of four; no code of ours with digits only is so long."""
_SHORTEST_INSIDE = 6
"""Codes shorter than this (``6983``) are not looked for inside a sentence: years and amounts look like them."""

Kind = Literal["code", "support", "report", "unknown"]
"""``unknown`` is a text that the tables do not have."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A code for the engine, or findings; for ``unknown`` neither."""

    kind: Kind
    text: str = ""
    """What was typed, or the path of the report. From outside: not yet harmless."""
    code: str = ""
    measured: Diagnosis | None = None
    os: str | None = None
    """The caller's system, None when it is not known."""
    warning: str = ""
    """Message id of a sentence to say with it, empty for none."""
    blanks: Mapping[str, str | int] = field(default_factory=dict)


def begin_typed(guide: Guide, typed: str) -> Beginning:
    """Tell a support code from a code or message. Raises SupportCodeError for a support code that was misheard."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if _SUPPORT_CODE.fullmatch(text) and sum(ch.isdigit() for ch in text) >= _FEWEST_DIGITS:
        decoded = decode(text)
        return Beginning("support", text, measured=diagnosis_of(decoded), os=decoded.context.os.value)
    code = known_code(guide, text)
    if code:
        return Beginning("code", text, code=code)
    return Beginning("unknown", text, warning="phone.start.not_known", blanks={"text": text[:60]})


def begin_saved(path: Path, judge: Callable[[Facts], Diagnosis]) -> Beginning:
    """A saved report or facts file, judged by today's rules. Raises ReportReadError."""
    from jpkidoctor.report.read import read_report

    saved = read_report(path.expanduser())
    warning = "" if saved.checksum_matches else "cli.checksum"
    measured = judge(saved.facts)
    return Beginning("report", path.name, measured=measured, os=os_of(saved.facts), warning=warning)


def misheard(error: SupportCodeError) -> tuple[str, Mapping[str, str | int]]:
    """Message id and blanks of the sentence that says which group to read again."""
    return sentence_key(error), {"group": error.group or 0, "groups": error.groups}


def known_code(guide: Guide, text: str) -> str:
    """The code of the tables that a text is, or the longest one that stands in it; empty when there is none."""
    whole = folded(text)
    if whole in guide.codes:
        return text
    inside = [code for code in guide.codes if len(code) >= _SHORTEST_INSIDE and code in whole]
    return max(inside, key=len, default="")


def os_of(facts: Facts | None) -> str | None:
    """The system that facts are of; None when it is not known."""
    os = facts.host.os.value if facts else None
    return str(os.family.value) if os and os.family is not OsFamily.OTHER else None


def diagnosis_of(decoded: Decoded) -> Diagnosis:
    """A support code as an examination. It names no healthy nodes, so these stay open; unless all is well."""
    well = (Finding(id=ALL_WELL, status=Status.OK),) if decoded.all_well else ()
    return Diagnosis(findings=(*decoded.findings, *well), first_cause=decoded.first_cause)
