"""The bridge into a running pcscd: its protocol against a listener in the test, and against the real daemon."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from jpkidoctor.card import applications as app
from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.card_data import FaultKind, Faults
from jpkidoctor.simulator.card_models import JpkiOptions
from jpkidoctor.simulator.reader_slot import Position
from jpkidoctor.simulator.vpcd import MUTE_ATR, BridgeState, NobodyListensError, serve_vpcd

SELECT = bytes.fromhex(f"00A4040C0A{app.JPKI_AID.hex()}")
OFF, ON, RESET, ATR = b"\x00", b"\x01", b"\x02", b"\x04"


class Reader:
    """Stands where vpcd stands: listens, and talks to the card that connects."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(3)
        self.port = self.listener.getsockname()[1]
        self.line: socket.socket | None = None

    def wait_for_card(self) -> None:
        self.line, _ = self.listener.accept()
        self.line.settimeout(3)

    def send(self, message: bytes) -> None:
        assert self.line is not None
        # In two parts, as Debian's vpcd does it.
        self.line.sendall(len(message).to_bytes(2, "big"))
        self.line.sendall(message)

    def receive(self) -> bytes:
        assert self.line is not None
        length = int.from_bytes(self._exactly(2), "big")
        return self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        assert self.line is not None
        data = b""
        while len(data) < length:
            part = self.line.recv(length - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def ask(self, message: bytes) -> bytes:
        self.send(message)
        return self.receive()

    def drop(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


class Bridge:
    def __init__(self, card: PracticeCard, port: int) -> None:
        self.position = Position.RIGHT
        self.states: list[BridgeState] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(
            target=serve_vpcd,
            args=(card, "127.0.0.1", port),
            kwargs={"stop": self.stop, "on_state": self.states.append, "position": lambda: self.position},
            daemon=True,
        )
        self.thread.start()

    def wait_for(self, state: BridgeState) -> None:
        end = time.monotonic() + 3
        while state not in self.states and time.monotonic() < end:
            time.sleep(0.005)
        assert state in self.states

    def end(self) -> None:
        self.stop.set()
        self.thread.join(3)
        assert not self.thread.is_alive()


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.drop()
    reader.listener.close()


@pytest.fixture
def bridged(reader: Reader, make_card) -> Iterator[Callable[..., Bridge]]:
    bridges: list[Bridge] = []

    def make(**faults) -> Bridge:
        bridge = Bridge(make_card(JpkiOptions(faults=Faults(**faults))), reader.port)
        bridges.append(bridge)
        reader.wait_for_card()
        return bridge

    yield make
    for bridge in bridges:
        bridge.end()


def test_atr_power_and_apdus(reader, bridged, make_card):
    bridge = bridged()
    assert reader.ask(ATR) == make_card(JpkiOptions()).atr
    reader.send(ON)
    assert reader.ask(SELECT) == b"\x90\x00"
    reader.send(RESET)
    assert reader.ask(bytes.fromhex("00200080")) == b"\x69\x86"
    bridge.end()
    assert bridge.states == [BridgeState.CONNECTED, BridgeState.ENDED]


def test_an_apdu_takes_no_44_ms(reader, bridged):
    bridged()
    reader.send(ON)
    start = time.monotonic()
    for _ in range(50):
        reader.ask(SELECT)
    assert (time.monotonic() - start) / 50 < 0.005


def test_a_card_the_wrong_way_gives_an_atr_that_no_reader_accepts(reader, bridged):
    bridge = bridged()
    reader.ask(ATR)
    bridge.position = Position.WRONG
    with pytest.raises(EOFError):
        reader.receive()
    reader.wait_for_card()
    assert reader.ask(ATR) == MUTE_ATR


def test_a_card_taken_out_closes_the_line(reader, bridged):
    bridge = bridged()
    reader.ask(ATR)
    bridge.position = Position.OUT
    with pytest.raises(EOFError):
        reader.receive()
    bridge.wait_for(BridgeState.OUT)
    bridge.position = Position.RIGHT
    reader.wait_for_card()
    assert reader.ask(ATR) != MUTE_ATR
    bridge.end()
    assert bridge.states == [BridgeState.CONNECTED, BridgeState.OUT, BridgeState.CONNECTED, BridgeState.ENDED]


def test_a_torn_card_closes_the_line_inside_the_command(reader, bridged):
    bridge = bridged(kind=FaultKind.TORN, after=1)
    reader.send(ON)
    assert reader.ask(SELECT) == b"\x90\x00"
    with pytest.raises(EOFError):
        reader.ask(SELECT)
    bridge.wait_for(BridgeState.TORN)
    assert bridge.states[:2] == [BridgeState.CONNECTED, BridgeState.TORN]


def test_a_silent_card_does_not_keep_the_bridge_alive(reader, bridged):
    bridge = bridged(kind=FaultKind.SILENT)
    reader.send(ON)
    reader.send(SELECT)
    time.sleep(0.05)
    bridge.end()


def test_a_daemon_that_restarts_gets_its_card_back(reader, bridged):
    bridged()
    reader.ask(ATR)
    reader.drop()
    reader.wait_for_card()
    assert len(reader.ask(ATR)) > 2


def test_an_empty_message_ends_the_line_and_not_the_bridge(reader, bridged):
    bridged()
    reader.send(b"")
    with pytest.raises(EOFError):
        reader.receive()
    reader.wait_for_card()
    reader.ask(ATR)


def test_nobody_listens(reader, make_card):
    reader.listener.close()
    card, states = make_card(JpkiOptions()), []
    with pytest.raises(NobodyListensError) as caught:
        serve_vpcd(card, port=reader.port, stop=threading.Event(), on_state=states.append, patience_s=0.1)
    assert (caught.value.host, caught.value.port) == ("127.0.0.1", reader.port)
    assert states == [BridgeState.WAITING, BridgeState.ENDED]
