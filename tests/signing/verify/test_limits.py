"""Small files that unpack to gigabytes, and files that would be read for hours, end with a sentence in seconds."""

from __future__ import annotations

import io
import threading
import time
import zlib

import pytest

from jpkidoctor.signing import limits
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.limits import LimitReachedError, TooMuchMemoryError, not_counted, within_limits
from jpkidoctor.signing.pdf_contents import read_pdf_contents
from jpkidoctor.signing.verify.status import Judgement, LineId
from tests.signing.formats.conftest import make_pdf
from tests.signing.verify.conftest import Desk, ng, value
from tests.signing.verify.pdf_parts import appended, bomb, pdf_in_streams, pdf_of, stream

CATALOG = b"1 0 <</Type/Catalog/Pages 9 0 R>>"
BOMB = bomb(200 << 20)
_ROOMY = b"/DecodeParms<</Predictor 12/Columns 30000000000>>"

BOMBS = {
    "objects": pdf_in_streams(BOMB, b"/First 4/Filter/FlateDecode"),
    "name in disguise": pdf_in_streams(BOMB, b"/First 4/Filter/Fl#61teDecode"),
    "packed twice": pdf_in_streams(zlib.compress(BOMB), b"/First 4/Filter[/FlateDecode/FlateDecode]"),
    "table": pdf_in_streams(zlib.compress(CATALOG), b"/First 4/Filter/FlateDecode", table=BOMB),
    "columns": pdf_in_streams(zlib.compress(b""), b"/First 4/Filter/FlateDecode" + _ROOMY),
}


def test_the_same_file_without_a_bomb_is_read(desk: Desk):
    status = desk.verify("a", pdf_in_streams(zlib.compress(CATALOG), b"/First 4/Filter/FlateDecode"))
    assert (status.lines[0].mark, status.lines[0].value) == (Mark.OK, "pdf")


@pytest.mark.parametrize("name", BOMBS)
def test_a_stream_that_unpacks_to_gigabytes_is_not_opened(name: str, desk: Desk):
    began = time.perf_counter()
    status = desk.verify("a", BOMBS[name])
    assert (status.lines[0].value, status.judgement) == ("bomb", Judgement.UNJUDGED)
    assert time.perf_counter() - began < 10
    assert read_pdf_contents(desk.directory / "a") is None  # the look before signing refuses it too


@pytest.mark.parametrize("filters", [b"/FlateDecode", b"[/FlateDecode/FlateDecode]"], ids=["once", "twice"])
def test_a_bomb_in_the_xmp_that_came_after_signing(filters: bytes, desk: Desk):
    """pyHanko unpacks XMP to see whether the change is harmless."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    signed = desk.sign(make_pdf(), SignatureFormat.PADES)
    root = PdfFileReader(io.BytesIO(signed)).root
    catalog = io.BytesIO()
    root.write_to_stream(catalog, None)
    place = root.container_ref.idnum
    packed = BOMB if filters == b"/FlateDecode" else zlib.compress(BOMB)
    metadata = stream(b"/Type/Metadata/Subtype/XML/Filter" + filters, packed)
    update = appended(signed, {place: catalog.getvalue().rstrip()[:-2] + b"/Metadata %(new)d 0 R>>"}, (metadata,))
    status = desk.verify("a", update)
    assert value(status, LineId.CHANGES) == (Mark.UNCONFIRMED, "bomb")
    assert status.judgement is Judgement.UNJUDGED and ng(status) == set()


def _thousands_in_one_stream() -> bytes:
    """pyHanko looks for each object from the start of the stream's list: the square of their number in steps."""
    last = 5000
    fields = b" ".join(b"%d 0 R" % number for number in range(3, last))
    bodies = [b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%s]>>>>" % fields, b"<</Type/Pages/Kids[]/Count 0>>"]
    bodies += [b"<</T(a%d)/FT/Tx>>" % number for number in range(3, last)]
    head, body = b"", b""
    for number, text in enumerate(bodies, 1):
        head += b"%d %d " % (number, len(body))
        body += text + b" "
    return pdf_in_streams(zlib.compress(head + body), b"/First %d/Filter/FlateDecode" % len(head), inside=len(bodies))


def test_a_pdf_that_takes_for_ever_is_stopped(desk: Desk, monkeypatch):
    monkeypatch.setattr(limits, "TIME_S", 0.5)
    path = desk.put("a", _thousands_in_one_stream())
    began = time.perf_counter()
    status = desk.verify("a", path.read_bytes())
    assert (status.lines[0].value, status.judgement) == ("too_slow", Judgement.UNJUDGED)
    assert read_pdf_contents(path) is None
    assert time.perf_counter() - began < 10
    assert desk.verify("b", desk.sign(b"x", SignatureFormat.CMS)).judgement is Judgement.GOOD  # nothing is left behind


def test_a_pdf_that_asks_for_all_memory_is_stopped(desk: Desk, monkeypatch):
    monkeypatch.setattr(limits, "MEMORY", 16 << 20)
    numbers = b"<</Fields[" + b"0 " * 3_000_000 + b"]>>"
    parts = (b"<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", numbers)
    status = desk.verify("a", pdf_of(*parts))
    assert (status.lines[0].value, status.judgement) == ("too_much_memory", Judgement.UNJUDGED)


def test_a_page_that_unpacks_to_much_is_no_matter_when_nobody_looks_at_it(desk: Desk):
    parts = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", stream(b"/Filter/FlateDecode", BOMB))
    assert desk.verify("a", pdf_of(*parts)).lines[0].value == "pdf"


# -- the limit itself ----------------------------------------------------------------------------------


def test_what_is_in_time_is_left_alone():
    assert within_limits(lambda: within_limits(lambda: 7)) == 7
    with pytest.raises(ZeroDivisionError):
        within_limits(lambda: 1 // 0)


def test_a_thread_that_swallows_every_error_is_stopped_and_nothing_follows_it():
    def stubborn() -> None:
        while True:
            try:
                while True:
                    pass
            except Exception:
                continue

    for _ in range(2):
        with pytest.raises(LimitReachedError):
            within_limits(stubborn, seconds=0.1)
    ends = time.monotonic() + 1.5
    while time.monotonic() < ends:  # an exception that came late would land here
        pass


def test_only_the_thread_that_is_stuck_is_stopped():
    told: list[object] = []

    def stuck() -> None:
        try:
            within_limits(lambda: [None for _ in iter(int, 1)], seconds=0.1, memory=1 << 40)
        except LimitReachedError as error:
            told.append(error)

    thread = threading.Thread(target=stuck)
    thread.start()
    thread.join(20)
    assert len(told) == 1 and not isinstance(told[0], TooMuchMemoryError)


def test_reading_a_long_original_does_not_count():
    def hashing() -> str:
        with not_counted():
            time.sleep(0.8)
        return "done"

    assert within_limits(hashing, seconds=0.2) == "done"
