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

_DEAD_CONTEXT = "a context that died with the service or the last reader counts as a failure to connect (F-01)"
DISAGREES = {"reader-replugged": _DEAD_CONTEXT, "service-comes-back": _DEAD_CONTEXT}
"""Where the live examination blames the caller for a dead context, against design rule 8."""

CALLS = [name for name in scenario_names() if find_scenario(name).event and name not in UNSEEN]


@pytest.mark.parametrize("name", CALLS)
def test_watching_ends_as_the_case_says(name: str, keys: KeyStore, request: pytest.FixtureRequest) -> None:
    if reason := DISAGREES.get(name):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    run = run_watched(name, find_scenario(name), keys)
    assert as_expected(run.scenario.expect, run.diagnosis), run.diagnosis.first_cause


def test_there_are_calls_to_watch() -> None:
    assert len(CALLS) >= 5
