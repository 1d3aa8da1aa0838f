"""What became of a batch, as a file for the records: JSON for programs, text for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from jpkidoctor.files import write_atomically
from jpkidoctor.knowledge.words import Words
from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.japanese_date import JST
from jpkidoctor.signing.job import FileState, JobResult

SCHEMA = "jpkidoctor.signing/1"


def as_builtins(result: JobResult) -> dict[str, object]:
    """The result as JSON types. It names files and nobody's person: the certificate is left out."""
    return {
        "schema": SCHEMA,
        "format": result.plan.form.value,
        "timestamp_server": result.plan.timestamp_url,
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
            }
            for outcome in result.outcomes
        ],
    }


def lines(result: JobResult, words: Words) -> Iterator[str]:
    """The same for reading."""
    yield words.text("sign.summary", signed=result.signed, files=len(result.plan.files))
    if result.stopped is not None:
        yield words.text(f"sign.stop.{result.stopped.value}")
    for outcome in result.outcomes:
        state = words.text(f"sign.state.{outcome.state.value}")
        yield words.text("sign.outcome", state=state, path=safe_text(str(outcome.file.path)))
        if outcome.state is FileState.SIGNED:
            yield words.text("sign.output", path=safe_text(str(outcome.file.output)))
        elif outcome.state is FileState.REFUSED or outcome.reason.startswith("timestamp_"):
            yield "  " + words.text(f"sign.format.{outcome.reason}")
    yield words.text("cert.revocation")


def save_summary(result: JobResult, words: Words, directory: Path) -> tuple[Path, Path]:
    """Write ``.json`` and ``.txt`` into ``directory`` under a name that is free. Raises FileWriteError."""
    import msgspec

    stem = f"jpkidoctor-signing-{_local(result.began):%Y%m%d-%H%M%S}"
    number = 1
    while (directory / f"{stem}.json").exists() or (directory / f"{stem}.txt").exists():
        number += 1
        stem = f"jpkidoctor-signing-{_local(result.began):%Y%m%d-%H%M%S}-{number}"
    machine, reading = directory / f"{stem}.json", directory / f"{stem}.txt"
    write_atomically(
        machine, msgspec.json.format(msgspec.json.encode(as_builtins(result)), indent=2) + b"\n", 0o600, replace=False
    )
    write_atomically(reading, ("\n".join(lines(result, words)) + "\n").encode(), 0o600, replace=False)
    return machine, reading


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(JST)
