"""The app on the practice card, and the way to the steps of signing."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.commands.practice import Practice
from jpkidoctor.commands.signature_desk import Signatures
from jpkidoctor.knowledge.load import data_directory
from jpkidoctor.screens.sign_page import SignPage
from jpkidoctor.screens.sign_steps import Step
from tests.screens.seeing import seen

PASSWORD = "abc123"  # the practice card's, typed in lower case


@asynccontextmanager
async def practising(scenario: str = "healthy-contact"):
    hands = Practice()
    desk = Signatures(lambda: hands.world, hands.lend_card)
    app = JpkiDoctorApp(hands.start(scenario), practice=hands, signatures=desk)
    async with app.run_test(size=(80, 24)) as pilot:
        try:
            yield app, pilot, hands
        finally:
            hands.stop()


async def until(pilot, true, seconds: float = 20.0) -> None:
    """Wait until something holds; fail when it does not in time."""
    for _ in range(int(seconds / 0.05)):
        await pilot.pause()
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come: " + seen(pilot.app))


def told(app) -> str:
    """What is seen, without the breaks of lines."""
    return "".join(seen(app).split())


async def to_the_content(app, pilot, path: Path, purpose: str = "1") -> SignPage:
    await until(pilot, lambda: app._facts is not None and app._facts.card.known and not app._busy)
    await pilot.press("f5", "1", purpose)
    page = app.screen
    assert isinstance(page, SignPage)
    app.screen.query_one("#path").value = str(path)
    await pilot.press("enter")
    await until(pilot, lambda: page._step is Step.CONTENT)
    return page


async def to_the_card(app, pilot, path: Path, purpose: str = "1") -> SignPage:
    page = await to_the_content(app, pilot, path, purpose)
    await pilot.press("1", "1", "1")
    await until(pilot, lambda: page._step is Step.CARD)
    return page


def case_of(tmp_path_factory, before: str, after: str, scenario: str = "healthy-contact") -> str:
    """A practice case that differs in one place."""
    text = (data_directory() / "scenarios" / f"{scenario}.toml").read_text(encoding="utf-8")
    assert before in text
    case = tmp_path_factory.mktemp("case") / "case.toml"
    case.write_text(text.replace(before, after), encoding="utf-8")
    return str(case)


CARD = "[[card]]\nmodel = 'my_number'\n"
