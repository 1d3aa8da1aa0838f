"""Which module holds which page. A page is loaded when it is first opened, never before the first picture."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, cast

from jpkidoctor.screens.page import Page, is_call

if TYPE_CHECKING:
    from textual.app import App

    from jpkidoctor.guide.beginning import Beginning
    from jpkidoctor.screens.ports import CardDesk, PracticeControls, ReportDesk, SignatureDesk
    from jpkidoctor.screens.view import View

PAGES: Mapping[str, str] = MappingProxyType(
    {
        "help": "help_page:HelpPage",
        "menu": "menu_page:MenuPage",
        "guide": "guide_page:GuidePage",
        "search": "search_page:SearchPage",
        "rooms": "rooms_page:RoomsPage",
        "notices": "rooms_page:RoomsPage",
        "about": "rooms_page:RoomsPage",
        "readers": "readers_page:ReadersPage",
        "trace": "trace_page:TracePage",
        "pins": "pins_page:PinsPage",
        "report": "report_page:ReportPage",
        "compare": "compare_page:ComparePage",
        "practice": "practice_page:PracticePage",
        "card": "card_page:CardPage",
        "certificates": "certificate_page:CertificatePage",
        "change": "pin_change_page:PinChangePage",
        "check": "card_check_page:CardCheckPage",
        "attributes": "attributes_page:AttributesPage",
        "sign": "sign_page:SignPage",
        "verify": "verify_page:VerifyPage",
    }
)
"""The name of an app's ``page`` action, and the module in this package with its class."""

_ROOMS = {"rooms": "map", "notices": "notices", "about": "about"}
"""Names that are rooms of one page."""


class Hands(NamedTuple):
    """What pages are given to work with; None where there is none."""

    practice: PracticeControls | None = None
    report: ReportDesk | None = None
    signatures: SignatureDesk | None = None
    cards: CardDesk | None = None
    begin: Beginning | None = None
    """What the telephone page begins its first call with."""


def load_page(name: str) -> type[Page] | None:
    """The class of a page; None when this version has no such page. Raises KeyError for an unknown name."""
    module, _, page = PAGES[name].partition(":")
    full = f"{__package__}.{module}"
    try:
        return cast(type[Page], getattr(import_module(full), page))
    except ModuleNotFoundError as missing:
        if missing.name != full:  # something else that the page needs is missing: no reason to be silent
            raise
        return None


def open_page(
    app: App[None],
    name: str,
    view: View,
    hands: Hands,
) -> bool:
    """Bring a page to the front. It takes the place of the page that is open, but never that of a call.

    False when this version has no such page. Raises KeyError for an unknown name.
    """
    if name == "guide" and any(map(is_call, app.screen_stack)):
        while not is_call(app.screen):
            app.pop_screen()
        return True
    if _turn_to(app.screen, name):
        return True
    kind = load_page(name)
    if kind is None:
        return False
    if type(app.screen) is kind:
        return True
    page = kind(view, *_needs(name, hands))
    if len(app.screen_stack) == 1 or is_call(app.screen):
        app.push_screen(page)
    else:
        app.switch_screen(page)
    return True


def _needs(name: str, hands: Hands) -> tuple[object, ...]:
    match name:
        case "guide":
            return (hands.begin,)
        case "practice":
            return (hands.practice.scenarios() if hands.practice else (),)
        case "report":
            return (hands.report,)
        case "card":
            return (hands.cards is not None, hands.signatures is not None)
        case "certificates" | "change" | "check" | "attributes":
            return (hands.cards,)
        case "sign" | "verify":
            return (hands.signatures,)
        case "notices" | "about":
            return (_ROOMS[name],)
    return ()


def _turn_to(screen: object, name: str) -> bool:
    """True when the page that is open turned to another of its own rooms by this."""
    if name not in _ROOMS:
        return False
    from jpkidoctor.screens.rooms_page import RoomsPage

    if not isinstance(screen, RoomsPage):
        return False
    screen.enter(_ROOMS[name])
    return True
