"""Every reader with its state in words, the ATR and what the ATR hints at."""

from __future__ import annotations

from textual.message import Message

from jpkidoctor.card.winscard import State
from jpkidoctor.facts import ReaderFacts
from jpkidoctor.knowledge.types import CardModel
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.choice_list import Choice
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.list_page import ListPage
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View

AUTOMATIC = "auto"
_BRIEF_FIRST = (
    (State.EXCLUSIVE, "exclusive"),
    (State.MUTE, "mute"),
    (State.PRESENT, "present"),
    (State.EMPTY, "empty"),
)
_BRIEF_CELLS = 10


class ReadersPage(ListPage):
    """Enter examines the card in the marked reader."""

    PAGE = "page.readers"
    CHOOSES = True

    class Chosen(Message):
        """The person wants this reader examined; None lets the program choose."""

        def __init__(self, name: str | None) -> None:
            super().__init__()
            self.name = name

    def rows(self, view: View) -> list[Choice]:
        """One row a reader, and one to leave the choice to the program."""
        room = max(self.query_one("#rows").content_region.width - 5 - _BRIEF_CELLS, 8)
        rows = [
            Choice(str(index), (f"{index + 1}  {fit(safe_text(reader.name), room)} ", _brief(view, reader)))
            for index, reader in enumerate(view.readers)
        ]
        return [*rows, Choice(AUTOMATIC, (f"0  {view.say('reader.automatic')}",))]

    def under(self, view: View) -> str:
        """What Enter does."""
        return view.say("reader.how") if view.readers else view.say("reader.none")

    def detail(self, view: View, row: str) -> list[Para]:
        """The facts of one reader."""
        reader = _reader_at(view, row)
        return reader_text(view, reader) if reader else [Para(view.say("reader.automatic"))]

    def chose(self, row: str) -> None:
        """Examine this reader."""
        reader = _reader_at(self.view, row)
        self.post_message(self.Chosen(reader.name if reader else None))

    def typed(self, character: str) -> bool:
        """A digit chooses a reader at once."""
        if character == "0":
            self.chose(AUTOMATIC)
        elif character.isdigit() and int(character) <= len(self.view.readers):
            self.chose(str(int(character) - 1))
        else:
            return super().typed(character)
        return True


def flag_words(view: View, flags: int) -> tuple[str, ...]:
    """State flags in words, each with its PC/SC name."""
    names = [name.lower() for name, flag in State.__members__.items() if flag and flag is not State.CHANGED]
    words = tuple(view.say(f"reader.flag.{name}") for name in names if flags & State[name.upper()])
    return words or (view.say("reader.flag.none"),)


def reader_text(view: View, reader: ReaderFacts) -> list[Para]:
    """Everything known about one reader."""
    lines = [
        Para(view.say("reader.name", reader=safe_text(reader.name)), style="bold"),
        Para(view.say("reader.kind", word=view.say(f"reader.kind.{reader.kind.value}"))),
    ]
    model = view.known.reader(reader.model) or view.known.reader_by_name(reader.name)
    if model is not None:
        lines.append(Para(safe_text(model.title.get(view.words.lang)), indent=2))
    lines.append(Para(view.say("reader.state", hex=f"{reader.flags:04X}", count=reader.event_count), gap=True))
    lines += [Para(word, indent=2) for word in flag_words(view, reader.flags)]
    lines += _counts(view, reader)
    lines += _connect(view, reader)
    lines += _atr(view, reader.atr)
    return lines


def _brief(view: View, reader: ReaderFacts) -> str:
    for flag, name in _BRIEF_FIRST:
        if reader.flags & flag:
            return view.say(f"reader.brief.{name}")
    return view.say("reader.brief.unknown")


def _counts(view: View, reader: ReaderFacts) -> list[Para]:
    lines: list[Para] = []
    if reader.mute_insertions:
        lines.append(Para(view.say("reader.mute_insertions", count=reader.mute_insertions)))
    if reader.samples:
        lines.append(Para(view.say("reader.samples", count=len(reader.samples))))
    return lines


def _connect(view: View, reader: ReaderFacts) -> list[Para]:
    connect = reader.connect.value
    if connect is None:
        return []
    if connect.blocked:
        result = view.say("reader.connect.blocked")
    elif connect.code == 0:
        result = view.say("reader.connect.ok", protocol=connect.protocol)
    else:
        result = code_words(view, connect.code)
    return [
        Para(
            view.say(
                "reader.connect",
                result=result,
                tries=connect.attempts,
                failures=connect.failures,
                ms=round(connect.ms),
            ),
            gap=True,
        )
    ]


def code_words(view: View, code: int) -> str:
    """``0x80100067`` with its meaning when our table has it."""
    shown = f"0x{code:08X}"
    known = view.known.error("pcsc", shown)
    return f"{shown} {known.meaning.get(view.words.lang)}" if known else shown


def _atr(view: View, atr: str) -> list[Para]:
    if not atr:
        return [Para(view.say("reader.atr.none"), gap=True)]
    cards = _cards_of_atr(view, atr)
    names = view.say("list.comma").join(card.title.get(view.words.lang) for card in cards)
    return [
        Para(view.say("reader.atr", atr=spaced_hex(atr)), gap=True),
        Para(view.say("reader.hint", cards=names) if names else view.say("reader.hint.none"), indent=2),
    ]


def _cards_of_atr(view: View, atr: str) -> list[CardModel]:
    """Cards an ATR hints at: all that list it whole (sources may disagree), else the one with its prefix."""
    bare = spaced_hex(atr).replace(" ", "")
    whole = [card for card in view.known.cards if bare in card.atrs]
    near = view.known.card_by_atr(bare)
    return whole or ([near] if near else [])


def spaced_hex(text: str) -> str:
    """``3B E0 00`` from hex with or without blanks."""
    bare = safe_text(text).replace(" ", "").upper()
    return " ".join(bare[i : i + 2] for i in range(0, len(bare), 2))


def _reader_at(view: View, row: str) -> ReaderFacts | None:
    return view.readers[int(row)] if row.isdigit() and int(row) < len(view.readers) else None
