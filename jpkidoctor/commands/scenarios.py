"""``jpkidoctor scenarios``: the practice cases."""

from __future__ import annotations

import sys

from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.simulator.scenario import find_scenario, scenario_names


def list_scenarios(*, as_json: bool, lang: Lang) -> None:
    """Print name and title of every practice case."""
    cases = [(name, find_scenario(name)) for name in scenario_names()]
    if as_json:
        rows = [
            {"name": name, "title": case.title, "step": case.step, "first_cause": case.expect.first_cause}
            for name, case in cases
        ]
        envelope = {"schema": "jpkidoctor.scenarios/1", "scenarios": rows}
        sys.stdout.buffer.write(indented(envelope))
        return
    for name, case in cases:
        print(f"{name}\t{cp932_safe(case.title.get(lang))}")  # noqa: T201
