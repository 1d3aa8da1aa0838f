"""The visible stamp: a frame with the signer's name and the day, drawn on the first page.

The stamp is a picture for people; it proves nothing. Its font is one of the Japanese fonts that every PDF viewer
knows by name (ISO 32000-1 §9.7.5.2, UniJIS-UTF16-H), so none is embedded and no font file is needed here.
"""

from __future__ import annotations

import datetime as dt

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfResources, RawContent
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, NumberObject
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import StaticStampStyle

from jpkidoctor.signing.japanese_date import JST

WIDTH, HEIGHT, MARGIN = 180.0, 44.0, 24.0
_MAX_NAME = 18

Box = tuple[int, int, int, int]


def stamp_box(page: tuple[float, float, float, float]) -> Box:
    """Where the stamp goes: the lower right corner of the page, in points, smaller on a small page."""
    left, bottom, right, top = page
    width = min(WIDTH, max(right - left - 2 * MARGIN, 40.0))
    height = min(HEIGHT, max(top - bottom - 2 * MARGIN, 20.0))
    x, y = right - MARGIN - width, bottom + MARGIN
    return int(x), int(y), int(x + width), int(y + height)


def stamp_style(writer: BasePdfFileWriter, name: str, when: dt.datetime, box: Box) -> StaticStampStyle:
    """The stamp as pyHanko wants it."""
    width, height = box[2] - box[0], box[3] - box[1]
    scale = min(width / WIDTH, height / HEIGHT)
    shown = name if len(name) <= _MAX_NAME else name[: _MAX_NAME - 1] + "…"
    day = when.astimezone(JST).strftime("%Y-%m-%d %H:%M JST")
    drawing = (
        f"q 0.6 w 0.7 0.1 0.1 RG 1 1 {width - 2} {height - 2} re S\n"
        f"BT 0 0 0 rg /F1 {9 * scale:.2f} Tf {8 * scale:.2f} {28 * scale:.2f} Td <{_hex('電子署名  ' + shown)}> Tj ET\n"
        f"BT /F1 {8 * scale:.2f} Tf {8 * scale:.2f} {12 * scale:.2f} Td <{_hex(day)}> Tj ET Q\n"
    )
    resources = PdfResources()
    resources.font[NameObject("/F1")] = writer.add_object(_font(writer))
    content = RawContent(drawing.encode("ascii"), resources, BoxConstraints(width, height))
    return StaticStampStyle(border_width=0, background=content)


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def _font(writer: BasePdfFileWriter) -> DictionaryObject:
    japan1 = DictionaryObject(
        {
            NameObject("/Registry"): generic.pdf_string("Adobe"),
            NameObject("/Ordering"): generic.pdf_string("Japan1"),
            NameObject("/Supplement"): NumberObject(6),
        }
    )
    descriptor = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/FontDescriptor"),
            NameObject("/FontName"): NameObject("/KozGoPr6N-Medium"),
            NameObject("/Flags"): NumberObject(4),
            NameObject("/FontBBox"): ArrayObject(NumberObject(n) for n in (-538, -374, 1254, 1418)),
            NameObject("/ItalicAngle"): NumberObject(0),
            NameObject("/Ascent"): NumberObject(880),
            NameObject("/Descent"): NumberObject(-120),
            NameObject("/CapHeight"): NumberObject(763),
            NameObject("/StemV"): NumberObject(99),
        }
    )
    descendant = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType0"),
            NameObject("/BaseFont"): NameObject("/KozGoPr6N-Medium"),
            NameObject("/CIDSystemInfo"): japan1,
            NameObject("/DW"): NumberObject(1000),
            # CIDs 1 to 230 are the proportional Latin letters, 231 to 632 the half-width ones.
            NameObject("/W"): ArrayObject([NumberObject(1), NumberObject(632), NumberObject(500)]),
            NameObject("/FontDescriptor"): writer.add_object(descriptor),
        }
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/KozGoPr6N-Medium-UniJIS-UTF16-H"),
            NameObject("/Encoding"): NameObject("/UniJIS-UTF16-H"),
            NameObject("/DescendantFonts"): ArrayObject([writer.add_object(descendant)]),
        }
    )
