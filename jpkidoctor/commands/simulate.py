"""``jpkidoctor simulate``: the practice card in the virtual reader of a running pcscd."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable

from jpkidoctor.commands.exits import Exit
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.simulator.scenario import find_scenario
from jpkidoctor.simulator.vpcd import BridgeState, NobodyListensError, serve_vpcd
from jpkidoctor.simulator.world import PracticeWorld

PATIENCE_S = 5.0


def _say(sentence: str) -> None:
    print(cp932_safe(sentence), file=sys.stderr, flush=True)  # noqa: T201


def run_simulate(*, scenario: str, host: str, port: int, lang: Lang) -> Exit:
    """Serve the scenario's first card until Ctrl+C or SIGTERM. What happens is said on stderr.

    The card moves as the scenario's events say.
    """
    words = load_words(lang)
    case = find_scenario(scenario)
    if not case.card:
        _say(words.text("cli.simulate.no_card", name=scenario))
        return Exit.WRONG_USAGE
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    world = PracticeWorld(case)
    world.play()
    _say(words.text("cli.simulate.begin", host=host, port=port))
    tell: Callable[[BridgeState], None] = lambda state: _say(words.text(f"cli.simulate.{state.value}"))  # noqa: E731
    try:
        serve_vpcd(
            world.card(),
            host,
            port,
            stop=stop,
            on_state=tell,
            position=world.position,
            patience_s=PATIENCE_S,
        )
    except NobodyListensError as error:
        _say(words.text("cli.simulate.nobody", host=error.host, port=error.port))
        return Exit.COULD_NOT_EXAMINE
    finally:
        world.stop()
    return Exit.NOTHING_FAILED
