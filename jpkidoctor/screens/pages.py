"""Which module holds which page. A page is loaded when it is first opened, never before the first picture."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from jpkidoctor.screens.page import Page

if TYPE_CHECKING:
    from textual.screen import Screen

    from jpkidoctor.screens.ports import PracticeControls, ReportDesk
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
    }
)
"""The name of an app's ``page`` action, and the module in this package with its class."""

_ROOMS = {"rooms": "map", "notices": "notices", "about": "about"}
"""Names that are rooms of one page."""


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


def make_page(name: str, view: View, *, practice: PracticeControls | None, report: ReportDesk | None) -> Page | None:
    """The page with what it needs; None when this version has no such page, or nothing to put on it."""
    page = load_page(name)
    if page is None or (name == "practice" and practice is None):
        return None
    needs: dict[str, tuple[object, ...]] = {
        "practice": (practice.scenarios() if practice else (),),
        "report": (report,),
        "notices": ("notices",),
        "about": ("about",),
    }
    return page(view, *needs.get(name, ()))


def turn_to(screen: Screen[object], name: str) -> bool:
    """True when the page that is open turned to another of its own rooms by this."""
    if name not in _ROOMS:
        return False
    from jpkidoctor.screens.rooms_page import RoomsPage

    if not isinstance(screen, RoomsPage):
        return False
    screen.enter(_ROOMS[name])
    return True
