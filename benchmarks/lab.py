"""The tests' private pcscd with a practice card in it, in the words of a scenario's card table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.scenario import parse_scenario
from jpkidoctor.simulator.world import PracticeWorld
from tests.one_card import case_text
from tests.pcsc.lab import Lab, missing

READER = "Bench Contact Reader"


def practice_card(card: str = "") -> PracticeCard:
    return PracticeWorld(parse_scenario("bench", case_text(card))).card()


@contextmanager
def lab_with(card: PracticeCard) -> Iterator[Lab]:
    """A running pcscd with the card in its reader. Raises RuntimeError where it cannot be built."""
    if reason := missing():
        raise RuntimeError(reason)
    lab = Lab()
    try:
        lab.start(READER)
        with lab.card(card, READER):
            yield lab
    finally:
        lab.close()
