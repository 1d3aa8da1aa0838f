"""Practice computers: presets of ``knowledge/hosts``, what a scenario changes, and the readers plugged in.

A preset is written in the shape of HostFacts without the wrapper: a plain value was observed, a table with
``status`` was not. A string such as ``"-3d"`` under a key that ends in ``_at`` or ``_date`` is that many days
from now.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeGuard, TypeVar

import msgspec
from msgspec import Struct

from jpkidoctor.card.winscard import E_NO_SERVICE, F_COMM_ERROR, W_UNPOWERED_CARD
from jpkidoctor.facts import Clock, Fact, FactStatus, HostFacts, OsFamily, ReaderDevice, ServiceState, UsbDevice
from jpkidoctor.host.probe import LATE_LIMIT, Probe, run_probes
from jpkidoctor.knowledge.types import Text
from jpkidoctor.look import Look
from jpkidoctor.simulator.practice_readers import PRACTICE_READERS, PracticeReader
from jpkidoctor.simulator.practice_service import Habits
from jpkidoctor.simulator.scenario import HostSpec, ReaderSpec, ScenarioError, preset_directory

SOURCE = "practice"
NO_DRIVER = 28
"""Device manager's code for a device without a driver (host-probes.md §1.1.3)."""
_LONG_AGO = dt.timedelta(days=200)
_BUILT = dt.timedelta(days=30)
"""How old the program is on a practice computer."""
_DAYS = re.compile(r"([+-]?\d{1,5})d")


class HabitsSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this system's PC/SC service differs from pcsc-lite; see ``practice_service.Habits``."""

    mute_code: int = W_UNPOWERED_CARD
    stops_with_last_reader: bool = False
    dead_code: int = E_NO_SERVICE
    blocked_code: int = F_COMM_ERROR

    def habits(self) -> Habits:
        return Habits(**msgspec.structs.asdict(self))


class HostPreset(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``knowledge/hosts/NAME.toml``."""

    title: Text
    pcsc: HabitsSpec = HabitsSpec()
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PracticeHost:
    """One practice computer. ``named`` are the facts that the scenario itself set."""

    family: OsFamily
    facts: HostFacts
    habits: Habits
    named: frozenset[str]


def load_host(spec: HostSpec, now: dt.datetime) -> PracticeHost:
    """Read the preset and lay the scenario's changes over it. Raises ScenarioError."""
    path = preset_directory() / f"{spec.preset}.toml"
    try:
        preset = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), type=HostPreset)
        merged = _merge(preset.facts, spec.facts)
        wrapped = {name: _wrap(_dated(value, now)) for name, value in merged.items()}
        facts = msgspec.convert(wrapped, type=HostFacts)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise ScenarioError(spec.preset, str(error)) from error
    if facts.os.value is None:
        raise ScenarioError(spec.preset, "facts.os: a practice computer has an operating system")
    return PracticeHost(facts.os.value.family, facts, preset.pcsc.habits(), frozenset(spec.facts))


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; everything else, and a table with a status, is replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if _is_open_table(value) and _is_open_table(below):
            merged[key] = _merge(below, value)
        else:
            merged[key] = value
    return merged


def _is_open_table(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping) and "status" not in value


def _wrap(value: object) -> object:
    if isinstance(value, Mapping) and "status" in value:
        return {"source": SOURCE, **value}
    return {"status": FactStatus.OK.value, "value": value, "source": SOURCE}


def _dated(value: object, now: dt.datetime, key: str = "") -> object:
    """Turn relative days into dates, at any depth."""
    if isinstance(value, Mapping):
        return {name: _dated(inner, now, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_dated(inner, now, key) for inner in value]
    if isinstance(value, str) and key.endswith(("_at", "_date")) and (match := _DAYS.fullmatch(value)):
        moment = now + dt.timedelta(days=int(match[1]))
        return moment.date() if key.endswith("_date") else moment
    return value


def usb_device(spec: ReaderSpec, family: OsFamily, now: dt.datetime) -> UsbDevice | None:
    """The reader on the USB bus; None for a virtual one. Raises ScenarioError."""
    model = PRACTICE_READERS[spec.model]
    if not model.usb:
        return None
    plain = {
        "vid": model.vid,
        "pid": model.pid,
        "product": model.product,
        "manufacturer": model.manufacturer,
        "interface_classes": list(model.interface_classes),
        "listed_by_driver": None if family is OsFamily.WINDOWS else model.listed and spec.driver == "ok",
        "behind_hub": False,
    }
    return _device(plain, spec.usb, UsbDevice, spec, now)


def reader_device(spec: ReaderSpec, now: dt.datetime) -> ReaderDevice:
    """The reader in Windows' device manager. Raises ScenarioError."""
    model = PRACTICE_READERS[spec.model]
    plain: dict[str, Any] = {"description": model.product or model.windows[0], "first_connected_at": now - _LONG_AGO}
    if model.usb:
        plain |= {"vid": model.vid, "pid": model.pid, "instance": f"USB\\VID_{model.vid:04X}&PID_{model.pid:04X}"}
    else:
        plain |= {"virtual": True, "instance": "ROOT\\SMARTCARDREADER\\0000"}
    if spec.driver == "missing":
        plain |= {"problem_code": NO_DRIVER}
    else:
        plain |= {"device_class": "SmartCardReader", "problem_code": 0, **_driver(model, now)}
    return _device(plain, spec.device, ReaderDevice, spec, now)


def _driver(model: PracticeReader, now: dt.datetime) -> dict[str, Any]:
    if model.provider == "Microsoft":
        return {
            "driver_provider": "Microsoft",
            "driver_version": "10.0.26100.1",
            "driver_date": dt.date(2006, 6, 21),  # Microsoft's own drivers all carry this date
            "driver_inf": "wudfusbcciddriver.inf",
            "driver_service": "WUDFRd",
        }
    return {
        "driver_provider": model.provider,
        "driver_version": "5.0.0.1",
        "driver_date": (now - _LONG_AGO / 2).date(),
        "driver_inf": "oem42.inf",
        "driver_service": "RENSHU",
    }


_D = TypeVar("_D", UsbDevice, ReaderDevice)


def _device(plain: dict[str, Any], over: Mapping[str, Any], kind: type[_D], spec: ReaderSpec, now: dt.datetime) -> _D:
    try:
        return msgspec.convert(_dated({**plain, **over}, now), type=kind)
    except msgspec.ValidationError as error:
        raise ScenarioError(spec.model, str(error)) from error


def facts_now(
    host: PracticeHost, readers: tuple[ReaderSpec, ...], *, running: bool, now: dt.datetime, clock: dt.datetime
) -> HostFacts:
    """What the computer shows with these readers plugged in. Facts that the scenario set itself stay as they are.

    ``clock`` is what the computer takes the time ``now`` for.
    """
    changes: dict[str, Fact[Any]] = {}
    if "clock" not in host.named:
        shown = Clock(utc=clock, zone="Asia/Tokyo", built_at=now - _BUILT)
        changes["clock"] = Fact(FactStatus.OK, shown, SOURCE)
    usb = tuple(device for spec in readers if (device := usb_device(spec, host.family, now)) is not None)
    if "usb_devices" not in host.named:
        changes["usb_devices"] = Fact(FactStatus.OK, usb, SOURCE)
    if "reader_devices" not in host.named and host.family is OsFamily.WINDOWS:
        changes["reader_devices"] = Fact(FactStatus.OK, tuple(reader_device(spec, now) for spec in readers), SOURCE)
    service = host.facts.service
    if "service" not in host.named and service.value is not None and not running:
        stopped = msgspec.structs.replace(service.value, state=ServiceState.STOPPED)
        changes["service"] = Fact(FactStatus.OK, stopped, SOURCE)
    return msgspec.structs.replace(host.facts, **changes)


def observe_practice_host(
    facts: HostFacts, slow: Mapping[str, float], sleep: Callable[[float], object], look: Look
) -> HostFacts:
    """Tell ``look`` these facts as the probes of a real computer do: the slow ones after their seconds."""
    if not slow:
        look.tell(msgspec.structs.asdict(facts))
        return facts

    def see(name: str) -> Fact[Any]:
        sleep(slow.get(name, 0.0))
        fact: Fact[Any] = getattr(facts, name)
        return fact

    probes = [Probe(name, partial(see, name), LATE_LIMIT, slow=name in slow) for name in HostFacts.__struct_fields__]
    return HostFacts(**run_probes(probes, LATE_LIMIT, look=look))
