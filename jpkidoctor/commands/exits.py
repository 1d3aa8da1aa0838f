"""Exit codes, the same for every command."""

from __future__ import annotations

from enum import IntEnum

from jpkidoctor.diagnosis import Diagnosis, Status


class Exit(IntEnum):
    NOTHING_FAILED = 0
    SOMETHING_FAILED = 1
    WRONG_USAGE = 2
    COULD_NOT_EXAMINE = 3
    INTERRUPTED = 130
    """Ctrl+C, as shells say it (128 + SIGINT)."""


def exit_of(diagnosis: Diagnosis) -> Exit:
    """1 when anything failed; 3 when nothing failed but the deciding layers could not be looked at."""
    if diagnosis.failed:
        return Exit.SOMETHING_FAILED
    if diagnosis.finding("L-01").status is Status.UNKNOWN:
        return Exit.COULD_NOT_EXAMINE
    return Exit.NOTHING_FAILED
