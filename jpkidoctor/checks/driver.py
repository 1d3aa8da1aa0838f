"""C, the driver's part: plugged in, but PC/SC does not see it, and why."""

from __future__ import annotations

import datetime as dt

from jpkidoctor.checks.hardware import (
    CCID,
    family,
    pcsc_was_asked,
    plugged_in,
    reader_devices,
    shows_no_reader,
    unseen_by_pcsc,
    usable_readers,
    usb_evidence,
    usb_readers,
)
from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unknown, unobserved, waits_for
from jpkidoctor.diagnosis import Finding
from jpkidoctor.facts import Facts, OsFamily, ReaderDevice, UsbDevice
from jpkidoctor.knowledge.known import Known

# Device Manager codes grouped by what the caller has to do (host-probes.md §1.1.3).
PROBLEM_VARIANTS = {
    1: "no_driver", 18: "no_driver", 28: "no_driver",
    22: "disabled", 32: "disabled",
    14: "restart", 21: "restart", 38: "restart", 50: "restart", 51: "restart",
    10: "failed", 24: "failed", 31: "failed", 43: "failed", 47: "failed",
    39: "blocked", 48: "blocked", 52: "blocked",
}  # fmt: skip

_MICROSOFT = "microsoft"
_CLASS_EXTENSION_FAILED = 31
"""With Windows' own Usbccid driver a case that Microsoft describes, with its own remedy (host-probes.md §1.1.3)."""


def _is_kernel_held(device: UsbDevice) -> bool:
    return device.bound_driver in {"port100", "pn533_usb", "pn533"}


def _is_ccid(device: UsbDevice) -> bool:
    return CCID in device.interface_classes


def _is_in_use(facts: Facts) -> bool:
    """A reader works all the same, or PC/SC was not asked yet: what is odd about a device is no failure then."""
    return bool(usable_readers(facts)) or not pcsc_was_asked(facts)


def driver_is_installed(facts: Facts, known: Known) -> Finding:
    """C-03. Plugged in, but PC/SC does not see it, and no more exact reason is known."""
    node = "C-03"
    if not facts.host.usb_devices.known:
        return unobserved(node, facts.host.usb_devices, "host.usb_devices")
    if usable_readers(facts):
        return ok(node)
    if not shows_no_reader(facts):
        return waits_for(node, "B")
    for device in unseen_by_pcsc(facts, known):
        if _is_kernel_held(device) or not _is_ccid(device):
            continue  # C-10 and C-04 say it better
        evidence = [usb_evidence(device, known), seen("no_pcsc_reader")]
        if family(facts) is OsFamily.LINUX:
            bundles = facts.host.driver_bundles.value or ()
            evidence += [seen("driver_bundle", name=bundle.name, version=bundle.version) for bundle in bundles]
            if device.listed_by_driver is False:
                return failed(node, *evidence, seen("not_in_driver_list"), variant="too_new")
            return failed(node, *evidence, variant="vendor")
        if family(facts) is OsFamily.MACOS:
            continue  # C-11: the CCID driver of macOS did not take it
        return failed(node, *evidence, variant="vendor")
    return ok(node) if plugged_in(facts, known) else not_applicable(node)


def _has_own_driver_trouble(device: UsbDevice, facts: Facts) -> bool:
    """The device manager has a driver for this device and says what keeps it from running: C-05 is more exact."""
    return any(
        (listed.vid, listed.pid) == (device.vid, device.pid)
        and listed.problem_code
        and PROBLEM_VARIANTS.get(listed.problem_code) != "no_driver"
        for listed in reader_devices(facts)
    )


def reader_speaks_ccid(facts: Facts, known: Known) -> Finding:
    """C-04. Readers with their maker's own protocol (RC-S380) need the maker's software, or cannot be used."""
    node = "C-04"
    if not facts.host.usb_devices.known:
        return unobserved(node, facts.host.usb_devices, "host.usb_devices")
    own = [d for d in usb_readers(facts, known) if not _is_ccid(d)]
    if not own:
        return ok(node) if usb_readers(facts, known) else not_applicable(node)
    evidence = [usb_evidence(device, known) for device in own]
    if not unseen_by_pcsc(facts, known):
        return ok(node, *evidence)  # its software is there, PC/SC sees it
    free = [device for device in own if not _is_kernel_held(device)]
    if not free:
        return ok(node, *evidence)  # C-10: the kernel holds it
    if all(_has_own_driver_trouble(device, facts) for device in free):
        return ok(node, *evidence)  # C-05: its software is there, but disabled, waiting for a restart or broken
    if not shows_no_reader(facts):
        return waits_for(node, "B")
    return failed(node, *evidence, variant="other")


def device_has_no_problem(facts: Facts, known: Known) -> Finding:
    """C-05. The device manager's problem code."""
    node = "C-05"
    if not facts.host.reader_devices.known:
        return unobserved(node, facts.host.reader_devices, "host.reader_devices")
    devices = reader_devices(facts)
    broken = [device for device in devices if device.problem_code]
    if not broken:
        return ok(node) if devices else not_applicable(node)
    device = broken[0]
    code = device.problem_code or 0
    evidence = (seen("problem_code", code=code), seen("device", name=device.description))
    variant = PROBLEM_VARIANTS.get(code, "failed")
    if code == _CLASS_EXTENSION_FAILED and device.driver_provider.strip().lower() == _MICROSOFT:
        variant = "usbccid"
    if _is_in_use(facts):
        return attention(node, *evidence, variant=variant)
    return failed(node, *evidence, variant=variant)


def _is_makers(device: ReaderDevice) -> bool:
    return bool(device.driver_provider) and device.driver_provider.strip().lower() != _MICROSOFT


def driver_is_newer_than_system(facts: Facts, known: Known) -> Finding:
    """C-06. A maker's driver that is older than the last Windows upgrade.

    Windows' own driver has a fixed date of 2006 and is never judged by it (host-probes.md §0.7).
    """
    node = "C-06"
    if family(facts) is not OsFamily.WINDOWS:
        return not_applicable(node)
    if not facts.host.reader_devices.known:
        return unobserved(node, facts.host.reader_devices, "host.reader_devices")
    system = facts.host.os.value
    upgraded = system.installed_at if system else None
    if upgraded is None:
        return unknown(node, seen("unobserved", fact="host.os.installed_at", status="unknown", note=""))
    makers = [device for device in reader_devices(facts) if _is_makers(device) and device.driver_date]
    old = [device for device in makers if device.driver_date and device.driver_date < upgraded.date()]
    if not old:
        return ok(node)
    evidence = [
        seen(
            "driver_older",
            provider=device.driver_provider,
            version=device.driver_version,
            date=str(device.driver_date),
            upgraded=str(upgraded.date()),
        )
        for device in old
    ]
    explained = any(device.problem_code for device in old)  # C-05 says it better
    return attention(node, *evidence) if _is_in_use(facts) or explained else failed(node, *evidence)


def driver_came_first(facts: Facts, known: Known) -> Finding:
    """C-07. The reader was plugged in before its driver was installed."""
    node = "C-07"
    if family(facts) is not OsFamily.WINDOWS:
        return not_applicable(node)
    if not facts.host.reader_devices.known:
        return unobserved(node, facts.host.reader_devices, "host.reader_devices")
    early = [
        device
        for device in reader_devices(facts)
        if _is_makers(device)
        and device.first_connected_at
        and device.driver_installed_at
        and device.driver_installed_at - device.first_connected_at > dt.timedelta(minutes=1)
    ]
    if not early:
        return ok(node) if reader_devices(facts) else not_applicable(node)
    evidence = seen("connected_before_driver", name=early[0].description)
    if not pcsc_was_asked(facts):
        return waits_for(node, "B")
    return ok(node, evidence) if usable_readers(facts) else failed(node, evidence)


def only_one_driver(facts: Facts, known: Known) -> Finding:
    """C-08. Drivers of several makers side by side."""
    node = "C-08"
    if family(facts) is not OsFamily.WINDOWS:
        return not_applicable(node)
    if not facts.host.reader_devices.known:
        return unobserved(node, facts.host.reader_devices, "host.reader_devices")
    makers = sorted({device.driver_provider for device in reader_devices(facts) if _is_makers(device)})
    if len(makers) < 2:
        return ok(node)
    return attention(node, *(seen("driver_of", provider=maker) for maker in makers))


def kernel_leaves_reader(facts: Facts, known: Known) -> Finding:
    """C-10. A kernel NFC module holds the reader, so pcscd cannot."""
    node = "C-10"
    if family(facts) is not OsFamily.LINUX:
        return not_applicable(node)
    held = [device for device in facts.host.usb_devices.value or () if _is_kernel_held(device)]
    modules = facts.host.kernel_modules.value or ()
    if held:
        evidence = [usb_evidence(device, known) for device in held]
        evidence += [seen("kernel_driver", module=device.bound_driver) for device in held]
        if _is_in_use(facts):
            return attention(node, *evidence, variant="busy")
        return failed(node, *evidence, variant="busy")
    if not facts.host.kernel_modules.known:
        return unobserved(node, facts.host.kernel_modules, "host.kernel_modules")
    return ok(node, *(seen("kernel_module_idle", module=module) for module in modules))


def mac_driver_takes_reader(facts: Facts, known: Known) -> Finding:
    """C-11. macOS sees the CCID reader on USB but its CCID driver does not take it."""
    node = "C-11"
    if family(facts) is not OsFamily.MACOS:
        return not_applicable(node)
    unseen = [device for device in unseen_by_pcsc(facts, known) if _is_ccid(device)]
    if not unseen:
        return ok(node)
    if not facts.pcsc.readers.known:
        return waits_for(node, "B")
    evidence = [usb_evidence(device, known) for device in unseen]
    if facts.host.apple_ccid_driver.value is not None:
        evidence.append(seen("apple_ccid", used=int(facts.host.apple_ccid_driver.value)))
    return failed(node, *evidence)
