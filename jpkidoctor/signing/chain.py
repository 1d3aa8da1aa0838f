"""Which authority signed a certificate, step by step, and what the library's own path check says to it.

The issuer is chosen by signature and never by name: all generations share one name (sign-verify.md §1.1, §5).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from jpkidoctor.card.certificates import NotACertificateError, is_issued_by, warm_up
from jpkidoctor.knowledge.types import PinnedCa
from jpkidoctor.signing.certificate_view import CertificateView, Period, PolicyKind, Purpose
from jpkidoctor.signing.trust import Anchor, pin_for, sha256_of


class Origin(StrEnum):
    """Where a certificate comes from; each has its own sentence ``cert.origin.<id>``."""

    PINNED = "pinned"
    OWN = "own"
    """Signed by a CA that the person pinned."""
    TEST = "test"
    LOOK_ALIKE_SELF_SIGNED = "look_alike_self_signed"
    LOOK_ALIKE = "look_alike"
    UNPINNED_GENERATION = "unpinned_generation"
    """Says it is of an authority whose certificates at hand did not sign it."""
    FOREIGN = "foreign"


class Mark(StrEnum):
    OK = "ok"
    NG = "ng"
    UNCONFIRMED = "unconfirmed"
    NOT_APPLICABLE = "not_applicable"


class StepId(StrEnum):
    ISSUER = "issuer"
    SIGNATURE = "signature"
    VALIDITY = "validity"
    ISSUER_VALIDITY = "issuer_validity"
    KEY_USAGE = "key_usage"
    POLICY = "policy"
    LIBRARY = "library"
    REVOCATION = "revocation"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the result. ``value`` is a machine word."""

    id: StepId
    mark: Mark
    value: str = ""


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """The origin, every step, and whether all of ours and the library's agree that it chains."""

    origin: Origin
    authority: PinnedCa | None
    authority_sha256: str
    """Fingerprint of the CA that signed; empty when it is not at hand."""
    steps: tuple[Step, ...]
    chained: bool
    """Never means "not revoked": nobody here can know that."""


_TEST = "JPKI-TEST"
_JPKI = "JPKI"
_UNITS = {"JPKI for digital signature", "JPKI for user authentication"}


def _signed_by(der: bytes, ca_der: bytes) -> bool:
    warm_up()
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return is_issued_by(der, ca_der)
    except (NotACertificateError, UnsupportedAlgorithm):
        return False


def check_chain(
    view: CertificateView,
    purpose: Purpose,
    *,
    at: dt.datetime,
    pins: tuple[PinnedCa, ...],
    anchors: Iterable[Anchor] = (),
    candidates: Iterable[bytes] = (),
) -> ChainCheck:
    """Check ``view`` against the authorities for ``purpose`` at a moment (with tzinfo).

    ``anchors`` were added by the person; ``candidates`` are CA certificates from a card or a signature, which
    count only when pinned.
    """
    own = {anchor.sha256 for anchor in anchors if anchor.purpose == purpose and anchor.pinned is None}
    at_hand = {sha256_of(der): der for der in (*(a.der for a in anchors if a.purpose == purpose), *candidates)}
    itself = sha256_of(view.der)
    at_hand.setdefault(itself, view.der)  # it may have signed itself
    signer = next((digest for digest, der in at_hand.items() if _signed_by(view.der, der)), "")
    pinned = pin_for(signer, purpose, pins) if signer else None
    origin = _origin(view, signer, pinned, own, at_hand)
    counts = origin in (Origin.PINNED, Origin.OWN)
    issuer_mark = Mark.OK if counts else Mark.UNCONFIRMED if origin in _NOT_JUDGED else Mark.NG
    steps = [
        Step(StepId.ISSUER, issuer_mark, origin.value),
        Step(StepId.SIGNATURE, Mark.OK if signer else Mark.UNCONFIRMED, "verified" if signer else "no_issuer_at_hand"),
        _validity(view, at),
        _issuer_validity(at_hand.get(signer), at),
        _key_usage(view, purpose),
        _policy(view, purpose, origin),
    ]
    own_verdict = counts and all(step.mark in (Mark.OK, Mark.NOT_APPLICABLE) for step in steps)
    if view.is_ca:
        steps.append(Step(StepId.LIBRARY, Mark.NOT_APPLICABLE, "authority"))
        agreed = own_verdict and signer == itself  # one tier: a CA below a CA is none of JPKI's
    elif not counts:
        steps.append(Step(StepId.LIBRARY, Mark.UNCONFIRMED, "no_anchor"))
        agreed = False
    else:
        accepts = _library_accepts(view.der, [at_hand[digest] for digest in at_hand if digest == signer], at)
        steps.append(Step(StepId.LIBRARY, Mark.OK if accepts else Mark.NG, "accepts" if accepts else "refuses"))
        agreed = own_verdict and accepts
    steps.append(Step(StepId.REVOCATION, Mark.UNCONFIRMED, "not_checked"))
    return ChainCheck(origin, pinned, signer, tuple(steps), agreed)


_NOT_JUDGED = frozenset({Origin.TEST, Origin.UNPINNED_GENERATION, Origin.FOREIGN})


def _origin(
    view: CertificateView, signer: str, pinned: PinnedCa | None, own: set[str], at_hand: dict[str, bytes]
) -> Origin:
    if pinned is not None:
        return Origin.PINNED
    if signer in own:
        return Origin.OWN
    if view.organization == _JPKI:
        if signer:
            return Origin.LOOK_ALIKE_SELF_SIGNED if signer == sha256_of(view.der) else Origin.LOOK_ALIKE
        # The name alone: another generation may have signed it. A name that JPKI does not have is no generation.
        return Origin.UNPINNED_GENERATION if _is_jpki_name(view.issuer) else Origin.LOOK_ALIKE
    if not signer and any(digest in own and _same_issuer(view, der) for digest, der in at_hand.items()):
        return Origin.UNPINNED_GENERATION
    return Origin.TEST if view.organization == _TEST else Origin.FOREIGN


def _is_jpki_name(issuer: str) -> bool:
    return any(f"OU={unit}" in issuer.split(",") for unit in _UNITS)


def _same_issuer(view: CertificateView, ca_der: bytes) -> bool:
    from cryptography import x509

    return x509.load_der_x509_certificate(view.der).issuer == x509.load_der_x509_certificate(ca_der).subject


def _validity(view: CertificateView, at: dt.datetime) -> Step:
    validity = view.validity
    period = Period.NOT_YET if at < validity.not_before else Period.EXPIRED if at > validity.not_after else Period.VALID
    return Step(StepId.VALIDITY, Mark.OK if period is Period.VALID else Mark.NG, period.value)


def _issuer_validity(ca_der: bytes | None, at: dt.datetime) -> Step:
    if ca_der is None:
        return Step(StepId.ISSUER_VALIDITY, Mark.NOT_APPLICABLE, "no_issuer_at_hand")
    from cryptography import x509

    authority = x509.load_der_x509_certificate(ca_der)
    inside = authority.not_valid_before_utc <= at <= authority.not_valid_after_utc
    return Step(StepId.ISSUER_VALIDITY, Mark.OK if inside else Mark.NG, "valid" if inside else "outside")


def _key_usage(view: CertificateView, purpose: Purpose) -> Step:
    if view.is_ca:
        wanted = {"key_cert_sign"}
    elif purpose == "signature":
        wanted = {"digital_signature", "content_commitment"}
    else:
        wanted = {"digital_signature"}
    fits = wanted <= set(view.key_usage) and not (
        purpose == "authentication" and not view.is_ca and "content_commitment" in view.key_usage
    )
    return Step(StepId.KEY_USAGE, Mark.OK if fits else Mark.NG, " ".join(view.key_usage) or "none")


def _policy(view: CertificateView, purpose: Purpose, origin: Origin) -> Step:
    if view.is_ca:
        return Step(StepId.POLICY, Mark.NOT_APPLICABLE, "authority")
    allowed = {PolicyKind(f"production_{purpose}")}
    if purpose == "signature" and origin is not Origin.PINNED:
        allowed.add(PolicyKind.TEST_SIGNATURE)
    kinds = {policy.kind for policy in view.policies}
    fits = bool(kinds) and kinds <= allowed
    return Step(StepId.POLICY, Mark.OK if fits else Mark.NG, " ".join(sorted(kinds)) or "none")


def _library_accepts(der: bytes, anchors: list[bytes], at: dt.datetime) -> bool:
    """What cryptography's own path validation says, with the extensions of JPKI's profile allowed."""
    warm_up()
    from cryptography import x509
    from cryptography.x509 import verification as v

    authority = v.ExtensionPolicy.permit_all().require_present(x509.BasicConstraints, v.Criticality.CRITICAL, None)
    leaf = (
        v.ExtensionPolicy.permit_all()
        .require_present(x509.KeyUsage, v.Criticality.CRITICAL, None)
        .require_present(x509.CertificatePolicies, v.Criticality.CRITICAL, None)
    )
    try:
        store = v.Store([x509.load_der_x509_certificate(anchor) for anchor in anchors])
        builder = v.PolicyBuilder().store(store).time(at).extension_policies(ca_policy=authority, ee_policy=leaf)
        builder.build_client_verifier().verify(x509.load_der_x509_certificate(der), [])
    except (v.VerificationError, ValueError):
        return False
    return True
