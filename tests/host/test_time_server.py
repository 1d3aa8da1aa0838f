"""The time server: a loopback one that answers as RFC 5905 says, and ones that do not."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.host import time_server
from jpkidoctor.host.time_server import Offset, Times, ask_time_server, read_answer

UNIX = 2_208_988_800


def image(mark: bytes, received: float, sent: float, *, first: int = 0x24, stratum: int = 2) -> bytes:
    """A server's packet, written a second time from RFC 5905 figure 8."""

    def stamp(seconds: float) -> bytes:
        whole = int(seconds)
        return struct.pack(">II", (whole + UNIX) & 0xFFFFFFFF, int((seconds - whole) * 2**32))

    head = bytes([first, stratum, 6, 0xEC]) + bytes(8) + b"LOCL"
    return head + stamp(received) + mark + stamp(received) + stamp(sent)


class Loopback:
    """Answers each question with what ``reply`` makes of its mark."""

    def __init__(self, reply: Callable[[bytes], list[bytes]]) -> None:
        self.reply = reply
        self.questions: list[bytes] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                data, where = self.socket.recvfrom(512)
            except OSError:
                return
            self.questions.append(data)
            for packet in self.reply(data[40:48]):
                self.socket.sendto(packet, where)


@pytest.fixture
def serve() -> Iterator[Callable[..., Loopback]]:
    servers: list[Loopback] = []

    def start(reply: Callable[[bytes], list[bytes]]) -> Loopback:
        servers.append(Loopback(reply))
        return servers[-1]

    yield start
    for server in servers:
        server.socket.close()


def behind(seconds: float, **more: int) -> Callable[[bytes], list[bytes]]:
    """A server whose clock is so far behind ours."""
    return lambda mark: [image(mark, time.time() - seconds, time.time() - seconds, **more)]


@pytest.mark.parametrize("seconds", [0.0, 400.0, -7200.0, 86400.0 * 4000])
def test_how_far_this_clock_is_ahead(serve, seconds):
    server = serve(behind(seconds))
    answer = ask_time_server("127.0.0.1", server.port)
    assert isinstance(answer, Offset)
    assert answer.seconds == pytest.approx(seconds, abs=1.0)
    assert (answer.stratum, 0 <= answer.round_trip_s < 2) == (2, True)


def test_one_packet_that_says_nothing_of_this_computer(serve):
    server = serve(behind(0))
    ask_time_server("127.0.0.1", server.port)
    ask_time_server("127.0.0.1", server.port)
    first, second = server.questions
    assert (len(first), first[0], first[1:40]) == (48, 0x23, bytes(39))
    assert first[40:] != second[40:]  # random, and no time of ours


def test_answers_to_other_questions_do_not_count(serve):
    def reply(mark: bytes) -> list[bytes]:
        old = image(b"12345678", 0, 0)
        return [b"", b"x" * 48, old, image(mark, time.time(), time.time(), first=0x23), *behind(50)(mark)]

    answer = ask_time_server("127.0.0.1", serve(reply).port)
    assert isinstance(answer, Offset)
    assert answer.seconds == pytest.approx(50, abs=1.0)


@pytest.mark.parametrize(
    ("more", "problem"),
    [({"stratum": 0}, "sent_away"), ({"first": 0xE4}, "not_synchronised"), ({"stratum": 16}, "not_synchronised")],
)
def test_servers_that_give_no_time(serve, more, problem):
    assert ask_time_server("127.0.0.1", serve(behind(0, **more)).port) == problem


def test_silence_ends_in_time(serve):
    begin = time.monotonic()
    assert ask_time_server("127.0.0.1", serve(lambda mark: []).port, limit=0.2) == "no_answer"
    assert time.monotonic() - begin < 2


def test_a_resolver_that_hangs_ends_in_time(monkeypatch):
    release = threading.Event()

    def hanging(*arguments, **named):
        release.wait(20)
        raise OSError("no such name")

    monkeypatch.setattr(time_server.socket, "getaddrinfo", hanging)
    begin = time.monotonic()
    assert ask_time_server("slow.example", limit=0.1) == "no_answer"
    assert time.monotonic() - begin < 2
    release.set()


@pytest.mark.parametrize("name", ["a" * 300, "x..y", "\udc80", "no\0name"])
def test_names_that_are_none(name):
    assert ask_time_server(name) == "no_name"


def test_a_closed_port_is_told():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert ask_time_server("127.0.0.1", port, limit=1.0) in ("refused", "no_answer")


def test_times_after_february_2036():
    moment = 2_085_978_496 + 1000.5  # 2036-02-07 06:28:16 UTC begins the next era
    assert read_answer(image(b"12345678", moment, moment), b"12345678") == Times(moment, moment, 2)


@given(st.binary(max_size=100), st.binary(min_size=8, max_size=8))
def test_any_bytes_are_an_answer_or_none(data, mark):
    read_answer(data, mark)
    read_answer(data[:24].ljust(24, b"\0") + mark + data, mark)
