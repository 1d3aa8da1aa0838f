"""What a report will tell a stranger, side by side with what it hides: shown before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass

from jpkidoctor.facts import Facts
from jpkidoctor.privacy import Privacy
from jpkidoctor.report.clean import clean
from jpkidoctor.report.redact import Hidden, Redaction
from jpkidoctor.report.tables import card_table, certificate_table, computer_table
from jpkidoctor.report.walk import map_struct
from jpkidoctor.report.words import ReportWords


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One thing the report could tell."""

    label: str
    here: str
    """As it is on this computer; of a value that names a person only the beginning."""
    sent: str
    """As it stands in the report."""
    hidden: bool
    note: str = ""
    """What a person should know before sending it, or empty."""


def preview(facts: Facts, redaction: Redaction, words: ReportWords) -> tuple[PreviewRow, ...]:
    """Rows for a preview: first what is hidden, then what is sent. ``facts`` are the unredacted ones."""
    return (*_hidden_rows(clean(facts), redaction.hidden, words), *_sent_rows(clean(redaction.facts), words))


def field_key(place: str) -> str:
    """The message id that names a place in words: ``report.field.reader_name``."""
    owner, _, name = place.rpartition(".")
    owner = owner.removesuffix(".value").split("[")[0].removesuffix(".value").rpartition(".")[2]
    return f"report.field.{owner}.{name}"


def _here(text: str, privacy: Privacy) -> str:
    """What is hidden, for the owner's eyes. A help-desk screen is shared, so a person's value is only begun."""
    return text[:2] + "*" * 6 if text and privacy is Privacy.PERSONAL else text


def _hidden_rows(facts: Facts, hidden: tuple[Hidden, ...], words: ReportWords) -> list[PreviewRow]:
    original: dict[str, str] = {}

    def note(place: str, _mark: Privacy | None, text: str) -> str:
        original[place] = text
        return text

    map_struct(facts, note)
    rows = [
        PreviewRow(
            label=words.text(field_key(entry.place)),
            here=_here(original.get(entry.place, ""), entry.privacy),
            sent=words.text("report.hidden") if entry.privacy is Privacy.PERSONAL else entry.pseudonym,
            hidden=True,
        )
        for entry in hidden
    ]
    never = words.text("report.preview.never")
    # Said although no fact could hold one: it is the first thing people ask.
    return [*rows, PreviewRow(words.text("report.preview.pin"), never, never, hidden=True)]


def _sent_rows(facts: Facts, words: ReportWords) -> list[PreviewRow]:
    rows: list[PreviewRow] = []
    birthday = words.text("report.preview.birthday")
    for table in (computer_table(facts, words), card_table(facts, words), certificate_table(facts, words)):
        for name, *cells in table.rows:
            value = " / ".join(cell for cell in cells if cell)
            # Card and certificates end on a birthday, so a date of expiry tells its month and day.
            tells = table.id == "certificates" or name == words.text("report.card.expires")
            rows.append(PreviewRow(name, value, value, hidden=False, note=birthday if tells else ""))
    return rows
