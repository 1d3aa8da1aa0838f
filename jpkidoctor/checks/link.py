"""F: the talk between computer and card."""

from __future__ import annotations

from jpkidoctor.checks.hardware import EXCLUSIVE, PRESENT, examined_usb
from jpkidoctor.checks.holders import card_holders, passing_holders
from jpkidoctor.checks.verdicts import attention, failed, ok, seen, unknown, waits_for
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import Facts, FactStatus
from jpkidoctor.knowledge.known import Known

SHARING_VIOLATION = 0x8010000B
REMOVED = 0x80100069
RESET = 0x80100068
DEAD_SERVICE = frozenset({0x80100003, 0x8010001D, 0x8010001E, 0x80100012, 0x80100013, 0x6D, 0x06})


COMM_FAULTS = frozenset({0x80100016, 0x8010002F, 0x80100013})
"""Not transacted, data lost, communication error: a cable, a hub, power (host-probes.md §2.2)."""


def _way(facts: Facts, known: Known) -> tuple[str, tuple[Evidence, ...]]:
    """What on the way to the reader may make a bad link: variant and evidence; empty when nothing was seen."""
    device = examined_usb(facts, known)
    told = []
    if device is not None and device.behind_hub:
        told.append(seen("behind_hub"))
    if device is not None and device.may_sleep:
        told.append(seen("may_sleep"))
    return (("hub", "sleep")[told[0].key == "may_sleep"] if told else ""), tuple(told)


def connects_every_time(facts: Facts, known: Known) -> Finding:
    """F-01. Connecting worked only after failures."""
    node = "F-01"
    reader = facts.pcsc.examined_reader
    connect = reader.connect.value if reader else None
    if connect is None or connect.code:
        return waits_for(node, "D")
    evidence = seen("connect_attempts", attempts=connect.attempts, failures=connect.failures)
    if not connect.failures:
        return ok(node, evidence)
    variant, way = _way(facts, known)
    return (failed if connect.failures >= 2 else attention)(node, evidence, *way, variant=variant)


# Connecting failed for a reason that another node speaks of: no answer at all, held by another program, gone.
_TOLD_ELSEWHERE = frozenset({0x80100066, 0x80100067, SHARING_VIOLATION, 0x8010000A, 0x80100009, 0x80100017})
_GONE = frozenset({REMOVED, 0x8010000C})


def _connection(facts: Facts, known: Known) -> Finding:
    """F-02 for a card that could not even be connected to."""
    node = "F-02"
    reader = facts.pcsc.examined_reader
    connect = reader.connect.value if reader is not None and reader.flags & PRESENT else None
    if connect is None or not connect.code or connect.blocked or connect.code in _TOLD_ELSEWHERE | DEAD_SERVICE:
        return waits_for(node, "D")
    evidence = seen("connect", code=f"0x{connect.code:08X}")
    if connect.code in _GONE:
        return failed(node, evidence, variant="removed")
    variant, way = _way(facts, known) if connect.code in COMM_FAULTS else ("", ())
    return failed(node, evidence, *way, variant="hub" if variant == "hub" else "garbage")


def link_holds(facts: Facts, known: Known) -> Finding:
    """F-02. The card went away in the middle, or its answers break the rules."""
    node = "F-02"
    card = facts.card.value
    if card is None:
        return _connection(facts, known)
    link = card.link
    count = seen("link", commands=link.commands, bytes=link.bytes_sent + link.bytes_received)
    if link.lost:
        if link.lost_code in DEAD_SERVICE:
            return unknown(node, seen("service_went_away", code=f"0x{link.lost_code:08X}"))
        variant = {REMOVED: "removed", RESET: "reset"}.get(link.lost_code, "torn")
        hub, way = _way(facts, known) if link.lost_code in COMM_FAULTS else ("", ())
        lost = seen("lost", code=f"0x{link.lost_code:08X}", stage=link.lost_in)
        return failed(node, lost, *way, variant="hub" if hub == "hub" else variant)
    if link.silent:
        return failed(node, seen("silent", stage=link.lost_in), count)
    if link.timed_out:
        return unknown(node, count, seen("timed_out"))
    if link.protocol_errors and not _long_answers_fail(facts):
        return failed(node, seen("protocol_errors", count=link.protocol_errors), count, variant="garbage")
    return ok(node, count)


def card_is_free(facts: Facts, known: Known) -> Finding:
    """F-03. Another program holds the card."""
    node = "F-03"
    reader = facts.pcsc.examined_reader
    if reader is None or not reader.flags & PRESENT:
        return waits_for(node, "D")
    connect = reader.connect.value
    if connect is not None and connect.blocked:
        return failed(node, seen("connect_blocked", seconds=round(connect.ms / 1000)), *card_holders(facts, known),
                      variant="blocked")  # fmt: skip
    if connect is not None and connect.code == SHARING_VIOLATION:
        refused = seen("connect", code=f"0x{connect.code:08X}")
        holders = card_holders(facts, known)
        if reader.flags & EXCLUSIVE:
            return failed(node, refused, *holders, variant="exclusive")
        return failed(node, refused, *holders, *passing_holders(facts), variant="sharing")
    if connect is None:
        return unknown(node)
    return ok(node) if not connect.code else waits_for(node, "D")


def _long_answers_fail(facts: Facts) -> bool:
    """Short files were read while the first long block failed in the reader, not in the card."""
    card = facts.card.value
    if card is None or not card.token_label.known:
        return False
    certificate = card.certificates.authentication
    return certificate.status is FactStatus.ERROR and certificate.note.startswith("pcsc=")


def long_answers_work(facts: Facts, known: Known) -> Finding:
    """F-04. The reader breaks on answers of 256 bytes."""
    node = "F-04"
    card = facts.card.value
    if card is None:
        return waits_for(node, "D")
    if _long_answers_fail(facts):
        return failed(node, seen("long_answer", code=card.certificates.authentication.note.removeprefix("pcsc=")))
    if card.certificates.authentication.known:
        return ok(node)
    return unknown(node)
