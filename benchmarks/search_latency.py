"""Searching the whole knowledge base on one core: typed queries, pasted messages, and building the index."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator, Sequence

from benchmarks.row import Row, median_ms
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.library import load_library
from jpkidoctor.search.asked import load_asked
from jpkidoctor.search.index import Index, build_index, load_index
from jpkidoctor.search.readings import load_readings

LIMIT_MS = 50.0
BUILD_MS = 400.0
SEED = 20261123


def _typed(index: Index, chance: random.Random, count: int) -> list[str]:
    """Beginnings and pieces of what there is to find, 1 to 40 characters, one in five with a wrong letter."""
    texts = [text for entry in index.entries for text in (entry.title.ja, entry.title.en, *entry.names, entry.id)]
    texts += [index.readings.sound(entry.title.ja) for entry in index.entries]
    queries = []
    for _ in range(count):
        text = chance.choice(texts)
        start = chance.choice((0, 0, chance.randrange(len(text))))
        query = list(text[start : start + chance.randint(1, 40)])
        if chance.random() < 0.2:
            query[chance.randrange(len(query))] = chance.choice("aeiouかの")
        queries.append("".join(query))
    return queries


def _pasted(index: Index, chance: random.Random, count: int) -> list[str]:
    """Messages of up to 2,000 characters: sentences of the tables, dates, hex numbers, stack traces."""
    lines = [line.get(lang) for entry in index.entries for line in entry.lines for lang in ("ja", "en")]
    found = []
    for _ in range(count):
        text = ""
        while len(text) < chance.randint(300, 2000):
            text += (
                f"2026-11-23 10:42 0x{chance.getrandbits(32):08X} at a.b.C{chance.randrange(99)}(D.java:{len(text)})\n"
            )
            text += chance.choice(lines) + "\r\n"
        found.append(text[:2000])
    return found


def p95_ms(index: Index, queries: Sequence[str]) -> float:
    """The time that 95 of 100 searches stay under."""
    spent = []
    for query in queries:
        start = time.perf_counter()
        index.search(query)
        spent.append((time.perf_counter() - start) * 1000)
    return sorted(spent)[int(len(spent) * 0.95)]


def rows() -> Iterator[Row]:
    """p95 of a search beside its limit, on one core where the system lets us choose."""
    cores = os.sched_getaffinity(0) if sys.platform == "linux" else set()
    if cores:
        os.sched_setaffinity(0, {min(cores)})
    try:
        index = load_index()
        chance = random.Random(SEED)
        entries = len(index.entries)
        typed = _typed(index, chance, 2000)
        yield Row(f"search p95 of 2,000 typed queries, {entries} entries, limit", p95_ms(index, typed), LIMIT_MS, 1.0)
        pasted = _pasted(index, chance, 200)
        yield Row("search p95 of 200 pasted messages, limit", p95_ms(index, pasted), LIMIT_MS, 1.0)
        library = load_library()
        parts = (load_flow(), library, load_readings(), load_asked())
        build = median_ms(lambda: build_index(*parts), 5)
        yield Row("search index built from the tables, limit", build, BUILD_MS, 1.0)
    finally:
        if cores:
            os.sched_setaffinity(0, cores)
