"""電子証明書: those of the card without a code, the signature certificate with its password, and one of a file.

Personal values are the mask until a key reveals them, and again when another row or page is looked at. What was
read of a card is dropped when the card goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import ScreenSuspend
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList

from jpkidoctor.facts import PinId
from jpkidoctor.files import FileWriteError
from jpkidoctor.screens.certificate_shelf import CertificateShelf
from jpkidoctor.screens.certificate_text import PLACES, Place, certificate_paragraphs, row_state
from jpkidoctor.screens.choice_list import Choice, ChoiceList
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.pin_errand import Ask, CardKey, Errand
from jpkidoctor.screens.pin_page import PinPage, Stage
from jpkidoctor.screens.pin_text import count_paragraphs
from jpkidoctor.screens.ports import CardDesk, CertificateForm, FoundCertificate, PinJob, PinResult, ReadCertificate
from jpkidoctor.screens.prose import Para, Prose
from jpkidoctor.screens.search_field import PlainField
from jpkidoctor.screens.text_scroll import TextScroll, set_border_words
from jpkidoctor.screens.typed_path import typed_path
from jpkidoctor.screens.view import View

if TYPE_CHECKING:
    from jpkidoctor.signing.certificate_view import CertificateView

ERRAND = Errand("signature", (Ask(PinId.SIGNATURE),))
_LIST_CELLS, _STATE_CELLS = 40, 11
_SAVES: dict[str, CertificateForm] = {"S": "pem", "D": "der"}


class CertificatePage(PinPage):
    """Rows on the left, the marked certificate on the right; Enter gives it the whole width."""

    PAGE = "page.certificates"
    WORDS = "certificate_page"
    CHOOSES = True
    AUTO_FOCUS = "#rows"

    DEFAULT_CSS = """
    CertificatePage #path { margin: 0 1; }
    CertificatePage #list { width: 40; }
    """

    class Read(Message):
        """The card was read."""

        def __init__(self, key: CardKey, found: Mapping[Place, ReadCertificate]) -> None:
            super().__init__()
            self.key = key
            self.found = found

    class Opened(Message):
        """A file was read."""

        def __init__(self, found: ReadCertificate) -> None:
            super().__init__()
            self.found = found

    class Saved(Message):
        """A certificate was saved, or could not be: then ``problem`` says why."""

        def __init__(self, path: Path, personal: bool, problem: FileWriteError | None) -> None:
            super().__init__()
            self.path = path
            self.personal = personal
            self.problem = problem

    _ACTS: ClassVar[frozenset[Place]] = frozenset({Place.SIGNATURE, Place.FILE})

    def __init__(self, view: View, desk: CardDesk | None) -> None:
        super().__init__(view, desk)
        self._shelf = CertificateShelf()
        self._field: Literal["", "open"] | CertificateForm = ""
        self._said: tuple[Para, ...] = ()
        """What came of the last key, over the certificate."""
        self._reveal = False
        self._wide = False

    # -- what is shown -------------------------------------------------------------------------------------------

    def compose_chooser(self) -> ComposeResult:
        """The path, the rows, and the marked certificate."""
        yield PlainField(id="path")
        with Horizontal(id="main"):
            with Vertical(id="list"):
                yield ChoiceList(id="rows")
                yield Prose(id="under")
            with TextScroll(id="details"):
                yield Prose(id="detail")

    def show_body(self, view: View) -> None:
        """Rows and certificate, or the stages of typing the password."""
        self._follow_card(view)
        super().show_body(view)
        choosing = self._stage is Stage.CHOOSE
        self.query_one("#main").display = choosing
        self.query_one("#body").display = not choosing
        self.query_one("#path").display = choosing and bool(self._field)
        self.query_one("#list").display = not self._wide
        if choosing:
            self._show_rows(view)
            self._show_detail(view)

    def _show_rows(self, view: View) -> None:
        set_border_words(self.query_one("#list"), title=view.say("page.certificates"))
        rows = self.query_one("#rows", ChoiceList)
        room = max(min(_LIST_CELLS, self.size.width) - 7 - _STATE_CELLS, 10)
        choices = []
        for digit, place in enumerate(PLACES, 1):
            state = fit(row_state(view, place, self._shelf.at(place), reading=self._shelf.reading), _STATE_CELLS)
            title = fit(view.say(f"certificate_page.{place.value}"), room)
            choices.append(Choice(place.value, (f"{digit} {title} ", (state, "$status-quiet"))))
        rows.put(choices, rows.chosen or Place.AUTHENTICATION.value)
        self.query_one("#under", Prose).put([Para(view.say("certificate_page.how"), style="$status-quiet")])

    def _show_detail(self, view: View) -> None:
        self.query_one("#detail", Prose).put(self._detail(view), spaced=view.large)
        self.query_one("#details", TextScroll).show(view)

    def _detail(self, view: View) -> list[Para]:
        place, found = self._place, self._shelf.at(self._place)
        said = [*self._said, Para(view.say(f"certificate_page.{place.value}"), style="bold", gap=True)]
        if isinstance(found, FoundCertificate):
            return [*said, *certificate_paragraphs(view, found, reveal=self._reveal)]
        if found is not None:
            said.append(Para(view.say(found.key, error=found.error), style="bold $warning", gap=True))
        if place in self._ACTS:
            said.append(Para(view.say(f"certificate_page.{place.value}.text"), gap=True))
        elif found is None:
            key = "certificate_page.reading" if self._shelf.reading else "card_page.not.no_card.text"
            said.append(Para(view.say(key), gap=True))
        return said

    def ask_line(self, view: View) -> str:
        """What the field is for, or the keys for the certificate that is shown."""
        if self._desk is None or self._stage is not Stage.CHOOSE:
            return super().ask_line(view)
        if self._field:
            return view.say(f"certificate_page.field.{self._field}")
        found = self._shelf.certificate(self._place)
        return view.say("certificate_page.ask" if found is None else "certificate_page.keys")

    @property
    def _place(self) -> Place:
        chosen = self.query_one("#rows", ChoiceList).chosen
        return Place(chosen) if chosen else Place.AUTHENTICATION

    # -- reading -------------------------------------------------------------------------------------------------

    def _follow_card(self, view: View) -> None:
        """Read each card once."""
        if self._shelf.follow(view):
            self._reveal = False
        reader = view.examined_reader
        if self._desk is not None and reader is not None and (key := self._shelf.to_read(view)):
            self._read(self._desk, reader.name, key)

    @work(thread=True, exit_on_error=False, group="certificates")
    def _read(self, desk: CardDesk, reader: str, key: CardKey) -> None:
        found = desk.read_card(reader)
        self.post_message(self.Read(key, {Place(which.value): each for which, each in found.items()}))

    def on_certificate_page_read(self, message: Read) -> None:
        """The certificates of the card, when it is still the same one."""
        self._shelf.put_card(message.key, message.found)
        self.show(self.view)

    @work(thread=True, exit_on_error=False, group="certificates")
    def _open(self, desk: CardDesk, path: Path) -> None:
        self.post_message(self.Opened(desk.read_file(path)))

    def on_certificate_page_opened(self, message: Opened) -> None:
        """The certificate of the file."""
        self._shelf.put(Place.FILE, message.found)
        self._mark(Place.FILE)

    def carry_out(self, desk: CardDesk, errand: Errand, job: PinJob) -> PinResult:
        """Read the signature certificate."""
        authority = self._shelf.certificate(Place.SIGNATURE_CA)
        return desk.read_signature_certificate(job, (authority.view.der,) if authority is not None else ())

    def finished(self, result: PinResult) -> None:
        """Back to the rows with the certificate; a problem stays on the last stage."""
        if result.certificate is None:
            super().finished(result)
            return
        self._shelf.put(Place.SIGNATURE, result.certificate)
        self._errand = None
        self.go(Stage.CHOOSE)
        self._mark(Place.SIGNATURE)
        self._said = tuple(count_paragraphs(self.view, result.tries))
        self._show_detail(self.view)

    # -- saving --------------------------------------------------------------------------------------------------

    @work(thread=True, exit_on_error=False, group="certificates")
    def _save(self, desk: CardDesk, view: CertificateView, form: CertificateForm, path: Path) -> None:
        problem = None
        try:
            desk.save(view, form, path)
        except FileWriteError as error:
            problem = error
        self.post_message(self.Saved(path, not view.is_ca, problem))

    def on_certificate_page_saved(self, message: Saved) -> None:
        """Where it is, and whose it is."""
        path = str(message.path)
        if message.problem is not None:
            said = [self.view.say(f"report.write.{message.problem.reason.value}", path=path)]
        else:
            said = [self.view.say("cert.saved", path=path)]
            said += [self.view.say("cert.personal_notice")] if message.personal else []
        self._said = tuple(Para(sentence, style="bold $warning") for sentence in said)
        self.query_one("#details", TextScroll).scroll_home(animate=False)
        self.show(self.view)

    # -- keys ----------------------------------------------------------------------------------------------------

    def typed(self, character: str) -> bool:
        """Digits mark a row, and begin what it needs; V reveals, S and D save."""
        if self._stage is not Stage.CHOOSE or self._desk is None:
            return super().typed(character)
        found = self._shelf.certificate(self._place)
        if character.isdigit() and 1 <= int(character) <= len(PLACES):
            place = PLACES[int(character) - 1]
            self._mark(place)
            if place is Place.FILE or self._shelf.certificate(place) is None:
                self._begin(place)
            return True
        if character == "V" and found is not None:
            self._reveal = not self._reveal
            self.show(self.view)
            return True
        if character in _SAVES and found is not None:
            form = _SAVES[character]
            self._ask_path(form, str(self._desk.default_path(f"certificate-{self._place.value}.{form}")))
            if not found.view.is_ca:
                self._said = (Para(self.view.say("cert.personal_notice"), style="bold $warning"),)
                self._show_detail(self.view)
            return True
        return super().typed(character)

    def _begin(self, place: Place) -> None:
        if place is Place.SIGNATURE:
            self.choose(ERRAND)
        elif place is Place.FILE:
            self._ask_path("open", "")

    def _ask_path(self, field: Literal["open"] | CertificateForm, value: str) -> None:
        self._field, self._said, self._reveal = field, (), False
        path = self.query_one("#path", PlainField)
        path.value = value
        path.cursor_position = len(value)
        self.show(self.view)
        path.focus()

    def _mark(self, place: Place) -> None:
        """Look at this row; what was revealed of another is hidden."""
        self._reveal, self._said = False, ()
        self._show_rows(self.view)
        rows = self.query_one("#rows", ChoiceList)
        with self.prevent(OptionList.OptionHighlighted):
            rows.highlighted = PLACES.index(place)
        self.query_one("#details", TextScroll).scroll_home(animate=False)
        self.show(self.view)

    @on(OptionList.OptionHighlighted, "#rows")
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._reveal, self._said = False, ()
        self.query_one("#details", TextScroll).scroll_home(animate=False)
        self.show(self.view)

    @on(OptionList.OptionSelected, "#rows")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._shelf.certificate(self._place) is not None:
            self._wide = not self._wide
            self.show(self.view)
        elif self._desk is not None:
            self._begin(self._place)

    @on(PlainField.Submitted, "#path")
    def _path_given(self, event: PlainField.Submitted) -> None:
        event.stop()
        found, field, desk = self._shelf.certificate(self._place), self._field, self._desk
        if not event.value.strip() or desk is None:
            return
        path = typed_path(event.value)
        self._close_field()
        if field == "open":
            self._open(desk, path)
        elif field and found is not None:
            self._save(desk, found.view, field, path)

    def _close_field(self) -> None:
        self._field = ""
        self.show(self.view)
        self.query_one("#rows").focus()

    def resting_place(self) -> Widget:
        """The rows, while one chooses."""
        return self.query_one("#rows" if self._stage is Stage.CHOOSE else "#body")

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp."""
        self.query_one("#details" if self._stage is Stage.CHOOSE else "#body", TextScroll).turn_page(direction)

    def on_screen_suspend(self, event: ScreenSuspend) -> None:
        """Whoever comes back sees the mask."""
        self._reveal = False
        super().on_screen_suspend(event)

    def go_back(self) -> None:
        """From the field and the whole width to the rows, then out."""
        if self._stage is Stage.CHOOSE and self._field:
            self._close_field()
        elif self._stage is Stage.CHOOSE and self._wide:
            self._wide = self._reveal = False
            self.show(self.view)
        else:
            super().go_back()
