"""E: which card is it? Decided by what it answers, never by its ATR alone."""

from __future__ import annotations

from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unknown, waits_for
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import CardFacts, CardKind, Facts
from jpkidoctor.knowledge.known import Known

_PHONES = frozenset({CardKind.ANDROID, CardKind.IPHONE})


def _talked(card: CardFacts) -> bool:
    """The card answered at least the first question, so its kind means something."""
    return bool(card.probes) or bool(card.other_card)


def _probes(card: CardFacts) -> tuple[Evidence, ...]:
    probes = tuple(seen("select", application=p.application, aid=p.aid, sw=f"{p.sw:04X}") for p in card.probes)
    return probes + ((seen("atr", atr=card.atr),) if card.atr else ())


def _label(card: CardFacts) -> tuple[Evidence, ...]:
    return (seen("token_label", label=card.token_label.value),) if card.token_label.value is not None else ()


def card_is_jpki(facts: Facts, known: Known) -> Finding:
    """E-01. Another card: the JPKI application does not answer."""
    node = "E-01"
    card = facts.card.value
    if card is None or not _talked(card):
        return waits_for(node, "D")
    if card.kind is not CardKind.OTHER:
        return ok(node, *_probes(card)[:1])
    model = known.card(card.other_card) if card.other_card else None
    if model is None:
        return failed(node, *_probes(card), variant="unknown")
    return failed(node, seen("looks_like", card=model.id), *_probes(card), variant="other")


def card_is_not_juki(facts: Facts, known: Known) -> Finding:
    """E-02. The Juki card answers the same AID; only its label tells."""
    node = "E-02"
    card = facts.card.value
    if card is None or not _talked(card):
        return waits_for(node, "D")
    if card.kind is CardKind.JUKI:
        return failed(node, *_label(card))
    return ok(node, *_label(card)) if card.kind is CardKind.MY_NUMBER else not_applicable(node)


def card_is_my_number(facts: Facts, known: Known) -> Finding:
    """E-03. The label of a My Number card, or of a phone that holds its certificates."""
    node = "E-03"
    card = facts.card.value
    if card is None or not _talked(card):
        return waits_for(node, "D")
    if card.kind is CardKind.MY_NUMBER:
        return ok(node, *_label(card))
    if card.kind in _PHONES:
        return attention(node, *_label(card))
    return not_applicable(node)


def certificates_were_issued(facts: Facts, known: Known) -> Finding:
    """E-04. No signature certificate on the card: under 15, not wished for, or a card without PINs."""
    node = "E-04"
    card = facts.card.value
    if card is None or not _talked(card):
        return waits_for(node, "D")
    if card.kind in (CardKind.OTHER, CardKind.JUKI, CardKind.UNKNOWN_JPKI):
        return not_applicable(node)
    available = card.availability.value
    if available is None:
        note = card.availability.note
        return unknown(node, seen("unobserved", fact="card.availability", status=card.availability.status, note=note))
    evidence = seen("availability", signature=int(available.signature), authentication=int(available.authentication))
    if not available.signature and not available.authentication:
        return attention(node, evidence, variant="no_certificates")
    if not available.signature:
        return attention(node, evidence, variant="no_signature")
    return ok(node, evidence)


def card_is_known_to_us(facts: Facts, known: Known) -> Finding:
    """E-05. A newer card: unknown label or a key that is not RSA. Nothing but free steps was sent to it."""
    node = "E-05"
    card = facts.card.value
    if card is None or not _talked(card):
        return waits_for(node, "D")
    certificate = card.certificates.authentication.value
    if certificate is not None and certificate.key_type != "RSA":
        return failed(node, seen("key", type=certificate.key_type, bits=certificate.key_bits), variant="key")
    if card.kind is not CardKind.UNKNOWN_JPKI:
        return ok(node) if card.kind is not CardKind.OTHER else not_applicable(node)
    if not card.token_label.known:
        return unknown(node, seen("unobserved", fact="card.token_label", status=card.token_label.status,
                                  note=card.token_label.note))  # fmt: skip
    return failed(node, *_label(card), variant="label")
