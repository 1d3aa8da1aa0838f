"""``jpkidoctor compare``: two saved reports side by side, both judged by today's rules."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path

import msgspec

from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.sources import saved_facts
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.compare import Examined, compare
from jpkidoctor.report.compare_text import comparison_lines
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.report.redact import redact


def run_compare(before: Path, after: Path, *, as_json: bool, lang: Lang) -> Exit:
    """Compare and print. SOMETHING_FAILED while the second report holds a fault. Raises ReportReadError."""
    words, judge = load_words(lang), load_judge()
    both = []
    for path in (before, after):
        facts, whole = saved_facts(path)
        if not whole:
            print(cp932_safe(f"{path}: {words.text('cli.checksum')}"), file=sys.stderr)  # noqa: T201
        public = redact(facts).facts  # as a report: what is printed here may be passed on
        both.append(Examined(public, judge(public)))
    comparison = compare(*both)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(comparison), indent=2) + b"\n")
    else:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a redirected Windows console may be cp932
        for line in comparison_lines(comparison, words):
            indent = "" if line.kind in ("answer", "time", "heading") else "  "
            print(cp932_safe(indent + line.text))  # noqa: T201
    sys.stdout.flush()
    return Exit.SOMETHING_FAILED if comparison.after.failed else Exit.NOTHING_FAILED
