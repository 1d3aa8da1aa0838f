"""What the screens are given from outside besides the examination: practice, reports, an old verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
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
    from jpkidoctor.facts import PinFacts, PinId
    from jpkidoctor.live import Examination
    from jpkidoctor.report.preview import PreviewRow
    from jpkidoctor.signing.attributes import Comparison
    from jpkidoctor.signing.certificate_view import CertificateView
    from jpkidoctor.signing.chain import ChainCheck
    from jpkidoctor.signing.from_card import Which
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
        reader: str,
        typed: TypedPin,
        confirmed: Confirmations,
        lang: Lang,
        progress: Callable[[Progress], object],
        cancelled: Callable[[], bool],
    ) -> SigningOutcome:
        """Sign with the card in this reader, the one that was shown; empty lets the program choose.

        ``typed`` is sent at most once and is wiped. Raises nothing.
        """

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


CertificateForm = Literal["pem", "der"]


@dataclass(frozen=True, slots=True)
class FoundCertificate:
    """A certificate that was read, and what is to be said of its issuer."""

    view: CertificateView
    check: ChainCheck


@dataclass(frozen=True, slots=True)
class NoCertificate:
    """Why there is none: a message id, and what fills its blank ``error``."""

    key: str
    error: str = ""


ReadCertificate = FoundCertificate | NoCertificate


@dataclass(frozen=True, slots=True)
class PinJob:
    """Work at the card with codes that a person typed for it, in the order in which they were asked for.

    Whoever gets the job wipes them, whatever happens.
    """

    reader: str
    """PC/SC name of the reader whose card was shown to the person; empty lets the program choose."""
    typed: tuple[TypedPin, ...]
    confirmed: frozenset[PinId]
    """Codes with two tries left for which the person said yes a second time."""
    lang: Lang
    tell: Callable[[str], object]
    """Takes a sentence while the work goes on."""
    cancelled: Callable[[], bool]
    """True ends a waiting for the card. What was sent is never called back."""


@dataclass(frozen=True, slots=True)
class PinResult:
    """What came of it: sentences in the person's language, and what the card counts now."""

    done: bool
    sentences: tuple[str, ...]
    tries: tuple[PinFacts, ...] = ()
    certificate: FoundCertificate | None = None
    comparison: Comparison | None = None


class CardDesk(Protocol):
    """The card without a PIN, and with one. All but ``rule`` and ``default_path`` block: they run on worker threads.

    Nothing raises but ``save``. Each code is sent at most once.
    """

    def rule(self, pin: PinId) -> PinRule:
        """What this PIN may look like."""

    def read_card(self, reader: str) -> Mapping[Which, ReadCertificate]:
        """The certificates that need no PIN, each file read once."""

    def read_file(self, path: Path) -> ReadCertificate:
        """A certificate of a file (DER or PEM)."""

    def default_path(self, name: str) -> Path:
        """Where a file of this name is saved when the person gives no other place."""

    def save(self, view: CertificateView, form: CertificateForm, path: Path) -> None:
        """Save a certificate, for its owner only. Raises FileWriteError; never replaces a file that exists."""

    def read_signature_certificate(self, job: PinJob, authorities: tuple[bytes, ...]) -> PinResult:
        """The signature certificate with its password. ``authorities`` are CA certificates of the card, DER."""

    def change(self, job: PinJob, pin: PinId) -> PinResult:
        """Change a PIN; typed are the old one, the new one, and the new one again."""

    def check(self, job: PinJob, pins: tuple[PinId, ...]) -> PinResult:
        """カード動作確認 of the keys of these PINs; the first that fails is the last that is tried."""

    def compare(self, job: PinJob) -> PinResult:
        """The four attributes of certificate and card; typed are the signature password and the card-face code."""
