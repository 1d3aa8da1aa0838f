"""The rows of certificates, the marked one beside them, and the field for a place: what is seen, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import OptionList

from jpkidoctor.screens.certificate_shelf import CertificateShelf
from jpkidoctor.screens.certificate_text import PLACES, Place, certificate_paragraphs, row_state
from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.ports import CertificateForm, FoundCertificate
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.text_scroll import TextScroll, set_border_words
from jpkidoctor.screens.typed_path import typed_path
from jpkidoctor.screens.view import View

Field = Literal["", "open", "pem", "der"]
"""What the field asks for: nothing, a file to open, or where to save."""
_LIST_CELLS, _STATE_CELLS = 40, 11
_ACTS = frozenset({Place.SIGNATURE, Place.FILE})


class CertificateBoard(Vertical):
    """Personal values are the mask until ``reveal``, and again as soon as anything else is looked at."""

    DEFAULT_CSS = """
    CertificateBoard { height: 1fr; }
    CertificateBoard #path { margin: 0 1; }
    CertificateBoard #list { width: 40; }
    """

    class Moved(Message):
        """Another row is marked."""

    class Entered(Message):
        """Enter on a row."""

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    class PathGiven(Message):
        """A place was typed."""

        def __init__(self, field: Field, path: Path) -> None:
            super().__init__()
            self.field = field
            self.path = path

    def __init__(self, shelf: CertificateShelf, *, id: str) -> None:
        super().__init__(id=id)
        self._shelf = shelf
        self._said: tuple[Para, ...] = ()
        self._wide = False
        self._reveal = False
        self.field: Field = ""

    def compose(self) -> ComposeResult:
        """The field, the rows, and the marked certificate."""
        yield PlainField(id="path")
        with Horizontal(id="main"):
            with Vertical(id="list"):
                yield ChoiceList(id="rows")
                yield Prose(id="under")
            with TextScroll(id="details"):
                yield Prose(id="detail")

    # -- what the page does with it ----------------------------------------------------------------------------

    def show(self, view: View) -> None:
        """Show what the shelf holds."""
        self.query_one("#path").display = bool(self.field)
        self.query_one("#list").display = not self._wide
        set_border_words(self.query_one("#list"), title=view.say("page.certificates"))
        self.query_one("#under", Prose).put([Para(view.say("certificate_page.how"), style="$status-quiet")])
        self._rows.put(self._choices(view), self.place.value)
        self.query_one("#detail", Prose).put(self._detail(view), spaced=view.large)
        self.query_one("#details", TextScroll).show(view)

    @property
    def place(self) -> Place:
        """The marked row."""
        return Place(self._rows.chosen or Place.AUTHENTICATION)

    def mark(self, place: Place) -> None:
        """Look at this row."""
        self.hide()
        with self.prevent(OptionList.OptionHighlighted):
            self._rows.highlighted = PLACES.index(place)
        self.query_one("#details", TextScroll).scroll_home(animate=False)

    def say(self, *said: Para) -> None:
        """Stands over the certificate until something else is looked at."""
        self._said = said
        self.query_one("#details", TextScroll).scroll_home(animate=False)

    def reveal(self) -> None:
        """Show the personal values of the marked certificate, or hide them again."""
        self._reveal = not self._reveal

    def hide(self) -> None:
        """The mask again, and nothing over it."""
        self._reveal, self._said = False, ()

    def widen(self) -> None:
        """The marked certificate over the whole width."""
        self._wide = True

    def narrow(self) -> bool:
        """One step back: from the field, then from the whole width. False when there is no step."""
        if not (self.field or self._wide):
            return False
        if self.field:
            self.field = ""
        else:
            self._wide = False
        self.hide()
        return True

    def ask(self, field: Field, value: str) -> None:
        """Open the field. Show it before it gets the focus."""
        self.hide()
        self.field = field
        path = self.query_one("#path", PlainField)
        path.value = value
        path.cursor_position = len(value)

    def take_focus(self) -> None:
        """What is typed into, or the rows."""
        self.query_one("#path" if self.field else "#rows").focus()

    def turn_page(self, direction: int) -> None:
        """PgDn and PgUp."""
        self.query_one("#details", TextScroll).turn_page(direction)

    # -- inside ------------------------------------------------------------------------------------------------

    @property
    def _rows(self) -> ChoiceList:
        return self.query_one("#rows", ChoiceList)

    def _choices(self, view: View) -> list[Choice]:
        room = max(min(_LIST_CELLS, self.app.size.width) - 7 - _STATE_CELLS, 10)
        choices = []
        for digit, place in enumerate(PLACES, 1):
            state = fit(row_state(view, place, self._shelf.at(place), reading=self._shelf.reading), _STATE_CELLS)
            title = fit(view.say(f"certificate_page.{place.value}"), room)
            choices.append(Choice(place.value, (f"{digit} {title} ", (state, "$status-quiet"))))
        return choices

    def _detail(self, view: View) -> list[Para]:
        place, found = self.place, self._shelf.at(self.place)
        said = [*self._said, Para(view.say(f"certificate_page.{place.value}"), style="bold", gap=True)]
        if isinstance(found, FoundCertificate):
            return [*said, *certificate_paragraphs(view, found, reveal=self._reveal)]
        if found is not None:
            said.append(Para(view.say(found.key, error=found.error), style="bold $warning", gap=True))
        if place in _ACTS:
            said.append(Para(view.say(f"certificate_page.{place.value}.text"), gap=True))
        elif found is None:
            key = "certificate_page.reading" if self._shelf.reading else "card_page.not.no_card.text"
            said.append(Para(view.say(key), gap=True))
        return said

    @on(OptionList.OptionHighlighted, "#rows")
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.hide()
        self.field = ""
        self.query_one("#details", TextScroll).scroll_home(animate=False)
        self.post_message(self.Moved())

    @on(OptionList.OptionSelected, "#rows")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Entered(self.place))

    @on(PlainField.Submitted, "#path")
    def _path_given(self, event: PlainField.Submitted) -> None:
        event.stop()
        field, text = self.field, event.value.strip()
        if text and field:
            self.field = ""
            self.post_message(self.PathGiven(field, typed_path(text)))


def saves(field: Field) -> CertificateForm | None:
    """The form in which this field saves, None when it does not."""
    return field if field == "pem" or field == "der" else None
