"""What a call on the telephone page begins with, in the words of the screen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jpkidoctor.guide.beginning import Beginning, begin_saved, begin_typed, misheard
from jpkidoctor.guide.tables import Guide
from jpkidoctor.judge import load_judge
from jpkidoctor.report.read import ReportReadError
from jpkidoctor.screens.view import View
from jpkidoctor.support_code.errors import SupportCodeError


@dataclass(frozen=True, slots=True)
class Origin:
    """What a call began with: the end of a message id ``phone.from.X`` with its blank, and the caller's system."""

    key: str = "nothing"
    text: str = ""
    os: str | None = None


def read_typed(view: View, guide: Guide, typed: str) -> Beginning | str:
    """What was typed as a beginning, or a sentence that says why it is none. Never raises for any text.

    Raises KnowledgeError for damaged tables.
    """
    try:
        found = begin_typed(guide, typed)
    except SupportCodeError as error:
        key, blanks = misheard(error)
        return view.say(key, **blanks)
    return view.say(found.warning, **found.blanks) if found.kind == "unknown" else found


def read_saved(view: View, path: Path) -> Beginning | str:
    """A saved report as a beginning, or a sentence that says why it cannot be read. Takes up to a second."""
    try:
        return begin_saved(path, load_judge())
    except ReportReadError as error:
        return view.say(f"report.read.{error.reason.value}", path=str(error.path), at=error.at)
