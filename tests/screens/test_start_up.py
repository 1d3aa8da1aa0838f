"""What the first picture must not wait for: pages, tables for reading, and what compares."""

import subprocess
import sys

LATE = (
    "jpkidoctor.guide",
    "jpkidoctor.search",
    "jpkidoctor.judge",
    "jpkidoctor.knowledge.library",
    "jpkidoctor.knowledge.library_types",
    "jpkidoctor.report.compare",
    "jpkidoctor.report.read",
    "jpkidoctor.screens.compare_page",
    "jpkidoctor.screens.guide_page",
    "jpkidoctor.screens.menu_page",
    "jpkidoctor.screens.pages",
    "jpkidoctor.screens.rooms_page",
    "jpkidoctor.screens.search_page",
)

SHOW = f"""
import asyncio, sys
from tests.screens.run_fake import make_app
async def show():
    async with make_app("mute").run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        print(sorted(name for name in {LATE!r} if name in sys.modules))
asyncio.run(show())
"""


def test_nothing_of_the_other_pages_is_loaded_before_the_first_picture():
    done = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
