"""The app on the practice card, as a person uses it; and what went over the wire."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.commands.card_errands import CardErrands
from jpkidoctor.commands.practice import Practice
from jpkidoctor.commands.signature_desk import Signatures
from jpkidoctor.knowledge.load import data_directory
from jpkidoctor.screens.sign_page import SignPage
from jpkidoctor.screens.sign_steps import Step
from tests.screens.seeing import seen


@asynccontextmanager
async def practising(scenario: str | Path = "healthy-contact", cards=None, size=(80, 24)):
    """App, pilot and the hands that move the practice card."""
    hands = Practice()
    app = JpkiDoctorApp(
        hands.start(str(scenario)),
        practice=hands,
        signatures=Signatures(lambda: hands.world, hands.lend_card),
        cards=cards or CardErrands(lambda: hands.world, hands.lend_card),
    )
    async with app.run_test(size=size) as pilot:
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


async def card_is_read(app, pilot) -> None:
    await until(pilot, lambda: app._facts is not None and app._facts.card.known and not app._busy)


def shown(app) -> str:
    """What is seen, without line breaks and blanks."""
    return "".join(seen(app).split())


def with_data(hands, ins: int) -> list[bytes]:
    """Commands with this INS that carried data."""
    return [raw for raw in hands.world.commands_sent() if raw[1] == ins and len(raw) > 5]


VERIFY, CHANGE, SIGN = 0x20, 0x24, 0x2A

PASSWORD = "abc123"  # the practice card's, typed in lower case
CARD = "[[card]]\nmodel = 'my_number'\n"


async def to_the_content(app, pilot, path: Path, purpose: str = "1", opens=("f5", "5")) -> SignPage:
    await card_is_read(app, pilot)
    await pilot.press(*opens, purpose)
    page = app.screen
    assert isinstance(page, SignPage)
    app.screen.query_one("#path").value = str(path)
    await pilot.press("enter")
    await until(pilot, lambda: page._step is Step.CONTENT)
    return page


async def to_the_card(app, pilot, path: Path, purpose: str = "1", opens=("f5", "5")) -> SignPage:
    page = await to_the_content(app, pilot, path, purpose, opens)
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
