"""Every parser answers to every byte: recorded samples are mutated as a fuzzer does it, and none takes long.

The table of parsers is that of ``benchmarks/host_parsers.py``, which prints the times; here a bound ten times as wide
holds them, so that a busy computer fails no test and a quadratic parser does.
"""

from __future__ import annotations

import contextlib
import json
import plistlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.host_parsers import LIMIT_MS, MEGABYTE, PARSERS, TOKENS, cost_ms, megabytes

NAMES = [parser.name for parser in PARSERS]
ROUNDS = 60
every_parser = pytest.mark.parametrize("parser", PARSERS, ids=NAMES)


def mutated(sample: bytes, other: bytes, chance: random.Random) -> bytes:
    """The sample with some changes: bits, bytes, pieces of it or of another one, tokens, cuts, another encoding."""
    data = bytearray(sample)
    for _ in range(chance.randint(1, 6)):
        place = chance.randint(0, len(data))
        end = min(len(data), place + chance.randint(0, 40))
        match chance.randint(0, 8):
            case 0 if data:
                data[place % len(data)] ^= 1 << chance.randint(0, 7)
            case 1:
                data[place:place] = bytes(chance.randint(0, 255) for _ in range(chance.randint(1, 8)))
            case 2:
                del data[place:end]
            case 3:
                data[place:place] = data[place:end] * chance.randint(1, 30)
            case 4:
                start = chance.randint(0, len(other))
                data[place:end] = other[start : start + chance.randint(0, 60)]
            case 5:
                data[place:place] = chance.choice(TOKENS) * chance.randint(1, 50)
            case 6:
                del data[place:]
            case 7:
                data[place:end] = bytes(chance.choice((0x00, 0x7F, 0x80, 0xFF)) for _ in range(end - place))
            case _:
                text = data.decode("utf-8", "replace")
                data = bytearray(text.encode(chance.choice(("cp932", "utf-16", "utf-16-be", "utf-8-sig")), "replace"))
    return bytes(data)


@every_parser
def test_no_mutation_of_a_sample_makes_it_raise(parser):
    chance = random.Random(parser.name)  # the same ones every time
    samples = [*parser.samples, *(parser.samples[0] for _ in range(2))]
    for sample in samples:
        for _ in range(ROUNDS):
            parser.parse(mutated(sample, chance.choice(samples), chance))
    for cut in range(0, len(samples[0]), max(1, len(samples[0]) // 50)):
        parser.parse(samples[0][:cut])


JUNK = (
    None,
    True,
    -1,
    0,
    2**63,
    2**70,
    1.5,
    "",
    "x" * 5000,
    "\0\x1b[31m",
    [],
    {},
    [[]],
    {"": {}},
    ["a", 1],
    {"a": [None]},
)


def reshaped(content, chance: random.Random):
    """The same tree, with a value here and there of another kind, gone, or there twice."""
    if chance.random() < 0.12:
        return chance.choice(JUNK)
    if isinstance(content, dict):
        return {name: reshaped(value, chance) for name, value in content.items() if chance.random() < 0.93}
    if isinstance(content, list):
        return [reshaped(value, chance) for value in content for _ in range(chance.choice((1, 1, 1, 0, 3)))]
    return content


def tree_of(sample: bytes):
    """The tree in a sample and how one is written; None for a parser that reads no trees."""
    with contextlib.suppress(ValueError):
        return json.loads(sample), lambda tree: json.dumps(tree).encode()
    if b"<plist" in sample:
        return plistlib.loads(sample), lambda tree: plistlib.dumps(tree, skipkeys=True)
    return None


TREES = [parser for parser in PARSERS if tree_of(parser.samples[0]) is not None]


@pytest.mark.parametrize("parser", TREES, ids=[parser.name for parser in TREES])
def test_no_other_shape_of_a_sample_makes_it_raise(parser):
    tree, written = tree_of(parser.samples[0])
    chance = random.Random(parser.name)
    data = b""
    for _ in range(300):
        with contextlib.suppress(TypeError, ValueError, OverflowError):  # no property list holds None or NUL
            data = written(reshaped(tree, chance))
        parser.parse(data)


def test_the_trees_are_those_of_json_and_property_lists():
    assert len(TREES) >= 11


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.lists(st.sampled_from(TOKENS), max_size=40))
def test_any_bytes_make_no_parser_raise(data, tokens):
    for parser in PARSERS:
        parser.parse(data)
        parser.parse(b"".join(tokens))
        parser.parse(parser.samples[0][: len(data)] + data)


@every_parser
def test_no_megabyte_takes_long(parser):
    slow = {what: ms for what, data in megabytes(parser) if (ms := cost_ms(parser, data)) > LIMIT_MS * 10}
    assert slow == {}


@every_parser
def test_the_samples_are_worth_mutating(parser):
    """A parser that answers to its sample as it does to nothing proves nothing here."""
    if parser.name in ("safe_text", "decode"):
        return
    nothing = parser.parse(b"")
    assert any(parser.parse(sample) != nothing for sample in parser.samples)


def test_the_inputs_are_as_long_as_they_say():
    sizes = {len(data) for parser in PARSERS[:3] for what, data in megabytes(parser) if "again" in what}
    assert sizes == {MEGABYTE}
