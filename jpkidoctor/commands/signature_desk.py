"""The screens' hands for signing and verifying: the same calls as ``jpkidoctor sign`` and ``verify``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang

if TYPE_CHECKING:
    from jpkidoctor.card.pin_rules import PinRule
    from jpkidoctor.card.typed_pin import TypedPin
    from jpkidoctor.facts import PinId
    from jpkidoctor.screens.ports import SigningOutcome
    from jpkidoctor.signing.job import Confirmations, Progress
    from jpkidoctor.signing.key import SignatureFormat
    from jpkidoctor.signing.plan import SigningPlan
    from jpkidoctor.signing.verify.status import FileStatus
    from jpkidoctor.world import World


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Signatures:
    """Implements screens.ports.SignatureDesk. ``world`` is asked at each signing: practice changes its world."""

    def __init__(self, world: Callable[[], World]) -> None:
        self._world = world

    def rule(self, pin: PinId) -> PinRule:
        """What this PIN may look like."""
        from jpkidoctor.signing.card_desk import pin_rule

        return pin_rule(load_known(), pin)

    def plan(self, paths: tuple[Path, ...], form: SignatureFormat) -> SigningPlan:
        """Look at the files."""
        from jpkidoctor.signing.plan import make_plan

        return make_plan(paths, form)

    def sign(
        self,
        plan: SigningPlan,
        typed: TypedPin,
        confirmed: Confirmations,
        lang: Lang,
        progress: Callable[[Progress], object],
        cancelled: Callable[[], bool],
    ) -> SigningOutcome:
        """Sign; what goes wrong before the first file becomes the sentence."""
        from jpkidoctor.commands.failure import explain
        from jpkidoctor.screens.ports import SigningOutcome
        from jpkidoctor.signing.card_desk import CardDesk
        from jpkidoctor.signing.from_card import waiting_card
        from jpkidoctor.signing.job import run_job
        from jpkidoctor.signing.make_and_check import checker, maker

        known = load_known()
        try:
            with typed:
                waiting = waiting_card(self._world(), known, None)
                result = run_job(
                    plan,
                    CardDesk(waiting.manager, waiting.reader, known),
                    typed,
                    make=maker(plan, now=_now),
                    check=checker(plan, known.authorities, now=_now),
                    confirmed=confirmed,
                    now=_now,
                    progress=progress,
                    cancelled=cancelled,
                )
        except Exception as error:  # every error has its sentence there, a programming error its kind
            return SigningOutcome(None, explain(error, lang)[1])
        return SigningOutcome(result)

    def verify(self, paths: tuple[Path, ...], cancelled: Callable[[], bool]) -> Iterator[FileStatus]:
        """Verify files and folders."""
        from jpkidoctor.commands.verify import verify_request
        from jpkidoctor.signing.verify.folder import files_below, verify_files

        return verify_files(files_below(paths), verify_request(_now()), cancelled=cancelled)
