"""G: the PIN counters, as the card tells them without a try."""

from __future__ import annotations

from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unknown, waits_for
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import Facts, PinFacts, PinId, PinState
from jpkidoctor.knowledge.known import Known

_CERTIFICATE_PINS = (PinId.SIGNATURE, PinId.AUTHENTICATION)
_FEW = 2


def pin_evidence(pin: PinFacts) -> Evidence:
    """One row of the PIN board."""
    tries = pin.tries_left if pin.tries_left is not None else -1
    return seen(f"pin_{pin.state.value}", pin=pin.id.value, tries=tries)


def _asked(facts: Facts) -> dict[PinId, PinFacts]:
    card = facts.card.value
    return {pin.id: pin for pin in card.pins} if card is not None else {}


def pins_are_told_apart(facts: Facts, known: Known) -> Finding:
    """G-01. Shows the board: four codes, each with its own counter."""
    node = "G-01"
    pins = _asked(facts)
    if not pins:
        return waits_for(node, "E")
    return ok(node, *(pin_evidence(pin) for pin in pins.values() if pin.state is not PinState.ABSENT))


def tries_are_left(facts: Facts, known: Known) -> Finding:
    """G-02. One or two tries left on a certificate PIN: be careful, nothing is broken."""
    node = "G-02"
    pins = _asked(facts)
    asked = [pins[pin] for pin in _CERTIFICATE_PINS if pin in pins and pins[pin].state is not PinState.ABSENT]
    if not asked:
        return waits_for(node, "E")
    counted = [pin for pin in asked if pin.state is PinState.TRIES and pin.tries_left is not None]
    few = sorted((pin for pin in counted if (pin.tries_left or 0) <= _FEW), key=lambda pin: pin.tries_left or 0)
    if few:
        variant = "one_left" if few[0].tries_left == 1 else "two_left"
        return attention(node, *(pin_evidence(pin) for pin in few), variant=variant)
    if any(pin.state is PinState.UNKNOWN for pin in asked):
        return unknown(node, *(pin_evidence(pin) for pin in asked))
    return ok(node, *(pin_evidence(pin) for pin in asked))


def _locked(node: str, facts: Facts, which: PinId) -> Finding:
    pin = _asked(facts).get(which)
    if pin is None:
        return waits_for(node, "E")
    if pin.state is PinState.BLOCKED:
        return failed(node, pin_evidence(pin), seen("sw", sw=f"{pin.sw:04X}"))
    if pin.state is PinState.ABSENT:
        return not_applicable(node, pin_evidence(pin))
    return unknown(node, pin_evidence(pin)) if pin.state is PinState.UNKNOWN else ok(node, pin_evidence(pin))


def signature_pin_is_open(facts: Facts, known: Known) -> Finding:
    """G-04. The signature password is locked.

    A card without a signature certificate may show it so although nothing is wrong (official-updates.md
    §9.14), so E-04 speaks then.
    """
    card = facts.card.value
    available = card.availability.value if card else None
    if available is not None and not available.signature:
        return not_applicable("G-04")
    return _locked("G-04", facts, PinId.SIGNATURE)


def authentication_pin_is_open(facts: Facts, known: Known) -> Finding:
    """G-05. The authentication PIN is locked."""
    card = facts.card.value
    available = card.availability.value if card else None
    if available is not None and not available.authentication:
        return not_applicable("G-05")
    return _locked("G-05", facts, PinId.AUTHENTICATION)


_OTHER_PINS = {
    PinId.CARD_FACE_INPUT: "card_face_input",
    PinId.RESIDENT_COMMON: "resident",
    PinId.RESIDENT_JUKI: "resident",
}


def other_pins_are_open(facts: Facts, known: Known) -> Finding:
    """G-06. Only the card-face or resident PIN is locked: login and signature still work."""
    node = "G-06"
    pins = _asked(facts)
    asked = [pins[pin] for pin in _OTHER_PINS if pin in pins and pins[pin].state is not PinState.ABSENT]
    if not asked:
        return not_applicable(node) if pins else waits_for(node, "E")
    locked = [pin for pin in asked if pin.state is PinState.BLOCKED]
    if locked:
        return attention(node, *(pin_evidence(pin) for pin in locked), variant=_OTHER_PINS[locked[0].id])
    if any(pin.state is PinState.UNKNOWN for pin in asked):
        return unknown(node, *(pin_evidence(pin) for pin in asked))
    return ok(node)
