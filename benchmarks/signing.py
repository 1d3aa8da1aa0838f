"""A batch of 100 files beside the practice card's own key time, and commands a signature.

How long a real card's key calculates is not published (card-protocol.md §4.7); the practice card takes 0.2 s.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.lab import READER, lab_with, practice_card
from benchmarks.row import Count, Row
from jpkidoctor.card.pcsc import PyscardResourceManager
from jpkidoctor.card.trace import Trace
from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.signing.card_desk import CardDesk
from jpkidoctor.signing.job import Confirmations, run_job
from jpkidoctor.signing.job_hands import JobHands
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.make_and_check import checker, maker
from jpkidoctor.signing.plan import make_plan
from jpkidoctor.signing.request import SigningRequest
from jpkidoctor.signing.verify.request import Request

FILES = 100
KEY_TIME_MS = 200
_SIGN = 0x2A
_CARD = f"faults = {{ signature_delay_ms = {KEY_TIME_MS} }}"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _batch(form: SignatureFormat, directory: Path) -> tuple[float, Trace]:
    """Seconds from the typed password to the powered-off card, and what went over the wire."""
    paths = []
    for number in range(FILES):
        path = directory / f"{number}.txt"
        path.write_text(f"{number} 番目の文です。\n" * 50, encoding="utf-8")
        paths.append(path)
    known, trace = load_known(), Trace(limit=4 * FILES)
    plan = make_plan(SigningRequest(tuple(paths), form))
    desk = CardDesk(PyscardResourceManager(), f"{READER} 00 00", known, trace=trace)
    confirmed = Confirmations(files=True, personal_data=True, many=True)
    hands = JobHands(maker(plan, now=_now), _now, checker(plan, Request(known.authorities, _now()), now=_now))
    start = time.perf_counter()
    result = run_job(plan, desk, TypedPin(bytearray(b"ABC123")), confirmed, hands)
    spent = time.perf_counter() - start
    if not result.complete:
        raise RuntimeError(f"the batch stopped: {result.stopped}")
    return spent, trace


def _key_time() -> float:
    """Seconds that the card alone needs for as many signatures, with nothing between it and us."""
    card = practice_card(_CARD)
    card.power_on()
    for apdu in ("00A4040C0AD392F000260100000001", "00A4020C02001B", "0020008006414243313233", "00A4020C02001A"):
        card.transmit(bytes.fromhex(apdu))
    sign = bytes.fromhex("802A008033" + "00" * 51 + "00")
    start = time.perf_counter()
    for _ in range(FILES):
        if card.transmit(sign)[-2:] != b"\x90\x00":
            raise RuntimeError("the practice card does not sign")
    return time.perf_counter() - start


def rows() -> Iterator[Row | Count]:
    """Signing rows."""
    key_time = _key_time()
    with lab_with(practice_card(_CARD)):
        for form in (SignatureFormat.CMS_DETACHED, SignatureFormat.RAW):
            with tempfile.TemporaryDirectory() as directory:
                spent, trace = _batch(form, Path(directory))
            what = f"sign {FILES} files, {form.value} (beside the key's time)"
            yield Row(what, spent * 1000, key_time * 1000, 1.10)
    names = [entry.name for entry in trace.entries()]
    first = next(place for place, entry in enumerate(trace.entries()) if int(entry.header[3:5], 16) == _SIGN)
    after_set_up = len(names) - (first - 1)  # the SELECT of the key is counted too
    yield Count(f"commands for {FILES} signatures after set-up", after_set_up, 2 * FILES, "myna 2 each")
