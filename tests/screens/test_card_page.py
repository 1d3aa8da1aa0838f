"""F5: seven digits that never move, the code each needs, and the reason when one cannot be done now."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from jpkidoctor.card.winscard import State
from jpkidoctor.commands.card_errands import CardErrands
from jpkidoctor.commands.signature_desk import Signatures
from jpkidoctor.facts import Availability, CardKind, Fact, FactStatus, PinFacts, PinId, PinState
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.screens.attributes_page import AttributesPage
from jpkidoctor.screens.card_check_page import CardCheckPage
from jpkidoctor.screens.card_offers import OFFERS, Desk, hindrances
from jpkidoctor.screens.card_page import CardPage
from jpkidoctor.screens.certificate_page import CertificatePage
from jpkidoctor.screens.pin_change_page import PinChangePage
from jpkidoctor.screens.pins_page import PinsPage
from jpkidoctor.screens.ports import SavedVerdict
from jpkidoctor.screens.sign_page import SignPage
from jpkidoctor.screens.verify_page import VerifyPage
from jpkidoctor.screens.view import View
from jpkidoctor.signing.readiness import Obstacle
from tests.screens import examinations as made
from tests.screens.doors import FakeCardDesk
from tests.screens.practising import shown
from tests.screens.test_app import app_of

OPENS = {
    "1": CertificatePage,
    "2": PinsPage,
    "3": PinChangePage,
    "4": CardCheckPage,
    "5": SignPage,
    "6": VerifyPage,
    "7": AttributesPage,
}
BOTH = frozenset({Desk.CARDS, Desk.SIGNATURES})
ALWAYS = {"certificates", "pins", "verify"}


def card(**more):
    pins = tuple(PinFacts(id=pin, state=PinState.TRIES, tries_left=3) for pin in PinId)
    return replace(made.good_card(), pins=pins, **more)


def with_pin(pin: PinId, state: PinState = PinState.TRIES, left: int | None = None):
    whole = card()
    pins = tuple(PinFacts(id=p.id, state=state, tries_left=left) if p.id is pin else p for p in whole.pins)
    return replace(whole, pins=pins)


def view_of(one=None, *, pending: bool = False, saved: bool = False) -> View:
    facts = made.facts(made.reader(flags=State.PRESENT), card=one)
    if pending:
        facts = replace(facts, card=Fact(FactStatus.UNKNOWN, note="pending"))
    verdict = SavedVerdict(made.NOON, "", "1") if saved else None
    return View(words=load_words("ja"), flow=load_flow(), known=load_known(), now=made.NOON, facts=facts, saved=verdict)


def hindered(view: View, desks=BOTH) -> dict[str, str]:
    """Page and the first reason, of all that cannot be done."""
    found = {offer.page: hindrances(view, offer, desks) for offer in OFFERS}
    return {page: reasons[0].id for page, reasons in found.items() if reasons}


def test_with_a_healthy_card_everything_can_be_done():
    assert hindered(view_of(card())) == {}


def test_without_a_card_only_what_needs_none_can_be_done():
    needs_card = {offer.page for offer in OFFERS} - ALWAYS
    assert hindered(view_of()) == dict.fromkeys(needs_card, "no_card")
    assert hindered(view_of(pending=True)) == dict.fromkeys(needs_card, "reading")


def test_a_saved_report_shows_its_tries_and_offers_nothing_else():
    others = {offer.page for offer in OFFERS} - {"pins"}
    assert hindered(view_of(card(), saved=True), frozenset()) == dict.fromkeys(others, "saved_report")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (with_pin(PinId.SIGNATURE, PinState.BLOCKED), {"sign": "blocked", "attributes": "blocked"}),
        (with_pin(PinId.SIGNATURE, left=1), {"sign": "one_left", "attributes": "one_left"}),
        (with_pin(PinId.CARD_FACE_INPUT, left=1), {"attributes": "one_left"}),
        (with_pin(PinId.AUTHENTICATION, PinState.BLOCKED), {}),
        (
            card(availability=Fact(FactStatus.OK, Availability(signature=False, authentication=False))),
            dict.fromkeys(("check", "sign", "attributes"), "certificate_absent"),
        ),
        (
            card(availability=Fact(FactStatus.OK, Availability(signature=False, authentication=True))),
            dict.fromkeys(("sign", "attributes"), "certificate_absent"),
        ),
        (
            replace(card(), kind=CardKind.ANDROID),
            dict.fromkeys(("change", "check", "sign", "attributes"), "other_card"),
        ),
    ],
)
def test_what_the_card_answers_decides_what_can_be_done(one, expected):
    assert hindered(view_of(one)) == expected


def test_every_reason_has_its_words_in_both_languages():
    ids = {"saved_report", "not_available", "no_card", "reading", *(obstacle.value for obstacle in Obstacle)}
    for lang in ("ja", "en"):
        words = load_words(lang)
        for offer in OFFERS:
            for tail in ("", ".text", ".needs"):
                assert "‹" not in words.text(f"card_page.{offer.page}{tail}")
        for reason in ids:
            assert "‹" not in words.text(f"card_page.not.{reason}")


def full(update):
    world = lambda: (_ for _ in ()).throw(AssertionError("no card is asked"))  # noqa: E731
    return app_of(update, cards=CardErrands(world), signatures=Signatures(world))


def healthy():
    update = made.all_well()
    return update.__class__(
        replace(update.facts, card=Fact(FactStatus.OK, card())), update.diagnosis, "", update.events
    )


async def test_each_digit_opens_its_page_and_the_menu_has_two_of_them(monkeypatch):
    monkeypatch.setattr(CertificatePage, "_read", lambda *arguments: None)
    app = full(healthy())
    async with app.run_test(size=(80, 24)) as pilot:
        for digit, page in OPENS.items():
            await pilot.press("f5")
            assert isinstance(app.screen, CardPage)
            assert all(f"{number}" in shown(app) for number in OPENS)
            await pilot.press(digit)
            await pilot.pause()
            assert isinstance(app.screen, page), digit
        for key, page in (("s", SignPage), ("v", VerifyPage)):
            await pilot.press("f9", key)
            await pilot.pause()
            assert isinstance(app.screen, page)


async def test_esc_comes_back_to_the_card_page_and_f5_too(monkeypatch):
    monkeypatch.setattr(CertificatePage, "_read", lambda *arguments: None)
    app = full(healthy())
    async with app.run_test(size=(80, 24)) as pilot:
        for digit in OPENS:
            await pilot.press("f5", digit)
            await pilot.pause()
            await pilot.press("escape")
            assert isinstance(app.screen, CardPage), digit
            assert len(app.screen_stack) == 2
        await pilot.press("2", "f5")
        await pilot.pause()
        assert isinstance(app.screen, CardPage) and len(app.screen_stack) == 2
        await pilot.press("2", "f8", "escape")  # another page takes the place of one of the seven
        assert isinstance(app.screen, CardPage)
        await pilot.press("escape")
        assert len(app.screen_stack) == 1


async def test_a_digit_that_cannot_be_done_says_why_and_comes_alive_with_the_card():
    app = full(made.card_in_wrong_way())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f5", "5")
        await pilot.pause()
        assert isinstance(app.screen, CardPage)
        assert "カードがありません" in shown(app) and "マイナンバーカードを入れると" in shown(app)
        app._examination.post(healthy())
        await pilot.pause()
        assert "マイナンバーカードを入れると" not in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, SignPage)


async def test_where_there_is_no_card_at_all_each_page_says_so_and_takes_no_key():
    app = app_of(made.whole())
    async with app.run_test(size=(80, 24)) as pilot:
        for page in ("certificates", "change", "check", "attributes"):
            app.action_page(page)
            await pilot.pause()
            await pilot.press("1", "2", "enter", "v", "s")
            assert "ここでは使えません" in shown(app)
            await pilot.press("f5")


async def test_no_size_breaks_a_page_of_the_card():
    app = app_of(made.whole(), cards=FakeCardDesk(), theme="large")
    async with app.run_test(size=(20, 6)) as pilot:
        for keys in (("1", "enter", "3", "1"), ("3", "2", "1", "1"), ("7", "1", "a")):
            await pilot.press("f5", *keys, "pagedown", "f7")
            await pilot.pause()
