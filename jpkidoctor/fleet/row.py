"""One computer of the fleet: what its facts file says, in one row."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from jpkidoctor.diagnosis import Diagnosis, Status
from jpkidoctor.facts import Facts, OsFacts, ReaderFacts, ReaderKind
from jpkidoctor.judge import Judge
from jpkidoctor.knowledge.known import Known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words
from jpkidoctor.report.read import ReportReadError, read_report
from jpkidoctor.safe_text import safe_text


class Verdict(StrEnum):
    """What a row says of its computer. The order of the members is the order of the table, worst first."""

    FAILED = "failed"
    UNREADABLE = "unreadable"
    """The file itself could not be read, so nobody knows."""
    UNKNOWN = "unknown"
    """Nothing failed, but what decides could not be looked at (no card, no reader's answer)."""
    ATTENTION = "attention"
    OK = "ok"


class Row(Struct, frozen=True, kw_only=True):
    """One file of the folder. Every string is harmless."""

    file: str
    """Path below the folder, with ``/``."""
    verdict: Verdict
    cause: str = ""
    """Node id of the first cause, empty unless failed."""
    variant: str = ""
    title: str = ""
    """The first cause in words."""
    also: tuple[str, ...] = ()
    """Other failures with a cause of their own."""
    attention: tuple[str, ...] = ()
    system: str = ""
    """``Windows 11 24H2``; empty when the facts do not say."""
    reader: str = ""
    """The reader's model, its PC/SC name without serial number where the model is not known, else empty."""
    taken_at: dt.datetime | None = None
    changed: bool = False
    """The file's check number does not fit: it was changed after it was written."""
    problem: str = ""
    """With ``unreadable``, why: a ``ReadProblem``."""
    at: str = ""
    """With ``unreadable``, the bad field."""

    @property
    def cause_name(self) -> str:
        """``B-01/stopped``, or ``G-04`` for the general case: what computers with one title have in common."""
        return f"{self.cause}/{self.variant}" if self.variant else self.cause


def judge_file(path: Path, folder: Path, judge: Judge, words: Words) -> Row:
    """Read and judge one facts file or report. Raises nothing: a file that cannot be read is a row as well."""
    name = safe_text(path.relative_to(folder).as_posix())
    try:
        saved = read_report(path)
    except ReportReadError as error:
        return Row(file=name, verdict=Verdict.UNREADABLE, problem=error.reason.value, at=safe_text(error.at, 120))
    return row_of(name, saved.facts, judge, words, changed=not saved.checksum_matches)


def row_of(name: str, facts: Facts, judge: Judge, words: Words, *, changed: bool = False) -> Row:
    """The row of one examination."""
    diagnosis = judge(facts)
    first = diagnosis.finding(diagnosis.first_cause) if diagnosis.first_cause else None
    return Row(
        file=name,
        verdict=_verdict(diagnosis),
        cause=first.id if first else "",
        variant=first.variant if first else "",
        title=words.title(first) if first else "",
        also=tuple(f.id for f in diagnosis.failed if f is not first and not f.because),
        attention=tuple(f.id for f in diagnosis.findings if f.status is Status.ATTENTION),
        system=_system(facts.host.os.value),
        reader=_reader(facts, judge.known, words.lang),
        taken_at=facts.taken_at,
        changed=changed,
    )


def _verdict(diagnosis: Diagnosis) -> Verdict:
    if diagnosis.failed:
        return Verdict.FAILED
    if diagnosis.finding("L-01").status is Status.UNKNOWN:
        return Verdict.UNKNOWN
    if any(finding.status is Status.ATTENTION for finding in diagnosis.findings):
        return Verdict.ATTENTION
    return Verdict.OK


def _system(system: OsFacts | None) -> str:
    """The release and not the patch level, so that computers of one release are counted together."""
    if system is None:
        return ""
    name = system.name or system.family.value
    version = _PATCH_LEVEL.sub("", system.version)
    if not version and system.build is not None:
        version = f"({system.build})"
    return name if version in name else f"{name} {version}"


def _reader(facts: Facts, known: Known, lang: Lang) -> str:
    """The reader whose card was examined, else the first for cards, else what is plugged in without a driver."""
    listed = [r for r in facts.pcsc.readers.value or () if r.kind not in (ReaderKind.SAM, ReaderKind.VIRTUAL)]
    reader = facts.pcsc.examined_reader or next(iter(listed), None)
    if reader is not None:
        return _listed(reader, known, lang)
    ids = [(d.vid, d.pid) for d in facts.host.reader_devices.value or () if not d.virtual]
    ids += [(d.vid, d.pid) for d in facts.host.usb_devices.value or ()]
    for vid, pid in ids:
        if vid is None or pid is None:
            continue
        model = known.reader_by_usb(vid, pid)
        return model.title.get(lang) if model else f"USB {vid:04X}:{pid:04X}"
    return ""


_PATCH_LEVEL = re.compile(r"\s*\(\d+\.\d+\)$")
_SERIAL = re.compile(r"\s*\([0-9A-Za-z]{5,}\)")
_SLOT = re.compile(r"(?:\s+\d{1,2}){1,2}$")
_PSEUDONYM = re.compile(r"(?:reader|device)-[A-Z]+")


def _listed(reader: ReaderFacts, known: Known, lang: Lang) -> str:
    model = known.reader(reader.model) if reader.model else None
    if model is not None:
        return model.title.get(lang)
    if _PSEUDONYM.fullmatch(reader.name):  # a redacted report hides the name, and two of them are not one model
        return ""
    return _SLOT.sub("", _SERIAL.sub("", reader.name)).strip()
