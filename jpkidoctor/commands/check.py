"""``jpkidoctor check``: examine once, print, and save a report when asked."""

from __future__ import annotations

import sys
from pathlib import Path

from jpkidoctor.commands.exits import Exit, exit_of
from jpkidoctor.commands.formats import encode, format_of
from jpkidoctor.commands.sources import observe, saved_facts
from jpkidoctor.files import write_atomically
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.envelope import encode_json, redacted_report
from jpkidoctor.report.plain import cp932_safe, plain_lines
from jpkidoctor.report.view import build_view


def run_check(
    *, form: str, reader: str | None, scenario: str | None, facts: Path | None, report: Path | None, lang: Lang
) -> Exit:
    """Examine, print to stdout, say everything else on stderr, return the exit code.

    What is printed may be pasted into a mail, so it is redacted like a report.
    """
    words = load_words(lang)
    report_format = format_of(report) if report is not None else None
    judge = load_judge()
    if facts is not None:
        observed, fits = saved_facts(facts)
        if not fits:
            print(words.text("cli.checksum"), file=sys.stderr)  # noqa: T201
    else:
        observed = observe(judge, reader=reader, scenario=scenario)
    result = redacted_report(observed, judge, words)
    if form == "json":
        sys.stdout.buffer.write(encode_json(result))
    else:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # a redirected Windows console may be cp932
        for line in plain_lines(build_view(result, words, judge.known)):
            print(line)  # noqa: T201
    sys.stdout.flush()
    if report is not None and report_format is not None:
        write_atomically(report, encode(result, report_format, words, judge.known))
        print(cp932_safe(words.text("cli.report_saved", path=str(report))), file=sys.stderr)  # noqa: T201
    return exit_of(judge(observed))
