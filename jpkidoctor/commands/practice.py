"""The practice mode's hands: its cases, and the practice card."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from jpkidoctor.coordinator import LiveExamination
from jpkidoctor.judge import load_judge
from jpkidoctor.live import Examination
from jpkidoctor.screens.ports import ScenarioChoice
from jpkidoctor.simulator.scenario import find_scenario, scenario_names
from jpkidoctor.simulator.world import PracticeWorld


class Practice:
    """The hands of the practice mode. Implements screens.ports.PracticeControls."""

    def __init__(self) -> None:
        self._world: PracticeWorld | None = None
        self._examination: LiveExamination | None = None

    def scenarios(self) -> tuple[ScenarioChoice, ...]:
        """All cases, the healthy ones first, then in the order of the flow."""
        cases = [(name, find_scenario(name)) for name in scenario_names()]
        cases.sort(key=lambda case: (not case[0].startswith("healthy"), case[1].step, case[0]))
        return tuple(ScenarioChoice(name, case.title, case.step, case.story) for name, case in cases)

    def start(self, scenario: str) -> Examination:
        """Set up a case; its events begin to happen. Raises ScenarioError."""
        if self._world is not None:
            self._world.stop()
        self._world = PracticeWorld(find_scenario(scenario))
        self._world.play()
        self._examination = LiveExamination(self._world, load_judge())
        return self._examination

    def lend_card(self) -> AbstractContextManager[None]:
        """A lease on the practice card from the examination of the case that is set up now."""
        return self._examination.lend_card() if self._examination is not None else nullcontext()

    def insert(self) -> None:
        """Put the practice card in."""
        if self._world is not None:
            self._world.insert()

    def remove(self) -> None:
        """Take the practice card away."""
        if self._world is not None:
            self._world.remove()

    def turn_over(self) -> None:
        """Turn the practice card over."""
        if self._world is not None:
            self._world.turn_over()

    @property
    def world(self) -> PracticeWorld:
        """The world that is set up now. Raises RuntimeError before the first case."""
        if self._world is None:
            raise RuntimeError("no practice case was started")
        return self._world

    def stop(self) -> None:
        """End the practice world."""
        if self._world is not None:
            self._world.stop()
