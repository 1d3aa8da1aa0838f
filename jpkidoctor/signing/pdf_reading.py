"""pyHanko's reader with limits on what a stream may unpack to: a few bytes may unpack to gigabytes.

The limits act where a stream is unpacked, whatever its dictionary is made to look like: tables of objects, XMP, and
all others. What runs too long is stopped by ``limits.py``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import filters
from pyhanko.pdf_utils.decode_limits import (
    DEFAULT_PURPOSE_LIMITS,
    DecodeLimits,
    DecodePurpose,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfDecodeLimitError
from pyhanko.pdf_utils.reader import PdfFileReader

_MIB = 1024 * 1024
MAX_STREAM = 64 * _MIB
MAX_TABLE = 8 * _MIB
"""Unpacked bytes of a cross-reference stream: a million entries take seven."""
MAX_XMP = 4 * _MIB
MAX_ALL = 256 * _MIB
MAX_COLUMNS = _MIB
"""Of a PNG predictor, for which pyHanko sets aside as many bytes, before it sees that there are none to unpack."""

_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=MAX_STREAM),
    per_purpose={
        **DEFAULT_PURPOSE_LIMITS,
        DecodePurpose.XREF_STREAM: StreamDecodeLimits(max_output_size=MAX_TABLE),
        DecodePurpose.XMP_METADATA: StreamDecodeLimits(max_output_size=MAX_XMP),
    },
    document_budget=DocumentDecodeBudget(base_allowance=MAX_ALL, max_ratio=20),
)


class _Flate(filters.Decoder):
    """pyHanko's decoder, which takes any number of columns. (Its own class allows one instance, also of heirs.)"""

    def decode(self, data: bytes, decode_params: Any) -> bytes:  # noqa: ANN401
        return self.decode_bounded(data, decode_params, MAX_STREAM)

    def decode_bounded(self, data: bytes, decode_params: Any, max_output_size: int | None) -> bytes:  # noqa: ANN401
        columns = decode_params["/Columns"] if decode_params and "/Columns" in decode_params else 1
        if not isinstance(columns, int) or columns > MAX_COLUMNS:
            raise PdfDecodeLimitError("columns")
        unpacked: bytes = filters.FlateDecode().decode_bounded(data, decode_params, max_output_size)
        return unpacked

    def encode(self, data: bytes, decode_params: Any) -> bytes:  # noqa: ANN401
        packed: bytes = filters.FlateDecode().encode(data, decode_params)
        return packed


filters.DECODERS.update({"/FlateDecode": _Flate, "/Fl": _Flate})


def pdf_reader(data: bytes, *, strict: bool = False) -> PdfFileReader:
    """Raises whatever pyHanko raises for broken files; ``unpacks_too_much`` tells one kind of it."""
    return PdfFileReader(io.BytesIO(data), strict=strict, decode_limits=_LIMITS)


def pdf_writer(data: bytes) -> IncrementalPdfFileWriter:
    """A writer that adds to the file, with the same limits. Raises as ``pdf_reader`` does."""
    return IncrementalPdfFileWriter(io.BytesIO(data), strict=False, decode_limits=_LIMITS)


def unpacks_too_much(error: object) -> bool:
    """Whether an error of pyHanko's, or one of those that led to it, was a limit of ours."""
    return any(isinstance(one, PdfDecodeLimitError) for one in _causes(error, 0))


def _causes(error: object, depth: int) -> Iterator[object]:
    if not isinstance(error, BaseException) or depth > 8:
        return
    yield error
    for cause in (error.__cause__, error.__context__, *error.args):
        yield from _causes(cause, depth + 1)
