"""The live examination comes to the same end as a single one, while things happen before its eyes."""

from __future__ import annotations

import pytest

from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.scenario import find_scenario, scenario_names
from tests.scenarios.practice_run import as_expected, run_watched

UNSEEN = {
    "locked-while-watching": "a counter that another program uses up makes no event; F2 looks again",
    "flapping-then-still": "the practice world moves the card by the real clock",
}
"""Cases whose events the watcher cannot notice at once, and why."""

CALLS = [name for name in scenario_names() if find_scenario(name).event and name not in UNSEEN]


@pytest.mark.parametrize("name", CALLS)
def test_watching_ends_as_the_case_says(name: str, keys: KeyStore) -> None:
    run = run_watched(name, find_scenario(name), keys)
    assert as_expected(run.scenario.expect, run.diagnosis), run.diagnosis.first_cause


def test_there_are_calls_to_watch() -> None:
    assert len(CALLS) >= 5
