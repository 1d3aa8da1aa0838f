"""C, the driver's part: plugged in, but PC/SC does not see it, and why."""

from __future__ import annotations

import datetime as dt

from jpkidoctor.checks.hardware import (
    family,
    has_library_driver,
    is_ccid,
    is_handed_over,
    is_in_use,
    is_kernel_held,
    pcsc_was_asked,
    plugged_in,
    reader_devices,
    shows_no_reader,
    unseen_by_pcsc,
    usable_readers,
    usb_evidence,
    usb_readers,
)
from jpkidoctor.checks.problem_codes import DRIVER_CODES, MICROSOFT, PROBLEM_VARIANTS, problem_variant
from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unknown, unobserved, waits_for
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import Facts, OsFamily, ReaderDevice, UsbDevice
from jpkidoctor.knowledge.known import Known


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
        if has_library_driver(device):
            return failed(node, usb_evidence(device, known), _bound(device), variant="library_driver")
        if is_kernel_held(device) or is_handed_over(device) or not is_ccid(device):
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


def _bound(device: UsbDevice) -> Evidence:
    return seen("library_driver", driver=device.bound_driver, usb=f"{device.vid:04X}:{device.pid:04X}")


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
    own = [d for d in usb_readers(facts, known) if not is_ccid(d)]
    if not own:
        return ok(node) if usb_readers(facts, known) else not_applicable(node)
    evidence = [usb_evidence(device, known) for device in own]
    if not unseen_by_pcsc(facts, known):
        return ok(node, *evidence)  # its software is there, PC/SC sees it
    free = [d for d in own if not (is_kernel_held(d) or is_handed_over(d) or has_library_driver(d))]
    if not free:
        return ok(node, *evidence)  # C-10, C-03: another driver holds it
    if all(_has_own_driver_trouble(device, facts) for device in free):
        return ok(node, *evidence)  # C-05: its software is there, but disabled, waiting for a restart or broken
    if not shows_no_reader(facts):
        return waits_for(node, "B")
    return failed(node, *evidence, variant="other")


def _is_behind_hub(device: ReaderDevice, facts: Facts) -> bool:
    usb = facts.host.usb_devices.value or ()
    return any(d.behind_hub for d in usb if (d.vid, d.pid) == (device.vid, device.pid))


def _is_arm(facts: Facts) -> bool:
    """Windows on ARM takes drivers made for it alone; its own CCID driver is one ([K], host-probes.md §3.1)."""
    system = facts.host.os.value
    return system is not None and system.arch == "arm64"


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
    evidence = [seen("problem_code", code=code)]
    if known.error("device_manager", code) is not None:
        evidence.append(seen("problem_meaning", problem=str(code)))
    evidence.append(seen("device", name=device.description))
    if _is_behind_hub(device, facts):
        evidence.append(seen("behind_hub"))
    if code in DRIVER_CODES and _is_arm(facts):
        evidence.append(seen("arm_driver"))
    variant = problem_variant(code, device.driver_provider)
    if is_in_use(facts):
        return attention(node, *evidence, variant=variant)
    return failed(node, *evidence, variant=variant)


def _is_makers(device: ReaderDevice) -> bool:
    return bool(device.driver_provider) and device.driver_provider.strip().lower() != MICROSOFT


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
    return attention(node, *evidence) if is_in_use(facts) or explained else failed(node, *evidence)


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


def mac_driver_takes_reader(facts: Facts, known: Known) -> Finding:
    """C-11. macOS sees the CCID reader on USB but its CCID driver does not take it."""
    node = "C-11"
    if family(facts) is not OsFamily.MACOS:
        return not_applicable(node)
    unseen = [device for device in unseen_by_pcsc(facts, known) if is_ccid(device)]
    if not unseen:
        return ok(node)
    if not facts.pcsc.readers.known:
        return waits_for(node, "B")
    evidence = [usb_evidence(device, known) for device in unseen]
    if facts.host.apple_ccid_driver.value is not None:
        evidence.append(seen("apple_ccid", used=int(facts.host.apple_ccid_driver.value)))
    return failed(node, *evidence)
