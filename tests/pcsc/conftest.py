"""One private pcscd a test process, started anew for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from jpkidoctor.judge import Judge, load_judge
from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.scenario import parse_scenario
from jpkidoctor.simulator.world import PracticeWorld
from tests.one_card import case_text

from .lab import Lab, missing

CONTACT = "Practice Contact Reader"
CONTACTLESS = "Practice Contactless Reader"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/pcsc" in item.nodeid.replace("\\\\", "/"):
            item.add_marker(pytest.mark.pcsc)


@pytest.fixture(scope="session")
def _lab() -> Iterator[Lab]:
    if reason := missing():
        pytest.skip(reason)
    lab = Lab()
    yield lab
    lab.close()


@pytest.fixture
def lab(_lab: Lab) -> Iterator[Lab]:
    """A running pcscd with one contact reader (two slots), no card."""
    _lab.start(CONTACT)
    yield _lab
    _lab.stop()


@pytest.fixture(scope="session")
def judge() -> Judge:
    return load_judge()


@pytest.fixture
def make_card() -> Callable[..., PracticeCard]:
    """A practice card from the words of a scenario's ``[[card]]`` table."""

    def make(card: str = "") -> PracticeCard:
        return PracticeWorld(parse_scenario("lab", case_text(card))).card()

    return make
