"""A practice world in the words of a scenario's card table, and what was on its wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.knowledge.known import Known, load_known
from jpkidoctor.signing.card_desk import CardDesk
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.scenario import parse_scenario
from jpkidoctor.simulator.world import PracticeWorld
from tests.one_card import case_text

READER = "NTT Communications Corp. SCR3310-NTTCom USB SmartCard Reader"


class Bench:
    """A practice world with one card, and a desk in front of it."""

    def __init__(self, world: PracticeWorld, known: Known) -> None:
        self.world = world
        self.known = known
        self.manager = world.resource_manager()
        context = self.manager.establish()
        self.reader = context.list_readers()[0]
        context.close()
        self.desk = CardDesk(self.manager, self.reader, known, sleep=lambda seconds: None)

    def sent_with_data(self, ins: int) -> list[bytes]:
        """Commands with this INS that carried data."""
        return [raw for raw in self.world.commands_sent() if raw[1] == ins and len(raw) > 5]

    @property
    def verifies(self) -> list[bytes]:
        return self.sent_with_data(0x20)

    @property
    def signatures(self) -> list[bytes]:
        return self.sent_with_data(0x2A)


@pytest.fixture(scope="session")
def known() -> Known:
    return load_known()


@pytest.fixture(scope="session")
def key_store(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    return KeyStore(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def bench(known: Known, key_store: KeyStore) -> Iterator[Callable[..., Bench]]:
    worlds: list[PracticeWorld] = []

    def make(card: str = "", events: str = "") -> Bench:
        world = PracticeWorld(parse_scenario("bench", case_text(card, events)), keys=key_store)
        world.apply_all()
        worlds.append(world)
        return Bench(world, known)

    yield make
    for world in worlds:
        world.stop()


def typed(text: str) -> TypedPin:
    return TypedPin(bytearray(text.encode()))
