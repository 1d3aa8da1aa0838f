"""The line of state below a call, and the words above the lists of the telephone page."""

from __future__ import annotations

from rich.cells import cell_len

from jpkidoctor.guide.engine import Call
from jpkidoctor.guide.steps import Answered
from jpkidoctor.screens.guide_begin import Origin
from jpkidoctor.screens.guide_options import Phase
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.text_line import Piece
from jpkidoctor.screens.view import View


def status_pieces(view: View, call: Call, origin: Origin, width: int) -> list[Piece]:
    """Minutes and seconds, how much was asked, that a PIN is never asked for, and what the call began with."""
    minutes, seconds = divmod(int(call.elapsed), 60)
    asked = sum(isinstance(step, Answered) for step in call.steps)
    told: list[Piece] = [(view.say("phone.line", time=f"{minutes:02}:{seconds:02}", number=asked), "bold")]
    if call.notes:
        told += ["  ", view.say("phone.line.notes", number=len(call.notes))]
    told += ["  ", (view.say("phone.no_pin"), "bold $status-failed"), "  "]
    text = origin.text
    if call.symptom is not None:
        text = call.guide.symptoms[call.symptom].text.get(view.words.lang)
    used = sum(cell_len(piece if isinstance(piece, str) else piece[0]) for piece in told)
    begun = view.say(f"phone.from.{origin.key}", text=text)
    return [*told, (fit(begun, max(width - used, 4)), "$status-quiet")]


def opening_paras(view: View, phase: Phase, *, broken: bool) -> list[Para]:
    """What stands above the list of symptoms or of stops, or instead of it while the tables are read."""
    if phase == "loading":
        if broken:
            return [Para(view.say("phone.failed"), style="bold $status-failed")]
        return [Para(view.say("phone.preparing"), style="bold $status-attention")]
    if phase == "stops":
        return [Para(view.say("phone.stops.how"), style="bold"), Para("")]
    return [Para(view.say("phone.start.say"), style="bold"), Para(view.say("phone.start.how")), Para("")]
