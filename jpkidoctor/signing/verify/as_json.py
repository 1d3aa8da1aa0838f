"""A FileStatus as JSON data, ``jpkidoctor.verify/1``. Personal values are masked unless they are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.verify.lines import shown
from jpkidoctor.signing.verify.request import Request
from jpkidoctor.signing.verify.status import FileStatus, Line, Verdicts

SCHEMA = "jpkidoctor.verify/1"


def as_json(
    statuses: Iterable[FileStatus], request: Request, tool_version: str, *, reveal: bool = False
) -> dict[str, Any]:
    """One envelope: the tool, the moment judged for, the authorities that counted, and the files."""
    return {
        "schema": SCHEMA,
        "tool_version": tool_version,
        "now": _time(request.now),
        "at": _time(request.at),
        "authorities": [*(pin.sha256 for pin in request.pins), *(anchor.sha256 for anchor in request.anchors)],
        "files": [_file(status, reveal) for status in statuses],
    }


def _file(status: FileStatus, reveal: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "path": safe_text(status.path),
        "kind": status.kind.value,
        "size": status.size,
        "sha256": status.sha256,
        "judgement": status.judgement.value,
        "verdicts": _verdicts(status.verdicts),
        "lines": [_line(line, reveal) for line in status.lines],
        "signatures": [
            {
                "number": one.number,
                "form": one.form,
                "is_timestamp": one.is_timestamp,
                "verdicts": _verdicts(status.verdicts_of(one)),
                "authority": one.authority,
                "signer": one.signer.shown(reveal=reveal) if one.signer is not None else None,
                "claimed": _time(one.claimed),
                "stamped": _time(one.stamped),
                "lines": [_line(line, reveal) for line in one.lines],
            }
            for one in status.signatures
        ],
    }
    if status.touki is not None:
        body["touki"] = [
            {
                "signature": line.signature,
                "id": line.id.value,
                "mark": line.mark.value,
                "value": line.value,
                "params": shown(line.params, reveal=reveal),
            }
            for line in status.touki
        ]
    return body


def _line(line: Line, reveal: bool) -> dict[str, Any]:
    return {
        "id": line.id.value,
        "mark": line.mark.value,
        "value": line.value,
        "params": shown(line.params, reveal=reveal),
    }


def _verdicts(verdicts: Verdicts) -> dict[str, Any]:
    return {
        "intact": verdicts.intact.value,
        "authority": verdicts.authority.value,
        "origin": verdicts.origin.value if verdicts.origin is not None else None,
        "revocation": verdicts.revocation.value,
    }


def _time(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat() if moment is not None else None
