"""Hands for a call on the telephone page: open it, press, type, and wait until it rests."""

from __future__ import annotations

from typing import Any

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.screens.guide_page import GuidePage
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.support_code.encode import encode
from tests.screens import examinations as made

SMALL = (80, 24)


async def opened(app: JpkiDoctorApp, pilot: Any) -> GuidePage:
    page = GuidePage(app.current_view())
    app.push_screen(page)
    await rest(app, pilot)
    return page


async def rest(app: JpkiDoctorApp, pilot: Any) -> None:
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


async def pressed(pilot: Any, *keys: str) -> None:
    await pilot.press(*keys)
    await rest(pilot.app, pilot)


async def typed_in(page: GuidePage, pilot: Any, text: str) -> None:
    """Open the field at the start, put a text in, and press Enter."""
    await pressed(pilot, "c")
    page.query_one("#typed", PlainField).value = text
    await pressed(pilot, "enter")


async def to_the_end(page: GuidePage, pilot: Any, digit: str = "1", most: int = 14) -> int:
    """Give the same answer until there is a conclusion; the number of answers."""
    for asked in range(most):
        if page.phase != "question":
            return asked
        await pressed(pilot, digit)
    raise AssertionError("the questions do not end")


def code_of(first_cause: str) -> str:
    finding = Finding(id=first_cause, status=Status.FAILED)
    return encode(made.facts(made.reader()), Diagnosis(findings=(finding,), first_cause=first_cause)).grouped
