"""A page with a list on the left and the details of the marked row on the right."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import OptionList

from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.page import Page
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.text_scroll import TextScroll, set_border_words
from jpkidoctor.screens.view import View


class ListPage(Page):
    """Subclasses give rows and the details of one row."""

    AUTO_FOCUS = "#rows"
    LIST_TITLE: ClassVar[str] = ""
    """Message id over the list; empty is the page's name."""

    def compose_body(self) -> ComposeResult:
        """List and details."""
        with Horizontal(id="main"):
            with Vertical(id="list"):
                yield ChoiceList(id="rows")
                yield Prose(id="under")
            with TextScroll(id="details"):
                yield Prose(id="detail")

    def show_body(self, view: View) -> None:
        """Rows and details."""
        set_border_words(self.query_one("#list"), title=self.list_title(view))
        rows = self.query_one("#rows", ChoiceList)
        rows.put(self.rows(view), self.wanted_row(view, rows.chosen))
        under = self.under(view)
        line = self.query_one("#under", Prose)
        line.display = bool(under)
        line.put([Para(under, style="$status-quiet")])
        self._show_detail()
        self.query_one("#details", TextScroll).show(view)

    def list_title(self, view: View) -> str:
        """What stands over the list."""
        return view.say(self.LIST_TITLE or self.PAGE)

    def rows(self, view: View) -> list[Choice]:
        """The rows of the list."""
        raise NotImplementedError

    def detail(self, view: View, row: str) -> list[Para]:
        """The details of one row; ``row`` is empty when the list is."""
        raise NotImplementedError

    def under(self, view: View) -> str:
        """A line below the list, empty for none."""
        return ""

    def wanted_row(self, view: View, chosen: str) -> str | None:
        """The row to mark; None leaves the mark where it is."""
        return chosen or None

    def mark(self, row: str) -> None:
        """Move the mark to this row."""
        rows = self.query_one("#rows", ChoiceList)
        rows.put(self.rows(self.view), row)
        self._show_detail()

    def chose(self, row: str) -> None:
        """Enter on a row."""

    def on_resize(self) -> None:
        """Columns depend on the width."""
        if self._ready:
            self.show_body(self.view)

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp scroll the details."""
        self.query_one("#details", TextScroll).turn_page(direction)

    @on(OptionList.OptionHighlighted, "#rows")
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.query_one("#details", TextScroll).scroll_home(animate=False)
        self._show_detail()

    @on(OptionList.OptionSelected, "#rows")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id:
            self.chose(event.option_id)

    def _show_detail(self) -> None:
        rows = self.query_one("#rows", ChoiceList)
        self.query_one("#detail", Prose).put(self.detail(self.view, rows.chosen), spaced=self.view.large)
