"""The sign job: the steps of sign-verify.md §7.1 item 5 in their order, driven by a command or a screen alike.

``make_plan`` (files, hashes, names) -> ``judge_readiness`` (card, tries left, no PIN) -> the person confirms and
types -> ``run_job`` (one PIN, one exclusive session, every file) -> ``summary`` (what became of each). Nothing
here prints or asks; ``run_job`` blocks, so a screen calls it on a worker thread.
"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from jpkidoctor.card.pin_errors import CardRefusedError, VerifiedNoMoreError
from jpkidoctor.card.pin_session import LinkError, LinkProblem
from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.files import FileWriteError, write_atomically
from jpkidoctor.signing.card_key import SignatureMismatchError
from jpkidoctor.signing.formats.result import FormatRefusedError, SignedDocument
from jpkidoctor.signing.job_hands import Checked, JobHands, Progress, UnlocksKey
from jpkidoctor.signing.key import SigningKey
from jpkidoctor.signing.plan import PlannedFile, SigningPlan, read_for_signing
from jpkidoctor.signing.readiness import EXPIRES_SOON_DAYS

if TYPE_CHECKING:
    from jpkidoctor.signing.verify.status import FileStatus


@dataclass(frozen=True, slots=True)
class Confirmations:
    """What the person said yes to, each seen on its own."""

    files: bool = False
    """The whole list with its hashes."""
    personal_data: bool = False
    """署名用証明書 shows name, address, birth date and sex to whoever gets the file."""
    two_left: bool = False
    expired: bool = False
    """The certificate is out of its time, and receivers refuse what it signs."""
    many: bool = False


class ConfirmationMissingError(Exception):
    """Something was not confirmed; ``what`` is the field of Confirmations. Nothing was done."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class CertificateDateError(Exception):
    """The signature certificate is out of its time (UTC dates with tzinfo); nothing was signed."""

    def __init__(self, not_before: dt.datetime, not_after: dt.datetime, *, expired: bool) -> None:
        super().__init__("expired" if expired else "not yet valid")
        self.not_before = not_before
        self.not_after = not_after
        self.expired = expired


class FileState(StrEnum):
    """What became of a file; each has a sentence ``sign.state.<id>``."""

    SIGNED = "signed"
    """Signed, written, read again and verified."""
    REFUSED = "refused"
    """The format cannot sign it; ``reason`` says why."""
    CHANGED = "changed"
    """It is not what was confirmed any more."""
    UNREADABLE = "unreadable"
    NOT_WRITTEN = "not_written"
    NOT_VERIFIED = "not_verified"
    """Our verifier refused what was written; the output was taken away again."""
    FAILED = "failed"
    """The card stopped at this one."""
    NOT_REACHED = "not_reached"


class StopReason(StrEnum):
    """Why a job ended before its last file; each has a sentence ``sign.stop.<id>``."""

    CANCELLED = "cancelled"
    FILE_CHANGED = "file_changed"
    FILE_UNREADABLE = "file_unreadable"
    NOT_WRITTEN = "not_written"
    NOT_VERIFIED = "not_verified"
    ASKS_ANEW = "asks_anew"
    """6982: the card wants the password again. It is not sent by itself."""
    CARD_LOST = "card_lost"
    CARD_REFUSED = "card_refused"
    MISMATCH = "mismatch"
    TIMESTAMP = "timestamp"
    """The timestamp server did not help; asking it for every further file would only cost signatures."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One line of the result."""

    file: PlannedFile
    state: FileState
    reason: str = ""
    """Machine word: of a format's refusal, a write problem, or a link problem."""
    status: FileStatus | None = None
    """What our own verifier found in the output; None when there is no output, or nobody looked."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """The whole outcome. ``certificate`` is the signer's, DER: personal data."""

    plan: SigningPlan
    outcomes: tuple[FileOutcome, ...]
    stopped: StopReason | None
    began: dt.datetime
    ended: dt.datetime
    certificate: bytes = field(repr=False)
    days_left: int = 0
    """Of the signature certificate."""

    @property
    def signed(self) -> int:
        """How many files are signed and verified."""
        return sum(outcome.state is FileState.SIGNED for outcome in self.outcomes)

    @property
    def complete(self) -> bool:
        """Whether every file of the plan was signed and verified."""
        return self.signed == len(self.plan.files)

    @property
    def expires_soon(self) -> bool:
        """Whether the signature certificate ends within 30 days."""
        return self.days_left < EXPIRES_SOON_DAYS


_BROKEN: dict[type[Exception], StopReason] = {
    VerifiedNoMoreError: StopReason.ASKS_ANEW,
    CardRefusedError: StopReason.CARD_REFUSED,
    SignatureMismatchError: StopReason.MISMATCH,
}
_BROKEN_ERRORS = tuple(_BROKEN)


def run_job(
    plan: SigningPlan, card: UnlocksKey, typed: TypedPin, confirmed: Confirmations, hands: JobHands
) -> JobResult:
    """Sign every file of the plan with one PIN. ``typed`` is wiped as soon as the card has answered it.

    Each signature is verified with the certificate's key, and each file read back after it was written;
    ``hands.check`` is our own verifier on top.

    Stops after the current file when ``hands.cancelled`` says so, and at the first error of the card, of a file
    that changed, or of our verifier. Before anything is signed it raises ConfirmationMissingError,
    CertificateDateError, PinRefusedError, WrongPinError, PinOutcomeUnknownError or LinkError; later troubles are
    in the result.
    """
    try:
        _ask_confirmations(plan, confirmed)
        with card.signature_key(typed, second_confirmation=confirmed.two_left) as key:
            typed.wipe()
            began = hands.now()
            days_left = _days_left(key.certificate, began, allow_expired=confirmed.expired)
            outcomes, stopped = _Batch(plan, key, hands).run()
            certificate = key.certificate
    finally:
        typed.wipe()
    return JobResult(plan, outcomes, stopped, began, hands.now(), certificate, days_left)


def _ask_confirmations(plan: SigningPlan, confirmed: Confirmations) -> None:
    if not plan.ready:
        raise ValueError("a plan with problems is not run")
    if not confirmed.files:
        raise ConfirmationMissingError("files")
    if not confirmed.personal_data:
        raise ConfirmationMissingError("personal_data")
    if plan.many and not confirmed.many:
        raise ConfirmationMissingError("many")


def _days_left(certificate: bytes, now: dt.datetime, *, allow_expired: bool) -> int:
    """Days to the end of the certificate. Raises CertificateDateError; one not valid yet is never overridden."""
    from jpkidoctor.card.certificates import certificate_facts

    facts = certificate_facts(certificate)
    expired = facts.not_after < now
    if facts.not_before > now or (expired and not allow_expired):
        raise CertificateDateError(facts.not_before, facts.not_after, expired=expired)
    return (facts.not_after - now).days


@dataclass(frozen=True, slots=True)
class _Step:
    """What became of one file, and whether the batch ends with it."""

    outcome: FileOutcome
    stop: StopReason | None = None


class _Batch:
    def __init__(self, plan: SigningPlan, key: SigningKey, hands: JobHands) -> None:
        self._plan = plan
        self._key = key
        self._hands = hands
        self._stopped: StopReason | None = None

    def run(self) -> tuple[tuple[FileOutcome, ...], StopReason | None]:
        """Sign one after another; while the card calculates, the file before is written and verified."""
        files = self._plan.files
        outcomes: list[FileOutcome] = []
        begin = self._hands.clock()
        with ThreadPoolExecutor(1, thread_name_prefix="written") as aside:
            before: Future[_Step] | None = None
            for number, file in enumerate(files):
                if self._stopped is None and self._hands.cancelled():
                    self._stopped = StopReason.CANCELLED
                if self._stopped is not None:
                    break
                left = (self._hands.clock() - begin) / number * (len(files) - number) if number else None
                self._hands.progress(Progress(number, len(files), left, file))
                made = self._sign(file)
                if before is not None:
                    outcomes.append(self._settled(before.result()))
                    before = None
                    if self._stopped is not None:
                        break  # this file's signature is thrown away: nothing is kept after a stop
                if isinstance(made, SignedDocument):
                    before = aside.submit(self._write, file, made)
                else:
                    outcomes.append(self._settled(made))
            if before is not None:
                outcomes.append(self._settled(before.result()))
        done = len(outcomes)
        outcomes += [FileOutcome(file, FileState.NOT_REACHED) for file in files[done:]]
        self._hands.progress(Progress(done, len(files), 0.0, None))
        return tuple(outcomes), self._stopped

    def _settled(self, step: _Step) -> FileOutcome:
        if self._stopped is None:
            self._stopped = step.stop
        return step.outcome

    def _sign(self, file: PlannedFile) -> SignedDocument | _Step:
        """The signed file, or why there is none."""
        try:
            content = read_for_signing(file)
        except OSError as error:
            return _Step(FileOutcome(file, FileState.UNREADABLE, type(error).__name__), StopReason.FILE_UNREADABLE)
        if content is None:
            return _Step(FileOutcome(file, FileState.CHANGED), StopReason.FILE_CHANGED)
        try:
            return self._hands.make(file, content, self._key)
        except FormatRefusedError as error:
            if error.reason.startswith("timestamp_"):
                return _Step(FileOutcome(file, FileState.FAILED, error.reason), StopReason.TIMESTAMP)
            return _Step(FileOutcome(file, FileState.REFUSED, error.reason))
        except LinkError as error:
            cancelled = error.problem is LinkProblem.CANCELLED
            stop = StopReason.CANCELLED if cancelled else StopReason.CARD_LOST
            return _Step(FileOutcome(file, FileState.FAILED, error.problem.value), stop)
        except _BROKEN_ERRORS as error:
            return _Step(FileOutcome(file, FileState.FAILED), _BROKEN[type(error)])

    def _write(self, file: PlannedFile, product: SignedDocument) -> _Step:
        written: list[Path] = []
        try:
            for suffix, data in (*product.beside, ("", product.data)):
                path = file.output.with_name(file.output.name + suffix)
                write_atomically(path, data, 0o600, replace=False)
                written.append(path)
        except FileWriteError as error:
            _take_away(written)
            return _Step(FileOutcome(file, FileState.NOT_WRITTEN, error.reason.value), StopReason.NOT_WRITTEN)
        checked = Checked(_reads_back(file.output, product.data))
        if checked.good and self._hands.check is not None:
            checked = self._hands.check(file, file.output)
        if not checked.good:
            _take_away(written)
            return _Step(FileOutcome(file, FileState.NOT_VERIFIED, status=checked.status), StopReason.NOT_VERIFIED)
        return _Step(FileOutcome(file, FileState.SIGNED, status=checked.status))


def _reads_back(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _take_away(written: list[Path]) -> None:
    """Our own new files, which nobody should take for signed ones."""
    for path in written:
        path.unlink(missing_ok=True)
