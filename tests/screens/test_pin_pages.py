"""Changing a PIN, the card check and the comparison in the screens, end to end on the practice card."""

from __future__ import annotations

import gc
import re

import pytest
from msgspec.structs import replace

from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.facts import Fact, FactStatus, PinFacts, PinId, PinState
from jpkidoctor.live import Update
from jpkidoctor.screens.card_page import CardPage
from jpkidoctor.screens.diagnosis_page import DiagnosisPage
from jpkidoctor.screens.pin_entry import PinEntry
from jpkidoctor.screens.pin_page import PinPage, Stage
from jpkidoctor.screens.pin_steps import PinSteps
from jpkidoctor.screens.ports import PinResult
from jpkidoctor.signing.attributes import Attribute, Comparison, Match
from tests.one_card import case_file
from tests.screens import examinations as made
from tests.screens.doors import FakeCardDesk
from tests.screens.practising import (
    CHANGE,
    SIGN,
    VERIFY,
    card_is_read,
    practising,
    shown,
    until,
    with_data,
)
from tests.screens.test_app import app_of

_NUMBERS_OF_THE_MACHINE = re.compile(r"0x[0-9a-f]+|\d+\.\d+|\b\d{13,}\b")
"""Addresses, clock readings and thread numbers: any four digits turn up in them by chance. A typed code is text."""
AUTHENTICATION, BOTH, COMPARISON = ("3", "2"), ("4", "3"), ("7",)


def app_with(desk, *pins: PinFacts):
    """The app on a card that stands still, with these codes other than healthy."""
    update = made.whole()
    card = update.facts.card.value
    others = tuple(pin for pin in card.pins if pin.id not in {each.id for each in pins})
    facts = replace(update.facts, card=Fact(FactStatus.OK, replace(card, pins=(*others, *pins))))
    return app_of(Update(facts, update.diagnosis, "", ()), cards=desk)


async def ready(app, pilot, keys: tuple[str, ...]) -> PinPage:
    await card_is_read(app, pilot)
    await pilot.press("f5", *keys)
    page = app.screen
    assert isinstance(page, PinPage) and page._stage is Stage.READY
    return page


async def type_codes(pilot, *codes: str) -> None:
    await pilot.press("1")
    for code in codes:
        await pilot.press(*code, "enter")


async def result(pilot, page: PinPage) -> str:
    await until(pilot, lambda: page._stage is Stage.RESULT)
    return shown(pilot.app)


async def test_a_changed_pin_is_the_one_that_works_the_tries_are_told_and_no_code_is_left():
    async with practising() as (app, pilot, hands):
        page = await ready(app, pilot, AUTHENTICATION)
        await type_codes(pilot, "1234", "4321", "4321")
        told = await result(pilot, page)
        assert "変えました" in told and "残りは3回です" in told
        assert len(with_data(hands, VERIFY)) == 1 and len(with_data(hands, CHANGE)) == 1
        held = [text for text in gc.get_objects() if isinstance(text, bytearray) and b"4321" in text]
        assert held == [] and not any(isinstance(o, TypedPin) and not o.wiped for o in gc.get_objects())
        for widget in (app, page, *page.walk_children()):
            assert "4321" not in _NUMBERS_OF_THE_MACHINE.sub("", repr(vars(widget)))
        await pilot.press("escape", "2")
        await until(pilot, lambda: "残りは3回です" in shown(app))
        await type_codes(pilot, "1234", "5678", "5678")
        told = await result(pilot, page)
        assert "残りは2回です" in told and "変えました" not in told
        assert len(with_data(hands, VERIFY)) == 2 and len(with_data(hands, CHANGE)) == 1
        await pilot.press("escape", "2")
        await until(pilot, lambda: "残りは2回です" in shown(app))  # the examination looked again


async def test_a_new_pin_that_cannot_be_right_sends_nothing():
    async with practising() as (app, pilot, hands):
        page = await ready(app, pilot, AUTHENTICATION)
        for codes, said in ((("1234", "4321", "4322"), "1回目と2回目が違います"), (("1234",) * 3, "同じです")):
            await type_codes(pilot, *codes)
            await until(pilot, lambda said=said: said in shown(app))
            assert page._stage is Stage.READY and with_data(hands, VERIFY) == []


async def test_at_two_left_the_second_yes_comes_after_the_first(tmp_path):
    async with practising(case_file(tmp_path, "pins = { authentication = 2 }")) as (app, pilot, hands):
        page = await ready(app, pilot, AUTHENTICATION)
        await pilot.press("2")
        assert page._stage is Stage.READY
        await pilot.press("1")
        assert page._stage is Stage.READY and "よければ2" in shown(app)
        await pilot.press("2")
        assert page._stage is Stage.TYPE
        for code in ("1234", "4321", "4321"):
            await pilot.press(*code, "enter")
        assert "変えました" in await result(pilot, page)
        assert len(with_data(hands, VERIFY)) == 1


async def test_without_a_card_nothing_can_be_typed(tmp_path):
    async with practising(case_file(tmp_path, "inserted = 'absent'")) as (app, pilot, _):
        await until(pilot, lambda: app._facts is not None and not app._busy)
        await pilot.press("ctrl+p", *"page('change')")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PinPage))
        await pilot.press("2", "1")
        assert app.screen._stage is Stage.READY and "カードを入れます" in shown(app)


@pytest.mark.parametrize(("left", "state", "said"), [(1, "tries", "あと1回"), (0, "blocked", "ロックされています")])
async def test_at_one_left_and_when_locked_the_field_does_not_open(left, state, said):
    app = app_with(FakeCardDesk(), PinFacts(id=PinId.AUTHENTICATION, state=PinState(state), tries_left=left))
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in (AUTHENTICATION, BOTH):
            page = await ready(app, pilot, keys)
            assert said in shown(app) and "市区町村の窓口" in shown(app)
            await pilot.press("1", "2", *"1234", "enter")
            assert page._stage is Stage.READY


async def test_whatever_ends_the_typing_wipes_all_codes():
    async with practising() as (app, pilot, hands):
        for ends in ("blur", "f1", "time", "card"):
            page = await ready(app, pilot, AUTHENTICATION)
            steps, entry = page.query_one(PinSteps), page.query_one(PinEntry)
            steps._forget_after_s = 0.3 if ends == "time" else 60.0
            await type_codes(pilot, "7391")
            await pilot.press("2", "8")
            (held,) = steps._held
            if ends == "blur":
                app.screen.set_focus(None)
            elif ends == "card":
                hands.remove()
            elif ends != "time":
                await pilot.press(ends)
            await until(pilot, lambda held=held: held.wiped)
            assert entry.count == 0 and page._stage is not Stage.TYPE
            if ends in ("blur", "time", "card"):
                assert "打った字を消しました" in shown(app)
            await pilot.press("escape", "escape", "escape", "escape")
            await until(pilot, lambda: isinstance(app.screen, DiagnosisPage))
        assert with_data(hands, VERIFY) == []


@pytest.mark.parametrize("back", [True, False])
async def test_a_link_lost_in_the_change_is_told_and_nothing_is_sent_again(tmp_path, back):
    case = case_file(tmp_path, "faults = { kind = 'torn', counts = 'changes', once = true }")
    async with practising(case) as (app, pilot, hands):
        page = await ready(app, pilot, AUTHENTICATION)
        await type_codes(pilot, "1234", "4321", "4321")
        await until(pilot, lambda: "カードを置き直してください" in shown(app))
        assert page._stage is Stage.WORK
        await pilot.press("f1")
        assert app.screen is page and "この画面のままです" in shown(app)
        if back:
            await until(pilot, lambda: not app._facts.card.known)
            hands.insert()
        else:
            await pilot.press("escape")
        told = await result(pilot, page)
        assert "前の番号か新しい番号か、どちらかです" in told
        assert ("カードに聞きました" in told) is back and ("カードが戻っていません" in told) is not back
        assert len(with_data(hands, VERIFY)) == 1 and len(with_data(hands, CHANGE)) == 1


async def test_both_keys_are_checked_and_a_first_code_that_is_wrong_keeps_the_second_back():
    async with practising() as (app, pilot, hands):
        page = await ready(app, pilot, BOTH)
        await type_codes(pilot, "9999", "abc123")
        told = await result(pilot, page)
        assert "残りは2回です" in told and "動いています" not in told
        assert len(with_data(hands, VERIFY)) == 1 and with_data(hands, SIGN) == []
        await card_is_read(app, pilot)
        await pilot.press("escape", "3", "1", "2", *"1234", "enter", *"abc123", "enter")
        await until(pilot, lambda: "署名用電子証明書の鍵は動いています" in shown(app))
        told = shown(app)
        assert "利用者証明用電子証明書の鍵は動いています" in told and "失効は未確認" in told
        assert "残りは3回です" in told and "残りは5回です" in told
        assert len(with_data(hands, VERIFY)) == 3 and len(with_data(hands, SIGN)) == 2


async def test_the_four_attributes_are_compared_and_none_is_shown():
    async with practising() as (app, pilot, _):
        page = await ready(app, pilot, COMPARISON)
        await type_codes(pilot, "abc123", "1234")
        told = await result(pilot, page)
        assert "氏名:同じ" in told and "違いは見つかりません" in told and "失効していないとは言えません" in told
        assert "花子" not in told and "架空町" not in told


class Moved(FakeCardDesk):
    """A desk at which the address differs."""

    def compare(self, job):
        assert job.reader == made.whole().facts.pcsc.examined_reader.name  # the card that was shown, and no other
        assert not any(typed.wiped for typed in job.typed)
        for typed in job.typed:
            typed.wipe()
        matches = {Attribute.NAME: Match.SAME, Attribute.ADDRESS: Match.DIFFERS}
        left = PinFacts(id=PinId.SIGNATURE, state=PinState.TRIES, tries_left=5)
        return PinResult(True, (), (left,), comparison=Comparison(tuple(matches.items())))


async def test_a_difference_says_what_to_do():
    app = app_with(Moved())
    async with app.run_test(size=(80, 24)) as pilot:
        page = await ready(app, pilot, COMPARISON)
        await type_codes(pilot, "abc123", "1234")
        told = await result(pilot, page)
        assert "住所:違う" in told and "判定ではありません" in told and "署名用電子証明書の新しい発行を頼みます" in told
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, CardPage)
