"""``jpkidoctor check``: examine once, print, and save a report when asked."""

from __future__ import annotations

import sys
import threading
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from jpkidoctor.commands.background import Background
from jpkidoctor.commands.exits import Exit, exit_of
from jpkidoctor.commands.sources import observe, saved_facts
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang

if TYPE_CHECKING:
    from jpkidoctor.facts import Facts
    from jpkidoctor.judge import Judge
    from jpkidoctor.knowledge.words import Words
    from jpkidoctor.report.envelope import Report


def run_check(
    *, form: str, reader: str | None, scenario: str | None, facts: Path | None, report: Path | None, lang: Lang
) -> Exit:
    """Examine, print to stdout, say everything else on stderr, return the exit code.

    What is printed may be pasted into a mail, so it is redacted like a report.
    """
    if report is not None:
        from jpkidoctor.commands.formats import format_of

        format_of(report)  # a wrong name is told before anything is examined

    def look() -> tuple[Facts, bool]:
        if facts is not None:
            return saved_facts(facts)
        answers = lambda facts, stage: begun.set()  # noqa: E731
        return observe(load_known(), reader=reader, scenario=scenario, progress=answers), True

    begun = threading.Event()
    looking = Background(look, "examination", begun)
    # The card takes its time; what reads, judges and words its facts is loaded meanwhile, and not before:
    # two threads that load share one interpreter.
    looking.wait_until_begun()
    from jpkidoctor.card.certificates import warm_up
    from jpkidoctor.judge import load_judge
    from jpkidoctor.knowledge.words import load_words
    from jpkidoctor.report.envelope import encode_json, redacted_report

    warm_up()
    words, judge = load_words(lang), load_judge()
    observed, fits = looking.result()
    if not fits:
        print(words.text("cli.checksum"), file=sys.stderr)  # noqa: T201
    result = redacted_report(observed, judge, words)
    if form == "json":
        sys.stdout.buffer.write(encode_json(result))
    else:
        _print_plain(result, words, judge)
    sys.stdout.flush()
    if report is not None:
        _save(result, report, words, judge)
    return exit_of(judge(observed))


def _print_plain(report: Report, words: Words, judge: Judge) -> None:
    from jpkidoctor.report.plain import plain_lines
    from jpkidoctor.report.view import build_view

    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a redirected Windows console may be cp932
    for line in plain_lines(build_view(report, words, judge.known)):
        print(line)  # noqa: T201


def _save(report: Report, path: Path, words: Words, judge: Judge) -> None:
    from jpkidoctor.commands.formats import encode, format_of
    from jpkidoctor.files import write_atomically
    from jpkidoctor.report.plain import cp932_safe

    write_atomically(path, encode(report, format_of(path), words, judge.known))
    print(cp932_safe(words.text("cli.report_saved", path=str(path))), file=sys.stderr)  # noqa: T201
