"""The real hands of a sign job: our formats make the signed file, our verifier reads what was written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.formats.making import make_signature
from jpkidoctor.signing.formats.result import FormatRefusedError, SignedDocument, SigningDetails, Timestamps
from jpkidoctor.signing.job_hands import Checked, CheckSignature, MakeSignature
from jpkidoctor.signing.key import SignatureFormat, SigningKey
from jpkidoctor.signing.plan import PlannedFile, SigningPlan
from jpkidoctor.signing.request import WITHOUT_TIMESTAMP, SigningRequest
from jpkidoctor.signing.verify.request import Request
from jpkidoctor.signing.verify.status import LineId
from jpkidoctor.signing.verify.verify_file import verify_file

_DETACHED = frozenset({SignatureFormat.CMS_DETACHED, SignatureFormat.RAW})


def maker(plan: SigningPlan, *, now: Callable[[], dt.datetime], reason: str = "") -> MakeSignature:
    """What ``run_job`` calls for each file. Raises FormatRefusedError for a timestamp address that is none."""
    timestamps = timestamps_of(plan.request)

    def make(file: PlannedFile, content: bytes, key: SigningKey) -> SignedDocument:
        details = SigningDetails(now(), reason=reason, stamp=plan.request.stamp, timestamps=timestamps)
        return make_signature(content, plan.form, key, details)

    return make


def checker(plan: SigningPlan, trusted: Request, *, now: Callable[[], dt.datetime]) -> CheckSignature:
    """What ``run_job`` asks after each file was written. ``trusted`` says which authorities count."""

    def check(file: PlannedFile, output: Path) -> Checked:
        detached = plan.form in _DETACHED
        beside = output.with_name(output.name + ".cer") if plan.form is SignatureFormat.RAW else None
        request = replace(trusted, now=now(), content=file.path if detached else None, certificate=beside)
        status = verify_file(output, request)
        if not status.signatures:
            return Checked(good=False, status=status)
        # Ours is the newest. What is wrong with an older one was there before, and is the verifier's to tell.
        ours = status.signatures[-1]
        marks = {line.id: line.mark for line in ours.lines}
        good = marks.get(LineId.SIGNATURE) is Mark.OK and not any(
            marks.get(line) is Mark.NG for line in (LineId.CONTENT, LineId.DIGEST, LineId.ATTRIBUTES, LineId.ALGORITHM)
        )
        return Checked(good, status)

    return check


def timestamps_of(request: SigningRequest) -> Timestamps | None:
    """The server of a request.

    Raises FormatRefusedError for an address that is none and for a format without a place for a timestamp: before
    a PIN is asked for, and before anything is signed.
    """
    if not request.timestamp_url:
        return None
    if request.form in WITHOUT_TIMESTAMP:
        raise FormatRefusedError("raw_timestamp" if request.form is SignatureFormat.RAW else "xml_timestamp")
    from jpkidoctor.signing.formats.timestamp import TimestampServer

    return TimestampServer(request.timestamp_url)
