"""The tables of ``knowledge/`` with the lookups that checks and probes need.

Each table is read when it is first asked for, so a caller pays only for what it uses (the whole set takes
some tens of milliseconds). Every lookup may raise KnowledgeError when its table is damaged.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter
from pathlib import Path

from jpkidoctor.facts import OsFamily, ReaderKind
from jpkidoctor.knowledge.load import read_table
from jpkidoctor.knowledge.overlay import knowledge_directories, read_entries
from jpkidoctor.knowledge.process_types import KnownProcess, ProcessSystem, ProcessTable, load_processes
from jpkidoctor.knowledge.product_types import ProductModel, ProductsFile
from jpkidoctor.knowledge.types import (
    Application,
    CardModel,
    CardsFile,
    Contact,
    ContactsFile,
    ErrorCode,
    ErrorsFile,
    NotAReader,
    PinModel,
    PinnedCa,
    PinsFile,
    Platform,
    PlatformsFile,
    ReaderModel,
    ReadersFile,
    Source,
    SourcesFile,
    TrustFile,
)

UsbId = tuple[int, int]
"""Vendor and product number."""

# Cards that answer the JPKI application's SELECT: their own applications do not name a wrong card.
_JPKI_CARDS = frozenset({"my_number", "juki"})
_KIND_OF_SLOT = {"sam": ReaderKind.SAM, "virtual": ReaderKind.VIRTUAL}
_PROCESS_SYSTEMS: dict[OsFamily, ProcessSystem] = {
    OsFamily.WINDOWS: "windows",
    OsFamily.MACOS: "macos",
    OsFamily.LINUX: "linux",
}
# How a code given as a number is written in errors.toml.
_NUMBER_FORMS = {"pcsc": "0x{:08X}", "status_word": "{:04X}"}


@dataclass(frozen=True)
class Known:
    """Everything the program knows beforehand, from the tables in ``directory``.

    ``overlay`` is an organisation's directory, laid over contacts, codes and sources (``overlay.py``).
    """

    directory: Path
    overlay: Path | None = None

    # -- readers -------------------------------------------------------------------------------------

    @property
    def readers(self) -> tuple[ReaderModel, ...]:
        """All reader models, in the order of the table (products of Japanese shops first)."""
        return self._readers_file.reader

    def reader(self, reader_id: str) -> ReaderModel | None:
        """The model with this id."""
        return self._readers_by_id.get(reader_id)

    def reader_by_usb(self, vid: int, pid: int) -> ReaderModel | None:
        """The first model with this confirmed USB id; two products may share one (``readers_maybe``)."""
        return next(iter(self._readers_by_usb.get((vid, pid), ())), None)

    def readers_maybe(self, vid: int, pid: int) -> tuple[ReaderModel, ...]:
        """Every model that has or may have this USB id, confirmed ones first. Never a statement, only a guess."""
        return self._readers_by_usb.get((vid, pid), ()) + self._readers_by_candidate.get((vid, pid), ())

    def reader_by_name(self, pcsc_name: str) -> ReaderModel | None:
        """The model whose known PC/SC name is the longest part of ``pcsc_name``.

        Of several models with that name, one with a confirmed USB id is preferred: a brand whose chip is
        only a guess must not be named as a fact.
        """
        return next(iter(self.readers_by_name(pcsc_name)), None)

    def readers_by_name(self, pcsc_name: str) -> tuple[ReaderModel, ...]:
        """All models that share the longest known name within ``pcsc_name``, the surest first."""
        name = pcsc_name.casefold()
        found: list[ReaderModel] = []
        length = 0
        for part, model in self._reader_names:
            if len(part) < length:
                break
            if part in name:
                length = len(part)
                found.append(model)
        return tuple(found)

    def slot_kind(self, pcsc_name: str) -> ReaderKind:
        """What a PC/SC slot is, by its name, else by its model.

        Slots that never hold the caller's card are told first. "Contact" is a part of "Contactless" and
        "ICC" of "PICC": a word counts only between non-letters, and contactless words are tried first.
        """
        name = pcsc_name.casefold()
        table = self._readers_file
        never = self.not_a_reader(pcsc_name)
        if never is not None:
            return _KIND_OF_SLOT[never.kind]
        if any(_has_word(name, word.casefold()) for word in table.contactless_words):
            return ReaderKind.CONTACTLESS
        if any(_has_word(name, word.casefold()) for word in table.contact_words):
            return ReaderKind.CONTACT
        model = self.reader_by_name(pcsc_name)
        if model is None or model.interface not in ("contact", "contactless"):
            return ReaderKind.UNKNOWN
        return ReaderKind(model.interface)

    def not_a_reader(self, pcsc_name: str) -> NotAReader | None:
        """The entry of what never holds the caller's card, by a PC/SC name."""
        name = pcsc_name.casefold()
        return next((e for e in self._readers_file.not_a_reader if _has_word(name, e.pattern.casefold())), None)

    def usb_ids(self) -> frozenset[UsbId]:
        """All confirmed USB ids of readers."""
        return frozenset(self._readers_by_usb)

    # -- cards ---------------------------------------------------------------------------------------

    @property
    def cards(self) -> tuple[CardModel, ...]:
        """All kinds of card."""
        return self._cards_file.card

    def card(self, card_id: str) -> CardModel | None:
        """The kind of card with this id."""
        return next((card for card in self.cards if card.id == card_id), None)

    def card_by_atr(self, atr_hex: str) -> CardModel | None:
        """The card whose whole ATR, else whose longest ATR prefix this is. A hint only.

        None when nothing fits, and when sources disagree so that two cards list the same ATR.
        """
        atr = _hex_digits(atr_hex)
        whole = [card for card in self.cards if atr in card.atrs]
        if whole:
            return whole[0] if len(whole) == 1 else None
        prefixes = [
            (len(prefix), card) for card in self.cards for prefix in card.atr_prefixes if atr.startswith(prefix)
        ]
        return max(prefixes, key=lambda pair: pair[0])[1] if prefixes else None

    def wrong_card_applications(self) -> tuple[Application, ...]:
        """Applications to SELECT, in this order, to name a card that is no JPKI card."""
        return tuple(app for app in self._cards_file.application if app.on not in _JPKI_CARDS)

    def application(self, application_id: str) -> Application | None:
        """The card application with this id."""
        return next((app for app in self._cards_file.application if app.id == application_id), None)

    # -- codes ---------------------------------------------------------------------------------------

    @property
    def errors(self) -> tuple[ErrorCode, ...]:
        """All codes and messages, for searching."""
        return self._errors

    def error(self, kind: str, code: str | int) -> ErrorCode | None:
        """The entry of a code. Width and case of letters do not matter.

        A number is taken as the 32-bit result of a PC/SC call (signed or unsigned), a status word, or a
        problem code, by ``kind``. Status words are looked up exactly first, then by pattern (``63Cx``).
        """
        if isinstance(code, int):
            number = code & 0xFFFFFFFF if kind == "pcsc" else code
            code = _NUMBER_FORMS.get(kind, "{}").format(number)
        key = _folded(code)
        exact = self._errors_by_code.get((kind, key))
        if exact is not None or kind != "status_word":
            return exact
        return next((error for pattern, error in self._status_patterns if _fits(key, pattern)), None)

    @property
    def as_of(self) -> dt.date:
        """The newest day on which a table of programs or systems was looked at: this program is no older."""
        return max(self._products_file.as_of, self._platforms_file.as_of)

    # -- PINs, platforms, certificates, contacts -----------------------------------------------------

    @property
    def pins(self) -> tuple[PinModel, ...]:
        """All PINs and check numbers, in the order of the board."""
        return self._pins_file.pin

    def pin(self, pin_id: str) -> PinModel | None:
        """The PIN with this id (a ``facts.PinId`` or its value)."""
        return next((pin for pin in self.pins if pin.id == str(pin_id)), None)

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """All operating system versions."""
        return self._platforms_file.platform

    @property
    def macos_minimum(self) -> str:
        """Oldest macOS the client software runs on."""
        return self._platforms_file.macos_minimum

    def windows(self, build: int, edition: str = "") -> Platform | None:
        """The Windows of this build; ``edition`` is the EditionID (``Core``, ``Enterprise``, ``EnterpriseS``)."""
        found = {entry.editions: entry for entry in self.platforms if entry.build == build}
        return next((found[kind] for kind in _edition_order(edition) if kind in found), None)

    def macos(self, version: str) -> Platform | None:
        """The macOS of this version (``15.3.1``, ``10.15.7``)."""
        parts = version.split(".")
        major = ".".join(parts[:2]) if parts[0] == "10" else parts[0]
        return next((entry for entry in self.platforms if entry.family == "macos" and entry.version == major), None)

    @property
    def products(self) -> tuple[ProductModel, ...]:
        """The programs of the card's world, and where each is found."""
        return self._products_file.product

    def product(self, product_id: str) -> ProductModel | None:
        """The program with this id."""
        return next((product for product in self.products if product.id == product_id), None)

    def product_of_native_host(self, name: str) -> ProductModel | None:
        """The program that a browser reaches under this native-messaging name."""
        return next((product for product in self.products if name in product.native_hosts), None)

    def product_of_extension(self, extension_id: str) -> ProductModel | None:
        """The program whose extension a source names by this id."""
        return next((product for product in self.products if extension_id in product.extensions), None)

    def process(self, name: str, family: OsFamily | None = None) -> KnownProcess | None:
        """The program with this process name; with ``family`` only programs of that system."""
        return self._processes.find(name, _PROCESS_SYSTEMS.get(family) if family is not None else None)

    @property
    def authorities(self) -> tuple[PinnedCa, ...]:
        """The pinned CA certificates of JPKI."""
        return self._trust_file.ca

    def ca_by_sha256(self, sha256_hex: str) -> PinnedCa | None:
        """The pinned CA certificate with this fingerprint; colons, spaces and case do not matter."""
        digest = _hex_digits(sha256_hex)
        return next((authority for authority in self.authorities if authority.sha256 == digest), None)

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """Whom to call."""
        return read_entries(self._directories, "contacts.toml", ContactsFile, attrgetter("contact"), attrgetter("id"))

    def contact(self, contact_id: str) -> Contact | None:
        """The contact with this id."""
        return next((contact for contact in self.contacts if contact.id == contact_id), None)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Where facts were read, by source id."""
        read: tuple[Source, ...] = read_entries(
            self._directories, "sources.toml", SourcesFile, attrgetter("source"), attrgetter("id")
        )
        return {source.id: source for source in read}

    # -- the tables, each read once, and their indexes -----------------------------------------------

    @cached_property
    def _readers_file(self) -> ReadersFile:
        return read_table(self.directory / "readers.toml", ReadersFile)

    @cached_property
    def _cards_file(self) -> CardsFile:
        return read_table(self.directory / "cards.toml", CardsFile)

    @property
    def _directories(self) -> tuple[Path, ...]:
        return (self.directory,) if self.overlay is None else (self.directory, self.overlay)

    @cached_property
    def _errors(self) -> tuple[ErrorCode, ...]:
        return read_entries(
            self._directories, "errors.toml", ErrorsFile, attrgetter("error"), lambda e: (e.kind, _folded(e.code))
        )

    @cached_property
    def _pins_file(self) -> PinsFile:
        return read_table(self.directory / "pins.toml", PinsFile)

    @cached_property
    def _platforms_file(self) -> PlatformsFile:
        return read_table(self.directory / "platforms.toml", PlatformsFile)

    @cached_property
    def _products_file(self) -> ProductsFile:
        return read_table(self.directory / "products.toml", ProductsFile)

    @cached_property
    def _processes(self) -> ProcessTable:
        return load_processes(self.directory)

    @cached_property
    def _trust_file(self) -> TrustFile:
        return read_table(self.directory / "trust.toml", TrustFile)

    @cached_property
    def _readers_by_id(self) -> dict[str, ReaderModel]:
        return {model.id: model for model in self.readers}

    @cached_property
    def _readers_by_usb(self) -> dict[UsbId, tuple[ReaderModel, ...]]:
        return _index([(usb_id, model) for model in self.readers for usb_id in model.usb_ids])

    @cached_property
    def _readers_by_candidate(self) -> dict[UsbId, tuple[ReaderModel, ...]]:
        return _index([(usb_id, model) for model in self.readers for usb_id in model.usb_ids_candidate])

    @cached_property
    def _reader_names(self) -> tuple[tuple[str, ReaderModel], ...]:
        names = [(name.casefold(), model) for model in self.readers for name in model.pcsc_names]
        return tuple(sorted(names, key=lambda pair: (-len(pair[0]), not pair[1].usb_ids)))  # stable: then table order

    @cached_property
    def _errors_by_code(self) -> dict[tuple[str, str], ErrorCode]:
        return {(error.kind, _folded(error.code)): error for error in self.errors}

    @cached_property
    def _status_patterns(self) -> tuple[tuple[str, ErrorCode], ...]:
        return tuple((_folded(e.code), e) for e in self.errors if e.kind == "status_word" and "x" in e.code)


@cache
def _default(directories: tuple[Path, ...]) -> Known:
    return Known(*directories)


def load_known(directory: Path | None = None) -> Known:
    """The tables of ``directory``, else those that come with the program (one shared, immutable object).

    An organisation's tables lie over the program's, not over those of a named directory.
    Raises KnowledgeError when the program's tables cannot be found, or the organisation's cannot be used.
    """
    return _default(knowledge_directories()) if directory is None else Known(directory)


def _index(pairs: list[tuple[str, ReaderModel]]) -> dict[UsbId, tuple[ReaderModel, ...]]:
    index: dict[UsbId, tuple[ReaderModel, ...]] = {}
    for text, model in pairs:
        vid, pid = text.split(":")
        key = (int(vid, 16), int(pid, 16))
        index[key] = (*index.get(key, ()), model)
    return index


def _has_word(name: str, word: str) -> bool:
    """True when ``word`` stands in ``name`` with no letter touching a letter of it ("cl" is not in "circle")."""
    start = name.find(word)
    while start >= 0:
        end = start + len(word)
        touches_before = start > 0 and word[0].isalpha() and name[start - 1].isalpha()
        touches_after = end < len(name) and word[-1].isalpha() and name[end].isalpha()
        if not touches_before and not touches_after:
            return True
        start = name.find(word, start + 1)
    return False


def _hex_digits(text: str) -> str:
    return "".join(ch for ch in text if ch.isalnum()).upper()


def _folded(code: str) -> str:
    """Callers type codes in full width and any case."""
    return unicodedata.normalize("NFKC", code).strip().casefold()


def _fits(status_word: str, pattern: str) -> bool:
    return len(status_word) == len(pattern) and all(
        want in ("x", got) for got, want in zip(status_word, pattern, strict=True)
    )


def _edition_order(edition: str) -> tuple[str, ...]:
    """Which entry of a build to prefer. Long-term editions end in S: EnterpriseS, EnterpriseSN, IoTEnterpriseS."""
    name = edition.casefold()
    if "enterprises" in name:
        return ("ltsc", "enterprise", "all", "home_pro")
    if "enterprise" in name or "education" in name:
        return ("enterprise", "all", "home_pro")
    return ("home_pro", "all")
