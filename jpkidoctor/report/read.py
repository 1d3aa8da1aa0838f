"""Reading a report back: a file from a stranger until proven harmless.

Types and unknown fields are checked strictly, size before reading, and every string is cleaned before anybody
can show it.
"""

from __future__ import annotations

import re
import stat
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct

from jpkidoctor.facts import SCHEMA as FACTS_SCHEMA
from jpkidoctor.facts import Facts
from jpkidoctor.report.clean import clean
from jpkidoctor.report.envelope import REPORT_SCHEMA, Report, checksum_of
from jpkidoctor.safe_text import safe_text

MAX_BYTES = 16 * 1024 * 1024
"""A real report is below 100 KiB."""


class ReadProblem(StrEnum):
    """Why a report could not be read; each has a sentence ``report.read.<id>`` in ``words/report.toml``."""

    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    TRUNCATED = "truncated"
    NEWER_SCHEMA = "newer_schema"
    OTHER_SCHEMA = "other_schema"
    WRONG_SHAPE = "wrong_shape"
    TOO_DEEP = "too_deep"


class ReportReadError(Exception):
    """A file is not a report that can be read."""

    def __init__(self, path: Path, reason: ReadProblem, at: str = "") -> None:
        super().__init__(f"{reason.value}: {path} {at}".rstrip())
        self.path = path
        self.reason = reason
        self.at = at
        """With ``wrong_shape``, the first bad field (``$.facts.host.os``); with a schema problem, its name."""


class SavedReport(Struct, frozen=True):
    """What a file held. A bare facts file has no report and no checksum."""

    facts: Facts
    report: Report | None = None
    checksum_matches: bool = True
    """False warns that the file was changed or damaged after it was written; it can be read all the same."""


class _Header(Struct):
    """Just enough of a document to tell what it is."""

    schema: str = ""
    taken_at: str = ""
    tool_version: str = ""


def read_report(path: Path) -> SavedReport:
    """Read a saved report or facts file. Raises ReportReadError; every string of the result is harmless."""
    return parse_report(_bytes_of(path), path)


def parse_report(data: bytes, path: Path) -> SavedReport:
    """Read a report from its bytes; ``path`` is only named in errors. Raises ReportReadError."""
    data = data.removeprefix(b"\xef\xbb\xbf")  # Notepad adds a byte order mark when it saves
    try:
        schema = _schema_of(data)
        if schema == REPORT_SCHEMA:
            report = msgspec.json.decode(data, type=Report)
            matches = report.checksum == checksum_of(report)
            report = clean(report)
            return SavedReport(facts=report.facts, report=report, checksum_matches=matches)
        if schema == FACTS_SCHEMA:
            return SavedReport(facts=clean(msgspec.json.decode(data, type=Facts)))
    except msgspec.ValidationError as error:
        raise ReportReadError(path, ReadProblem.WRONG_SHAPE, _place_in(str(error))) from error
    except msgspec.DecodeError as error:
        truncated = "truncated" in str(error)
        raise ReportReadError(path, ReadProblem.TRUNCATED if truncated else ReadProblem.NOT_JSON) from error
    except UnicodeDecodeError as error:
        raise ReportReadError(path, ReadProblem.NOT_JSON) from error
    except RecursionError as error:
        raise ReportReadError(path, ReadProblem.TOO_DEEP) from error
    raise ReportReadError(path, _schema_problem(schema), safe_text(schema, 80))


def _schema_of(data: bytes) -> str:
    """What the file says it is; empty for JSON that says nothing."""
    try:
        header = msgspec.json.decode(data, type=_Header)
    except msgspec.ValidationError:
        return ""
    # Facts leave out what has its default value, and so their own schema: their two required fields tell.
    if not header.schema and header.taken_at and header.tool_version:
        return FACTS_SCHEMA
    return header.schema


def _schema_problem(schema: str) -> ReadProblem:
    for known in (REPORT_SCHEMA, FACTS_SCHEMA):
        name, _, version = known.partition("/")
        found = re.fullmatch(re.escape(name) + r"/([0-9]{1,6})", schema)
        if found and int(found[1]) > int(version):
            return ReadProblem.NEWER_SCHEMA
    return ReadProblem.OTHER_SCHEMA


def _place_in(message: str) -> str:
    """The path of the bad field in msgspec's message, ``$`` when the whole document is wrong."""
    found = re.search(r"at `(\$[^`]*)`$", message)
    return safe_text(found[1], 120) if found else "$"


def _bytes_of(path: Path) -> bytes:
    try:
        found = path.stat()
        # Opening a pipe or a device could wait for ever.
        if not stat.S_ISREG(found.st_mode):
            raise ReportReadError(path, ReadProblem.UNREADABLE)
        if found.st_size > MAX_BYTES:
            raise ReportReadError(path, ReadProblem.TOO_LARGE)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ReportReadError(path, ReadProblem.NOT_FOUND) from error
    except (OSError, ValueError) as error:
        raise ReportReadError(path, ReadProblem.UNREADABLE) from error
    if len(data) > MAX_BYTES:  # it grew while it was read
        raise ReportReadError(path, ReadProblem.TOO_LARGE)
    return data
