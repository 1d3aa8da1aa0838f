"""A scenario: a computer, readers, a card, what happens in time, and what the examination should find.

One TOML file a case, read strictly: an unknown key, a wrong type or a name that does not exist is an error with
a reason. The format is told in ``docs/scenarios.md``. This module builds nothing and is cheap to import.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from jpkidoctor.diagnosis import Status
from jpkidoctor.facts import CardKind, HostFacts, PinId
from jpkidoctor.knowledge.load import data_directory
from jpkidoctor.knowledge.types import Text
from jpkidoctor.simulator.card_data import FaultCounts, FaultKind
from jpkidoctor.simulator.other_cards import OTHER_CARDS
from jpkidoctor.simulator.practice_readers import PRACTICE_READERS
from jpkidoctor.simulator.reader_slot import OtherProgram

CARD_MODELS = frozenset(kind.value for kind in CardKind if kind is not CardKind.OTHER) | frozenset(OTHER_CARDS)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_NODE = re.compile(r"[A-Z]-\d\d")


class ScenarioError(Exception):
    """A scenario is not there (``missing``) or not well-formed; ``reason`` says where and why."""

    def __init__(self, name: str, reason: str, *, missing: bool = False) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
        self.missing = missing


class _Spec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class HostSpec(_Spec, frozen=True, kw_only=True):
    """The computer: a preset of ``knowledge/hosts``, and what is different on this one."""

    preset: str = "windows-11"
    facts: dict[str, Any] = {}
    """In the shape of HostFacts: a plain value was observed, ``{ status = "denied" }`` was not."""
    clock_offset_days: int = 0
    """How far this computer's clock is off."""
    slow: dict[str, float] = {}
    """Facts of the computer that come late, and after how many seconds."""


class PcscSpec(_Spec, frozen=True, kw_only=True):
    """The PC/SC service at the beginning."""

    service: Literal["running", "stopped", "library_missing"] = "running"
    code: int = 0x8010001D
    """What SCardEstablishContext answers while it is stopped."""
    stops_with_last_reader: bool | None = None
    """None: as the practice computer does it (Windows: yes)."""


class ReaderSpec(_Spec, frozen=True, kw_only=True):
    """One reader."""

    model: str
    plugged: bool = True
    driver: Literal["ok", "missing"] = "ok"
    """Without a driver it is on the USB bus and not in PC/SC."""
    listed_by_pcsc: bool = True
    """False: driver and device are fine, and PC/SC does not show it all the same."""
    names: tuple[str, ...] = ()
    """PC/SC names of the slots, where the model's own do not fit."""
    usb: dict[str, Any] = {}
    """Fields of UsbDevice that differ on this one."""
    device: dict[str, Any] = {}
    """Fields of ReaderDevice (Windows) that differ on this one."""
    other_program: OtherProgram = OtherProgram.NOTHING
    failing_connects: int = 0
    """So many connects after each insertion fail."""
    longest_answer: int = 0
    """The reader breaks on a longer answer, status word included; 0 is no limit."""


class FaultSpec(_Spec, frozen=True, kw_only=True):
    """How the card misbehaves; see ``card_data.Faults``. Times in milliseconds."""

    kind: FaultKind = FaultKind.NONE
    after: int = 0
    counts: FaultCounts = FaultCounts.COMMANDS
    once: bool = False
    mute: bool = False
    first_answer_6f00: bool = False
    command_delay_ms: float = 0.0
    byte_delay_ms: float = 0.0
    signature_delay_ms: float = 0.0
    answer_block: int = 0
    exact_length: bool = False


class CardSpec(_Spec, frozen=True, kw_only=True):
    """One card. Days count from now; negative days are past."""

    model: str = "my_number"
    reader: int = 0
    slot: int = 0
    inserted: Literal["right", "mute", "absent", "flapping"] = "right"
    contactless: bool | None = None
    """None: as the reader's slot is."""
    atr: str | None = None
    label: str | None = None
    pins: dict[PinId, int | Literal["locked", "verified"]] = {}
    blocked_form: Literal["63C0", "6983", "6984"] = "63C0"
    certificate: bool = True
    certificate_days: int = 900
    signature_certificate: bool = True
    signature_certificate_days: int | None = None
    ca_generation: Literal[1, 2, 3] = 3
    card_ca_generation: Literal[1, 2, 3] | None = None
    foreign_issuer: bool = False
    elliptic: bool = False
    over_long_header: bool = False
    card_expires_days: int = 2700
    faults: FaultSpec = FaultSpec()


Action = Literal[
    "insert",
    "insert_wrong",
    "remove",
    "turn_over",
    "flap",
    "plug",
    "unplug",
    "stop_service",
    "start_service",
    "connect_other",
    "take_exclusive",
    "hold_transaction",
    "release",
    "reset_card",
    "type_wrong_pin",
    "verify_pin",
]


class EventSpec(_Spec, frozen=True, kw_only=True):
    """One thing that happens ``at`` seconds after the beginning."""

    at: float
    do: Action
    card: int = 0
    reader: int | None = None
    """None: the card's own reader."""
    pin: PinId | None = None


class ExpectedFinding(_Spec, frozen=True, kw_only=True):
    """The judgement of one node; an empty variant is not compared."""

    status: Status
    variant: str = ""


class Expect(_Spec, frozen=True, kw_only=True):
    """What the examination should find when all events have happened."""

    first_cause: str | None = None
    findings: dict[str, Status | ExpectedFinding] = {}

    def finding(self, node: str) -> ExpectedFinding:
        """One expectation in its long form. Raises KeyError for a node that is not named."""
        found = self.findings[node]
        return found if isinstance(found, ExpectedFinding) else ExpectedFinding(status=found)


class CallerSpec(_Spec, frozen=True, kw_only=True):
    """The person on the phone, where ``caller.py`` cannot tell from the world what is answered.

    Question and symptom ids are those of ``knowledge/guide``; answers are the digits 0 (does not know) to 3.
    """

    starts: str | None = None
    """Symptom that is said first."""
    code: str | None = None
    """Code or message that is read out first."""
    answers: dict[str, int] = {}
    wrong: dict[str, int] = {}
    """At most one answer that is not so."""
    cause: str | None = None
    """Where the call should end when that is deeper than what the probes can see; it must hide that in the flow."""


class Scenario(_Spec, frozen=True, kw_only=True):
    """One practice case."""

    step: str
    """Letter of the flow's step that the case is about."""
    title: Text
    story: Text
    """What the caller says, for training."""
    host: HostSpec = HostSpec()
    pcsc: PcscSpec = PcscSpec()
    reader: tuple[ReaderSpec, ...] = ()
    card: tuple[CardSpec, ...] = ()
    event: tuple[EventSpec, ...] = ()
    caller: CallerSpec = CallerSpec()
    expect: Expect


def scenario_directory() -> Path:
    """Where the scenarios of the program are."""
    return data_directory() / "scenarios"


def preset_directory() -> Path:
    """Where the practice computers are."""
    return data_directory() / "hosts"


def scenario_names() -> tuple[str, ...]:
    """Names of the program's own scenarios, in alphabetical order."""
    return tuple(sorted(path.stem for path in scenario_directory().glob("*.toml")))


def find_scenario(name_or_path: str) -> Scenario:
    """Load a scenario by its name, or by the path of a file (it has a separator or ends in ``.toml``).

    Raises ScenarioError.
    """
    if name_or_path.endswith(".toml") or "/" in name_or_path or "\\" in name_or_path:
        return load_scenario(Path(name_or_path))
    if not _NAME.fullmatch(name_or_path) or name_or_path not in scenario_names():
        raise ScenarioError(name_or_path, "no such scenario", missing=True)
    return load_scenario(scenario_directory() / f"{name_or_path}.toml")


def load_scenario(path: Path) -> Scenario:
    """Read one file. Raises ScenarioError."""
    name = path.stem
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ScenarioError(name, "no such file", missing=True) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(name, str(error)) from error
    return parse_scenario(name, text)


def parse_scenario(name: str, text: str) -> Scenario:
    """Make a scenario of a TOML text. Raises ScenarioError."""
    try:
        scenario = msgspec.convert(tomllib.loads(text), type=Scenario)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScenarioError(name, str(error)) from error
    for problem in _problems(scenario):
        raise ScenarioError(name, problem)
    return scenario


def _problems(scenario: Scenario) -> list[str]:
    """What the types cannot say: names and numbers that point at nothing."""
    found = []
    if not re.fullmatch("[A-Z]", scenario.step):
        found.append("step: one capital letter")
    if not (preset_directory() / f"{scenario.host.preset}.toml").is_file() or not _NAME.fullmatch(scenario.host.preset):
        found.append(f"host.preset: no practice computer {scenario.host.preset}")
    found += [f"host.slow: no fact {name}" for name in scenario.host.slow if name not in HostFacts.__struct_fields__]
    for index, reader in enumerate(scenario.reader):
        if reader.model not in PRACTICE_READERS:
            found.append(f"reader[{index}].model: no practice reader {reader.model}")
        elif reader.names and len(reader.names) != len(PRACTICE_READERS[reader.model].slots):
            found.append(f"reader[{index}].names: one name for each slot")
    found += _card_problems(scenario)
    found += _event_problems(scenario)
    found += _caller_problems(scenario.caller)
    for node in (*scenario.expect.findings, scenario.expect.first_cause or "A-01"):
        if not _NODE.fullmatch(node):
            found.append(f"expect: {node} is no node id")
    return found


def _card_problems(scenario: Scenario) -> list[str]:
    found = []
    for index, card in enumerate(scenario.card):
        where = f"card[{index}]"
        if card.model not in CARD_MODELS:
            found.append(f"{where}.model: no practice card {card.model}")
        if not 0 <= card.reader < len(scenario.reader):
            found.append(f"{where}.reader: no reader {card.reader}")
            continue
        model = PRACTICE_READERS.get(scenario.reader[card.reader].model)
        if model is not None and not 0 <= card.slot < len(model.slots):
            found.append(f"{where}.slot: the reader has no slot {card.slot}")
        for pin, state in card.pins.items():
            if isinstance(state, int) and not 0 <= state <= 15:
                found.append(f"{where}.pins.{pin.value}: tries are 0 to 15")
        try:
            bytes.fromhex(card.atr or "")
        except ValueError:
            found.append(f"{where}.atr: not hex")
    return found


def _event_problems(scenario: Scenario) -> list[str]:
    found = []
    for index, event in enumerate(scenario.event):
        where = f"event[{index}]"
        if event.at < 0:
            found.append(f"{where}.at: not before the beginning")
        if event.reader is not None and not 0 <= event.reader < len(scenario.reader):
            found.append(f"{where}.reader: no reader {event.reader}")
        about_service = event.do in ("stop_service", "start_service")
        if not about_service and event.reader is None and not 0 <= event.card < len(scenario.card):
            found.append(f"{where}.card: no card {event.card}")
        if event.do in ("type_wrong_pin", "verify_pin") and event.pin is None:
            found.append(f"{where}.pin: which PIN?")
    return found


def _caller_problems(caller: CallerSpec) -> list[str]:
    found = [
        f"caller.{name}: answers are 0 to 3"
        for name, digit in (*caller.answers.items(), *caller.wrong.items())
        if not 0 <= digit <= 3
    ]
    if len(caller.wrong) > 1:
        found.append("caller.wrong: one mistake")
    if caller.cause is not None and not _NODE.fullmatch(caller.cause):
        found.append(f"caller.cause: {caller.cause} is no node id")
    return found
