"""The screens' hands for signing and verifying: the same calls as ``jpkidoctor sign`` and ``verify``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.safe_text import safe_text

if TYPE_CHECKING:
    from jpkidoctor.card.pin_rules import PinRule
    from jpkidoctor.card.typed_pin import TypedPin
    from jpkidoctor.facts import PinId
    from jpkidoctor.screens.ports import SigningOutcome
    from jpkidoctor.signing.job import Confirmations, JobResult
    from jpkidoctor.signing.job_hands import Progress
    from jpkidoctor.signing.plan import SigningPlan
    from jpkidoctor.signing.request import SigningRequest
    from jpkidoctor.signing.verify.request import Asked
    from jpkidoctor.signing.verify.status import FileStatus
    from jpkidoctor.world import World


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Signatures:
    """Implements screens.ports.SignatureDesk.

    ``world`` is asked at each signing: practice changes its world. ``lend`` lends the card for as long as its block
    runs: the live examination looks at it no more until then.
    """

    def __init__(
        self, world: Callable[[], World], lend: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> None:
        self._world = world
        self._lend = lend

    def rule(self, pin: PinId) -> PinRule:
        """What this PIN may look like."""
        from jpkidoctor.signing.card_desk import pin_rule

        return pin_rule(load_known(), pin)

    def plan(
        self,
        request: SigningRequest,
        before: SigningPlan | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SigningPlan:
        """Look at the files, or only for other names of their outputs."""
        from jpkidoctor.signing.plan import make_plan, replanned

        return make_plan(request, cancelled=cancelled) if before is None else replanned(before, request)

    def problem_of(self, request: SigningRequest, lang: Lang) -> str:
        """What is wrong with the place of the outputs or with the timestamp server."""
        from jpkidoctor.commands.failure import explain
        from jpkidoctor.signing.formats.result import FormatRefusedError
        from jpkidoctor.signing.make_and_check import timestamps_of

        if request.out is not None and not _is_folder(request.out):
            return load_words(lang).text("sign.problem.no_folder", path=safe_text(str(request.out)))
        try:
            timestamps_of(request)
        except FormatRefusedError as error:
            return explain(error, lang)[1]
        return ""

    def sign(
        self,
        plan: SigningPlan,
        reader: str,
        typed: TypedPin,
        confirmed: Confirmations,
        lang: Lang,
        progress: Callable[[Progress], object],
        cancelled: Callable[[], bool],
    ) -> SigningOutcome:
        """Sign, and save the list of a batch; what goes wrong before the first file becomes the sentence."""
        from jpkidoctor.commands.failure import explain
        from jpkidoctor.commands.verify import verify_request
        from jpkidoctor.screens.ports import SigningOutcome
        from jpkidoctor.signing.card_desk import CardDesk
        from jpkidoctor.signing.from_card import waiting_card
        from jpkidoctor.signing.job import CertificateDateError, run_job
        from jpkidoctor.signing.job_hands import JobHands
        from jpkidoctor.signing.make_and_check import checker, maker

        known = load_known()
        try:
            with typed, self._lend():
                waiting = waiting_card(self._world(), known, reader or None)
                check = checker(plan, verify_request(_now()), now=_now)
                hands = JobHands(maker(plan, now=_now), _now, check, progress, cancelled)
                desk = CardDesk(waiting.manager, waiting.reader, known)
                result = run_job(plan, desk, typed, confirmed, hands)
        except Exception as error:  # every error has its sentence there, a programming error its kind
            expired = isinstance(error, CertificateDateError) and error.expired
            return SigningOutcome(None, explain(error, lang)[1], expired)
        return self._with_summary(result, lang)

    @staticmethod
    def _with_summary(result: JobResult, lang: Lang) -> SigningOutcome:
        from jpkidoctor.commands.failure import explain
        from jpkidoctor.screens.ports import SigningOutcome
        from jpkidoctor.signing.summary import save_summary

        if len(result.plan.files) < 2:
            return SigningOutcome(result)
        try:
            return SigningOutcome(result, summary=save_summary(result, load_words(lang))[1])
        except Exception as error:  # the files are signed: nothing that happens to the list may hide that
            return SigningOutcome(result, summary_problem=explain(error, lang)[1])

    def verify(self, asked: Asked, cancelled: Callable[[], bool]) -> Iterator[FileStatus]:
        """Verify files and folders."""
        from jpkidoctor.commands.verify import request_for
        from jpkidoctor.signing.verify.folder import files_below, verify_files

        return verify_files(files_below(asked.paths), request_for(asked, _now()), cancelled=cancelled)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # closed to us; a NUL character in the name
        return False
