"""Which module holds which page. A page is loaded when it is first opened, never before the first picture."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from jpkidoctor.screens.page import Page

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
