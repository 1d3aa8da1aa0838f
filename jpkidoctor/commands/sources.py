"""Where facts come from on the command line: this computer, a practice case, or a saved file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jpkidoctor.card.ca_cache import CaCache, DirectoryCache
from jpkidoctor.card.examine import Progress
from jpkidoctor.facts import Facts
from jpkidoctor.knowledge.known import Known

if TYPE_CHECKING:
    from jpkidoctor.world import World


def user_cache() -> CaCache:
    """The CA certificates read before on this computer."""
    from platformdirs import user_cache_path

    return DirectoryCache(user_cache_path("jpkidoctor", appauthor=False) / "ca")


def observe(
    known: Known,
    *,
    reader: str | None = None,
    scenario: str | None = None,
    progress: Progress = lambda facts, stage: None,
) -> Facts:
    """Examine this computer, or a practice case, once. ``progress`` is called when the card begins to answer.

    Raises UnknownReaderError and ScenarioError.
    """
    from jpkidoctor.examination import examine_once

    if scenario is None:
        from jpkidoctor.computer import Computer

        return examine_once(Computer(known), known, reader=reader, cache=user_cache(), progress=progress)
    from jpkidoctor.simulator.scenario import find_scenario
    from jpkidoctor.simulator.world import PracticeWorld

    world = PracticeWorld(find_scenario(scenario))
    try:
        world.apply_all()
        return examine_once(world, known, reader=reader, progress=progress)
    finally:
        world.stop()


@contextmanager
def world_of(scenario: str | None) -> Iterator[World]:
    """This computer, or a practice one. Raises ScenarioError."""
    if scenario is None:
        from jpkidoctor.computer import Computer
        from jpkidoctor.knowledge.known import load_known

        yield Computer(load_known())
        return
    from jpkidoctor.simulator.scenario import find_scenario
    from jpkidoctor.simulator.world import PracticeWorld

    world = PracticeWorld(find_scenario(scenario))
    try:
        world.apply_all()
        yield world
    finally:
        world.stop()


def saved_facts(path: Path) -> tuple[Facts, bool]:
    """The facts of a report or facts file, and whether its checksum fits. Raises ReportReadError."""
    from jpkidoctor.report.read import read_report

    saved = read_report(path)
    return saved.facts, saved.checksum_matches
