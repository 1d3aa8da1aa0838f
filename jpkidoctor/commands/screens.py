"""Opens the screens: on this computer, on a practice case, or on a saved report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.commands.card_errands import CardErrands
from jpkidoctor.commands.kept_examination import KeptExamination, kept_path
from jpkidoctor.commands.report_desk import Desk
from jpkidoctor.commands.signature_desk import Signatures
from jpkidoctor.commands.terminal import screens_or_lines
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.screens.console import needs_ascii
from jpkidoctor.screens.ports import SavedVerdict
from jpkidoctor.screens.themes import Look

if TYPE_CHECKING:
    from jpkidoctor.guide.beginning import Beginning
    from jpkidoctor.live import Examination
    from jpkidoctor.world import World

FIRST_CASE = "healthy-contact"


def _ascii_wanted() -> bool:
    from jpkidoctor.host.windows_api import Win32

    return needs_ascii(sys.platform, os.environ, Win32().ansi_codepage())


def _run(app: JpkiDoctorApp) -> None:
    app.run()
    sys.exit(app.return_code or 0)


def _check_by_lines(lang: Lang, *, scenario: str | None = None, facts: Path | None = None) -> Callable[[], int]:
    def check() -> int:
        from jpkidoctor.commands.check import run_check

        return run_check(form="plain", reader=None, scenario=scenario, facts=facts, report=None, lang=lang)

    return check


def _world() -> World:
    from jpkidoctor.computer import Computer
    from jpkidoctor.knowledge.known import load_known

    return Computer(load_known())


def _this_computer() -> Examination:
    from jpkidoctor.commands.sources import user_cache
    from jpkidoctor.computer import Computer
    from jpkidoctor.coordinator import LiveExamination
    from jpkidoctor.judge import load_judge

    judge = load_judge()
    return LiveExamination(Computer(judge.known), judge, cache=user_cache())


def open_screens(
    *,
    lang: Lang,
    theme: str,
    ascii: bool | None,
    scenario: str | None,
    practice: bool,
    first_page: str = "",
    begin: Beginning | None = None,
    keep: bool = True,
    by_lines: Callable[[], int] | None = None,
) -> None:
    """Open the app on this computer, or on the practice card. ``keep`` keeps the last examination for the next run.

    On a terminal that cannot show the screens ``by_lines`` is done instead, else the examination as ``check`` does it.
    Ends the process. Raises ScenarioError."""
    from jpkidoctor.commands.examinations import LateExamination

    lines = _check_by_lines(lang, scenario=scenario or (FIRST_CASE if practice else None))
    screens_or_lines(lang, by_lines or lines)
    hands = None
    chosen = None
    world = _world
    if practice or scenario is not None:
        from jpkidoctor.commands.practice import Practice
        from jpkidoctor.screens.ports import ScenarioChoice
        from jpkidoctor.simulator.scenario import find_scenario

        hands = practising = Practice()
        world = lambda: practising.world  # noqa: E731
        name = scenario or FIRST_CASE
        case = find_scenario(name)
        chosen = ScenarioChoice(name, case.title, case.step, case.story)
        make = lambda: hands.start(name)  # noqa: E731
    else:
        make = _this_computer
    first = LateExamination(make)
    lend = first.lend_card if hands is None else hands.lend_card
    app = JpkiDoctorApp(
        first,
        lang=lang,
        theme=cast(Look, theme),
        ascii=_ascii_wanted() if ascii is None else ascii,
        practice=hands,
        report=Desk(),
        signatures=Signatures(world, lend),
        cards=CardErrands(world, lend),
        scenario=chosen,
        first_page=first_page or ("practice" if practice and scenario is None else ""),
        begin=begin,
        memory=KeptExamination(kept_path()) if keep and hands is None else None,
    )
    try:
        _run(app)
    finally:
        if hands is not None:
            hands.stop()


def open_replay(path: Path, *, lang: Lang, theme: str, ascii: bool | None) -> None:
    """Open a saved report, judged again by today's rules, beside the verdict it came with.

    Raises ReportReadError. Ends the process.
    """
    from jpkidoctor.commands.examinations import SavedExamination
    from jpkidoctor.judge import load_judge
    from jpkidoctor.report.read import read_report

    screens_or_lines(lang, _check_by_lines(lang, facts=path))
    saved = read_report(path)
    if not saved.checksum_matches:
        print(load_words(lang).text("cli.checksum"), file=sys.stderr)  # noqa: T201
    verdict = None
    if saved.report is not None:  # a bare facts file brings no verdict of its own
        report = saved.report
        verdict = SavedVerdict(report.taken_at, report.first_cause or "", report.tool.version)
    app = JpkiDoctorApp(
        SavedExamination(saved.facts, load_judge()),
        lang=lang,
        theme=cast(Look, theme),
        ascii=_ascii_wanted() if ascii is None else ascii,
        report=Desk(),
        saved=verdict,
    )
    _run(app)
