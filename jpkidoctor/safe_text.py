"""The one gate for strings from outside: what passes here cannot steer a terminal or a page.

Reader names, certificate fields, file names and other programs' output are written by strangers.
Textual's ``markup=False`` stops markup but lets ESC and C1 through, so the text itself is cleaned.
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPE_SEQUENCES = re.compile(
    r"\x1b\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: window title, clipboard
    r"|\x1b[PX^_][^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI, 7-bit and 8-bit
    r"|\x1b[ -/]*[0-~]?"  # every other escape
)
_LINE_BREAKS = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
# Format characters that reorder or hide text (bidi controls, zero width), tags and interlinear marks.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def safe_text(text: str, limit: int = 500) -> str:
    """Make one line of harmless text from a string of unknown origin.

    Escape sequences, control, bidi, zero-width and unassigned characters are dropped, line breaks and
    tabs become one space, and more than ``limit`` characters are cut with "…". Never raises.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text.strip()  # nearly every string: nothing below could change it
    text = text[: limit * 8]
    text = _ESCAPE_SEQUENCES.sub("", text)
    text = _LINE_BREAKS.sub(" ", text)
    kept = "".join(ch for ch in text if unicodedata.category(ch) not in _HIDDEN_CATEGORIES)
    kept = kept.strip()
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"
