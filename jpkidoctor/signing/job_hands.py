"""What a sign job is given to work with: the card, what makes and what checks a file, who listens and who stops it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jpkidoctor.signing.formats.result import SignedDocument
from jpkidoctor.signing.key import SigningKey
from jpkidoctor.signing.plan import PlannedFile

if TYPE_CHECKING:
    from jpkidoctor.card.typed_pin import TypedPin
    from jpkidoctor.signing.verify.status import FileStatus


class UnlocksKey(Protocol):
    """The card as the job sees it: ``card_desk.CardDesk``."""

    def signature_key(self, typed: TypedPin, *, second_confirmation: bool) -> AbstractContextManager[SigningKey]:
        """Enter the password once, and hold the card until the block ends; then its power is cut.

        Raises PinRefusedError, WrongPinError, PinOutcomeUnknownError, LinkError.
        """


class MakeSignature(Protocol):
    """Makes the signed file of one format.

    Raises FormatRefusedError before the key is used, and what the key raises.
    """

    def __call__(self, file: PlannedFile, content: bytes, key: SigningKey) -> SignedDocument: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What our own verifier found in a file that was just written."""

    good: bool
    """Nothing about content, digest and signature is wrong. Whose certificate it is, does not decide."""
    status: FileStatus | None = None
    """Everything it found, to be shown."""


class CheckSignature(Protocol):
    """Our own verifier on a file that was just written."""

    def __call__(self, file: PlannedFile, output: Path) -> Checked: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """Told before each file and after the last. ``seconds_left`` None until one file is done."""

    done: int
    total: int
    seconds_left: float | None
    current: PlannedFile | None


@dataclass(frozen=True, slots=True)
class JobHands:
    """The hands of one job. ``now`` gives the time with tzinfo; ``clock`` monotonic seconds."""

    make: MakeSignature
    now: Callable[[], dt.datetime]
    check: CheckSignature | None = None
    progress: Callable[[Progress], object] = lambda progress: None
    cancelled: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic
