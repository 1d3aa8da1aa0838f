"""The QR code says the digits and nothing else, on paper and in a terminal."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import segno

from jpkidoctor.support_code.qr import half_blocks, hashes, svg

CODES = ("10509836", "105012640564", "1060282808375278868312341234")
QUIET = 4


def matrix_of(digits: str) -> list[list[bool]]:
    """What segno makes of the digits alone: the judge, since it is the same symbol or it says something else."""
    code = segno.make(digits, error="m", micro=False)
    assert code.mode == "numeric"
    return [[bool(module) for module in row] for row in code.matrix]


def without_quiet_zone(rows: list[list[bool]]) -> list[list[bool]]:
    edge = [*rows[:QUIET], *rows[-QUIET:], *(row[:QUIET] for row in rows), *(row[-QUIET:] for row in rows)]
    assert not any(module for line in edge for module in line), "the quiet zone is not empty"
    return [row[QUIET:-QUIET] for row in rows[QUIET:-QUIET]]


def drawn(path: str, size: int) -> list[list[bool]]:
    """The modules that an SVG path of horizontal strokes covers."""
    rows = [[False] * size for _ in range(size)]
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmhv])([^Mmhv]*)", path):
        values = [float(n) for n in re.findall(r"-?[0-9.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            assert command == "h"
            for column in range(int(x), int(x + values[0])):
                rows[int(y)][column] = True
            x += values[0]
    return rows


@pytest.mark.parametrize("digits", CODES)
def test_half_blocks_draw_the_digits(digits):
    tops, bottoms = {"▀", "█"}, {"▄", "█"}
    rows = []
    for line in half_blocks(digits):
        rows += [[cell in tops for cell in line], [cell in bottoms for cell in line]]
    size = len(rows[0])
    assert without_quiet_zone(rows[:size]) == matrix_of(digits)


@pytest.mark.parametrize("digits", CODES)
def test_hashes_draw_the_digits_in_ascii(digits):
    lines = hashes(digits)
    assert "".join(lines).isascii()
    rows = [[line[at : at + 2] == "##" for at in range(0, len(line), 2)] for line in lines]
    assert without_quiet_zone(rows) == matrix_of(digits)


@pytest.mark.parametrize("digits", CODES)
def test_the_svg_draws_the_digits_and_loads_nothing(digits):
    picture = svg(digits, "対応番号: <b>")
    path = re.findall(r'\sd="([^"]+)"', picture)[-1]
    size = len(matrix_of(digits)) + 2 * QUIET
    assert without_quiet_zone(drawn(path, size)) == matrix_of(digits)
    assert "<title>対応番号: &lt;b&gt;</title>" in picture
    assert "http" not in picture.replace('xmlns="http://www.w3.org/2000/svg"', "")


def scanned(rows: list[list[bool]], folder: Path) -> str:
    """What a scanner reads from a picture of these modules, with the quiet zone that they bring."""
    wide = [[0 if module else 255 for module in row for _ in range(6)] for row in rows]
    lines = [bytes(row) for row in wide for _ in range(6)]
    picture = folder / "code.pgm"
    picture.write_bytes(b"P5 %d %d 255\n" % (len(lines[0]), len(lines)) + b"".join(lines))
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbar-tools is not installed")
@pytest.mark.parametrize("digits", CODES)
def test_a_scanner_reads_the_digits_from_terminal_and_page(digits, tmp_path: Path):
    lines = hashes(digits)
    assert scanned([[line[at : at + 2] == "##" for at in range(0, len(line), 2)] for line in lines], tmp_path) == digits
    path = re.findall(r'\sd="([^"]+)"', svg(digits, "x"))[-1]
    assert scanned(drawn(path, len(matrix_of(digits)) + 2 * QUIET), tmp_path) == digits


def test_other_digits_are_another_picture():
    assert half_blocks("10509836") != half_blocks("10509837")
