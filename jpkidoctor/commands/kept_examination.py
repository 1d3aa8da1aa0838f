"""The last examination of this computer, kept for the next run: one file, redacted, never sent anywhere.

It holds what a report holds: no name, no number of a card, a certificate or a machine. That it is of this computer is
told by where it lies, and by the kind of system and processor, since a home directory may be shared.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jpkidoctor.diagnosis import Diagnosis
    from jpkidoctor.facts import Facts

logger = logging.getLogger(__name__)


def kept_path() -> Path:
    """The one file: in the person's own state directory, which does not roam to other computers."""
    from platformdirs import user_state_path

    return user_state_path("jpkidoctor", appauthor=False) / "last-examination.json"


class KeptExamination:
    """Implements screens.ports.Memory. What reads and judges is loaded when first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._says = -1
        """How much the examination says that this run kept: taking the card out must not replace it."""

    def earlier(self, now: Facts) -> tuple[Facts, Diagnosis] | None:
        """What an earlier run kept, judged by today's rules; None when there is nothing of this computer."""
        from jpkidoctor.judge import load_judge
        from jpkidoctor.report.read import ReportReadError, read_report

        try:
            facts = read_report(self._path).facts
        except ReportReadError as error:
            logger.debug("no earlier examination: %s", error.reason)
            return None
        if _computer(facts) != _computer(now):
            return None
        return facts, load_judge()(facts)

    def keep(self, facts: Facts) -> None:
        """Put this examination in the place of the one before. A disk that cannot be written changes nothing."""
        import msgspec

        from jpkidoctor.files import FileWriteError, write_atomically
        from jpkidoctor.report.redact import redact

        says = _says(facts)
        if says < self._says:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomically(self._path, msgspec.json.encode(redact(facts).facts))
        except (FileWriteError, OSError) as error:
            logger.debug("the examination is not kept: %s", error)
        else:
            self._says = says


def _says(facts: Facts) -> int:
    """2 with a card that answered, 1 with a card, 0 with none."""
    from jpkidoctor.card.winscard import State

    if facts.card.value is not None:
        return 2
    return int(any(reader.flags & State.PRESENT for reader in facts.pcsc.readers.value or ()))


def _computer(facts: Facts) -> tuple[str, str]:
    system = facts.host.os.value
    return (system.family.value, system.arch) if system else ("", "")
