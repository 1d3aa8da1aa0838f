"""Makes the reports that the screens ask for: redacted, in the person's language, never over an older file."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words

if TYPE_CHECKING:
    from jpkidoctor.diagnosis import Diagnosis
    from jpkidoctor.facts import Facts
    from jpkidoctor.report.preview import PreviewRow
    from jpkidoctor.screens.ports import ReportFormat


class Desk:
    """Implements screens.ports.ReportDesk. What makes reports is loaded with the first one."""

    def preview(self, facts: Facts, diagnosis: Diagnosis, lang: Lang) -> tuple[PreviewRow, ...]:
        """What a report would hold, beside what is hidden in it."""
        from jpkidoctor.report.preview import preview
        from jpkidoctor.report.redact import redact

        return preview(facts, redact(facts), load_words(lang))

    def support_code(self, facts: Facts, diagnosis: Diagnosis) -> str:
        """The code in groups of four."""
        from jpkidoctor.support_code.encode import encode

        return encode(facts, diagnosis).grouped

    def default_path(self, facts: Facts, form: ReportFormat) -> Path:
        """In the person's documents, named by the time of the examination."""
        return in_documents(f"jpkidoctor-{facts.taken_at.astimezone():%Y%m%d-%H%M%S}.{form}")

    def write(self, facts: Facts, diagnosis: Diagnosis, lang: Lang, form: ReportFormat, path: Path) -> Path:
        """Write the report. Raises OSError whose strerror is a sentence; FileExistsError for an older file."""
        from jpkidoctor.commands.formats import encode
        from jpkidoctor.files import FileWriteError, WriteProblem, write_atomically
        from jpkidoctor.judge import load_judge
        from jpkidoctor.report.envelope import redacted_report

        judge, words = load_judge(), load_words(lang)
        path = path.expanduser()
        report = redacted_report(facts, judge, words)
        try:
            write_atomically(path, encode(report, form, words, judge.known), replace=False)
        except FileWriteError as error:
            sentence = words.text(f"report.write.{error.reason.value}", path=str(path))
            if error.reason is WriteProblem.EXISTS:
                raise FileExistsError(errno.EEXIST, sentence) from error
            raise OSError(errno.EIO, sentence) from error
        return path


def in_documents(name: str) -> Path:
    """A file of this name in the person's documents, or at home where there is no such folder."""
    from platformdirs import user_documents_path

    folder = user_documents_path()
    return (folder if folder.is_dir() else Path.home()) / name
