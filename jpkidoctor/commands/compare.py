"""``jpkidoctor compare``: two examinations side by side, both judged by today's rules."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path

from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.kept_examination import KeptExamination, kept_path
from jpkidoctor.commands.sources import observe, saved_facts
from jpkidoctor.facts import Facts
from jpkidoctor.json_text import indented
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.report.compare import Examined, compare
from jpkidoctor.report.compare_text import comparison_lines
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.report.redact import redact


def run_compare(before: Path, after: Path, *, as_json: bool, lang: Lang) -> Exit:
    """Compare and print. SOMETHING_FAILED while the second report holds a fault. Raises ReportReadError."""
    words = load_words(lang)
    return _tell(_saved(before, words), _saved(after, words), words, as_json=as_json)


def run_compare_with_last(after: Path | None = None, *, as_json: bool, lang: Lang, kept: Path | None = None) -> Exit:
    """Compare what an earlier run kept with a saved report, or with this computer now; nothing is kept by this.

    COULD_NOT_EXAMINE when nothing of this computer was kept. Raises ReportReadError for ``after``.
    """
    words, judge = load_words(lang), load_judge()
    now = _saved(after, words) if after is not None else observe(judge.known)
    before = KeptExamination(kept or kept_path()).earlier(now)
    if before is None:
        print(cp932_safe(words.text("cli.nothing_kept")), file=sys.stderr)  # noqa: T201
        return Exit.COULD_NOT_EXAMINE
    return _tell(before[0], now, words, as_json=as_json)


def _saved(path: Path, words: Words) -> Facts:
    facts, whole = saved_facts(path)
    if not whole:
        print(cp932_safe(f"{path}: {words.text('cli.checksum')}"), file=sys.stderr)  # noqa: T201
    return facts


def _tell(before: Facts, after: Facts, words: Words, *, as_json: bool) -> Exit:
    judge = load_judge()
    public = [redact(facts).facts for facts in (before, after)]  # as a report: this may be passed on
    comparison = compare(*(Examined(facts, judge(facts)) for facts in public))
    if as_json:
        sys.stdout.buffer.write(indented(comparison))
    else:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a redirected Windows console may be cp932
        for line in comparison_lines(comparison, words):
            indent = "" if line.kind in ("answer", "time", "heading") else "  "
            print(cp932_safe(indent + line.text))  # noqa: T201
    sys.stdout.flush()
    return Exit.SOMETHING_FAILED if comparison.after.failed else Exit.NOTHING_FAILED
