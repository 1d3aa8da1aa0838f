"""Hand-made examinations for the screens: what the live one would post, without a reader or a thread of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from jpkidoctor.card.trace import TraceEntry
from jpkidoctor.card.winscard import State
from jpkidoctor.checks.verdicts import unobserved
from jpkidoctor.diagnosis import Diagnosis, Evidence, Finding, Status
from jpkidoctor.facts import (
    CardFacts,
    CardKind,
    ConnectFacts,
    Fact,
    Facts,
    FactStatus,
    HostFacts,
    OsFacts,
    OsFamily,
    PcscFacts,
    PinFacts,
    PinId,
    PinState,
    ReaderFacts,
    ReaderKind,
)
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.live import Event, Listener, Update
from jpkidoctor.look import PENDING

JST = dt.timezone(dt.timedelta(hours=9))
NOON = dt.datetime(2026, 11, 24, 10, 42, 3, tzinfo=JST)

NOT_EXAMINED = ("A", "K")
"""Steps that only a person can answer."""
WAITS = "waits_for"


def still_clock() -> dt.datetime:
    """A clock that stands still, for pictures that are always the same."""
    return NOON


class FakeExamination:
    """Posts what a test tells it to, on the caller's thread."""

    def __init__(self, *updates: Update, trace: tuple[TraceEntry, ...] = (), again: Update | None = None) -> None:
        self._updates = updates
        self._trace = trace
        self._again = again
        """What a second examination finds; None posts nothing."""
        self._listener: Listener | None = None
        self.calls: list[str] = []

    def start(self, listener: Listener) -> None:
        self._listener = listener
        self.calls.append("start")
        for update in self._updates:
            listener(update)

    def post(self, update: Update) -> None:
        assert self._listener is not None
        self._listener(update)

    def refresh(self) -> None:
        self.calls.append("refresh")
        if self._again is not None:
            self.post(self._again)

    def choose_reader(self, name: str | None) -> None:
        self.calls.append(f"choose {name}")

    def cancel(self) -> None:
        self.calls.append("cancel")

    def give_up_one(self, name: str) -> None:
        self.calls.append(f"give up {name}")

    def ask_time(self) -> None:
        self.calls.append("ask time")

    def trace(self) -> tuple[TraceEntry, ...]:
        return self._trace

    def stop(self) -> None:
        self.calls.append("stop")


def reader(
    name: str = "SCM Microsystems Inc. SCR 3310 00 00",
    kind: ReaderKind = ReaderKind.CONTACT,
    flags: int = State.PRESENT | State.MUTE,
    **more: object,
) -> ReaderFacts:
    return ReaderFacts(name=name, kind=kind, flags=int(flags), **more)


def facts(*readers: ReaderFacts, card: CardFacts | None = None) -> Facts:
    return Facts(
        taken_at=NOON,
        tool_version="0.1",
        host=HostFacts(os=Fact(FactStatus.OK, OsFacts(family=OsFamily.WINDOWS, name="Windows 11"))),
        pcsc=PcscFacts(
            context=Fact(FactStatus.OK, 0),
            readers=Fact(FactStatus.OK, tuple(readers)),
            examined=0 if readers else None,
        ),
        card=Fact(FactStatus.OK, card) if card else Fact(),
    )


def diagnosis(
    first_cause: str | None = None,
    given: Mapping[str, Finding] | None = None,
    pending_from: str = "",
) -> Diagnosis:
    """All nodes healthy but the given ones; steps after ``pending_from`` wait for it."""
    given = given or {}
    findings = []
    for node in load_flow().nodes.values():
        step = node.id[0]
        if node.id in given:
            findings.append(given[node.id])
        elif step in NOT_EXAMINED:
            continue
        elif pending_from and pending_from < step <= "J" and step not in "HI":
            evidence = (Evidence(WAITS, {"step": pending_from}),)
            findings.append(Finding(id=node.id, status=Status.UNKNOWN, evidence=evidence))
        elif node.id[0] == "L" and node.id != "L-01":
            continue
        elif node.id == "L-01" and first_cause:
            findings.append(Finding(id=node.id, status=Status.NOT_APPLICABLE))
        else:
            findings.append(Finding(id=node.id, status=Status.OK))
    return Diagnosis(findings=tuple(findings), first_cause=first_cause)


def card_in_wrong_way(
    *, kind: ReaderKind = ReaderKind.CONTACT, name: str = "SCM Microsystems Inc. SCR 3310 00 00"
) -> Update:
    """D-03: the card is in, and does not answer."""
    examined = reader(
        name,
        kind,
        event_count=3,
        mute_insertions=2,
        connect=Fact(FactStatus.OK, ConnectFacts(code=0x80100067, attempts=2, failures=2, ms=210.0)),
    )
    finding = Finding(
        id="D-03",
        status=Status.FAILED,
        evidence=(
            Evidence("card_state", {"state": "mute", "reader": name}),
            Evidence("connect", {"code": "0x80100067"}),
        ),
    )
    client = Finding(id="I-02", status=Status.ATTENTION)
    return Update(
        facts(examined),
        diagnosis("D-03", {"D-03": finding, "I-02": client}, pending_from="D"),
        "",
        (
            Event(NOON - dt.timedelta(seconds=1), "event.card_mute", {"reader": name}),
            Event(NOON, "event.cause", {"id": "D-03"}),
        ),
    )


def good_card() -> CardFacts:
    return CardFacts(
        kind=CardKind.MY_NUMBER,
        atr="3BE000FF8131FE4514",
        pins=(
            PinFacts(id=PinId.SIGNATURE, state=PinState.TRIES, tries_left=5, sw=0x63C5),
            PinFacts(id=PinId.AUTHENTICATION, state=PinState.BLOCKED, sw=0x63C0),
            PinFacts(id=PinId.CARD_FACE_INPUT, state=PinState.TRIES, tries_left=1, sw=0x63C1),
            PinFacts(id=PinId.RESIDENT_COMMON, state=PinState.TRIES, tries_left=2, sw=0x63C2),
        ),
    )


def whole_card() -> CardFacts:
    """All codes have all their tries."""
    tries = {PinId.SIGNATURE: 5, PinId.AUTHENTICATION: 3, PinId.CARD_FACE_INPUT: 3, PinId.RESIDENT_COMMON: 3}
    pins = tuple(PinFacts(id=pin, state=PinState.TRIES, tries_left=left) for pin, left in tries.items())
    return CardFacts(kind=CardKind.MY_NUMBER, atr="3BE000FF8131FE4514", pins=pins)


def whole() -> Update:
    """Nothing is wrong with the card, and every code can be typed."""
    examined = reader(flags=State.PRESENT, atr="3BE000FF8131FE4514", event_count=1)
    events = (Event(NOON, "event.card_inserted", {}), Event(NOON, "event.all_well", {}))
    return Update(facts(examined, card=whole_card()), diagnosis(), "", events)


def pin_locked() -> Update:
    """G-05: the authentication PIN is locked."""
    finding = Finding(id="G-05", status=Status.FAILED, evidence=(Evidence("pin_blocked", {"pin": "authentication"}),))
    examined = reader(flags=State.PRESENT, atr="3BE000FF8131FE4514", event_count=1)
    return Update(
        facts(examined, card=good_card()),
        diagnosis("G-05", {"G-05": finding}),
        "",
        (Event(NOON, "event.card_inserted", {}), Event(NOON, "event.cause", {"id": "G-05"})),
    )


def all_well() -> Update:
    examined = reader(flags=State.PRESENT, atr="3BE000FF8131FE4514", event_count=1)
    return Update(
        facts(examined, card=good_card()),
        diagnosis(),
        "",
        (Event(NOON, "event.card_inserted", {}), Event(NOON, "event.all_well", {})),
    )


def still_looking() -> Update:
    """Card and reader are well; what is slow to see of the computer has not come yet."""
    looking = {"H-04": "default_browser", "I-01": "products", "I-05": "extensions", "I-07": "extensions"}
    given = {node: unobserved(node, PENDING, f"host.{fact}") for node, fact in looking.items()}
    given["L-01"] = Finding(id="L-01", status=Status.UNKNOWN)
    examined = reader(flags=State.PRESENT, atr="3BE000FF8131FE4514", event_count=1)
    return Update(
        facts(examined, card=good_card()),
        diagnosis(given=given),
        "",
        (Event(NOON, "event.card_inserted", {}),),
        ("extensions", "products", "default_browser"),
    )


def hanging_card() -> Update:
    """The card is being read, and nothing comes back."""
    examined = reader(flags=State.PRESENT, atr="3BE000FF8131FE4514", event_count=1)
    return Update(
        facts(examined),
        Diagnosis(findings=(), first_cause=None),
        "busy.certificate",
        (Event(NOON, "event.card_inserted", {}),),
    )


def exchanges() -> tuple[TraceEntry, ...]:
    aid = "D392F000260100000001"

    def entry(name: str, header: str, sw: int | None, **more: object) -> TraceEntry:
        fields: dict[str, object] = {
            "at_ms": 12.0,
            "ms": 8.0,
            "name": name,
            "header": header,
            "data": "",
            "data_length": 0,
            "data_hidden": False,
            "le": None,
            "sw": sw,
            "answer": "",
            "answer_length": 0,
            "answer_hidden": False,
            "application": aid,
            "file_id": None,
        }
        return TraceEntry(**{**fields, **more})  # type: ignore[arg-type]

    return (
        entry("SELECT", "00 A4 04 0C", 0x9000, data="D3 92 F0 00 26 01 00 00 00 01", data_length=10),
        entry("SELECT", "00 A4 02 0C", 0x9000, data="00 06", data_length=2, file_id=6),
        entry("READ BINARY", "00 B0 00 00", 0x9000, le=32, answer="4A 50 4B 49", answer_length=32, file_id=6),
        entry("SELECT", "00 A4 02 0C", 0x9000, data="00 18", data_length=2, file_id=0x18),
        entry("VERIFY", "00 20 00 80", 0x63C3, file_id=0x18),
        entry("READ BINARY", "00 B0 00 00", 0x6982, le=256, file_id=1),
        entry("READ BINARY", "00 B0 00 00", 0x9000, le=256, answer_length=256, answer_hidden=True, file_id=0xA),
        entry("READ BINARY", "00 B0 01 00", None, le=256, file_id=0xA, error=0x80100069),
    )
