"""``jpkidoctor verify``: what signatures are worth, line by line.

Exit codes of its own: 0 all cryptographic lines are OK and JPKI's authority issued every certificate (revocation
is never known), 1 something is NG, 2 it cannot be judged, 3 wrong usage.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from jpkidoctor import __version__
from jpkidoctor.commands.trust import trust_store
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.japanese_date import JST

if TYPE_CHECKING:
    from jpkidoctor.signing.verify.request import Asked, Request, Supplied
    from jpkidoctor.signing.verify.status import FileStatus

GOOD, BAD, UNJUDGED, USAGE = 0, 1, 2, 3
MAX_SUPPLIED = 64 * 1024 * 1024


class UnusableFileError(OSError):
    """A file that was given beside the signatures cannot be used; ``path`` says which."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True, slots=True)
class VerifyCommand:
    """What was asked for on the command line. ``asked.at`` comes from ``at``."""

    asked: Asked
    at: str | None
    as_json: bool
    reveal: bool
    lang: Lang


def verify_request(now: dt.datetime) -> Request:
    """A request with our pins and the authorities that this user added. ``now`` with tzinfo."""
    from jpkidoctor.signing.verify.request import Request

    store = trust_store()
    return Request(pins=store.pins, now=now, anchors=store.anchors())


def request_for(asked: Asked, now: dt.datetime) -> Request:
    """The request of what was asked; reads the CRL and OCSP files. Raises UnusableFileError."""
    return replace(
        verify_request(now),
        at=asked.at,
        content=_file(asked.content),
        certificate=_file(asked.certificate),
        crls=tuple(_supplied(path) for path in asked.crls),
        ocsp=tuple(_supplied(path) for path in asked.ocsp),
        touki=asked.touki,
    )


def run_verify(command: VerifyCommand, now: dt.datetime) -> int:
    """Verify files and folders, print, and return the exit code. A folder prints NG first, one file a line."""
    words, asked = load_words(command.lang), command.asked
    try:
        request = request_for(replace(asked, at=_moment(command.at)), now)
    except ValueError:
        return _wrong(words.text("verify.bad_time"))
    except UnusableFileError as error:
        return _wrong(words.text("verify.bad_file", path=safe_text(str(error.path))))
    from jpkidoctor.signing.verify.folder import files_below, verify_files, worst_first

    statuses = worst_first(verify_files(files_below(asked.paths), request))
    if not statuses:
        print(cp932_safe(words.text("verify.nothing")), file=sys.stderr)  # noqa: T201
        return UNJUDGED
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a redirected Windows console may be cp932
    if command.as_json:
        _print_json(statuses, request, reveal=command.reveal)
    else:
        one_by_one = len(statuses) == 1 and not any(path.is_dir() for path in asked.paths)
        _print_text(statuses, words, reveal=command.reveal, whole=one_by_one)
    return _exit(statuses)


def _exit(statuses: list[FileStatus]) -> int:
    from jpkidoctor.signing.verify.status import Judgement

    found = {status.judgement for status in statuses}
    return BAD if Judgement.BAD in found else UNJUDGED if Judgement.UNJUDGED in found else GOOD


def _print_json(statuses: list[FileStatus], request: Request, *, reveal: bool) -> None:
    import msgspec

    from jpkidoctor.signing.verify.as_json import as_json

    body = msgspec.json.encode(as_json(statuses, request, __version__, reveal=reveal))
    sys.stdout.buffer.write(msgspec.json.format(body, indent=2) + b"\n")


def _print_text(statuses: list[FileStatus], words: Words, *, reveal: bool, whole: bool) -> None:
    from jpkidoctor.signing.verify.lines import file_rows, folder_row
    from jpkidoctor.signing.verify.status import Judgement

    if whole:
        for row in file_rows(statuses[0], words, reveal=reveal):
            print(cp932_safe(row))  # noqa: T201
        return
    for status in statuses:
        print(cp932_safe(folder_row(status, words)))  # noqa: T201
    count = {judgement: sum(status.judgement is judgement for status in statuses) for judgement in Judgement}
    total = words.text(
        "verify.folder_total",
        total=len(statuses),
        bad=count[Judgement.BAD],
        unjudged=count[Judgement.UNJUDGED],
        good=count[Judgement.GOOD],
    )
    print(cp932_safe(total))  # noqa: T201


def _wrong(sentence: str) -> int:
    print(cp932_safe(sentence), file=sys.stderr)  # noqa: T201
    return USAGE


def _moment(text: str | None) -> dt.datetime | None:
    """A day means its end in Japan; a time without a zone is Japanese. Raises ValueError."""
    if text is None:
        return None
    if len(text) == len("2026-04-01"):
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(23, 59, 59), JST)
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=JST)


def _file(path: Path | None) -> Path | None:
    if path is None:
        return None
    try:
        usable = path.is_file()
    except (OSError, ValueError):  # closed to us; a NUL character in the name
        usable = False
    if not usable:
        raise UnusableFileError(path)
    return path


def _supplied(path: Path) -> Supplied:
    from jpkidoctor.signing.verify.request import Supplied

    _file(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SUPPLIED + 1)
    except OSError as error:
        raise UnusableFileError(path) from error
    if len(data) > MAX_SUPPLIED:
        raise UnusableFileError(path)
    return Supplied(path.name, data)
