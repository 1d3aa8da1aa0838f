"""Shapes of the tables in ``knowledge/``. Unknown keys are refused, so a typing error cannot hide.

Every entry says where it comes from (``sources``, ids of ``sources.toml``), when it was last checked and
how sure it is (A official or the data itself, B public code or two agreeing sources, C one blog or forum,
K general engineering knowledge).
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

Lang = Literal["ja", "en"]
Confidence = Literal["A", "B", "C", "K"]
Origin = Literal["shipped", "organisation"]


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence or title in both languages."""

    ja: str
    en: str

    def get(self, lang: Lang) -> str:
        """The text in one language."""
        return self.ja if lang == "ja" else self.en


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a table."""


class Sourced(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry that says where it comes from and how far it can be trusted."""

    sources: tuple[str, ...] = ()
    checked: dt.date
    confidence: Confidence
    shelf_months: int | None = None
    """After how many months it should be looked at again; None takes the table's own (``freshness.py``)."""
    origin: Origin = "shipped"
    """Set by the loader, never by a file: whether an organisation's directory brought this entry."""


# --- flow -----------------------------------------------------------------------------------------

Who = Literal["user", "city_office", "vendor", "administrator", "service", "developer"]


class FixStep(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One action. ``when`` limits it to variants of the finding, ``os`` to operating systems.

    The empty string in ``when`` stands for the general wording, when a finding has no variant.
    """

    ja: str
    en: str
    when: tuple[str, ...] = ()
    os: tuple[Literal["windows", "macos", "linux"], ...] = ()


class Variant(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wording of a node for one kind of finding; what is not given is the node's own."""

    title: Text | None = None
    meaning: Text | None = None
    who: tuple[Who, ...] = ()


class Node(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One node of the decision flow."""

    id: str
    core: bool = True
    title: Text
    """The fault in a few words: what stands beside the id."""
    symptom: Text
    """What the caller sees or says."""
    question: Text
    """What the agent asks on the phone; never a PIN."""
    ok: Text
    """One sentence for the healthy state."""
    meaning: Text
    """What the fault means, one or two short sentences."""
    who: tuple[Who, ...]
    fix: tuple[FixStep, ...]
    hides: tuple[str, ...] = ()
    """Nodes whose failure follows from this one."""
    variants: dict[str, Variant] = {}


class Step(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One layer of the flow (``B``), as listed on the left of the diagnosis screen."""

    id: str
    title: Text
    short: Text
    """At most 7 full-width characters, for narrow screens."""


class FlowFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``flow/X-name.toml``: one step and its nodes."""

    step: Step
    node: tuple[Node, ...]


# --- tables ---------------------------------------------------------------------------------------


class ReaderModel(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card reader. For reference only: not the official list, nothing here was tested by us."""

    id: str
    title: Text
    maker: str
    models: tuple[str, ...] = ()
    interface: Literal["contact", "contactless", "dual", "unknown"]
    usb_ids: tuple[str, ...] = ()
    """``VVVV:PPPP`` in upper-case hex, confirmed."""
    usb_ids_candidate: tuple[str, ...] = ()
    """Deduced, not confirmed: shown only as a possibility."""
    pcsc_names: tuple[str, ...] = ()
    """Case-insensitive substrings of the PC/SC reader name."""
    usb_class: Literal["ccid", "vendor", "vendor-ff", "mixed", "unknown"] = "unknown"
    linux: Literal["supported", "shouldwork", "unsupported", "disabled", "absent", "mixed", "unknown"] = "unknown"
    """libccid's status."""
    chip_side: Literal["up", "down", "unknown"] = "unknown"
    driver_windows: Literal["in_box", "vendor", "vendor_advised", "unknown"] = "unknown"
    driver_macos: Literal["in_box", "vendor", "none", "unknown"] = "unknown"
    discontinued: bool = False
    usable: Literal["yes", "no", "unknown"] = "unknown"
    """``no`` only where a source says that it cannot be used for My Number cards."""
    trouble: tuple[Text, ...] = ()
    sam_slot: bool = False


class NotAReader(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A PC/SC name pattern that never holds the caller's card."""

    id: str = ""
    """Named where a check must tell it from others; ``ReaderFacts.model`` of such a reader."""
    pattern: str
    kind: Literal["sam", "virtual"]
    note: Text


class ReadersFile(Struct, frozen=True, forbid_unknown_fields=True):
    as_of: dt.date
    contactless_words: tuple[str, ...]
    contact_words: tuple[str, ...]
    reader: tuple[ReaderModel, ...]
    not_a_reader: tuple[NotAReader, ...]


class Application(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card application that is told by SELECT."""

    id: str
    aid: str
    title: Text
    on: str
    """Id of the card it belongs to."""


class CardModel(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of card that callers put on a reader."""

    id: str
    title: Text
    atrs: tuple[str, ...] = ()
    """Whole ATRs in hex without spaces; a hint only."""
    atr_prefixes: tuple[str, ...] = ()
    note: Text | None = None


class CardsFile(Struct, frozen=True, forbid_unknown_fields=True):
    card: tuple[CardModel, ...]
    application: tuple[Application, ...]


class ErrorCode(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code or message, with its meaning and the nodes it leads to."""

    code: str
    """``0x8010001D``, ``6983``, ``EW044-C300`` or the message itself."""
    kind: Literal["pcsc", "status_word", "device_manager", "client", "service"]
    name: str = ""
    where: Text | None = None
    meaning: Text
    nodes: tuple[str, ...] = ()


class ErrorsFile(Struct, frozen=True, forbid_unknown_fields=True):
    error: tuple[ErrorCode, ...]


class PinModel(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the card's PINs or check numbers."""

    id: str
    title: Text
    short: Text
    form: Text
    shortest: int
    longest: int
    """Characters."""
    alphabet: Literal["digits", "capitals_and_digits"]
    change: Literal["none", "reference_data"] = "none"
    """Whether and how this program can change it (card-protocol.md §4.3)."""
    tries: int
    used_for: Text
    reset: Text
    board: bool = True
    """Shown on the PIN board."""


class PinsFile(Struct, frozen=True, forbid_unknown_fields=True):
    pin: tuple[PinModel, ...]


Support = Literal["yes", "no", "unknown"]


class Platform(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version of an operating system and when its maker's support ends."""

    id: str
    family: Literal["windows", "macos", "linux"]
    title: Text
    build: int | None = None
    """Windows: the build number."""
    version: str = ""
    """macOS: major version."""
    editions: Literal["home_pro", "enterprise", "ltsc", "all"] = "all"
    ends: dt.date | None = None
    client: Support = "unknown"
    """Whether the client software names this system as supported."""
    etax: Support = "unknown"
    """e-Tax's recommended environment."""
    portal: Support = "unknown"
    columns_sources: tuple[str, ...] = ()
    """Where the three columns were read."""
    columns_confidence: Confidence = "K"
    note: Text | None = None


class PlatformsFile(Struct, frozen=True, forbid_unknown_fields=True):
    as_of: dt.date
    macos_minimum: str
    """Oldest macOS the client software runs on."""
    platform: tuple[Platform, ...]


class PinnedCa(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A CA certificate of JPKI, pinned by the SHA-256 of its DER."""

    id: str
    title: Text
    purpose: Literal["signature", "authentication"]
    generation: int
    sha256: str
    serial: str
    not_before: dt.datetime
    not_after: dt.datetime
    url: str = ""


class TrustFile(Struct, frozen=True, forbid_unknown_fields=True):
    ca: tuple[PinnedCa, ...]


class Contact(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody to call."""

    id: str
    title: Text
    number: str = ""
    hours: Text | None = None
    note: Text | None = None


class ContactsFile(Struct, frozen=True, forbid_unknown_fields=True):
    contact: tuple[Contact, ...]


class Source(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a fact was read."""

    id: str
    title: str
    place: str = ""


class SourcesFile(Struct, frozen=True, forbid_unknown_fields=True):
    source: tuple[Source, ...]


# --- words of the program itself --------------------------------------------------------------------


class WordsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``screen.toml`` and ``evidence.toml``: message id to text with ``{blanks}``."""

    text: dict[str, Text]
