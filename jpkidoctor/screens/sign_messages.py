"""What the threads of the sign page tell it. ``run_number`` says which look it belongs to: an older one is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from jpkidoctor.screens.ports import SigningOutcome
    from jpkidoctor.signing.job_hands import Progress
    from jpkidoctor.signing.plan import SigningPlan


class Planned(Message):
    """The files were looked at, or got other names."""

    def __init__(self, run: int, plan: SigningPlan) -> None:
        super().__init__()
        self.run_number = run
        self.plan = plan


class Refused(Message):
    """A place or a server cannot be used."""

    def __init__(self, run: int, sentence: str) -> None:
        super().__init__()
        self.run_number = run
        self.sentence = sentence


class Told(Message):
    """Signing went on."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress


class Done(Message):
    """Signing ended."""

    def __init__(self, outcome: SigningOutcome) -> None:
        super().__init__()
        self.outcome = outcome
