"""C-10: something else on this computer has the reader: a kernel module, a virtual machine, WSL."""

from __future__ import annotations

from jpkidoctor.checks.hardware import (
    family,
    handed_over,
    is_handed_over,
    is_in_use,
    is_kernel_held,
    plugged_in,
    shows_no_reader,
    usb_evidence,
    usb_readers,
)
from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unobserved
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import Facts, OsFamily
from jpkidoctor.knowledge.known import Known

_NODE = "C-10"
_HANDS_USB_OVER = "virtual_machine"
_USBIPD = "usbipd"


def reader_is_not_taken(facts: Facts, known: Known) -> Finding:
    """C-10. A kernel NFC module holds the reader, or it was handed over to a virtual machine or WSL.

    The stub that Windows shows in place of a device that was handed over does not tell what it was: only a device
    that still names itself a reader fails here. Sources: USBIPD, VMWUSB.
    """
    if family(facts) not in (OsFamily.LINUX, OsFamily.WINDOWS):
        return not_applicable(_NODE)
    usb = facts.host.usb_devices.value or ()
    readers = [device for device in usb_readers(facts, known) if is_handed_over(device)]
    if readers:
        told = [usb_evidence(device, known) for device in readers] + [handed_over(device) for device in readers]
        sure = not is_in_use(facts) and shows_no_reader(facts)
        return (failed if sure else attention)(_NODE, *told, variant="handed_over")
    stubs = [handed_over(device) for device in usb if is_handed_over(device)]
    if family(facts) is OsFamily.WINDOWS:
        return _windows(facts, known, stubs)
    if stubs:
        return attention(_NODE, *stubs, variant="handed_over")
    return _linux(facts, known)


def _windows(facts: Facts, known: Known, stubs: list[Evidence]) -> Finding:
    if not facts.host.usb_devices.known:
        return unobserved(_NODE, facts.host.usb_devices, "host.usb_devices")
    missing = not plugged_in(facts, known) and not is_in_use(facts) and shows_no_reader(facts)
    if not missing:
        return not_applicable(_NODE, *stubs)
    may = [
        seen("may_hand_over", program=_HANDS_USB_OVER)
        for user in facts.host.card_users.value or ()
        if (program := known.process(user.name, OsFamily.WINDOWS)) is not None and program.id == _HANDS_USB_OVER
    ]
    if any(product.id == _USBIPD for product in facts.host.products.value or ()):
        may.append(seen("may_hand_over", program=_USBIPD))
    told = (*stubs, *may)
    return attention(_NODE, *told, variant="handed_over") if told else not_applicable(_NODE)


def _linux(facts: Facts, known: Known) -> Finding:
    held = [device for device in facts.host.usb_devices.value or () if is_kernel_held(device)]
    modules = facts.host.kernel_modules.value or ()
    if held:
        evidence = [usb_evidence(device, known) for device in held]
        evidence += [seen("kernel_driver", module=device.bound_driver) for device in held]
        return (attention if is_in_use(facts) else failed)(_NODE, *evidence, variant="busy")
    if not facts.host.kernel_modules.known:
        return unobserved(_NODE, facts.host.kernel_modules, "host.kernel_modules")
    return ok(_NODE, *(seen("kernel_module_idle", module=module) for module in modules))
