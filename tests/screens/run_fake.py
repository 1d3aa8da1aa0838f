"""Show the screens with a hand-made examination: ``python tests/screens/run_fake.py CASE LANG LOOK [ascii|practice]``.

Everything stands still (clock, cursor, animation), so the same keys always give the same picture.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

sys.path.insert(0, str(Path(__file__).parents[2]))

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.commands.signature_desk import Signatures
from jpkidoctor.facts import ReaderKind
from tests.screens import examinations as made
from tests.screens.doors import FakeCardDesk, FakePractice, FakeReportDesk

if TYPE_CHECKING:
    from jpkidoctor.guide.beginning import Beginning
    from jpkidoctor.screens.ports import SignatureDesk

CASES = {
    "mute": made.card_in_wrong_way,
    "pasori": lambda: made.card_in_wrong_way(kind=ReaderKind.CONTACTLESS, name="SONY FeliCa RC-S300/S"),
    "pin": made.pin_locked,
    "well": made.all_well,
    "busy": made.hanging_card,
    "whole": made.whole,
    "looking": made.still_looking,
}


def _no_world() -> NoReturn:
    raise AssertionError("a picture asks for no card")


def make_app(
    case: str = "mute",
    lang: str = "ja",
    look: str = "dark",
    *flags: str,
    begin: Beginning | None = None,
    signatures: SignatureDesk | None = None,
) -> JpkiDoctorApp:
    """The app of one case. ``begin`` is what the first call begins with, ``signatures`` signs and verifies."""
    updates = () if case == "first" else (CASES[case](),)
    return JpkiDoctorApp(
        made.FakeExamination(*updates, trace=made.exchanges(), again=made.all_well()),
        lang=lang,
        theme=look,
        ascii="ascii" in flags,
        practice=FakePractice() if "practice" in flags else None,
        report=FakeReportDesk(),
        cards=FakeCardDesk(),
        signatures=signatures or Signatures(_no_world),
        begin=begin,
        clock=made.still_clock,
    )


if __name__ == "__main__":
    make_app(*sys.argv[1:]).run()
