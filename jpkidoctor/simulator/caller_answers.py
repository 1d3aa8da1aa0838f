"""Honest answers of a practice caller, one rule a question.

Questions are named by their ids in ``knowledge/guide``; the numbers are those of their answers there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jpkidoctor.facts import OsFamily, PcscAccess, PinId, ServiceState, SessionKind
from jpkidoctor.simulator.caller_world import Surroundings

UNKNOWN = 0
Rule = Callable[[Surroundings], int]

_ELSEWHERE = frozenset({SessionKind.RDP, SessionKind.CONTAINER, SessionKind.WSL, SessionKind.VM, SessionKind.SERVICE})
_PHONES = frozenset({"android", "iphone"})
_MARKED = frozenset({10, 14, 22, 28, 31, 43, 52})
"""Codes that Device Manager shows with a mark (host-probes.md 1.1.3)."""
_OLD_PASORI = frozenset({"rc-s380"})
_NEW_PASORI = frozenset({"rc-s300"})
_SOON_DAYS = 92
_OLDEST_WINDOWS_11 = 22000
_OLDEST_WINDOWS_10 = 10240


def _said(yes: bool, digit: int, else_digit: int) -> int:
    return digit if yes else else_digit


def _equipment(world: Surroundings) -> int:
    return 1  # every case has a computer; who has no reader in sight still means to use one


def _os(world: Surroundings) -> int:
    return {OsFamily.WINDOWS: 1, OsFamily.MACOS: 2, OsFamily.LINUX: 3}.get(world.family, UNKNOWN)


def _stage(world: Surroundings) -> int:
    browser = world.host.default_browser.value
    if not world.readable or _client(world) != 1 or browser == "internet_explorer":
        return 1
    if world.locked(PinId.SIGNATURE, PinId.AUTHENTICATION) or world.mistyped:
        return 2
    return 3


def _own_certificate(world: Surroundings) -> int:
    if _client(world) != 1:
        return 3
    return _said(world.readable and world.card is not None and world.card.certificate, 1, 2)


def _client(world: Surroundings) -> int:
    products = world.host.products
    if products.known and world.host.os.value is not None and world.host.os.value.family is not OsFamily.LINUX:
        client = next((product for product in products.value or () if product.id == "jpki"), None)
        if client is None:
            return 2
        if client.missing and not client.modules:
            return 3
    if world.family is OsFamily.LINUX:
        return 2  # there is none for Linux
    return _said(_mac_version(world) not in (2, 3), 1, 3)


def _remote(world: Surroundings) -> int:
    if world.sessions & _ELSEWHERE:
        return 2
    return _said(SessionKind.SSH in world.sessions, 3, 1)


def _service(world: Surroundings) -> int:
    if world.family is not OsFamily.WINDOWS:
        return UNKNOWN
    if (said := _service_as_written(world)) != UNKNOWN:
        return said
    # The service of Windows sleeps when no reader has a driver that works (host-probes.md 2.1).
    mine = world.reader
    asleep = mine is None or mine.driver != "ok" or _device_manager(world) != 1
    sleeps = asleep and world.scenario.pcsc.stops_with_last_reader is not False
    return _said(world.service_runs and not sleeps, 1, 2)


def _linux_service(world: Surroundings) -> int:
    if world.family is not OsFamily.LINUX:
        return UNKNOWN
    return _service_as_written(world) or _said(world.service_runs, 1, 2)


def _service_as_written(world: Surroundings) -> int:
    """The state of the service where the case itself names it."""
    service = world.host.service.value
    if "service" not in world.scenario.host.facts or service is None:
        return UNKNOWN
    return _said(service.state in (ServiceState.RUNNING, ServiceState.ON_DEMAND), 1, 2)


def _permission(world: Surroundings) -> int:
    refused = (PcscAccess.REFUSED_BY_POLKIT, PcscAccess.REFUSED_BY_SOCKET)
    return _said(world.host.pcsc_access.value in refused, 2, 1)


def _device_manager(world: Surroundings) -> int:
    mine = world.reader
    if world.family is not OsFamily.WINDOWS:
        return UNKNOWN
    if mine is None:
        return 3
    marked = mine.driver != "ok" or mine.device.get("problem_code", 0) in _MARKED
    return _said(marked, 2, 1)


def _seen_by_software(world: Surroundings) -> int:
    if _client(world) != 1:
        return UNKNOWN
    if world.reader_works and world.reader is not None and all("SAM" in name for name in world.reader.names or ("",)):
        return 2
    return _said(world.reader_works, 1, 3)


def _model(world: Surroundings) -> int:
    if world.reader is None or world.reader.model == "unlisted":
        return UNKNOWN
    if "pid" in world.reader.usb:
        return 3  # another model behind the same practice reader
    return 1 if world.reader.model in _OLD_PASORI else _said(world.reader.model in _NEW_PASORI, 2, 3)


def _driver_order(world: Surroundings) -> int:
    mine = world.reader
    if mine is None or world.family is not OsFamily.WINDOWS:
        return UNKNOWN
    if mine.driver != "ok":
        return 3
    return _said("driver_installed_at" in mine.device, 2, 1)


def _windows_renewed(world: Surroundings) -> int:
    if world.family is not OsFamily.WINDOWS:
        return UNKNOWN
    mine = world.reader
    renewed = "installed_at" in world.scenario.host.facts.get("os", {})
    return _said(renewed and mine is not None and not world.readable, 1, 2)


def _mac_renewed(world: Surroundings) -> int:
    # A reader that has a driver and is plugged in vanishes from a Mac when the system took another driver.
    mine = world.reader
    vanished = mine is not None and mine.driver == "ok" and not mine.listed_by_pcsc
    return _said(vanished, 1, 2) if world.family is OsFamily.MACOS else UNKNOWN


def _kernel_nfc(world: Surroundings) -> int:
    if world.family is not OsFamily.LINUX:
        return UNKNOWN
    return _said(bool(world.host.kernel_modules.value), 1, 2)


def _other_readers(world: Surroundings) -> int:
    readers = world.scenario.reader
    names = " ".join(name for reader in readers for name in reader.names)
    if any(reader.model == "windows-hello" for reader in readers) or "SAM" in names or _has_sam(world):
        return 3
    return _said(len(world.plugged) > 1, 2, 1)


def _has_sam(world: Surroundings) -> bool:
    return any(reader.model == "acr1252u" for reader in world.plugged)


def _windows_version(world: Surroundings) -> int:
    build = world.host.os.value.build if world.host.os.value else None
    if build is None or world.family is not OsFamily.WINDOWS:
        return UNKNOWN
    return 1 if build >= _OLDEST_WINDOWS_11 else _said(build >= _OLDEST_WINDOWS_10, 2, 3)


def _mac_version(world: Surroundings) -> int:
    if world.family is not OsFamily.MACOS or world.host.os.value is None:
        return UNKNOWN
    if int(world.host.os.value.version.partition(".")[0]) < 13:
        return 2
    return _said(world.host.rosetta.value is False, 3, 1)


def _browser(world: Surroundings) -> int:
    usual = {"edge": 1, "chrome": 1, "safari": 1, "internet_explorer": 2}
    return usual.get(world.host.default_browser.value or "", 3)


def _garbled(world: Surroundings) -> int:
    locale = world.host.locale.value
    foreign = locale is not None and locale.ansi_codepage not in (None, 932)
    return _said(foreign, 2, 1)


def _clock(world: Surroundings) -> int:
    return _said(world.scenario.host.clock_offset_days != 0, 2, 1)


def _card_in(world: Surroundings) -> int:
    if world.card is None:
        return UNKNOWN
    if world.position != "absent":
        return 1
    return _said(world.lays_flat, 3, 2)


def _face(world: Surroundings) -> int:
    if world.lays_flat:
        return 3
    if world.card is None or world.position == "absent":
        return UNKNOWN
    return _said(world.position == "mute", 2, 1)


def _steady(world: Surroundings) -> int:
    return _said(world.position == "flapping", 1, 2)


def _all_ways(world: Surroundings) -> int:
    moved = any(event.do in ("insert_wrong", "turn_over") for event in world.scenario.event)
    several = len(world.scenario.card) > 1
    dead = world.card is not None and world.card.faults.mute
    return _said(dead and (moved or several), 1, 3)


def _which_card(world: Surroundings) -> int:
    if world.card is None:
        return UNKNOWN
    if world.card.model == "juki":
        return 2
    return _said(world.right_card, 1, 3)


def _on_reader(world: Surroundings) -> int:
    return _said(world.card is not None and world.card.model in _PHONES, 2, 1)


def _new_card(world: Surroundings) -> int:
    return _said(world.too_new, 1, 2)


def _issued(world: Surroundings) -> int:
    if world.card is None:
        return UNKNOWN
    if not world.card.certificate:
        return 2
    return _said(world.card.signature_certificate, 1, 3)


def _progress(world: Surroundings) -> int:
    if world.breaks_off:
        return 2
    return _said(world.readable, 3, 1)


def _long_data(world: Surroundings) -> int:
    if not world.breaks_off:
        return 2
    return _said(world.reader is not None and bool(world.reader.longest_answer), 1, UNKNOWN)


def _pin_kind(world: Surroundings) -> int:
    alphanumeric = world.pin(PinId.SIGNATURE) is not None
    digits = any(world.pin(pin) is not None for pin in PinId if pin is not PinId.SIGNATURE)
    if alphanumeric == digits:
        return UNKNOWN  # nothing was asked, or everything was
    return _said(digits, 1, 2)


def _locked(world: Surroundings) -> int:
    if world.locked(*PinId):
        return 1
    return _said(world.mistyped, 2, 3)


def _one_left(world: Surroundings) -> int:
    return _said(any(world.pin(pin) == 1 for pin in PinId), 1, 2)


def _pin_use(world: Surroundings) -> int:
    return _said(world.locked(PinId.CARD_FACE_INPUT, PinId.RESIDENT_COMMON, PinId.RESIDENT_JUKI), 1, 2)


def _expiry(world: Surroundings) -> int:
    if world.card is None or not world.card.certificate:
        return UNKNOWN
    if world.card.certificate_days < 0:
        return 2
    return _said(world.card.certificate_days <= _SOON_DAYS, 3, 1)


def _card_expiry(world: Surroundings) -> int:
    return _said(world.card is not None and world.card.card_expires_days < 0, 2, 1)


def _office(world: Surroundings) -> int:
    return _said(world.card is not None and world.card.certificate_days >= 5 * 365, 1, 2)


def _issuer(world: Surroundings) -> int:
    card = world.card
    if card is None:
        return UNKNOWN
    other = card.card_ca_generation not in (None, card.ca_generation)
    return _said(card.foreign_issuer or other, 2, 1)


def _validity(world: Surroundings) -> int:
    if _client(world) != 1 or not world.readable or _issuer(world) == 2:
        return 3
    return _said(_expiry(world) == 2 or _clock(world) == 2, 2, 1)


RULES: Mapping[str, Rule] = {
    "equipment": _equipment,
    "os": _os,
    "stage": _stage,
    "own_certificate": _own_certificate,
    "client": _client,
    "remote": _remote,
    "service": _service,
    "linux_service": _linux_service,
    "permission": _permission,
    "sandbox": lambda world: _said(SessionKind.SANDBOX in world.sessions, 2, 1),
    "lamp": lambda world: _said(world.reader is not None, 1, 2),
    "device_manager": _device_manager,
    "seen_by_software": _seen_by_software,
    "model": _model,
    "driver_order": _driver_order,
    "windows_renewed": _windows_renewed,
    "mac_renewed": _mac_renewed,
    "kernel_nfc": _kernel_nfc,
    "other_readers": _other_readers,
    "windows_version": _windows_version,
    "mac_version": _mac_version,
    "browser": _browser,
    "garbled": _garbled,
    "clock": _clock,
    "card_in": _card_in,
    "face": _face,
    "steady": _steady,
    "all_ways": _all_ways,
    "which_card": _which_card,
    "on_reader": _on_reader,
    "new_card": _new_card,
    "issued": _issued,
    "progress": _progress,
    "long_data": _long_data,
    "in_use": lambda world: _said(world.in_use, 1, 2),
    "always": lambda world: _said(world.reader is not None and world.reader.failing_connects > 0, 2, 1),
    "pin_kind": _pin_kind,
    "locked": _locked,
    "one_left": _one_left,
    "pin_use": _pin_use,
    "expiry": _expiry,
    "card_expiry": _card_expiry,
    "office": _office,
    "issuer": _issuer,
    "validity": _validity,
}
"""Question id to the honest answer."""

USUAL: Mapping[str, int] = {
    "other_card_reacts": UNKNOWN,
    "since": UNKNOWN,
    "age": UNKNOWN,
    "version": UNKNOWN,
    "elsewhere": 3,
    "old_software": 1,
    "button": 2,
    "private": 2,
    "phone_ready": 1,
    "pin_form": 2,
    "tax_number": 2,
    "moved": 1,
    "reinstalled": 2,
    "extension": 1,
    "answer_of_program": 2,
    "java": 2,
    "code_of_tax": 2,
    "code_of_portal": 2,
    "chosen_issuer": 1,
    "sending": 2,
    "validity_only": 2,
    "notice": 2,
    "real_card": 2,
}
"""Answers to what a case says nothing of: nothing unusual, or the caller does not know."""
