"""What became of a batch, as a file for the records: JSON for programs, text for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from jpkidoctor.files import write_atomically
from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.words import Words
from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.japanese_date import JST
from jpkidoctor.signing.job import FileOutcome, FileState, JobResult

SCHEMA = "jpkidoctor.signing/1"


def as_builtins(result: JobResult) -> dict[str, object]:
    """The result as JSON types. It names files and nobody's person: the certificate is left out."""
    return {
        "schema": SCHEMA,
        "format": result.plan.form.value,
        "timestamp_server": result.plan.request.timestamp_url,
        "began": result.began,
        "ended": result.ended,
        "files": len(result.plan.files),
        "signed": result.signed,
        "stopped": result.stopped.value if result.stopped else "",
        "revocation": "unconfirmed",
        "outcomes": [
            {
                "file": str(outcome.file.path),
                "size": outcome.file.size,
                "sha256": outcome.file.sha256,
                "state": outcome.state.value,
                "reason": outcome.reason,
                "output": str(outcome.file.output) if outcome.state is FileState.SIGNED else "",
                "verified": _verified(outcome),
            }
            for outcome in result.outcomes
        ],
    }


def _verified(outcome: FileOutcome) -> dict[str, str] | None:
    """What our own verifier said to the output: its judgement, and the three verdicts apart."""
    status = outcome.status
    if status is None or outcome.state is not FileState.SIGNED:
        return None
    verdicts = status.verdicts
    return {
        "judgement": status.judgement.value,
        "intact": verdicts.intact.value,
        "authority": verdicts.authority.value,
        "revocation": verdicts.revocation.value,
    }


def lines(result: JobResult, words: Words) -> Iterator[str]:
    """The same for reading: our verifier's three verdicts below each output, and what it calls NG."""
    from jpkidoctor.signing.verify.lines import row, verdict_rows

    yield words.text("sign.summary", signed=result.signed, files=len(result.plan.files))
    if result.stopped is not None:
        yield words.text(f"sign.stop.{result.stopped.value}")
    for outcome in result.outcomes:
        state = words.text(f"sign.state.{outcome.state.value}")
        yield words.text("sign.outcome", state=state, path=safe_text(str(outcome.file.path)))
        if outcome.state is FileState.SIGNED:
            yield words.text("sign.output", path=safe_text(str(outcome.file.output)))
            status = outcome.status
            if status is not None:
                yield from (f"    {verdict}" for verdict in verdict_rows(status.verdicts, words))
                yield from (f"    {row(line, words)}" for line in status.all_lines() if line.mark is Mark.NG)
        elif outcome.state is FileState.REFUSED or outcome.reason.startswith("timestamp_"):
            yield "  " + words.text(f"sign.format.{outcome.reason}")
    yield words.text("cert.revocation")


def save_summary(result: JobResult, words: Words) -> tuple[Path, Path]:
    """Write ``.json`` and ``.txt`` beside the outputs under a name that is free. Raises FileWriteError."""

    directory = result.plan.files[0].output.parent
    stem = f"jpkidoctor-signing-{_local(result.began):%Y%m%d-%H%M%S}"
    number = 1
    while (directory / f"{stem}.json").exists() or (directory / f"{stem}.txt").exists():
        number += 1
        stem = f"jpkidoctor-signing-{_local(result.began):%Y%m%d-%H%M%S}-{number}"
    machine, reading = directory / f"{stem}.json", directory / f"{stem}.txt"
    write_atomically(machine, indented(as_builtins(result)), 0o600, replace=False)
    write_atomically(reading, ("\n".join(lines(result, words)) + "\n").encode(), 0o600, replace=False)
    return machine, reading


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(JST)
