"""Pictures of the pages that sign and verify, from hand-made plans: nothing in them moves.

After a wanted change: look at the report that a failing run writes, then ``pytest tests/screens/test_sign_pictures.py
--snapshot-update``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jpkidoctor.screens.path_entry import PathField
from tests.screens.run_fake import make_app
from tests.screens.seeing import at_rest
from tests.screens.signing_made import StillDesk

SMALL, WIDE = (80, 24), (132, 43)
SIGN, VERIFY = ("f5", "5"), ("f5", "6")
ONE, FOLDER = "docs/契約書.pdf", "docs"
PIN = (ONE, "enter", "1", "1", "1", "1")
STEPS: dict[str, tuple[str, ...]] = {
    "purpose": SIGN,
    "files": (*SIGN, "1", "docs/"),
    "content": (*SIGN, "1", ONE, "enter"),
    "form": (*SIGN, "1", ONE, "enter", "1", "4"),
    "pin": (*SIGN, "1", *PIN),
    "result": (*SIGN, "1", *PIN, *"abc123", "enter"),
    "verify-list": (*VERIFY, FOLDER, "enter"),
    "verify-detail": (*VERIFY, FOLDER, "enter", "enter", "down", "down", "down", "down", "down", "down", "down"),
    "verify-touki": (*VERIFY, "docs/契約書-signed.pdf", "enter", "t", "down", "down", "down", "down"),
}
ONLY_JAPANESE = ("form", "verify-touki")
CASES = [
    *((step, lang, SMALL) for step in STEPS for lang in ("ja", "en") if lang == "ja" or step not in ONLY_JAPANESE),
    ("verify-detail", "ja", WIDE),
]


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose names and sizes are always the same, and where we are."""
    (tmp_path / "docs" / "2025").mkdir(parents=True)
    for name, size in (("契約書.pdf", 48_120), ("見積書.pdf", 9_300), ("手紙.txt", 640)):
        (tmp_path / "docs" / name).write_bytes(b"x" * size)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("step", "lang", "size"), CASES, ids=[f"{s}-{lang}-{w}x{h}" for s, lang, (w, h) in CASES])
def test_picture(snap_compare: Any, documents: None, step: str, lang: str, size: tuple[int, int]):
    async def at_last(pilot: Any) -> None:
        for key in STEPS[step]:
            if key.startswith("docs"):
                field = pilot.app.screen.query_one(PathField)
                field.value, field.cursor_position = key, len(key)
            else:
                await pilot.press(key)
                if key == "enter":
                    await pilot.app.workers.wait_for_complete()
                    await pilot.pause()
        await at_rest(pilot.app, pilot)

    assert snap_compare(make_app("well", lang, signatures=StillDesk()), terminal_size=size, run_before=at_last)
