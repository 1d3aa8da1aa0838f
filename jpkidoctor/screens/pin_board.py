"""Tries left of all PINs as a board: a word, a number and a bar that is only a picture of the number."""

from __future__ import annotations

from jpkidoctor.facts import PinFacts, PinId, PinState
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View

_TITLE_CELLS = 18
_STATE_CELLS = 16


def pin_board(view: View) -> tuple[Para, ...]:
    """The board below a finding: one line a PIN that belongs on the board."""
    rows = [Para(view.say("pin.board"), style="bold $heading", gap=True)]
    card = view.facts.card.value if view.facts else None
    if card is None:
        return (*rows, Para(view.say("pin.no_card"), indent=2))
    for model in view.known.pins:
        if not model.board:
            continue
        pin = card.pin(PinId(model.id))
        title = fit(model.short.get(view.words.lang), _TITLE_CELLS)
        rows.append(Para(f"{title} {pin_line(view, pin, model.tries)}", style=pin_style(pin), indent=2, literal=True))
    rows.append(Para(view.say("pin.safe"), indent=2))
    return tuple(rows)


def pin_line(view: View, pin: PinFacts, tries: int) -> str:
    """``残り3回        [#####]``."""
    return f"{fit(pin_word(view, pin), _STATE_CELLS)} {pin_bar(pin, tries)}"


def pin_word(view: View, pin: PinFacts) -> str:
    """The state of a PIN in words."""
    if pin.state is not PinState.TRIES:
        return view.say(f"pin.{pin.state.value}")
    if pin.tries_left == 1:
        return view.say("pin.last")
    return view.say("pin.tries", left=pin.tries_left if pin.tries_left is not None else 0)


def pin_bar(pin: PinFacts, tries: int) -> str:
    """``[###..]``: tries left of all tries; empty where there is no count."""
    if pin.state is PinState.BLOCKED:
        return "[" + "." * tries + "]"
    if pin.state is not PinState.TRIES or pin.tries_left is None:
        return ""
    left = min(pin.tries_left, tries)
    return "[" + "#" * left + "." * (tries - left) + "]"


def pin_style(pin: PinFacts) -> str:
    """Colour of a line; the word beside it says the same."""
    if pin.state is PinState.BLOCKED:
        return "bold $status-failed"
    if pin.state is PinState.TRIES and pin.tries_left == 1:
        return "bold $status-failed"
    if pin.state is PinState.TRIES and pin.tries_left == 2:
        return "bold $status-attention"
    return "" if pin.state is PinState.TRIES else "$status-quiet"
