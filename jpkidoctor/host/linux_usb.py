"""USB card readers from sysfs, and the kernel modules that take them away (host-probes §1.3).

Only devices that are, or may be, card readers leave this file: keyboards, disks and phones are nobody's business.
Serial numbers are not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from jpkidoctor.facts import Fact, FactStatus, UsbDevice
from jpkidoctor.host.driver_bundles import DriverCatalogue, UsbId, read_catalogue
from jpkidoctor.host.probe import seen, unseen
from jpkidoctor.host.tree import Tree
from jpkidoctor.safe_text import safe_text

_DEVICES = "/sys/bus/usb/devices"
_MODULES = "/sys/module"

CCID_CLASS = 0x0B
_HUB_CLASS = 0x09
_POWER = {"auto": True, "on": False}
"""``power/control``: the kernel may suspend the device, or not (host-probes §1.3)."""
_VENDOR_CLASSES = frozenset({0xFF, 0xFE})
"""The maker's own protocol, and firmware update, which stands beside it."""

NFC_MODULES = ("nfc", "pn533", "pn533_usb", "port100")
"""``port100`` binds the RC-S380, ``pn533_usb`` the ACR122U; ``nfc`` and ``pn533`` are what they stand on."""


@dataclass(frozen=True, slots=True)
class UsbEntry:
    """One device as sysfs shows it, before anything is decided about it."""

    name: str
    """``1-2`` on port 2 of bus 1, ``1-2.3`` behind a hub on that port."""
    vid: int
    pid: int
    device_class: int
    product: str
    manufacturer: str
    interfaces: tuple[tuple[int, str], ...]
    """bInterfaceClass and bound kernel driver (may be empty) of each."""
    may_sleep: bool | None = None


def look_at_usb(tree: Tree, reader_ids: frozenset[UsbId]) -> Fact[tuple[UsbDevice, ...]]:
    """Readers on USB. ABSENT with ``no_usb_sysfs`` where the kernel shows no USB at all (container, WSL):
    that is not "no reader". Raises PermissionError when sysfs is closed to us.
    """
    if not tree.exists(_DEVICES):
        return unseen(FactStatus.ABSENT, "sysfs", "no_usb_sysfs")
    return seen(readers_among(read_usb(tree), reader_ids, linux_catalogue(tree)), "sysfs")


def linux_catalogue(tree: Tree) -> DriverCatalogue:
    """The driver bundles of Debian (also multiarch), Fedora and local builds."""
    folders = ["/usr/lib/pcsc/drivers", "/usr/lib64/pcsc/drivers", "/usr/local/lib/pcsc/drivers"]
    try:
        inside = tree.names("/usr/lib")
    except PermissionError:
        return replace(read_catalogue(tree, folders), closed=True)
    folders += [f"/usr/lib/{name}/pcsc/drivers" for name in inside if name.count("-") >= 2]
    return read_catalogue(tree, folders)


def read_usb(tree: Tree) -> list[UsbEntry]:
    """Every USB device in sysfs; one that vanishes on the way is passed over.

    Raises PermissionError when what tells a reader from another device is closed to us.
    """
    names = tree.names(_DEVICES)
    entries = []
    for name in names:
        vid, pid = (parse_hex(tree.line(f"{_DEVICES}/{name}/{file}")) for file in ("idVendor", "idProduct"))
        if ":" in name or vid is None or pid is None:
            continue
        entries.append(
            UsbEntry(
                name=name,
                vid=vid,
                pid=pid,
                device_class=parse_hex(tree.line(f"{_DEVICES}/{name}/bDeviceClass")) or 0,
                product=tree.glance(f"{_DEVICES}/{name}/product"),
                manufacturer=tree.glance(f"{_DEVICES}/{name}/manufacturer"),
                may_sleep=_POWER.get(tree.glance(f"{_DEVICES}/{name}/power/control")),
                interfaces=_read_interfaces(tree, [n for n in names if n.startswith(f"{name}:")]),
            )
        )
    return entries


def _read_interfaces(tree: Tree, names: Sequence[str]) -> tuple[tuple[int, str], ...]:
    found = []
    for name in names:
        interface_class = parse_hex(tree.line(f"{_DEVICES}/{name}/bInterfaceClass"))
        driver = tree.link(f"{_DEVICES}/{name}/driver").rpartition("/")[2]
        if interface_class is not None:
            found.append((interface_class, driver))
    return tuple(found)


def parse_hex(text: str) -> int | None:
    """A hexadecimal number of sysfs (``054c``, ``0b``), or None. Never raises."""
    try:
        number = int(text.strip()[:10], 16)
    except ValueError:
        return None
    return number if 0 <= number <= 0xFFFF else None


def readers_among(
    entries: Iterable[UsbEntry], reader_ids: frozenset[UsbId], catalogue: DriverCatalogue
) -> tuple[UsbDevice, ...]:
    """The devices that are or may be card readers, in sysfs order."""
    makers = frozenset(vid for vid, _ in reader_ids)
    return tuple(
        _device(entry, catalogue)
        for entry in entries
        if entry.device_class != _HUB_CLASS and _may_be_reader(entry, reader_ids, makers, catalogue)
    )


def _may_be_reader(
    entry: UsbEntry, reader_ids: frozenset[UsbId], makers: frozenset[int], catalogue: DriverCatalogue
) -> bool:
    usb_id = (entry.vid, entry.pid)
    classes = {interface_class for interface_class, _ in entry.interfaces}
    if usb_id in reader_ids or CCID_CLASS in classes or catalogue.lists(usb_id):
        return True
    # A newer model of a reader maker with its own protocol. The same makers sell printers and cameras, whose
    # vendor interface stands beside an ordinary one: those are left out.
    return entry.vid in makers and 0xFF in classes and classes <= _VENDOR_CLASSES


def _device(entry: UsbEntry, catalogue: DriverCatalogue) -> UsbDevice:
    return UsbDevice(
        vid=entry.vid,
        pid=entry.pid,
        product=safe_text(entry.product, 100),
        manufacturer=safe_text(entry.manufacturer, 100),
        interface_classes=tuple(interface_class for interface_class, _ in entry.interfaces),
        bound_driver=_kernel_driver(entry),
        listed_by_driver=catalogue.lists((entry.vid, entry.pid)),
        behind_hub="." in entry.name,
        may_sleep=entry.may_sleep,
    )


def _kernel_driver(entry: UsbEntry) -> str:
    """The kernel driver on a reader interface. ``usbfs`` is no thief: it is pcscd itself, through libusb."""
    for interface_class, driver in entry.interfaces:
        if interface_class in (CCID_CLASS, 0xFF) and driver not in ("", "usbfs"):
            return safe_text(driver, 40)
    return ""


def kernel_modules(tree: Tree) -> Fact[tuple[str, ...]]:
    """Which of ``NFC_MODULES`` are loaded, perhaps none; ABSENT without /sys/module."""
    if not tree.exists(_MODULES):
        return unseen(FactStatus.ABSENT, "sysfs", "no_sysfs")
    return seen(tuple(name for name in NFC_MODULES if tree.exists(f"{_MODULES}/{name}")), "sysfs")
