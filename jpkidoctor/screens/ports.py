"""What the screens are given from outside besides the examination: practice, reports, an old verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from jpkidoctor.diagnosis import Diagnosis
from jpkidoctor.facts import Facts
from jpkidoctor.knowledge.types import Lang, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jpkidoctor.card.pin_rules import PinRule
    from jpkidoctor.card.typed_pin import TypedPin
    from jpkidoctor.facts import PinId
    from jpkidoctor.live import Examination
    from jpkidoctor.report.preview import PreviewRow
    from jpkidoctor.signing.job import Confirmations, JobResult
    from jpkidoctor.signing.job_hands import Progress
    from jpkidoctor.signing.plan import SigningPlan
    from jpkidoctor.signing.request import SigningRequest
    from jpkidoctor.signing.verify.request import Asked
    from jpkidoctor.signing.verify.status import FileStatus

Clock = Callable[[], dt.datetime]
"""The time with tzinfo; the screens show times in that zone."""

ReportFormat = Literal["json", "html", "md", "txt"]
REPORT_FORMATS: tuple[ReportFormat, ...] = ("html", "txt", "md", "json")
"""In the order they are offered: what a person can open comes first."""


@dataclass(frozen=True, slots=True)
class ScenarioChoice:
    """One practice case as the list shows it."""

    id: str
    title: Text
    step: str = ""
    """Letter of the step it is about."""
    story: Text | None = None
    """What its caller says."""


class PracticeControls(Protocol):
    """The hands of the practice mode. Every method returns at once."""

    def scenarios(self) -> tuple[ScenarioChoice, ...]:
        """The cases one may choose, in the order shown."""

    def start(self, scenario: str) -> Examination:
        """Set up a case and return its examination, not yet started. Raises KeyError for an unknown id."""

    def insert(self) -> None:
        """Put the practice card in (or on) the reader."""

    def remove(self) -> None:
        """Take the practice card away."""

    def turn_over(self) -> None:
        """Turn the practice card over, and put it back if it was in."""


class ReportDesk(Protocol):
    """Makes reports. ``write`` runs on a worker thread; the others are quick."""

    def preview(self, facts: Facts, diagnosis: Diagnosis, lang: Lang) -> tuple[PreviewRow, ...]:
        """What a report would hold, beside what is hidden in it."""

    def support_code(self, facts: Facts, diagnosis: Diagnosis) -> str:
        """The short code that is read out on the phone."""

    def default_path(self, facts: Facts, form: ReportFormat) -> Path:
        """Where a report is saved when the person gives no other place."""

    def write(self, facts: Facts, diagnosis: Diagnosis, lang: Lang, form: ReportFormat, path: Path) -> Path:
        """Write the report and return where it is now. Raises OSError; never replaces a file that exists."""


class Memory(Protocol):
    """The last examination of an earlier run on this computer. Both methods use a file: on a thread."""

    def earlier(self, now: Facts) -> tuple[Facts, Diagnosis] | None:
        """What an earlier run kept, None when there is nothing of this computer. Never raises for a bad file."""

    def keep(self, facts: Facts) -> None:
        """Keep an examination, without personal values, for the next run. Never raises for a full disk."""


@dataclass(frozen=True, slots=True)
class SavedVerdict:
    """The verdict a saved report came with, shown beside today's verdict on the same facts."""

    taken_at: dt.datetime
    first_cause: str
    """Node id, empty when nothing was wrong."""
    tool_version: str


class SignatureDesk(Protocol):
    """Signs and verifies files. All but ``rule`` block: they run on worker threads."""

    def rule(self, pin: PinId) -> PinRule:
        """What this PIN may look like."""

    def plan(
        self,
        request: SigningRequest,
        before: SigningPlan | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SigningPlan:
        """Look at the files: sizes, hashes, names. No card, no PIN. A cancelled plan is thrown away.

        With ``before``, the plan of the same files: only the names of the outputs are looked for anew.
        """

    def problem_of(self, request: SigningRequest, lang: Lang) -> str:
        """Why this place or this timestamp address cannot be used, as a sentence; empty when they can."""

    def sign(
        self,
        plan: SigningPlan,
        typed: TypedPin,
        confirmed: Confirmations,
        lang: Lang,
        progress: Callable[[Progress], object],
        cancelled: Callable[[], bool],
    ) -> SigningOutcome:
        """Sign with the card in the reader; ``typed`` is sent at most once and is wiped. Raises nothing."""

    def verify(self, asked: Asked, cancelled: Callable[[], bool]) -> Iterator[FileStatus]:
        """Verify files and folders, each as it is ready. Raises OSError when what lies beside cannot be read."""


@dataclass(frozen=True, slots=True)
class SigningOutcome:
    """What came of signing: a result, or the sentence that says why there is none."""

    result: JobResult | None
    sentence: str = ""
    expired: bool = False
    """Nothing was signed because the signature certificate is out of its time."""
    summary: Path | None = None
    """Where the list of a batch was saved, for reading; its twin for programs lies beside it."""
    summary_problem: str = ""
    """The sentence that says why the list was not saved."""
