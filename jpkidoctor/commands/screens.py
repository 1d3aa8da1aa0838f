"""Opens the screens: on this computer, on a practice case, or on a saved report."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.kept_examination import KeptExamination, kept_path
from jpkidoctor.commands.report_desk import Desk
from jpkidoctor.commands.signature_desk import Signatures
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
) -> None:
    """Open the app on this computer, or on the practice card. ``keep`` keeps the last examination for the next run.

    Ends the process. Raises ScenarioError."""
    from jpkidoctor.commands.examinations import LateExamination

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
    app = JpkiDoctorApp(
        first,
        lang=lang,
        theme=cast(Look, theme),
        ascii=needs_ascii(sys.platform, os.environ, _codepage()) if ascii is None else ascii,
        practice=hands,
        report=Desk(),
        signatures=Signatures(world, first.lend_card if hands is None else hands.lend_card),
        scenario=chosen,
        first_page=first_page or ("practice" if practice and scenario is None else ""),
        begin=begin,
        memory=KeptExamination(kept_path()) if keep and hands is None else None,
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
    from jpkidoctor.commands.examinations import SavedExamination
    from jpkidoctor.judge import load_judge
    from jpkidoctor.report.read import read_report

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
        ascii=needs_ascii(sys.platform, os.environ, _codepage()) if ascii is None else ascii,
        report=Desk(),
        saved=verdict,
    )
    _run(app, lang)
