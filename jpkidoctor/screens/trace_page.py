"""The inspector: every exchange with the card, its status word in words. What is secret was never recorded."""

from __future__ import annotations

from jpkidoctor.card import applications as app
from jpkidoctor.card.trace import TraceEntry, total_bytes
from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.list_page import ListPage
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.readers_page import code_words
from jpkidoctor.screens.view import View

_APPLICATIONS: dict[str, str] = {
    app.JPKI_AID.hex().upper(): "jpki",
    app.CARD_FACE_INPUT_AID.hex().upper(): "card_face_input",
    app.CARD_FACE_AID.hex().upper(): "card_face",
    app.JUKI_AID.hex().upper(): "juki",
    app.COMMON_AID.hex().upper(): "common",
}
_NAME_CELLS = 12
_PLACE_CELLS = 8


class TracePage(ListPage):
    """Follows the newest exchange until the person moves up."""

    PAGE = "page.trace"
    SHOWS_TRACE = True

    def rows(self, view: View) -> list[Choice]:
        """One row an exchange."""
        width = self.query_one("#rows").content_region.width
        place = _PLACE_CELLS if width >= 44 else 0
        room = max(width - 7 - _NAME_CELLS - place - 5, 6)
        rows = []
        for index, entry in enumerate(view.trace):
            meaning, style = _outcome(view, entry)
            meaning = fit(meaning.rstrip("。."), room)
            sw = "----" if entry.sw is None else f"{entry.sw:04X}"
            name = fit(_short_name(entry.name), _NAME_CELLS) + fit(_file(entry), place)
            rows.append(Choice(str(index), (f"{index + 1:>3}  {name} ", (f"{sw} {meaning}", style))))
        return rows

    def wanted_row(self, view: View, chosen: str) -> str | None:
        """Stay on the newest row as long as the mark stands on the row that was newest."""
        shown = self.query_one("#rows", ChoiceList).option_count
        if view.trace and (not chosen or chosen == str(shown - 1)):
            return str(len(view.trace) - 1)
        return chosen or None

    def under(self, view: View) -> str:
        """Count and bytes."""
        if not view.trace:
            return view.say("trace.none")
        sent, received = total_bytes(view.trace)
        return view.say("trace.total", count=len(view.trace), sent=sent, received=received)

    def detail(self, view: View, row: str) -> list[Para]:
        """One exchange, byte by byte where that may be shown."""
        if not row.isdigit() or int(row) >= len(view.trace):
            return []
        entry = view.trace[int(row)]
        lines = [Para(entry.name, style="bold"), Para(view.say("trace.command", header=entry.header))]
        if entry.data_hidden:
            lines.append(Para(view.say("trace.data_hidden", length=entry.data_length)))
        elif entry.data:
            lines.append(Para(view.say("trace.data", data=entry.data)))
        if entry.le is not None:
            lines.append(Para(view.say("trace.le", length=entry.le)))
        lines += _answer(view, entry)
        lines.append(Para(_where(view, entry), gap=True))
        lines.append(Para(view.say("trace.time", at=round(entry.at_ms), ms=round(entry.ms))))
        return lines


def status_word(view: View, sw: int) -> str:
    """A status word in words; the families that carry a number say the number."""
    if sw & 0xFFF0 == 0x63C0:
        return view.say("trace.sw_tries", left=sw & 0xF)
    if sw >> 8 == 0x61:
        return view.say("trace.sw_more", length=sw & 0xFF or 256)
    if sw >> 8 == 0x6C:
        return view.say("trace.sw_length", length=sw & 0xFF or 256)
    known = view.known.error("status_word", f"{sw:04X}")
    return known.meaning.get(view.words.lang) if known else view.say("trace.sw_unknown")


def _outcome(view: View, entry: TraceEntry) -> tuple[str, str]:
    if entry.sw is None:
        return view.say("trace.no_answer"), "bold $status-failed"
    good = entry.sw == 0x9000 or entry.sw >> 8 == 0x61 or entry.sw & 0xFFF0 == 0x63C0
    return status_word(view, entry.sw), "" if good else "$status-attention"


def _answer(view: View, entry: TraceEntry) -> list[Para]:
    if entry.sw is None:
        lines = [Para(view.say("trace.no_answer"), gap=True)]
        if entry.error:
            code = f"0x{entry.error:08X}"
            meaning = code_words(view, entry.error).removeprefix(code).strip() or view.say("trace.sw_unknown")
            lines.append(Para(view.say("trace.error", code=code, meaning=meaning)))
        return lines
    if entry.answer_hidden:
        answer = view.say("trace.answer_hidden", length=entry.answer_length)
    elif entry.answer:
        answer = view.say("trace.answer", data=entry.answer)
    else:
        answer = view.say("trace.answer_empty")
    sw = view.say("trace.sw", sw=f"{entry.sw:04X}", meaning=status_word(view, entry.sw))
    return [Para(sw, style="bold", gap=True), Para(answer)]


def _where(view: View, entry: TraceEntry) -> str:
    name = _APPLICATIONS.get(entry.application)
    application = view.say(f"trace.application.{name}") if name else entry.application
    return view.say("trace.where", place=application or view.say("trace.application.none"), file=_file(entry))


def _file(entry: TraceEntry) -> str:
    return f"EF {entry.file_id:04X}" if entry.file_id is not None else ""


def _short_name(name: str) -> str:
    return {"PSO: COMPUTE DIGITAL SIGNATURE": "PSO: SIGN", "CHANGE REFERENCE DATA": "CHANGE PIN"}.get(name, name)
