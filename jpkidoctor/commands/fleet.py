"""``jpkidoctor check --facts FOLDER``: judge what was collected from many computers."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jpkidoctor.commands.exits import Exit
from jpkidoctor.knowledge.types import Lang

if TYPE_CHECKING:
    from jpkidoctor.fleet.folder import Fleet
    from jpkidoctor.knowledge.words import Words

FleetForm = Literal["plain", "json", "csv"]
_BY_SUFFIX: dict[str, FleetForm] = {".csv": "csv", ".json": "json", ".txt": "plain"}
_TELL_EVERY = 100


class FleetFormatError(Exception):
    """The name of a table's file ends in something that is no format of a table."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


def run_fleet(folder: Path, *, form: FleetForm, report: Path | None, lang: Lang) -> Exit:
    """Print one table, worst first, and save it when asked.

    Exit code: 1 when any computer has a fault, else 3 when any could not be judged, else 0.
    Raises NoFactsError, FleetFormatError, FileWriteError.
    """
    if report is not None and report.suffix.lower() not in _BY_SUFFIX:
        raise FleetFormatError(report)
    from jpkidoctor.fleet.folder import judge_folder
    from jpkidoctor.judge import load_judge
    from jpkidoctor.knowledge.words import load_words

    words = load_words(lang)
    fleet = judge_folder(folder, load_judge(), words, _teller(words))
    now = dt.datetime.now(dt.UTC)
    _print(fleet, form, words, now)
    if report is not None:
        from jpkidoctor.files import write_atomically
        from jpkidoctor.report.plain import cp932_safe

        write_atomically(report, file_bytes(fleet, _BY_SUFFIX[report.suffix.lower()], words, now))
        print(cp932_safe(words.text("fleet.saved", path=str(report))), file=sys.stderr)  # noqa: T201
    return exit_of_fleet(fleet)


def exit_of_fleet(fleet: Fleet) -> Exit:
    """The worst of all computers; a folder that could not be opened may hide any."""
    from jpkidoctor.fleet.row import Verdict

    if fleet.verdicts[Verdict.FAILED]:
        return Exit.SOMETHING_FAILED
    if fleet.verdicts[Verdict.UNREADABLE] or fleet.verdicts[Verdict.UNKNOWN] or fleet.closed:
        return Exit.COULD_NOT_EXAMINE
    return Exit.NOTHING_FAILED


def file_bytes(fleet: Fleet, form: FleetForm, words: Words, now: dt.datetime, *, platform: str = sys.platform) -> bytes:
    """A saved table. CSV carries a byte order mark, without which Excel takes UTF-8 for code page 932."""
    from jpkidoctor.fleet.table import csv_text, json_bytes, text_lines
    from jpkidoctor.report.text import encode_text

    if form == "json":
        return json_bytes(fleet, words, now)
    if form == "csv":
        return csv_text(fleet, words).encode("utf-8-sig")
    return encode_text("\n".join(text_lines(fleet, words)) + "\n", windows=platform == "win32")


def _print(fleet: Fleet, form: FleetForm, words: Words, now: dt.datetime) -> None:
    from jpkidoctor.fleet.table import csv_text, json_bytes, text_lines
    from jpkidoctor.report.plain import cp932_safe

    if form == "json":
        sys.stdout.buffer.write(json_bytes(fleet, words, now))
    elif form == "csv":
        sys.stdout.buffer.write(csv_text(fleet, words).encode())  # a pipe's reader wants no byte order mark
    else:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")
        for line in text_lines(fleet, words):
            print(cp932_safe(line))  # noqa: T201
    sys.stdout.flush()


def _teller(words: Words) -> Callable[[int, int], None]:
    """Tells a person at a terminal how far it is; a file or a pipe hears nothing."""
    tells = sys.stderr.isatty()

    def tell(done: int, all_: int) -> None:
        if tells and (done % _TELL_EVERY == 0 or done == all_):
            end = "\n" if done == all_ else "\r"
            print(words.text("fleet.progress", done=done, all=all_), end=end, file=sys.stderr, flush=True)  # noqa: T201

    return tell
