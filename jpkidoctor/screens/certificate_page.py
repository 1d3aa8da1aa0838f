"""電子証明書: those of the card without a code, the signature certificate with its password, and one of a file.

Each card is read once, on a thread. What was read of a card is dropped when the card goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.events import ScreenSuspend
from textual.message import Message

from jpkidoctor.facts import PinId
from jpkidoctor.files import FileWriteError
from jpkidoctor.screens.certificate_board import CertificateBoard, saves
from jpkidoctor.screens.certificate_shelf import CertificateShelf
from jpkidoctor.screens.certificate_text import PLACES, Place
from jpkidoctor.screens.pin_errand import Ask, CardKey, Errand
from jpkidoctor.screens.pin_page import PinPage, Stage
from jpkidoctor.screens.pin_text import count_paragraphs
from jpkidoctor.screens.ports import CardDesk, CertificateForm, PinJob, PinResult, ReadCertificate
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View

if TYPE_CHECKING:
    from jpkidoctor.signing.certificate_view import CertificateView

ERRAND = Errand("signature", (Ask(PinId.SIGNATURE),))
_SAVES: dict[str, CertificateForm] = {"S": "pem", "D": "der"}
_WARNING = "bold $warning"


class CertificatePage(PinPage):
    """Digits mark a row, and begin what it needs; V reveals, S and D save, Enter gives the whole width."""

    PAGE = "page.certificates"
    WORDS = "certificate_page"
    CHOOSES = True
    AUTO_FOCUS = "#rows"

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

    def __init__(self, view: View, desk: CardDesk | None) -> None:
        super().__init__(view, desk)
        self._shelf = CertificateShelf()

    def compose_chooser(self) -> ComposeResult:
        """Rows and the marked certificate."""
        yield CertificateBoard(self._shelf, id="board")

    @property
    def _board(self) -> CertificateBoard:
        return self.query_one("#board", CertificateBoard)

    def show_body(self, view: View) -> None:
        """The board, or the stages of typing the password."""
        self._follow_card(view)
        super().show_body(view)
        choosing = self._stage is Stage.CHOOSE
        self._board.display = choosing
        self.query_one("#body").display = not choosing
        if choosing:
            self._board.show(view)

    def ask_line(self, view: View) -> str:
        """What the field is for, or the keys for the certificate that is shown."""
        if self._desk is None or self._stage is not Stage.CHOOSE:
            return super().ask_line(view)
        if self._board.field:
            return view.say(f"certificate_page.field.{self._board.field}")
        found = self._shelf.certificate(self._board.place)
        return view.say("certificate_page.ask" if found is None else "certificate_page.keys")

    # -- reading -------------------------------------------------------------------------------------------------

    def _follow_card(self, view: View) -> None:
        if self._shelf.follow(view):
            self._board.hide()
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
        self._board.mark(Place.FILE)
        self.show(self.view)

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
        self._board.mark(Place.SIGNATURE)
        self._board.say(*count_paragraphs(self.view, result.tries))
        self.go(Stage.CHOOSE)

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
        self._board.say(*(Para(sentence, style=_WARNING) for sentence in said))
        self.show(self.view)

    # -- keys ----------------------------------------------------------------------------------------------------

    def typed(self, character: str) -> bool:
        """Digits and letters, while one chooses."""
        if self._stage is not Stage.CHOOSE or self._desk is None:
            return super().typed(character)
        found = self._shelf.certificate(self._board.place)
        if character.isdigit() and 1 <= int(character) <= len(PLACES):
            place = PLACES[int(character) - 1]
            self._board.mark(place)
            self.show(self.view)
            if place is Place.FILE or self._shelf.certificate(place) is None:
                self._begin(place)
        elif character == "V" and found is not None:
            self._board.reveal()
            self.show(self.view)
        elif character in _SAVES and found is not None:
            self._ask_where(self._desk, _SAVES[character], found.view)
        else:
            return super().typed(character)
        return True

    def _begin(self, place: Place) -> None:
        if place is Place.SIGNATURE:
            self.choose(ERRAND)
        elif place is Place.FILE:
            self._board.ask("open", "")
            self.show(self.view)
            self._board.take_focus()

    def _ask_where(self, desk: CardDesk, form: CertificateForm, view: CertificateView) -> None:
        """The notice stands there before anything is saved."""
        self._board.ask(form, str(desk.default_path(f"certificate-{self._board.place.value}.{form}")))
        if not view.is_ca:
            self._board.say(Para(self.view.say("cert.personal_notice"), style=_WARNING))
        self.show(self.view)
        self._board.take_focus()

    def on_certificate_board_moved(self, message: CertificateBoard.Moved) -> None:
        """Another row is marked."""
        self.show(self.view)

    def on_certificate_board_entered(self, message: CertificateBoard.Entered) -> None:
        """What was read gets the whole width; what was not is begun."""
        if self._shelf.certificate(message.place) is not None:
            self._board.widen()
            self.show(self.view)
        elif self._desk is not None:
            self._begin(message.place)

    def on_certificate_board_path_given(self, message: CertificateBoard.PathGiven) -> None:
        """Open or save there."""
        found, form = self._shelf.certificate(self._board.place), saves(message.field)
        self.show(self.view)
        self._board.take_focus()
        if self._desk is not None and form is None:
            self._open(self._desk, message.path)
        elif self._desk is not None and form is not None and found is not None:
            self._save(self._desk, found.view, form, message.path)

    def take_rest(self) -> None:
        """The rows have the focus while one chooses."""
        if self._stage is Stage.CHOOSE:
            self._board.take_focus()
        else:
            super().take_rest()

    def action_page(self, direction: int) -> None:
        """PgDn and PgUp."""
        if self._stage is Stage.CHOOSE:
            self._board.turn_page(direction)
        else:
            super().action_page(direction)

    def on_screen_suspend(self, event: ScreenSuspend) -> None:
        """What lies under another screen is masked at once."""
        self._board.hide()
        self.show(self.view)
        super().on_screen_suspend(event)

    def go_back(self) -> None:
        """From the field and the whole width to the rows, then out."""
        if self._stage is Stage.CHOOSE and self._board.narrow():
            self.show(self.view)
            self._board.take_focus()
        else:
            super().go_back()
