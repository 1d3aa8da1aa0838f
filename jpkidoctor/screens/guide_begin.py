"""What a call begins with: the text of a code, a message, or a support code that the caller reads out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import OsFamily
from jpkidoctor.guide.measured import ALL_WELL
from jpkidoctor.guide.tables import Guide, folded
from jpkidoctor.screens.view import View
from jpkidoctor.support_code.decode import Decoded, decode
from jpkidoctor.support_code.errors import SupportCodeError, sentence_key

_SUPPORT_CODE = re.compile(r"[\d\s.\-]+")
_FEWEST_DIGITS = 8
"""A support code has at least two groups of four; no code of ours with digits only is so long."""
_SHORTEST_INSIDE = 6
"""Codes shorter than this (``6983``) are not looked for inside a sentence: years and amounts look like them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a call began with: the end of a message id ``phone.from.X`` with its blank, and the caller's system."""

    key: str = "nothing"
    text: str = ""
    os: str | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """A code for the engine, or findings; else ``problem``, a sentence that says why neither."""

    code: str = ""
    measured: Diagnosis | None = None
    os: str | None = None
    problem: str = ""


def read_typed(view: View, guide: Guide, typed: str) -> Beginning:
    """Tell a support code from a code or message. Never raises for any text. KnowledgeError for damaged tables."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if _SUPPORT_CODE.fullmatch(text) and sum(ch.isdigit() for ch in text) >= _FEWEST_DIGITS:
        try:
            decoded = decode(text)
        except SupportCodeError as error:
            blanks = {"group": error.group or 0, "groups": error.groups}
            return Beginning(problem=view.say(sentence_key(error), **blanks))
        return Beginning(measured=diagnosis_of(decoded), os=decoded.context.os.value)
    code = known_code(guide, text)
    return Beginning(code=code) if code else Beginning(problem=view.say("phone.start.not_known", text=typed[:60]))


def known_code(guide: Guide, text: str) -> str:
    """The code of the tables that a text is, or the longest one that stands in it; empty when there is none."""
    whole = folded(text)
    if whole in guide.codes:
        return text
    inside = [code for code in guide.codes if len(code) >= _SHORTEST_INSIDE and code in whole]
    return max(inside, key=len, default="")


def own_os(view: View) -> str | None:
    """The system of this computer, for a caller who sits at it; None when it is not known."""
    os = view.facts.host.os.value if view.facts else None
    return str(os.family.value) if os and os.family is not OsFamily.OTHER else None


def diagnosis_of(decoded: Decoded) -> Diagnosis:
    """A support code as an examination. It names no healthy nodes, so these stay open; unless all is well."""
    well = (Finding(id=ALL_WELL, status=Status.OK),) if decoded.all_well else ()
    return Diagnosis(findings=(*decoded.findings, *well), first_cause=decoded.first_cause)
