"""One clear sentence and an exit code for everything that can go wrong before or beside an examination."""

from __future__ import annotations

import logging

from jpkidoctor.commands.exits import Exit
from jpkidoctor.knowledge.types import Lang

logger = logging.getLogger(__name__)


def explain(error: Exception, lang: Lang) -> tuple[Exit, str]:
    """The exit code and the sentence for an error. A programming error is named by its kind alone."""
    from jpkidoctor.commands.formats import UnknownFormatError
    from jpkidoctor.examination import UnknownReaderError
    from jpkidoctor.files import FileWriteError
    from jpkidoctor.knowledge.load import KnowledgeError
    from jpkidoctor.knowledge.words import load_words
    from jpkidoctor.report.read import ReportReadError
    from jpkidoctor.safe_text import safe_text
    from jpkidoctor.simulator.scenario import ScenarioError
    from jpkidoctor.support_code.errors import SupportCodeError, sentence_key

    if isinstance(error, KnowledgeError):
        # The words themselves may be what cannot be read.
        return Exit.COULD_NOT_EXAMINE, safe_text(f"jpkidoctor: {error}")
    words = load_words(lang)
    match error:
        case ScenarioError():
            key = "cli.unknown_scenario" if error.missing else "cli.bad_scenario"
            return Exit.WRONG_USAGE, words.text(key, name=error.name, reason=error.reason)
        case UnknownReaderError():
            sentence = words.text("cli.unknown_reader", wanted=error.wanted)
            if not error.readers:
                return Exit.WRONG_USAGE, f"{sentence} {words.text('cli.no_readers')}"
            return Exit.WRONG_USAGE, f"{sentence} {words.text('cli.readers_are', readers=', '.join(error.readers))}"
        case SupportCodeError():
            return Exit.WRONG_USAGE, words.text(sentence_key(error), group=error.group or 0, groups=error.groups)
        case UnknownFormatError():
            return Exit.WRONG_USAGE, words.text("cli.unknown_format", path=error.path)
        case ReportReadError():
            return Exit.COULD_NOT_EXAMINE, words.text(
                f"report.read.{error.reason.value}", path=str(error.path), at=error.at
            )
        case FileWriteError():
            return Exit.COULD_NOT_EXAMINE, words.text(f"report.write.{error.reason.value}", path=str(error.path))
    logger.debug("unexpected", exc_info=error)
    return Exit.COULD_NOT_EXAMINE, words.text("cli.crash", error=type(error).__name__)
