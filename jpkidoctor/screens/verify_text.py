"""One verified file as rows to choose from, and what a chosen row means: pure functions of the status."""

from __future__ import annotations

from dataclasses import dataclass

from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.verify.lines import row, touki_row, verdict_rows
from jpkidoctor.signing.verify.status import FileStatus, Judgement, Kind, Line, SignatureStatus, ToukiLine, Verdicts

MARK_STYLES = {Mark.NG: "bold $error", Mark.UNCONFIRMED: "$warning", Mark.OK: "$success", Mark.NOT_APPLICABLE: ""}
JUDGEMENT_STYLES = {Judgement.BAD: "bold $error", Judgement.UNJUDGED: "$warning", Judgement.GOOD: "$success"}
VERDICTS = ("intact", "authority", "revocation")
_TAKES_ORIGINAL = frozenset({Kind.CMS, Kind.CMS_TEXT, Kind.RAW})


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One row. ``about`` is the middle of its explanation's keys (``line.digest``), empty for a heading."""

    id: str
    text: str
    about: str = ""
    mark: Mark | None = None

    @property
    def style(self) -> str:
        if not self.about:
            return "bold $heading"
        return MARK_STYLES[self.mark] if self.mark is not None else ""


def takes_original(status: FileStatus) -> bool:
    """Whether its signature may lie beside what it signs."""
    return status.kind in _TAKES_ORIGINAL


def status_rows(status: FileStatus, view: View, *, reveal: bool) -> tuple[StatusRow, ...]:
    """The three verdicts apart, then every line in the order of the report."""
    several = len(status.signatures) > 1
    rows: list[StatusRow] = []
    if status.signatures:
        rows += _verdicts(status.verdicts, view, "all")
    rows += [_line(line, view, "file", reveal) for line in status.lines]
    for one in status.signatures:
        name = f"s{one.number}"
        rows.append(StatusRow(name, view.say("verify.signature_head", number=one.number, form=one.form)))
        if several:
            rows += _verdicts(status.verdicts_of(one), view, name)
        rows += [_line(line, view, name, reveal) for line in one.lines]
    return tuple(rows)


def _verdicts(verdicts: Verdicts, view: View, where: str) -> list[StatusRow]:
    marks = (verdicts.intact, verdicts.authority, verdicts.revocation)
    texts = verdict_rows(verdicts, view.words)
    return [
        StatusRow(f"{where}.verdict.{name}", text, f"verdict.{name}", mark)
        for name, text, mark in zip(VERDICTS, texts, marks, strict=True)
    ]


def _line(line: Line, view: View, where: str, reveal: bool) -> StatusRow:
    return StatusRow(
        f"{where}.{line.id.value}", row(line, view.words, reveal=reveal), f"line.{line.id.value}", line.mark
    )


def touki_rows(status: FileStatus, view: View) -> tuple[StatusRow, ...]:
    """The nine entries of each signature, and whether a filing would be refused for its form."""
    rows: list[StatusRow] = []
    for one in status.signatures:
        rows += _touki(one, [line for line in status.touki or () if line.signature == one.number], view)
    return tuple(rows) or (StatusRow("none", view.say("verify.no_signature")),)


def _touki(one: SignatureStatus, lines: list[ToukiLine], view: View) -> list[StatusRow]:
    refused = any(line.mark is Mark.NG for line in lines)
    said = view.say("verify.touki.refused" if refused else "verify.touki.fits")
    return [
        StatusRow(f"t{one.number}", view.say("verify.page.touki.head", number=one.number)),
        StatusRow(f"t{one.number}.all", said, "touki.all", Mark.NG if refused else Mark.OK),
        *(
            StatusRow(f"t{one.number}.{line.id.value}", touki_row(line, place, view.words), f"touki.{line.id.value}",
                      line.mark)
            for place, line in enumerate(lines, 1)
        ),
    ]  # fmt: skip


def explanation(view: View, chosen: StatusRow | None) -> list[Para]:
    """What the chosen row means, and what to do."""
    if chosen is None or not chosen.about or chosen.mark is None:
        return [Para(view.say("verify.page.choose"), style="$status-quiet")]
    settled = chosen.mark in (Mark.OK, Mark.NOT_APPLICABLE)
    do = f"verify.do.{chosen.mark.value}" if settled else f"verify.do.{chosen.about}.{chosen.mark.value}"
    return [
        Para(view.say(f"verify.means.{chosen.about}")),
        Para(view.say(do), style="bold" if not settled else "$status-quiet", gap=True),
    ]


def file_keys(status: FileStatus, view: View, *, touki: bool, revealed: bool) -> str:
    """The keys for this file, in one line."""
    keys = ["verify.page.key.hide" if revealed else "verify.page.key.reveal"]
    if takes_original(status):
        keys.append("verify.page.key.original")
    if status.kind is Kind.PDF:
        keys.append("verify.page.key.lines" if touki else "verify.page.key.touki")
    return "  ".join(view.say(key) for key in (*keys, "verify.page.key.back"))


def file_head(status: FileStatus, view: View) -> str:
    """The file's name."""
    return view.say("verify.file_head", path=safe_text(status.path))
