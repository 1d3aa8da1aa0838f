"""A whole ``check --json`` beside the two OpenSC calls that tell a part of it, on a quick and on a slow card."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator

from benchmarks.lab import lab_with, practice_card
from benchmarks.row import Row, command, median_ms

SLOW = "faults = { command_delay_ms = 10.0, byte_delay_ms = 0.26 }"


def _ours(cache: str) -> None:
    env = {**os.environ, "XDG_CACHE_HOME": cache}
    command([sys.executable, "-m", "jpkidoctor", "check", "--json"], env=env, expect=(0,))


def _theirs() -> None:
    command(["pkcs15-tool", "--list-pins"])
    command(["pkcs15-tool", "--read-certificate", "1"])


def _ours_on_a_new_computer() -> None:
    with tempfile.TemporaryDirectory() as cache:
        _ours(cache)


def rows() -> Iterator[Row]:
    """Whole-check rows: quick card, slow card, each with and without the CA certificates read before."""
    theirs = "pkcs15-tool --list-pins + --read-certificate 1"
    for name, card, times, aim in (("quick card", "", 7, 3.0), ("slow card", SLOW, 3, 0.8)):
        with lab_with(practice_card(card)), tempfile.TemporaryDirectory() as cache:
            beside = median_ms(_theirs, times)
            yield Row(f"check --json, {name}, {theirs}", median_ms(lambda c=cache: _ours(c), times), beside, aim)
            cold = median_ms(_ours_on_a_new_computer, times)
            yield Row("  the first time on a computer (CA certificates read too)", cold, beside, aim)
