from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from jpkidoctor.card import applications as app
from jpkidoctor.card.apdu import ResponseApdu
from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.card_models import JpkiOptions, jpki_card
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.practice_pki import PracticePki

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    """One set of keys for the whole run: making them is the slow part."""
    return KeyStore(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def pki(keys: KeyStore) -> PracticePki:
    return PracticePki(keys)


class Talk:
    """A powered card and hexadecimal APDUs."""

    def __init__(self, card: PracticeCard) -> None:
        self.card = card
        card.power_on()

    def send(self, apdu: str) -> ResponseApdu:
        return ResponseApdu.parse(self.card.transmit(bytes.fromhex(apdu)))

    def sw(self, apdu: str) -> str:
        return f"{self.send(apdu).sw:04X}"

    def application(self, aid: bytes = app.JPKI_AID) -> None:
        assert self.sw(f"00A4040C{len(aid):02X}{aid.hex()}") == "9000"

    def file(self, file_id: int) -> None:
        assert self.sw(f"00A4020C02{file_id:04X}") == "9000"

    def verify(self, file_id: int, value: str) -> str:
        self.file(file_id)
        return self.sw(f"00200080{len(value):02X}{value.encode().hex()}")

    def tries(self, file_id: int) -> str:
        self.file(file_id)
        return self.sw("00200080")

    def read(self, file_id: int) -> bytes:
        self.file(file_id)
        data = b""
        while (part := self.send(f"00B0{len(data):04X}00")).ok:
            data += part.data
        assert part.sw == 0x6B00
        return data


@pytest.fixture
def make_card(pki: PracticePki) -> Callable[[JpkiOptions], PracticeCard]:
    def make(options: JpkiOptions) -> PracticeCard:
        return PracticeCard(jpki_card(options, pki, NOW), sleep=lambda seconds: None)

    return make


@pytest.fixture
def talk(make_card: Callable[[JpkiOptions], PracticeCard]) -> Talk:
    return Talk(make_card(JpkiOptions()))
