"""What several checks ask of the facts: which slots can hold the caller's card, which USB devices are readers."""

from __future__ import annotations

from jpkidoctor.diagnosis import Evidence
from jpkidoctor.facts import (
    Facts,
    OsFamily,
    ReaderDevice,
    ReaderFacts,
    ReaderKind,
    ServiceState,
    SessionKind,
    UsbDevice,
)
from jpkidoctor.knowledge.known import Known

CCID = 0x0B
_NEVER = frozenset({ReaderKind.SAM, ReaderKind.VIRTUAL})

# SCARD_STATE_* bits (winscard.h). Checks know numbers of the standard, not the card room.
EMPTY = 0x0010
PRESENT = 0x0020
EXCLUSIVE = 0x0080
MUTE = 0x0200


def family(facts: Facts) -> OsFamily | None:
    """The operating system's family, None when it was not observed."""
    return facts.host.os.value.family if facts.host.os.value else None


def usable_readers(facts: Facts) -> tuple[ReaderFacts, ...]:
    """PC/SC readers that can hold the caller's card."""
    return tuple(reader for reader in facts.pcsc.readers.value or () if reader.kind not in _NEVER)


def readers_of_kind(facts: Facts, kind: ReaderKind) -> tuple[ReaderFacts, ...]:
    """PC/SC readers of one kind."""
    return tuple(reader for reader in facts.pcsc.readers.value or () if reader.kind is kind)


def pcsc_was_asked(facts: Facts) -> bool:
    """PC/SC told its readers or refused. Before that, no reader in its list means nothing."""
    return facts.pcsc.readers.known or bool(facts.pcsc.context.value)


NO_SERVICE = 0x8010001D
SERVICE_STOPPED = 0x8010001E


def shows_no_reader(facts: Facts) -> bool:
    """PC/SC was asked and drives no reader.

    Windows starts the service with the first reader that has a working driver, so "no service" says the same
    when the device manager lists no such reader (host-probes.md §0.1). A disabled service says nothing.
    """
    if facts.pcsc.readers.known:
        return not usable_readers(facts)
    if family(facts) is not OsFamily.WINDOWS or facts.pcsc.context.value not in (NO_SERVICE, SERVICE_STOPPED):
        return False
    service = facts.host.service.value
    if service is not None and service.state in (ServiceState.DISABLED, ServiceState.NOT_INSTALLED):
        return False
    devices = facts.host.reader_devices
    return devices.known and all(device.problem_code for device in reader_devices(facts))


def sleeps_unseen(facts: Facts) -> bool:
    """Windows' service stands ready to start and does not run, and nobody could look for devices.

    It starts by itself with the first reader, so there is most likely none (host-probes.md §0.1).
    """
    if family(facts) is not OsFamily.WINDOWS or facts.pcsc.context.value not in (NO_SERVICE, SERVICE_STOPPED):
        return False
    service = facts.host.service.value
    looked = facts.host.reader_devices.known or facts.host.usb_devices.known
    return service is not None and service.state is ServiceState.ON_DEMAND and not looked


def usb_readers(facts: Facts, known: Known) -> tuple[UsbDevice, ...]:
    """USB devices that are card readers: CCID by class, or a VID:PID of the reader table."""
    return tuple(
        device
        for device in facts.host.usb_devices.value or ()
        if CCID in device.interface_classes or known.reader_by_usb(device.vid, device.pid) is not None
    )


def examined_usb(facts: Facts, known: Known) -> UsbDevice | None:
    """The USB device behind the examined reader; None when several could be it."""
    reader, devices = facts.pcsc.examined_reader, usb_readers(facts, known)
    if reader is None:
        return None
    if len(devices) == 1:
        return devices[0]
    same = [d for d in devices if (model := known.reader_by_usb(d.vid, d.pid)) is not None and model.id == reader.model]
    return same[0] if len(same) == 1 else None


def reader_devices(facts: Facts) -> tuple[ReaderDevice, ...]:
    """Real readers as the device manager lists them."""
    return tuple(device for device in facts.host.reader_devices.value or () if not device.virtual)


def plugged_in(facts: Facts, known: Known) -> bool:
    """A reader is attached to this computer, whether PC/SC sees it or not."""
    return bool(usb_readers(facts, known) or reader_devices(facts))


def unseen_by_pcsc(facts: Facts, known: Known) -> tuple[UsbDevice, ...]:
    """Attached USB readers while PC/SC shows none of their slots. A SAM slot proves a driver; C-02 judges it."""
    shown = usable_readers(facts) or readers_of_kind(facts, ReaderKind.SAM)
    return () if shown else usb_readers(facts, known)


_KERNEL_NFC = frozenset({"port100", "pn533_usb", "pn533"})
_LIBRARY_DRIVERS = frozenset({"winusb", "libusb0", "libusbk"})
_HANDED_OVER = frozenset({"vboxusb", "vmusb", "usbip-host"})


def is_kernel_held(device: UsbDevice) -> bool:
    """Linux: a kernel NFC module took the reader."""
    return device.bound_driver in _KERNEL_NFC


def has_library_driver(device: UsbDevice) -> bool:
    """Windows: WinUSB or a libusb driver (Zadig) in the place of the reader's own (host-probes.md §1.1.4)."""
    return device.bound_driver.lower() in _LIBRARY_DRIVERS


def is_handed_over(device: UsbDevice) -> bool:
    """Given to a virtual machine, to WSL or over the network."""
    return device.bound_driver.lower() in _HANDED_OVER


def handed_over(device: UsbDevice) -> Evidence:
    """What hands a device over, and the number it shows meanwhile."""
    return Evidence("handed_over", {"driver": device.bound_driver, "usb": f"{device.vid:04X}:{device.pid:04X}"})


def is_ccid(device: UsbDevice) -> bool:
    """Speaks the common protocol of card readers."""
    return CCID in device.interface_classes


def is_in_use(facts: Facts) -> bool:
    """A reader works all the same, or PC/SC was not asked yet: what is odd about a device is no failure then."""
    return bool(usable_readers(facts)) or not pcsc_was_asked(facts)


def sessions(facts: Facts) -> frozenset[SessionKind]:
    """The kinds of session that hold at once; empty when they were not observed."""
    return frozenset(facts.host.session.value or ())


def is_mute(reader: ReaderFacts) -> bool:
    """A card is in, and it does not answer."""
    return bool(reader.flags & PRESENT and reader.flags & MUTE)


def usb_evidence(device: UsbDevice, known: Known) -> Evidence:
    """The device by its ids, and by its name in the reader table when it stands there."""
    model = known.reader_by_usb(device.vid, device.pid)
    name = model.id if model else ""
    return Evidence("usb_reader", {"usb": f"{device.vid:04X}:{device.pid:04X}", "model": name})
