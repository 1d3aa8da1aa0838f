"""PDFs put together by hand, for what no honest program writes."""

from __future__ import annotations

import io
import zlib


def bomb(size: int) -> bytes:
    """Deflated zeros, a thousand times as many when they are unpacked."""
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def stream(dictionary: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(data), data)


def pdf_of(*objects: bytes) -> bytes:
    """A file of these objects, numbered from 1, with an old-fashioned table. The first is the catalog."""
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    table = b"xref\n0 %d\n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return data + table % (size, rows, size, len(data))


def pdf_in_streams(
    packed: bytes, dictionary: bytes, inside: int = 1, table: bytes | None = None, more: bytes = b""
) -> bytes:
    """A file whose objects 1 to ``inside`` stand in object stream ``inside + 1``, with a table in a stream.

    ``packed`` and ``dictionary`` are the object stream's; ``table`` takes the place of the table's packed rows.
    """
    holder, last = inside + 1, inside + 2
    data = b"%PDF-1.7\n"
    place = len(data)
    data += b"%d 0 obj\n%s\nendobj\n" % (holder, stream(b"/Type/ObjStm/N %d%s" % (inside, dictionary), packed))
    start = len(data)
    rows = bytes(6) + b"".join(b"\2" + holder.to_bytes(3, "big") + (n - 1).to_bytes(2, "big") for n in range(1, holder))
    rows += b"\1" + place.to_bytes(3, "big") + bytes(2) + b"\1" + start.to_bytes(3, "big") + bytes(2)
    about = b"/Type/XRef/W[1 3 2]/Size %d/Root 1 0 R/Filter/FlateDecode%s" % (last + 1, more)
    body = stream(about, zlib.compress(rows) if table is None else table)
    return data + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last, body, start)


def appended(pdf: bytes, changes: dict[int, bytes], added: tuple[bytes, ...] = ()) -> bytes:
    """An incremental update that a strict reader takes: objects by number, and new ones behind the last number.

    In ``changes`` and ``added`` ``%(new)d`` is the number of the first new object.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(pdf))
    size, root = int(reader.trailer_view["/Size"]), reader.root_ref
    numbered = {**changes, **{size + place: body for place, body in enumerate(added)}}
    data, rows = pdf if pdf.endswith(b"\n") else pdf + b"\n", b""
    last = size + len(added)
    index = []
    for number, body in sorted(numbered.items()):
        rows += b"\1" + len(data).to_bytes(4, "big") + b"\0"
        index.append(b"%d 1" % number)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body.replace(b"%(new)d", b"%d" % size))
    rows += b"\1" + len(data).to_bytes(4, "big") + b"\0"
    index.append(b"%d 1" % last)
    start = len(data)
    about = b"/Type/XRef/W[1 4 1]/Index[%s]/Size %d/Root %d 0 R/Prev %d/ID[<00><01>]" % (
        b" ".join(index), last + 1, root.idnum, reader.last_startxref,
    )  # fmt: skip
    return data + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last, stream(about, rows), start)
