"""Parsers for macOS' USB trees: bytes in, devices out, whatever the bytes. Shapes: host-probes §1.2.

Serial numbers are not read. Depth and number are bounded, so a hostile tree costs no more than a real one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jpkidoctor.host.bulk import collector_rests
from jpkidoctor.host.property_list import parse_property_list

_HUB_CLASS = 0x09
_DEVICE_CLASSES = frozenset({"IOUSBHostDevice", "IOUSBDevice"})
_NAMES = frozenset(
    {
        "IOObjectClass", "IORegistryEntryChildren", "IORegistryEntryName", "bDeviceClass", "bInterfaceClass",
        "idVendor", "idProduct", "locationID", "USB Product Name", "kUSBProductString", "USB Vendor Name",
        "kUSBVendorString",
    }
)  # fmt: skip
"""What is looked at. Serial numbers are not even read."""
_DEEPEST = 64
"""USB allows 7 tiers; in the registry each has its driver and port nodes between."""
_MOST_NODES = 4_000
"""Of one tree that are looked at: 127 devices fit on a bus, each with some nodes."""
_MOST_DEVICES = 500
_MOST_INTERFACES = 128
"""Nodes looked at below one device; USB allows 32 interfaces."""
_FEWEST_BYTES = 12
"""Bytes to a bracket of a long JSON text; system_profiler's have 50 and more."""
_HEX = re.compile(r"0[xX]([0-9a-fA-F]{1,8})")
_HUB_NAME = re.compile(r"\bhub\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MacUsbEntry:
    """One USB device, before anything is decided about it."""

    vid: int
    pid: int
    product: str = ""
    manufacturer: str = ""
    interface_classes: tuple[int, ...] | None = None
    """bInterfaceClass of each interface; None where the source does not tell (system_profiler)."""
    is_hub: bool = False
    behind_hub: bool | None = None
    location: int | None = None
    """locationID: bus in the top byte, then the port on each tier in 4 bits."""


def parse_registry(data: bytes) -> tuple[MacUsbEntry, ...] | None:
    """Devices of ``ioreg -a -l`` (either plane); None when it is no property list. Never raises.

    No output at all is what ioreg prints when nothing is attached: no devices.
    """
    if not data.strip():
        return ()
    content = parse_property_list(data, _NAMES)
    if not isinstance(content, dict | list):
        return None
    found: dict[object, MacUsbEntry] = {}
    for number, (node, hubs) in enumerate(_registry_nodes(content)):
        entry = _registry_device(node, hubs)
        if entry is not None:
            # A device behind a hub may be printed twice: below the hub, and as a root of its own.
            key = number if entry.location is None else (entry.location, entry.vid, entry.pid)
            found.setdefault(key, entry)
            if len(found) >= _MOST_DEVICES:
                break
    return tuple(found.values())


def _registry_nodes(content: object) -> Iterator[tuple[Mapping[str, object], int]]:
    """All nodes with the number of hubs above each, in the order of the tree."""
    left = _MOST_NODES  # a binary property list may hold a list that contains itself
    waiting: list[tuple[object, int, int]] = [(content, 0, 0)]
    while waiting:
        node, depth, hubs = waiting.pop()
        if isinstance(node, list):
            kept = node[:left]
            left -= len(kept)
            waiting += [(child, depth, hubs) for child in reversed(kept)]
        elif isinstance(node, dict):
            yield node, hubs
            below = hubs + (_is_device(node) and node.get("bDeviceClass") == _HUB_CLASS)
            if depth < _DEEPEST:
                waiting.append((_children(node), depth + 1, below))


def _children(node: Mapping[str, object]) -> list[object]:
    children = node.get("IORegistryEntryChildren")
    return children if isinstance(children, list) else []


def _is_device(node: Mapping[str, object]) -> bool:
    """An interface repeats its device's idVendor and idProduct; only a device has a bDeviceClass."""
    name = node.get("IOObjectClass")
    return (isinstance(name, str) and name in _DEVICE_CLASSES) or "bDeviceClass" in node


def _registry_device(node: Mapping[str, object], hubs: int) -> MacUsbEntry | None:
    vid, pid = _word(node.get("idVendor")), _word(node.get("idProduct"))
    if vid is None or pid is None or not _is_device(node):
        return None
    location = node.get("locationID")
    place = location & 0xFFFFFFFF if isinstance(location, int) else None
    return MacUsbEntry(
        vid=vid,
        pid=pid,
        product=_first_text(node, "USB Product Name", "kUSBProductString", "IORegistryEntryName"),
        manufacturer=_first_text(node, "USB Vendor Name", "kUSBVendorString"),
        interface_classes=_interface_classes(node),
        is_hub=node.get("bDeviceClass") == _HUB_CLASS,
        behind_hub=hubs > 0 or _is_deep(place),
        location=place,
    )


def _interface_classes(device: Mapping[str, object]) -> tuple[int, ...] | None:
    """Of the interfaces below a device, not of devices below it; None on a plane that shows no interfaces."""
    classes: list[int] = []
    waiting: list[tuple[object, int]] = [(child, 0) for child in reversed(_children(device)[:_MOST_INTERFACES])]
    looked_at = 0
    while waiting and looked_at < _MOST_INTERFACES:
        node, depth = waiting.pop()
        looked_at += 1
        if not isinstance(node, dict) or _is_device(node):
            continue
        interface_class = node.get("bInterfaceClass")
        if isinstance(interface_class, int) and 0 <= interface_class <= 0xFF:
            classes.append(interface_class)
        elif depth < 4:  # a composite driver may stand between
            waiting += [(child, depth + 1) for child in reversed(_children(node)[:_MOST_INTERFACES])]
    return tuple(classes) or None


def _is_deep(location: int | None) -> bool:
    """A second port number in locationID means a hub between ([K])."""
    return location is not None and location & 0x000F0000 != 0


def parse_profiler_usb(data: bytes) -> tuple[MacUsbEntry, ...] | None:
    """Devices of ``system_profiler -json`` for USB, the type of macOS 26 or the older one; None when it is
    neither. Never raises. It tells nothing about interfaces.
    """
    content = parse_json(data)
    if not isinstance(content, dict):
        return None
    trees = [content[name] for name in ("SPUSBHostDataType", "SPUSBDataType") if isinstance(content.get(name), list)]
    if not trees:
        return None
    found: list[MacUsbEntry] = []
    waiting: list[tuple[object, int, int]] = [(tree, 0, 0) for tree in trees]
    left = _MOST_NODES
    while waiting:
        node, depth, hubs = waiting.pop()
        if isinstance(node, list):
            kept = node[:left]
            left -= len(kept)
            waiting += [(child, depth, hubs) for child in reversed(kept)]
        elif isinstance(node, dict):
            entry = _profiler_device(node, hubs)
            if entry is not None:
                found.append(entry)
            if depth < _DEEPEST:
                waiting.append((node.get("_items"), depth + 1, hubs + (entry is not None)))
    return tuple(found)


def _profiler_device(node: Mapping[str, object], hubs: int) -> MacUsbEntry | None:
    vid = _profiler_id(node, "USBDeviceKeyVendorID", "vendor_id")
    pid = _profiler_id(node, "USBDeviceKeyProductID", "product_id")
    if vid is None or pid is None:  # a bus
        return None
    product = _first_text(node, "_name")
    location = _profiler_id(node, "USBKeyLocationID", "location_id", largest=0xFFFFFFFF)
    return MacUsbEntry(
        vid=vid,
        pid=pid,
        product=product,
        manufacturer=_first_text(node, "USBDeviceKeyVendorName", "manufacturer"),
        is_hub=bool(node.get("_items")) or _HUB_NAME.search(product) is not None,
        behind_hub=hubs > 0 or _is_deep(location),
        location=location,
    )


def _profiler_id(node: Mapping[str, object], *names: str, largest: int = 0xFFFF) -> int | None:
    """``0x054c``; the old type writes the maker behind it, ``0x054c  (Sony Corporation)``, or ``apple_vendor_id``."""
    for name in names:
        match = _HEX.match(value.strip()) if isinstance(value := node.get(name), str) else None
        if match is not None and int(match[1], 16) <= largest:
            return int(match[1], 16)
    return None


def parse_json(data: bytes) -> object:
    """The content of a JSON text, None when it is broken or is brackets for the most part. Never raises."""
    if data.count(b"{") + data.count(b"[") > max(_MOST_NODES, len(data) // _FEWEST_BYTES):
        return None
    try:
        with collector_rests():
            return json.loads(data)
    except (ValueError, RecursionError):  # ValueError: no JSON, no text, or a number of too many digits
        return None


def _word(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFF else None


def _first_text(node: Mapping[str, object], *names: str) -> str:
    return next((value for name in names if isinstance(value := node.get(name), str) and value.strip()), "")
