"""Opens the screens: on this computer, on a practice case, or on a saved report."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import cast

from jpkidoctor import __version__
from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.card.trace import TraceEntry
from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.report_desk import Desk
from jpkidoctor.commands.sources import user_cache
from jpkidoctor.computer import Computer
from jpkidoctor.coordinator import LiveExamination
from jpkidoctor.facts import Facts
from jpkidoctor.judge import Judge, load_judge
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.live import Examination, Listener, Update
from jpkidoctor.report.read import read_report
from jpkidoctor.screens.console import needs_ascii
from jpkidoctor.screens.ports import SavedVerdict, ScenarioChoice
from jpkidoctor.screens.themes import Look

FIRST_CASE = "healthy-contact"


class Practice:
    """The hands of the practice mode. Implements screens.ports.PracticeControls."""

    def __init__(self, judge: Judge) -> None:
        from jpkidoctor.simulator.world import PracticeWorld

        self._judge = judge
        self._world: PracticeWorld | None = None

    def scenarios(self) -> tuple[ScenarioChoice, ...]:
        """All cases, the healthy ones first, then in the order of the flow."""
        from jpkidoctor.simulator.scenario import find_scenario, scenario_names

        cases = [(name, find_scenario(name)) for name in scenario_names()]
        cases.sort(key=lambda case: (case[1].expect.first_cause is not None, case[1].step, case[0]))
        return tuple(ScenarioChoice(name, case.title) for name, case in cases)

    def start(self, scenario: str) -> Examination:
        """Set up a case; its events begin to happen. Raises ScenarioError."""
        from jpkidoctor.simulator.scenario import find_scenario
        from jpkidoctor.simulator.world import PracticeWorld

        if self._world is not None:
            self._world.stop()
        self._world = PracticeWorld(find_scenario(scenario))
        self._world.play()
        return LiveExamination(self._world, self._judge)

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

    def stop(self) -> None:
        """End the practice world."""
        if self._world is not None:
            self._world.stop()


class SavedExamination:
    """A saved report as an examination that stands still. Implements live.Examination."""

    def __init__(self, facts: Facts, judge: Judge) -> None:
        self._facts = facts
        self._judge = judge
        self._listener: Listener = lambda update: None

    def start(self, listener: Listener) -> None:
        """Tell the saved facts with today's verdict, once."""
        self._listener = listener
        self.refresh()

    def refresh(self) -> None:
        """Tell the same again."""
        self._listener(Update(self._facts, self._judge(self._facts), "", ()))

    def choose_reader(self, name: str | None) -> None:
        """Nothing to choose in a report."""

    def cancel(self) -> None:
        """Nothing runs."""

    def trace(self) -> tuple[TraceEntry, ...]:
        """A report holds no trace."""
        return ()

    def stop(self) -> None:
        """Nothing to end."""


def _codepage() -> int | None:
    if sys.platform != "win32":
        return None
    import ctypes

    return int(ctypes.windll.kernel32.GetACP())


def _run(app: JpkiDoctorApp, lang: Lang) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(load_words(lang).text("cli.not_a_terminal"), file=sys.stderr)  # noqa: T201
        sys.exit(Exit.WRONG_USAGE)
    app.run()
    sys.exit(app.return_code or 0)


def open_screens(*, lang: Lang, theme: str, ascii: bool | None, scenario: str | None, practice: bool) -> None:
    """Open the app on this computer, or on the practice card. Ends the process."""
    judge = load_judge()
    hands = Practice(judge) if practice or scenario is not None else None
    examination: Examination
    if hands is not None:
        examination = hands.start(scenario or FIRST_CASE)
    else:
        examination = LiveExamination(Computer(judge.known), judge, cache=user_cache())
    app = JpkiDoctorApp(
        examination,
        lang=lang,
        theme=cast(Look, theme),
        ascii=needs_ascii(sys.platform, os.environ, _codepage()) if ascii is None else ascii,
        practice=hands,
        report=Desk(judge),
        choose_scenario=practice and scenario is None,
    )
    try:
        _run(app, lang)
    finally:
        if hands is not None:
            hands.stop()


def open_replay(path: Path, *, lang: Lang, theme: str, ascii: bool | None) -> None:
    """Open a saved report, judged again by today's rules, beside the verdict it came with.

    Raises ReportReadError. Ends the process.
    """
    saved = read_report(path)
    judge = load_judge()
    if not saved.checksum_matches:
        print(load_words(lang).text("cli.checksum"), file=sys.stderr)  # noqa: T201
    verdict = None
    if saved.report is not None:
        verdict = SavedVerdict(saved.report.taken_at, saved.report.first_cause or "", saved.report.tool.version)
    else:
        verdict = SavedVerdict(saved.facts.taken_at, "", saved.facts.tool_version or __version__)
    app = JpkiDoctorApp(
        SavedExamination(saved.facts, judge),
        lang=lang,
        theme=cast(Look, theme),
        ascii=needs_ascii(sys.platform, os.environ, _codepage()) if ascii is None else ascii,
        report=Desk(judge),
        saved=verdict,
    )
    _run(app, lang)
