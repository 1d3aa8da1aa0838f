"""``jpkidoctor pin status``: how many tries each PIN has left. Only asked, nothing is sent to be compared."""

from __future__ import annotations

import sys

from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.sources import observe
from jpkidoctor.facts import PinState
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.plain import cp932_safe

SCHEMA = "jpkidoctor.pins/1"


def run_pin_status(*, as_json: bool, scenario: str | None, reader: str | None, lang: Lang) -> Exit:
    """Print the board. Exit 1 when a PIN is locked, 3 when no count could be had.

    Raises ScenarioError and UnknownReaderError.
    """
    words, known = load_words(lang), load_known()
    card = observe(known, reader=reader, scenario=scenario).card.value
    pins = card.pins if card is not None else ()
    if as_json:
        import msgspec

        rows = [{"id": pin.id.value, "state": pin.state.value, "tries_left": pin.tries_left} for pin in pins]
        body = msgspec.json.encode({"schema": SCHEMA, "pins": rows})
        sys.stdout.buffer.write(msgspec.json.format(body, indent=2) + b"\n")
    for pin in pins if not as_json else ():
        model = known.pin(pin.id)
        title = model.title.get(lang) if model is not None else pin.id.value
        if pin.state is PinState.TRIES and pin.tries_left is not None:
            state = words.text("report.pin.left", left=pin.tries_left)
        else:
            state = words.text(f"report.pin.{pin.state.value}")
        print(cp932_safe(words.text("cert.row", label=title, value=state)))  # noqa: T201
    if not pins:
        print(cp932_safe(words.text("cert.pin.nothing")), file=sys.stderr)  # noqa: T201
        return Exit.COULD_NOT_EXAMINE
    if any(pin.state is PinState.BLOCKED for pin in pins):
        return Exit.SOMETHING_FAILED
    return Exit.NOTHING_FAILED
