"""Asks a time server once, by SNTP over UDP (RFC 4330, RFC 5905). Only ever because a person asked for it.

One packet goes out. It tells the server nothing about this computer: the field for our own time holds random bits, by
which the answer is known as the answer to this question. Nothing is set.
"""

from __future__ import annotations

import queue
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

LIMIT_S = 2.0
"""Seconds for the name, the question and the answer together."""
PORT = 123
_PACKET = struct.Struct(">BBbb11I")
"""48 bytes: leap, version and mode; stratum; two more numbers; root values, and four times of 64 bits."""
_QUESTION = 0x23
"""No leap, version 4, mode 3: a client."""
_SERVER, _NOT_SYNCHRONISED = 4, 3
_FURTHEST_STRATUM = 15
_UNIX_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970."""
_NEXT_ERA = 1 << 32
_LATE_HALF = 1 << 31
"""Times with this bit are before February 2036, those without are after it (RFC 4330 §3)."""

Problem = Literal["no_name", "no_answer", "refused", "not_synchronised", "sent_away", "network"]
"""``sent_away``: the server asks not to be asked (RFC 4330 §8)."""


@dataclass(frozen=True, slots=True)
class Offset:
    """This clock minus the server's, in seconds: positive when this clock is ahead. It is right within half of
    ``round_trip_s``.
    """

    seconds: float
    round_trip_s: float
    stratum: int


@dataclass(frozen=True, slots=True)
class Times:
    """What an answer says: when the server got the question and when it answered, in seconds since 1970."""

    received: float
    sent: float
    stratum: int


def ask_time_server(
    server: str,
    port: int = PORT,
    *,
    limit: float = LIMIT_S,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
) -> Offset | Problem:
    """How far this clock is off, or why that is not known. Never raises, and returns in time whatever the resolver does
    (its thread is then left behind: a look-up of a name cannot be ended).
    """
    answer: queue.SimpleQueue[Offset | Problem] = queue.SimpleQueue()
    end = clock() + limit

    def work() -> None:
        answer.put(_ask(server, port, end, now, clock))

    try:
        threading.Thread(target=work, name="time-server", daemon=True).start()
        return answer.get(timeout=limit + 0.2)
    except (RuntimeError, queue.Empty):  # RuntimeError: the system gives no more threads
        return "no_answer"


def _ask(server: str, port: int, end: float, now: Callable[[], float], clock: Callable[[], float]) -> Offset | Problem:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(server, port, type=socket.SOCK_DGRAM)[0]
    except (OSError, ValueError):  # ValueError: what is no name at all
        return "no_name"
    try:
        with socket.socket(family, kind, protocol) as line:
            line.connect(address)  # then nobody else's packets come in
            return _exchange(line, end, now, clock)
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "no_answer"
    except OSError:
        return "network"


def _exchange(
    line: socket.socket, end: float, now: Callable[[], float], clock: Callable[[], float]
) -> Offset | Problem:
    mark = secrets.token_bytes(8)
    asked_at, begin = now(), clock()
    line.send(_QUESTION.to_bytes(1, "big") + bytes(39) + mark)
    while True:
        left = end - clock()
        if left <= 0:
            return "no_answer"
        line.settimeout(left)
        times = read_answer(line.recv(512), mark)
        trip = clock() - begin  # not by the clock that is being judged: it may be set meanwhile
        if times is None:
            continue  # something else's answer
        if isinstance(times, str):
            return times
        ahead = ((asked_at - times.received) + (asked_at + trip - times.sent)) / 2
        return Offset(ahead, max(0.0, trip - (times.sent - times.received)), times.stratum)


def read_answer(data: bytes, mark: bytes) -> Times | Problem | None:
    """The times in a packet; None when it is not the answer to the question with this mark. Any bytes; never raises."""
    if len(data) < _PACKET.size or data[24:32] != mark:
        return None
    first, stratum, *_ = fields = _PACKET.unpack_from(data)
    if first & 0x07 != _SERVER:
        return None
    if stratum == 0:
        return "sent_away"
    received, sent = (_seconds(*fields[place : place + 2]) for place in (11, 13))
    if first >> 6 == _NOT_SYNCHRONISED or stratum > _FURTHEST_STRATUM or not any(fields[13:15]):
        return "not_synchronised"
    return Times(received, sent, stratum)


def _seconds(whole: int, fraction: int) -> float:
    era = 0 if whole & _LATE_HALF else _NEXT_ERA
    return whole + era - _UNIX_EPOCH + fraction / _NEXT_ERA
