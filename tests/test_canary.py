"""Seeded personal values and PINs appear in no report, trace, log, event or screen."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.card.inspector import CardInspector
from jpkidoctor.card.trace import Trace
from jpkidoctor.commands.formats import encode
from jpkidoctor.commands.report_desk import Desk
from jpkidoctor.examination import examine_once, surroundings
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.live import Update
from jpkidoctor.report.envelope import redacted_report
from jpkidoctor.simulator.practice_pki import Person
from jpkidoctor.simulator.scenario import find_scenario
from jpkidoctor.simulator.world import PracticeWorld
from tests.screens.examinations import FakeExamination

PINS = ("ABC123", "1234")
SCENARIOS = ("healthy-contact", "healthy-contactless", "signature-locked", "phone-android", "two-readers")


@pytest.fixture(params=SCENARIOS)
def world(request: pytest.FixtureRequest) -> Iterator[PracticeWorld]:
    practice = PracticeWorld(find_scenario(request.param))
    yield practice
    practice.stop()


def _canaries(world: PracticeWorld) -> set[str]:
    """Everything on this card and computer that names a person or a machine, in the forms it could leak in."""
    judge = load_judge()
    facts = examine_once(world, judge.known)
    found: set[str] = set()
    card = facts.card.value
    certificate = card.certificates.authentication.value if card else None
    if certificate is not None:
        found |= {certificate.serial, certificate.subject, certificate.sha256}
        found.add(certificate.subject.removeprefix("CN=").split(",")[0])
    found |= {reader.name for reader in facts.pcsc.readers.value or ()}
    found |= {device.product for device in facts.host.usb_devices.value or ()}
    found |= {device.instance for device in facts.host.reader_devices.value or ()}
    return {canary for canary in found if len(canary) > 3}


def _personal_texts() -> tuple[str, ...]:
    """The made-up holder's name, address and birth date, as the practice card stores them."""
    person = Person()
    return (person.name, person.name.replace("\u3000", ""), person.address, person.birth)


@pytest.mark.parametrize("form", ["json", "html", "md", "txt"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_report_holds_a_personal_value(world: PracticeWorld, form: str, lang: str):
    judge, words = load_judge(), load_words(lang)
    canaries = _canaries(world)
    assert canaries
    report = redacted_report(examine_once(world, judge.known), judge, words)
    text = encode(report, form, words, judge.known).decode("utf-8-sig")
    assert [canary for canary in canaries if canary in text] == []
    assert [value for value in _personal_texts() if value in text] == []
    assert "ABC123" not in text


def test_no_trace_or_log_holds_card_data_of_a_person(world: PracticeWorld):
    judge = load_judge()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    trace = Trace()
    try:
        facts = examine_once(world, judge.known)
        inspector = CardInspector(world.resource_manager(), surroundings(judge.known), trace=trace)
        reader = facts.pcsc.examined_reader
        assert reader is not None
        card = inspector.inspect(reader.name, bytes.fromhex(reader.atr)).card.value
        inspector.stop()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert trace.entries()
    assert card is not None
    certificate = card.certificates.authentication.value
    written = repr(trace.entries()).replace(" ", "").upper() + stream.getvalue()
    for pin in PINS:
        assert pin.encode().hex().upper() not in written
    if certificate is not None:
        assert certificate.serial not in written
        assert certificate.sha256 not in written


async def test_no_screen_shows_a_personal_value(world: PracticeWorld):
    judge = load_judge()
    facts = examine_once(world, judge.known)
    certificate = facts.card.value.certificates.authentication.value if facts.card.value else None
    update = Update(facts, judge(facts), "", ())
    app = JpkiDoctorApp(FakeExamination(update), report=Desk())
    async with app.run_test(size=(132, 43)) as pilot:
        await pilot.pause()
        shown = ""
        readers, traffic, compared = ("f9", "1"), ("f9", "2"), ("f9", "6")
        for keys in (
            ("home",),
            readers,
            traffic,
            compared,
            ("f5",),
            ("f5", "2"),
            ("f8",),
            ("f6",),
            ("home", "j"),
            ("enter",),
        ):
            await pilot.press("escape", *keys)
            await pilot.pause()
            shown += app.export_screenshot()
    for value in _personal_texts():
        assert value not in shown
    if certificate is not None:
        assert certificate.serial not in shown
        assert certificate.sha256 not in shown
