"""C: the reader and its driver."""

from __future__ import annotations

from jpkidoctor.checks.hardware import (
    CCID,
    EMPTY,
    family,
    handed_over,
    is_handed_over,
    pcsc_was_asked,
    plugged_in,
    reader_devices,
    readers_of_kind,
    sleeps_unseen,
    usable_readers,
    usb_evidence,
    usb_readers,
)
from jpkidoctor.checks.problem_codes import MICROSOFT
from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unknown, unobserved
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import Facts, OsFamily, ReaderFacts, ReaderKind
from jpkidoctor.knowledge.known import Known


def _reader(reader: ReaderFacts) -> Evidence:
    return seen("reader", reader=reader.name, kind=reader.kind.value, model=reader.model)


def reader_is_found(facts: Facts, known: Known) -> Finding:
    """C-01. Fails when neither PC/SC nor USB shows a reader."""
    node = "C-01"
    usable = usable_readers(facts)
    if usable:
        return ok(node, *(_reader(reader) for reader in usable))
    if plugged_in(facts, known):
        return ok(node, *(usb_evidence(device, known) for device in usb_readers(facts, known)))
    if readers_of_kind(facts, ReaderKind.SAM):
        return ok(node)  # a device is there; C-02 says that only its inner slot is seen
    away = [handed_over(device) for device in facts.host.usb_devices.value or () if is_handed_over(device)]
    if facts.pcsc.readers.known:
        evidence = [seen("no_pcsc_reader")]
        evidence += [seen("virtual_reader", reader=r.name) for r in readers_of_kind(facts, ReaderKind.VIRTUAL)]
        if facts.host.usb_devices.known:
            evidence.append(seen("no_usb_reader"))
        return failed(node, *evidence, *away)
    if pcsc_was_asked(facts) and (facts.host.usb_devices.known or facts.host.reader_devices.known):
        return failed(node, seen("no_usb_reader"), *away)
    if sleeps_unseen(facts):
        return failed(node, seen("service_sleeps_without_reader"))
    return unobserved(node, facts.pcsc.readers, "pcsc.readers")


_DUAL = "dual"
_VIRTUAL_CARD = "tpm-virtual-card"


def _is_half_of_two(reader: ReaderFacts, facts: Facts, known: Known) -> bool:
    """The only slot seen of a reader with two: Windows' own driver shows the first alone (host-probes.md §0.6)."""
    devices = reader_devices(facts)
    for device in devices:
        model = known.reader_by_usb(device.vid or 0, device.pid or 0)
        generic = device.driver_provider.strip().lower() == MICROSOFT
        if not generic or model is None or model.interface != _DUAL:
            continue
        if len(devices) == 1 or reader.model == model.id:
            return True
    return False


def _virtual_cards(facts: Facts) -> tuple[ReaderFacts, ...]:
    """Cards of the computer's own security chip. Windows Hello is none: no client was seen to stumble over it."""
    return tuple(reader for reader in readers_of_kind(facts, ReaderKind.VIRTUAL) if reader.model == _VIRTUAL_CARD)


def one_reader_is_clear(facts: Facts, known: Known) -> Finding:
    """C-02. Which of several slots holds the card; SAM slots and virtual readers never do."""
    node = "C-02"
    if not facts.pcsc.readers.known:
        return unobserved(node, facts.pcsc.readers, "pcsc.readers")
    usable = usable_readers(facts)
    examined = facts.pcsc.examined_reader
    if len(usable) > 1:
        evidence = [_reader(reader) for reader in usable]
        if examined is not None:
            evidence.append(seen("examined_reader", reader=examined.name))
        return attention(node, *evidence, variant="several")
    if usable and _is_half_of_two(usable[0], facts, known):
        return attention(node, seen("one_slot_of_two", reader=usable[0].name), variant="one_slot")
    if usable and (cards := _virtual_cards(facts)):
        beside = (seen("virtual_reader", reader=reader.name) for reader in cards)
        return attention(node, _reader(usable[0]), *beside, variant="virtual_card")
    if usable:
        return ok(node, _reader(usable[0]))
    sam = readers_of_kind(facts, ReaderKind.SAM)
    if sam:
        return failed(node, *(seen("sam_slot", reader=reader.name) for reader in sam), variant="sam")
    virtual = readers_of_kind(facts, ReaderKind.VIRTUAL)
    if virtual:
        return attention(node, *(seen("virtual_reader", reader=r.name) for r in virtual), variant="virtual")
    return not_applicable(node)


_UNFIT = frozenset({"unsupported", "disabled", "absent"})


def model_is_usable(facts: Facts, known: Known) -> Finding:
    """C-09. Models that a source calls unusable, or that this system's driver lists as troublesome."""
    node = "C-09"
    models = {model.id: model for d in usb_readers(facts, known) if (model := known.reader_by_usb(d.vid, d.pid))}
    for reader in usable_readers(facts):
        # By the id that was found when the name was read: a report's names are pseudonyms.
        model = known.reader(reader.model)
        if model is not None:
            models[model.id] = model
    if not models:
        return unknown(node) if plugged_in(facts, known) or usable_readers(facts) else not_applicable(node)
    # Until PC/SC was asked, the reader may work all the same.
    may_work = bool(usable_readers(facts)) or not pcsc_was_asked(facts)
    # Readers with their maker's own protocol: C-04 says which one to take instead.
    own = {(d.vid, d.pid) for d in usb_readers(facts, known) if CCID not in d.interface_classes and not d.bound_driver}
    told = {model.id for vid, pid in own if (model := known.reader_by_usb(vid, pid))}
    for model in models.values():
        evidence = seen("model", model=model.id)
        unfit_here = family(facts) is OsFamily.LINUX and model.linux in _UNFIT
        if model.usable == "no" or (unfit_here and not may_work and model.id not in told):
            variant = "old" if model.discontinued else "unsupported"
            return attention(node, evidence, variant=variant) if may_work else failed(node, evidence, variant=variant)
        if unfit_here:
            return attention(node, evidence, variant="unsupported")
    return ok(node, *(seen("model", model=name) for name in models))


def phone_may_help(facts: Facts, known: Known) -> Finding:
    """C-12. Without any reader, a phone is the other way."""
    node = "C-12"
    no_reader = reader_is_found(facts, known)
    if no_reader.status.value == "failed":
        return attention(node, seen("no_usb_reader"))
    return not_applicable(node)


_SONY = 0x054C


def nfc_panel_finds_type_b(facts: Facts, known: Known) -> Finding:
    """C-13. Sony's NFC panel on Windows can be limited to FeliCa; a My Number card (Type B) is then never seen.

    Setting names from one source, the consequence derived (official-updates.md §5): an attention, no failure.
    """
    node = "C-13"
    if family(facts) is not OsFamily.WINDOWS:
        return not_applicable(node)
    sony = any(device.vid == _SONY for device in usb_readers(facts, known)) or any(
        reader.model.startswith("sony") for reader in usable_readers(facts)
    )
    if not sony:
        return not_applicable(node)
    usable = usable_readers(facts)
    if usable and all(reader.flags & EMPTY for reader in usable):
        return attention(node, seen("reader_empty"))
    return ok(node)
