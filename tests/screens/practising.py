"""The app on the practice card, as a person uses it; and what went over the wire."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.commands.card_errands import CardErrands
from jpkidoctor.commands.practice import Practice
from jpkidoctor.commands.signature_desk import Signatures
from tests.screens.seeing import seen


@asynccontextmanager
async def practising(scenario: str | Path = "healthy-contact", cards=None, size=(80, 24)):
    """App, pilot and the hands that move the practice card."""
    hands = Practice()
    app = JpkiDoctorApp(
        hands.start(str(scenario)),
        practice=hands,
        signatures=Signatures(lambda: hands.world),
        cards=cards or CardErrands(lambda: hands.world),
    )
    async with app.run_test(size=size) as pilot:
        try:
            yield app, pilot, hands
        finally:
            hands.stop()


def case_file(directory: Path, card: str) -> Path:
    """A practice case with one card in a reader; ``card`` is lines of its table."""
    path = directory / "case.toml"
    path.write_text(
        f"""
        step = "E"
        title = {{ ja = "x", en = "x" }}
        story = {{ ja = "x", en = "x" }}
        [[reader]]
        model = "scr3310-nttcom"
        [[card]]
        {card}
        [expect]
        """,
        encoding="utf-8",
    )
    return path


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
