"""macOS: which card readers hang on USB, and which of them a driver took (host-probes §1.2).

A reader on USB that no driver took is the case "plugged in, no driver". Only devices that are or may be card
readers leave this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec

from jpkidoctor.facts import Fact, FactStatus, ReaderDevice, UsbDevice
from jpkidoctor.host.commands import Runner
from jpkidoctor.host.driver_bundles import DriverCatalogue, UsbId
from jpkidoctor.host.linux_usb import UsbEntry, readers_among
from jpkidoctor.host.macos_commands import IOREG, SMART_CARDS, USB_HOST, USB_OLD
from jpkidoctor.host.macos_registry import MacUsbEntry, parse_profiler_usb, parse_registry
from jpkidoctor.host.macos_smart_cards import parse_smart_cards
from jpkidoctor.host.probe import seen, unseen

_IOREG_LIMIT = 0.9
_PROFILER_LIMIT = 1.8
USB_LIMIT = _IOREG_LIMIT + _PROFILER_LIMIT + 0.1
"""Seconds for the whole look at USB, within the 3 of all probes."""
READERS_LIMIT = 8.0
"""system_profiler needs up to 2 s as a rule, and more on a Mac that has just started; nobody waits for it."""

_READER_WORDS = re.compile(r"smart\s*card|card\s*reader|ccid|pasori|felica|\bnfc\b|icカード", re.IGNORECASE)


@dataclass
class IoregMemory:
    """What earlier looks taught about ioreg on this Mac.

    It prints nothing when nothing is attached, and would print nothing too if a new macOS named its classes otherwise.
    Once it has shown a device, or system_profiler has found nothing either, its silence is an answer: a Mac without
    a reader is looked at every few seconds, and system_profiler is dear.
    """

    silence_counts: bool = False


def look_at_usb(
    runner: Runner,
    reader_ids: frozenset[UsbId],
    catalogue: DriverCatalogue,
    memory: IoregMemory | None = None,
) -> Fact[tuple[UsbDevice, ...]]:
    """Readers on USB, by ioreg; when that fails or knows no USB device at all, by system_profiler as well."""
    memory = memory or IoregMemory()
    answer = runner.run(IOREG, _IOREG_LIMIT)
    entries = None if answer.failure else parse_registry(answer.output)
    if entries:
        memory.silence_counts = True
        return seen(readers_on_usb(entries, reader_ids, catalogue), "ioreg")
    if entries is not None and memory.silence_counts:
        return seen((), "ioreg")
    second = _ask_profiler(runner)
    if entries is not None and second is not None:
        memory.silence_counts = not second
    if second:
        return seen(readers_on_usb(second, reader_ids, catalogue), "system_profiler")
    if entries is not None:
        return seen((), "ioreg")
    if second is not None:
        return seen((), "system_profiler")
    return answer.unseen("ioreg")


def _ask_profiler(runner: Runner) -> tuple[MacUsbEntry, ...] | None:
    """Both data types side by side, since either is empty on the other's macOS; None when neither answered."""
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda command: runner.run(command, _PROFILER_LIMIT), (USB_HOST, USB_OLD)))
    parsed = [parse_profiler_usb(answer.output) for answer in answers if not answer.failure]
    told = [entries for entries in parsed if entries is not None]
    return next((entries for entries in told if entries), told[0] if told else None)


def readers_on_usb(
    entries: Iterable[MacUsbEntry], reader_ids: frozenset[UsbId], catalogue: DriverCatalogue
) -> tuple[UsbDevice, ...]:
    """The devices that are or may be card readers, by the same rule as on Linux.

    Where the interfaces are not told, a device of a reader maker counts when its own name says what it is.
    """
    makers = frozenset(vid for vid, _ in reader_ids)
    found: list[UsbDevice] = []
    for entry in entries:
        if entry.is_hub:
            continue
        known_ids = reader_ids
        if entry.interface_classes is None and entry.vid in makers and _READER_WORDS.search(entry.product[:200]):
            known_ids = reader_ids | {(entry.vid, entry.pid)}
        found += (
            msgspec.structs.replace(device, behind_hub=entry.behind_hub)
            for device in readers_among((_as_usb_entry(entry),), known_ids, catalogue)
        )
    return tuple(found)


def _as_usb_entry(entry: MacUsbEntry) -> UsbEntry:
    return UsbEntry(
        name="",
        vid=entry.vid,
        pid=entry.pid,
        device_class=0,
        product=entry.product,
        manufacturer=entry.manufacturer,
        interfaces=tuple((interface_class, "") for interface_class in entry.interface_classes or ()),
    )


def look_at_reader_devices(runner: Runner) -> Fact[tuple[ReaderDevice, ...]]:
    """The readers some driver of macOS took, by name; none is the empty tuple.

    macOS has no problem codes and does not say which driver took which reader, so the rest stays empty. A macOS
    that prints no such list gives NOT_APPLICABLE, note ``no_reader_list``.
    """
    answer = runner.run(SMART_CARDS, READERS_LIMIT - 0.2)
    parsed = None if answer.failure else parse_smart_cards(answer.output)
    if parsed is None:
        return answer.unseen("system_profiler")
    if parsed.readers is None:
        return unseen(FactStatus.NOT_APPLICABLE, "system_profiler", "no_reader_list")
    return seen(tuple(ReaderDevice(description=name) for name in parsed.readers), "system_profiler")
