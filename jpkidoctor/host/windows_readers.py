"""From the devices of a Windows computer to its card readers. Pure; nothing is judged.

Only devices that are, or may be, card readers become facts: keyboards and disks are nobody's business.
Sources: host-probes §1.1.1, §1.1.4 to §1.1.7.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jpkidoctor.facts import ReaderDevice, UsbDevice
from jpkidoctor.host.windows_cfgmgr import SMART_CARD_READER_CLASS
from jpkidoctor.host.windows_records import DeviceRecord
from jpkidoctor.safe_text import safe_text

UsbId = tuple[int, int]

CCID_CLASS = 0x0B
_HUB_CLASS = 0x09
_VENDOR_CLASSES = frozenset({0xFF, 0xFE})
"""The maker's own protocol, and firmware update, which stands beside it."""
_NO_DRIVER = frozenset({1, 18, 28})
_PHANTOM = 45
"""Not plugged in now: no fact about this computer's readers."""
_LIBRARY_DRIVERS = frozenset({"winusb", "libusb0", "libusbk"})
"""What Zadig binds: PC/SC then has no reader (host-probes §1.1.4)."""
_STUB_DRIVERS = frozenset({"vboxusb", "vmusb"})
"""What stands in for a device that usbipd or VirtualBox, or VMware, hands over to another system."""
_STUB_IDS = frozenset({(0x80EE, 0xCAFE), (0x0E0F, 0x0001)})
"""The number that Windows then shows: the device's own is gone (sources USBIPD, VMWUSB)."""

_USB_ID = re.compile(r"\bVID_([0-9A-F]{4})&PID_([0-9A-F]{4})", re.IGNORECASE)
_INTERFACE = re.compile(r"&MI_[0-9A-F]{2}", re.IGNORECASE)
_CLASS = re.compile(r"USB\\Class_([0-9A-F]{2})", re.IGNORECASE)
_NOT_A_READER = re.compile(r"windows hello|virtual smart ?card|仮想スマート ?カード|\btpm\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UsbTree:
    """A USB device with the interfaces that Windows lists as devices of their own (a composite device)."""

    top: DeviceRecord
    interfaces: tuple[DeviceRecord, ...]
    id: UsbId

    @property
    def records(self) -> tuple[DeviceRecord, ...]:
        return (self.top, *self.interfaces)

    @property
    def classes(self) -> tuple[int, ...]:
        """bInterfaceClass of each interface, by the compatible ids; empty when they were not told."""
        told = (interface_class(record) for record in self.records)
        return tuple(number for number in told if number is not None)


MaySleep = Callable[[str], bool | None]
"""Whether Windows may cut the power of the device with this instance; None when it does not tell."""


def usb_devices(
    records: Sequence[DeviceRecord],
    reader_ids: frozenset[UsbId],
    instances: frozenset[str] = frozenset(),
    may_sleep: MaySleep = lambda instance: None,
) -> tuple[UsbDevice, ...]:
    """The USB devices that are or may be card readers.

    ``instances``: see ``reader_devices``; ``may_sleep``: whether the power of the device with this instance may be cut,
    None when not told.
    """
    by_instance = {record.instance.upper(): record for record in records}
    return tuple(
        UsbDevice(
            vid=tree.id[0],
            pid=tree.id[1],
            product=safe_text(tree.top.bus_description or tree.top.description, 100),
            manufacturer=safe_text(tree.top.manufacturer, 100),
            interface_classes=tree.classes,
            bound_driver=_foreign_driver(tree),
            behind_hub=behind_hub(tree.top, by_instance),
            may_sleep=may_sleep(tree.top.instance),
        )
        for tree in candidates(records, reader_ids, instances)
    )


def reader_devices(
    records: Sequence[DeviceRecord], reader_ids: frozenset[UsbId], instances: frozenset[str] = frozenset()
) -> tuple[ReaderDevice, ...]:
    """What Device Manager lists as card readers, and USB readers with a problem, which it lists elsewhere.

    A driverless reader has no class, so the class alone would miss it. One that WinUSB holds is no reader for
    Windows and stands in ``usb_devices`` alone. ``instances``: those that PC/SC has readers of, in upper case;
    they count whatever their class is.
    """
    here = [record for record in records if record.problem != _PHANTOM]
    listed = [record for record in here if is_reader_class(record) or record.instance.upper() in instances]
    for tree in candidates(records, reader_ids, instances):
        if not _is_stub(tree) and not any(record in listed for record in tree.records):
            listed += [record for record in tree.records if record.problem]
    return tuple(_device(record) for record in listed)


def candidates(
    records: Sequence[DeviceRecord], reader_ids: frozenset[UsbId], instances: frozenset[str]
) -> tuple[UsbTree, ...]:
    """The USB devices of interest, with their interfaces."""
    makers = frozenset(vid for vid, _ in reader_ids)
    return tuple(tree for tree in usb_trees(records) if _may_be_reader(tree, reader_ids, makers, instances))


def usb_trees(records: Sequence[DeviceRecord]) -> tuple[UsbTree, ...]:
    """Each USB device once. An interface whose device is not among the records stands for it."""
    tops: dict[str, DeviceRecord] = {}
    parts: dict[str, list[DeviceRecord]] = {}
    by_id: dict[UsbId, str] = {}
    on_usb = [(r, usb_id(r)) for r in records if r.instance.upper().startswith("USB\\") and r.problem != _PHANTOM]
    for record, number in on_usb:
        if number is not None and not _INTERFACE.search(record.instance):
            tops[record.instance.upper()] = record
            by_id.setdefault(number, record.instance.upper())
    for record, number in on_usb:
        if number is not None and _INTERFACE.search(record.instance):
            parent = record.parent.upper() or by_id.get(number, "")
            if parent in tops:
                parts.setdefault(parent, []).append(record)
            else:
                tops[record.instance.upper()] = record
    return tuple(
        UsbTree(top, tuple(parts.get(key, ())), number)
        for key, top in tops.items()
        if (number := usb_id(top)) is not None
    )


def _may_be_reader(
    tree: UsbTree, reader_ids: frozenset[UsbId], makers: frozenset[int], instances: frozenset[str]
) -> bool:
    classes = frozenset(tree.classes)
    if _HUB_CLASS in classes:
        return False
    if tree.id in reader_ids or CCID_CLASS in classes or _is_stub(tree):
        return True
    if any(is_reader_class(record) or record.instance.upper() in instances for record in tree.records):
        return True
    # A newer model of a reader maker that waits for its driver. The same makers sell cameras and printers, whose
    # interfaces are of an ordinary class: those are left out.
    driverless = any(record.problem in _NO_DRIVER for record in tree.records)
    return driverless and tree.id[0] in makers and classes <= _VENDOR_CLASSES


def usb_id(record: DeviceRecord) -> UsbId | None:
    """Vendor and product number, by the instance or the hardware ids. Never raises."""
    for text in (record.instance, *record.hardware_ids):
        match = _USB_ID.search(text)
        if match is not None:
            return int(match[1], 16), int(match[2], 16)
    return None


def interface_class(record: DeviceRecord) -> int | None:
    """bInterfaceClass by the compatible ids (``USB\\Class_0B&SubClass_00&Prot_00``), or None. Never raises."""
    for text in record.compatible_ids:
        match = _CLASS.match(text)
        if match is not None:
            return int(match[1], 16)
    return None


def is_reader_class(record: DeviceRecord) -> bool:
    """Device Manager shows it under "Smart card readers"."""
    return (
        record.device_class.lower() == "smartcardreader" or record.class_guid.strip().lower() == SMART_CARD_READER_CLASS
    )


def is_virtual(record: DeviceRecord) -> bool:
    """Made by software, as Windows Hello and TPM cards are: no card of the caller can ever be in it.

    A virtual machine's CCID reader (VMware, VID 0E0F) is none of these: the host's reader and card reach the
    guest through it (host-probes §1.1.7).
    """
    made_by_software = record.instance.upper().startswith(("ROOT\\", "SWD\\"))
    return made_by_software or _NOT_A_READER.search(record.description) is not None


def behind_hub(record: DeviceRecord, by_instance: dict[str, DeviceRecord]) -> bool | None:
    """Plugged into another device (a hub, also one in a monitor) and not into the computer. None: not told."""
    parent = record.parent.upper()
    if _INTERFACE.search(record.instance):
        device = by_instance.get(parent)
        parent = device.parent.upper() if device is not None else ""
    if parent.startswith("USB\\ROOT_HUB"):
        return False
    return True if parent.startswith("USB\\VID_") else None


def _is_stub(tree: UsbTree) -> bool:
    """A device that was handed over: it may have been a reader, and nothing here says so."""
    return tree.id in _STUB_IDS and tree.top.service.lower() in _STUB_DRIVERS


def _foreign_driver(tree: UsbTree) -> str:
    """WinUSB or a libusb driver in the place of a reader's own, or the stub of a device that was handed over."""
    for record in tree.records:
        if record.service.lower() in _STUB_DRIVERS:
            return safe_text(record.service, 40)
        if record.service.lower() in _LIBRARY_DRIVERS and interface_class(record) in (CCID_CLASS, 0xFF, None):
            return safe_text(record.service, 40)
    return ""


def _device(record: DeviceRecord) -> ReaderDevice:
    number = usb_id(record)
    return ReaderDevice(
        instance=safe_text(record.instance, 200),
        vid=number[0] if number else None,
        pid=number[1] if number else None,
        description=safe_text(record.description or record.bus_description, 100),
        device_class=safe_text(record.device_class, 40),
        problem_code=record.problem,
        driver_provider=safe_text(record.provider, 60),
        driver_version=safe_text(record.version, 40),
        driver_date=record.date.date() if record.date else None,
        driver_inf=safe_text(record.inf, 60),
        driver_service=safe_text(record.service, 40),
        driver_installed_at=record.installed_at,
        first_connected_at=record.first_connected_at,
        virtual=is_virtual(record),
    )
