"""A folder of 5,000 facts files on one core: files a second, and beside the bare reading of the same JSON."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks.row import Count, Row
from jpkidoctor.fleet.folder import judge_folder
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.words import load_words

FILES = 5_000


def rows() -> Iterator[Row | Count]:
    """Judge a folder made of practice cases, again and again."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        fill(folder, FILES)
        judge, words = load_judge(), load_words("ja")
        start = time.perf_counter()
        fleet = judge_folder(folder, judge, words)
        ours = time.perf_counter() - start
        start = time.perf_counter()
        for path in folder.iterdir():
            json.loads(path.read_bytes())
        theirs = time.perf_counter() - start
    assert len(fleet.rows) == FILES
    yield Count("a folder of 5,000 computers: seconds, one core", round(ours), 10, f"{FILES / ours:.0f} files a second")
    yield Row("  the same beside Python's json reading it", ours * 1000, theirs * 1000, 25.0)


def fill(folder: Path, number: int) -> None:
    """Facts files of the practice cases, each taken a second after the one before."""
    from jpkidoctor.examination import examine_once
    from jpkidoctor.knowledge.known import load_known
    from jpkidoctor.simulator.scenario import find_scenario, scenario_names
    from jpkidoctor.simulator.world import PracticeWorld

    known = load_known()
    seen = []
    for name in scenario_names()[::6]:
        world = PracticeWorld(find_scenario(name))
        try:
            world.apply_all()
            seen.append(examine_once(world, known))
        finally:
            world.stop()
    for n in range(number):
        facts = seen[n % len(seen)]
        facts = msgspec.structs.replace(facts, taken_at=facts.taken_at + dt.timedelta(seconds=n))
        (folder / f"pc-{n:04}.json").write_bytes(msgspec.json.encode(facts))
