"""One clear sentence and an exit code for everything that can go wrong before or beside an examination."""

from __future__ import annotations

import logging

from jpkidoctor.commands.exits import Exit
from jpkidoctor.facts import PinId
from jpkidoctor.knowledge.types import Lang

logger = logging.getLogger(__name__)


def explain(error: Exception, lang: Lang) -> tuple[Exit, str]:
    """The exit code and the sentence for an error. A programming error is named by its kind alone."""
    from jpkidoctor.commands.fleet import FleetFormatError
    from jpkidoctor.commands.formats import UnknownFormatError
    from jpkidoctor.examination import UnknownReaderError
    from jpkidoctor.files import FileWriteError
    from jpkidoctor.fleet.folder import NoFactsError
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
        case FleetFormatError():
            return Exit.WRONG_USAGE, words.text("fleet.report_format", path=str(error.path))
        case NoFactsError():
            return Exit.WRONG_USAGE, words.text("fleet.no_files", path=str(error.folder))
        case ReportReadError():
            return Exit.COULD_NOT_EXAMINE, words.text(
                f"report.read.{error.reason.value}", path=str(error.path), at=error.at
            )
        case FileWriteError():
            return Exit.COULD_NOT_EXAMINE, words.text(f"report.write.{error.reason.value}", path=str(error.path))
    if told := _around_a_pin(error, lang):
        return told
    logger.debug("unexpected", exc_info=error)
    return Exit.COULD_NOT_EXAMINE, words.text("cli.crash", error=type(error).__name__)


def _around_a_pin(error: Exception, lang: Lang) -> tuple[Exit, str] | None:
    """Exit code and sentence for what stops a command that types a PIN. None of these errors holds one."""
    from jpkidoctor.card import pin_errors as pins
    from jpkidoctor.card.pin_session import LinkError
    from jpkidoctor.commands.pin_prompt import NotConfirmedError, NoTerminalError, PinSlipError
    from jpkidoctor.knowledge.known import load_known
    from jpkidoctor.knowledge.words import load_words
    from jpkidoctor.signing.card_key import SignatureMismatchError
    from jpkidoctor.signing.formats.result import FormatRefusedError
    from jpkidoctor.signing.from_card import CardReadError
    from jpkidoctor.signing.job import CertificateDateError

    words = load_words(lang)

    def about(pin: PinId) -> dict[str, str]:
        model = load_known().pin(pin)
        return {"pin": pin.value, "reset": model.reset.get(lang) if model is not None else ""}

    match error:
        case pins.PinRefusedError():
            return Exit.SOMETHING_FAILED, words.text(f"pin.refused.{error.refusal.value}", **about(error.pin))
        case pins.WrongPinError():
            key = "pin.wrong" if error.tries_left else "pin.wrong.no_count" if error.tries_left is None else ""
            sentence = words.text(key or "pin.wrong.blocked", **about(error.pin), tries=error.tries_left or 0)
            return Exit.SOMETHING_FAILED, sentence
        case pins.PinOutcomeUnknownError():
            return Exit.SOMETHING_FAILED, words.text("pin.outcome.ask")
        case pins.VerifiedNoMoreError():
            return Exit.SOMETHING_FAILED, words.text("pin.no_more")
        case pins.CardRefusedError():
            return Exit.SOMETHING_FAILED, words.text("pin.card_refused", sw=f"{error.sw:04X}")
        case SignatureMismatchError():
            return Exit.SOMETHING_FAILED, words.text("pin.mismatch")
        case CertificateDateError():
            from jpkidoctor.signing.japanese_date import japanese_day

            key = "expired" if error.expired else "not_yet"
            day = japanese_day(error.not_after if error.expired else error.not_before)
            return Exit.SOMETHING_FAILED, words.text(f"sign.date.{key}", day=day.isoformat())
        case FormatRefusedError():
            return Exit.WRONG_USAGE, words.text(f"sign.format.{error.reason}")
        case PinSlipError():
            return Exit.WRONG_USAGE, words.text(f"pin.slip.{error.slip.value}")
        case NoTerminalError():
            return Exit.WRONG_USAGE, words.text("pin.no_terminal")
        case NotConfirmedError():
            return Exit.WRONG_USAGE, words.text("sign.not_confirmed")
        case LinkError() | CardReadError():
            return Exit.COULD_NOT_EXAMINE, words.text(f"cert.card.{error.problem.value}")
    return None
