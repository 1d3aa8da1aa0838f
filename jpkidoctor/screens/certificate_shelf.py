"""What was read of the card that is in the reader now, and of a file. Of a card that went nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping

from jpkidoctor.card.winscard import State
from jpkidoctor.screens.certificate_text import Place
from jpkidoctor.screens.pin_errand import CardKey, card_at_rest
from jpkidoctor.screens.ports import FoundCertificate, ReadCertificate
from jpkidoctor.screens.view import View


class CertificateShelf:
    """Certificates by place; the screen's thread alone touches it."""

    def __init__(self) -> None:
        self._found: dict[Place, ReadCertificate] = {}
        self._key: CardKey = ()
        self._asked: CardKey = ()

    def follow(self, view: View) -> bool:
        """Drop what was read of another card. True when it was another, or none."""
        reader = view.examined_reader
        present = reader is not None and bool(reader.flags & State.PRESENT)
        key: CardKey = (reader.name, reader.event_count, reader.atr) if reader is not None and present else ()
        if key == self._key:
            return False
        self._key, self._asked = key, ()
        self._found = {place: found for place, found in self._found.items() if place is Place.FILE}
        return True

    def to_read(self, view: View) -> CardKey:
        """The card that is to be read now, asked once for each card; empty when there is nothing to read."""
        if not self._key or self._asked == self._key or card_at_rest(view) is None:
            return ()
        self._asked = self._key
        return self._key

    def put_card(self, key: CardKey, found: Mapping[Place, ReadCertificate]) -> None:
        """What was read of a card, when it is still the one in the reader."""
        if key == self._key:
            self._found.update(found)

    def put(self, place: Place, found: ReadCertificate) -> None:
        """One certificate."""
        self._found[place] = found

    def at(self, place: Place) -> ReadCertificate | None:
        """What is known of this place."""
        return self._found.get(place)

    def certificate(self, place: Place) -> FoundCertificate | None:
        """The certificate of this place, when it was read."""
        found = self._found.get(place)
        return found if isinstance(found, FoundCertificate) else None

    @property
    def places(self) -> frozenset[Place]:
        """Of which places something is known."""
        return frozenset(self._found)

    @property
    def reading(self) -> bool:
        """The card was asked, or is about to answer."""
        return bool(self._asked)
