"""A desk that signs nothing: hand-made plans, results and verified files, always the same, for pictures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from jpkidoctor.card.pin_rules import PinRule
from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.facts import PinId
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.screens.ports import SigningOutcome
from jpkidoctor.signing.card_desk import pin_rule
from jpkidoctor.signing.chain import Mark, Origin
from jpkidoctor.signing.job import FileOutcome, FileState, JobResult
from jpkidoctor.signing.masked import Masked
from jpkidoctor.signing.pdf_contents import PdfContents
from jpkidoctor.signing.plan import FileKind, PlannedFile, SigningPlan
from jpkidoctor.signing.request import SigningRequest
from jpkidoctor.signing.verify.request import Asked
from jpkidoctor.signing.verify.status import FileStatus, Kind, Line, LineId, SignatureStatus, ToukiId, ToukiLine
from tests.screens.examinations import NOON

HASH = "DC57303D7B53B81772FDFB28827142AEEE90829BDC25E9FBA1B70B0BB29AD45C"


def _signature(*, test: bool = False, digest: Mark = Mark.OK) -> SignatureStatus:
    bad = digest is Mark.NG
    lines = (
        Line(LineId.CONTENT, Mark.OK, "whole"),
        Line(LineId.DIGEST, digest, "differs" if bad else "same"),
        Line(LineId.ATTRIBUTES, Mark.OK, "fits"),
        Line(LineId.SIGNATURE, Mark.OK, "verified"),
        Line(LineId.SIGNER, Mark.OK, "found", (("name", Masked("練習　花子")),)),
        Line(LineId.ISSUER, Mark.NG, "test") if test else Line(LineId.ISSUER, Mark.OK, "pinned", (("generation", 3),)),
        Line(LineId.VALIDITY_NOW, Mark.OK, "valid", (("until", "2029-05-16"),)),
        Line(LineId.VALIDITY_CLAIMED, Mark.UNCONFIRMED, "claimed", (("day", "2026-11-24"),)),
        Line(LineId.VALIDITY_TIMESTAMP, Mark.NOT_APPLICABLE, "none"),
        Line(LineId.USAGE, Mark.OK, "signature"),
        Line(LineId.POLICY, Mark.NG, "test") if test else Line(LineId.POLICY, Mark.OK, "production"),
        Line(LineId.CRITICAL, Mark.OK, "none"),
        Line(LineId.TIMESTAMP, Mark.NOT_APPLICABLE, "none"),
        Line(LineId.CHANGES, Mark.OK, "none"),
        Line(LineId.REVOCATION, Mark.UNCONFIRMED, "not_checked"),
        Line(LineId.ALGORITHM, Mark.OK, "strong", (("hash", "sha256"), ("key", "RSA"), ("bits", 2048))),
    )
    return SignatureStatus(1, "adbe.pkcs7.detached", lines, Origin.TEST if test else Origin.PINNED)


def status(path: str, **made: object) -> FileStatus:
    """A PDF with one signature."""
    touki = tuple(
        ToukiLine(1, one, Mark.NG if one is ToukiId.NAME else Mark.OK, "missing" if one is ToukiId.NAME else "fits")
        for one in ToukiId
    )
    lines = (
        Line(LineId.CONTAINER, Mark.OK, "pdf"),
        Line(LineId.COUNT, Mark.OK, "all", (("found", 1), ("checked", 1))),
    )
    return FileStatus(path, Kind.PDF, 11_000, HASH, lines, (_signature(**made),), touki)  # type: ignore[arg-type]


FOLDER = (
    status("docs/契約書-signed.pdf"),
    status("docs/見積書-signed.pdf", digest=Mark.NG),
    FileStatus("docs/手紙.txt", Kind.UNKNOWN, 13, HASH, (Line(LineId.CONTAINER, Mark.UNCONFIRMED, "unknown"),)),
    status("docs/練習-signed.pdf", test=True),
)


class StillDesk:
    """Implements screens.ports.SignatureDesk without a card, a disk or a clock."""

    def rule(self, pin: PinId) -> PinRule:
        return pin_rule(load_known(), pin)

    def plan(
        self,
        request: SigningRequest,
        before: SigningPlan | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SigningPlan:
        files = tuple(
            PlannedFile(
                path, (request.out or path.parent) / f"{path.stem}-signed.pdf", 48_120, HASH, FileKind.PDF,
                pdf=PdfContents(3, 0, 0, scripts=False, attachments=False, encrypted=False, locked=False),
            )
            for path in request.files
        )  # fmt: skip
        return SigningPlan(request, files)

    def problem_of(self, request: SigningRequest, lang: Lang) -> str:
        return ""

    def sign(self, plan: SigningPlan, reader: str, typed: TypedPin, *rest: object) -> SigningOutcome:
        typed.wipe()
        outcomes = tuple(
            FileOutcome(file, FileState.SIGNED, status=status(str(file.output), test=place == 1))
            for place, file in enumerate(plan.files)
        )
        result = JobResult(plan, outcomes, None, NOON, NOON + dt.timedelta(seconds=2), b"", 900)
        summary = Path("docs/jpkidoctor-signing-20261124-104203.txt") if len(outcomes) > 1 else None
        return replace(SigningOutcome(result), summary=summary)

    def verify(self, asked: Asked, cancelled: Callable[[], bool]) -> Iterator[FileStatus]:
        (path,) = asked.paths
        return iter([status(str(path))] if path.suffix else FOLDER)
