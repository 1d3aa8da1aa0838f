"""The real hands of a sign job: our formats make the signed file, our verifier reads what was written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from jpkidoctor.knowledge.types import PinnedCa
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.formats.making import make_signature
from jpkidoctor.signing.formats.result import SignedDocument, SigningDetails, Timestamps
from jpkidoctor.signing.job import CheckSignature, MakeSignature
from jpkidoctor.signing.key import SignatureFormat, SigningKey
from jpkidoctor.signing.plan import PlannedFile, SigningPlan
from jpkidoctor.signing.verify.request import Request
from jpkidoctor.signing.verify.status import LineId
from jpkidoctor.signing.verify.verify_file import verify_file

_DETACHED = frozenset({SignatureFormat.CMS_DETACHED, SignatureFormat.RAW})


def maker(plan: SigningPlan, *, now: Callable[[], dt.datetime], stamp: bool = False, reason: str = "") -> MakeSignature:
    """What ``run_job`` calls for each file. Raises FormatRefusedError for a timestamp address that is none."""
    timestamps = _timestamps(plan.timestamp_url)

    def make(file: PlannedFile, content: bytes, key: SigningKey) -> SignedDocument:
        details = SigningDetails(now(), reason=reason, stamp=stamp, timestamps=timestamps)
        return make_signature(content, plan.form, key, details)

    return make


def checker(plan: SigningPlan, pins: tuple[PinnedCa, ...], *, now: Callable[[], dt.datetime]) -> CheckSignature:
    """What ``run_job`` asks after each file was written."""

    def check(file: PlannedFile, output: Path) -> bool:
        detached = plan.form in _DETACHED
        beside = output.with_name(output.name + ".cer") if plan.form is SignatureFormat.RAW else None
        request = Request(pins, now(), content=file.path if detached else None, certificate=beside)
        status = verify_file(output, request)
        if not status.signatures:
            return False
        # Ours is the newest. What is wrong with an older one was there before, and is the verifier's to tell.
        ours = status.signatures[-1]
        marks = {line.id: line.mark for line in ours.lines}
        return marks.get(LineId.SIGNATURE) is Mark.OK and not any(
            marks.get(line) is Mark.NG for line in (LineId.CONTENT, LineId.DIGEST, LineId.ATTRIBUTES, LineId.ALGORITHM)
        )

    return check


def _timestamps(url: str) -> Timestamps | None:
    if not url:
        return None
    from jpkidoctor.signing.formats.timestamp import TimestampServer

    return TimestampServer(url)
