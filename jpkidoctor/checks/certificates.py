"""J: the certificates on the card. Dates and issuer only: revocation cannot be checked by this tool."""

from __future__ import annotations

import datetime as dt

from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unknown, waits_for
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import CardFacts, CardKind, CertificateFacts, Fact, Facts, FactStatus
from jpkidoctor.knowledge.known import Known

RENEWAL_WINDOW = dt.timedelta(days=92)
"""Renewal opens three months before the end (portal-knowledge.md §7.3)."""
SETTLING = dt.timedelta(days=2)
"""Services may refuse a renewed certificate for an hour to two days (portal-knowledge.md §7.4)."""
JST = dt.timezone(dt.timedelta(hours=9))

_UNREADABLE = frozenset({"not_der", "not_a_certificate", "length", "short_file"})
_JUDGED = frozenset({CardKind.MY_NUMBER, CardKind.ANDROID, CardKind.IPHONE})


def _card(facts: Facts) -> CardFacts | None:
    card = facts.card.value
    return card if card is not None and card.kind in _JUDGED else None


def _day(moment: dt.datetime) -> dt.date:
    """The day in Japan. "No expiry" (9999-12-31, RFC 5280 §4.1.2.5) has no later day to move to."""
    try:
        return moment.astimezone(JST).date()
    except OverflowError:
        return moment.date()


def _dates(certificate: CertificateFacts) -> Evidence:
    return seen("validity", since=str(_day(certificate.not_before)), until=str(_day(certificate.not_after)))


def certificate_is_readable(facts: Facts, known: Known) -> Finding:
    """J-01. The authentication certificate is missing or cannot be read."""
    node = "J-01"
    card = _card(facts)
    if card is None:
        return waits_for(node, "E")
    fact = card.certificates.authentication
    if fact.known and fact.value is not None:
        return ok(node, _dates(fact.value))
    evidence = seen("unobserved", fact="card.certificates.authentication", status=fact.status.value, note=fact.note)
    available = card.availability.value
    if fact.status is FactStatus.ABSENT or (available is not None and not available.authentication):
        return failed(node, evidence, variant="absent")
    if fact.status is FactStatus.ERROR and fact.note in _UNREADABLE:
        return failed(node, evidence, variant="unreadable")
    return unknown(node, evidence)


def certificate_has_not_expired(facts: Facts, known: Known) -> Finding:
    """J-02. The authentication certificate is past its end."""
    node = "J-02"
    card = _card(facts)
    certificate = card.certificates.authentication.value if card else None
    if certificate is None:
        return waits_for(node, "J")
    if certificate.not_after < facts.taken_at:
        days = (facts.taken_at - certificate.not_after).days
        return failed(node, _dates(certificate), seen("expired_days_ago", days=days))
    if certificate.not_before > facts.taken_at:
        return unknown(node, _dates(certificate), seen("clock_before_certificate"))
    return ok(node, _dates(certificate))


def certificate_lasts(facts: Facts, known: Known) -> Finding:
    """J-03. Inside the renewal window of the last three months."""
    node = "J-03"
    card = _card(facts)
    certificate = card.certificates.authentication.value if card else None
    if certificate is None:
        return waits_for(node, "J")
    left = certificate.not_after - facts.taken_at
    if left < dt.timedelta(0):
        return not_applicable(node)
    evidence = seen("days_left", days=left.days)
    return attention(node, _dates(certificate), evidence) if left <= RENEWAL_WINDOW else ok(node, evidence)


def issuer_is_jpki(facts: Facts, known: Known) -> Finding:
    """J-06. Whose CA issued the certificate: pinned by fingerprint, proved by signature, never by name. Then of which
    generation the CA for signatures is."""
    node = "J-06"
    card = _card(facts)
    certificate = card.certificates.authentication.value if card else None
    if card is None or certificate is None:
        return waits_for(node, "J")
    authority = card.certificates.authentication_ca.value
    issued = card.certificates.issued_by_card_ca.value
    if issued is False:
        return failed(node, seen("issuer_mismatch"), variant="not_issued")
    if certificate.organization == "JPKI-TEST":
        return attention(node, seen("issuer", name=certificate.organization), variant="test")
    if certificate.organization != "JPKI":
        return attention(node, seen("issuer", name=certificate.organization), variant="foreign")
    if authority is None or issued is None:
        return unknown(node, seen("unobserved", fact="card.certificates.authentication_ca",
                                  status=card.certificates.authentication_ca.status.value,
                                  note=card.certificates.authentication_ca.note))  # fmt: skip
    pinned = known.ca_by_sha256(authority.sha256)
    if pinned is None or pinned.purpose != "authentication":
        return attention(node, seen("fingerprint", sha256=authority.sha256), variant="unpinned")
    evidence = seen("generation", ca=pinned.id, generation=pinned.generation)
    if authority.not_after < facts.taken_at:
        return attention(node, evidence, _dates(authority), variant="expired_ca")
    return _signature_side(node, facts, card, known, evidence)


def _signature_side(node: str, facts: Facts, card: CardFacts, known: Known, evidence: Evidence) -> Finding:
    """J-06, its second half: the CA certificate for signatures, which the card shows without a password.

    The signature certificate itself is not read by a diagnosis; what can be said is of which generation its CA is.
    """
    fact = card.certificates.signature_ca
    authority = fact.value
    if authority is None:
        if fact.status in (FactStatus.NOT_APPLICABLE, FactStatus.ABSENT) or fact == Fact():
            return ok(node, evidence)  # no signature certificate was issued, or an older examination did not look
        missing = seen("unobserved", fact="card.certificates.signature_ca", status=fact.status.value, note=fact.note)
        return ok(node, evidence, missing)
    if authority.organization != "JPKI":
        variant = "test" if authority.organization == "JPKI-TEST" else "foreign"
        return attention(node, evidence, seen("issuer", name=authority.organization), variant=variant)
    pinned = known.ca_by_sha256(authority.sha256)
    if pinned is None or pinned.purpose != "signature":
        return attention(node, evidence, seen("fingerprint", sha256=authority.sha256), variant="unpinned")
    generation = seen("signature_generation", ca=pinned.id, generation=pinned.generation)
    if authority.not_after < facts.taken_at:
        return attention(node, evidence, generation, _dates(authority), variant="expired_ca")
    return ok(node, evidence, generation)


def certificate_has_settled(facts: Facts, known: Known) -> Finding:
    """J-07. Just issued: services may not know it yet."""
    node = "J-07"
    card = _card(facts)
    certificate = card.certificates.authentication.value if card else None
    if certificate is None:
        return waits_for(node, "J")
    age = facts.taken_at - certificate.not_before
    if dt.timedelta(0) <= age <= SETTLING:
        return attention(node, _dates(certificate))
    return ok(node, _dates(certificate))


def card_has_not_expired(facts: Facts, known: Known) -> Finding:
    """J-08. The card itself, by the date in its common application (one source: low confidence)."""
    node = "J-08"
    card = _card(facts)
    if card is None:
        return waits_for(node, "E")
    if card.kind is not CardKind.MY_NUMBER:
        return not_applicable(node)
    expires = card.expires_on.value
    if expires is None:
        return unknown(node, seen("unobserved", fact="card.expires_on", status=card.expires_on.status.value,
                                  note=card.expires_on.note))  # fmt: skip
    today = _day(facts.taken_at)
    evidence = seen("card_expires", date=str(expires))
    if expires < today:
        return failed(node, evidence)
    return attention(node, evidence) if expires - today <= RENEWAL_WINDOW else ok(node, evidence)
